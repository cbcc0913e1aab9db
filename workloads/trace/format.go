package trace

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
)

// SchemaVersion is the version of the format.
const SchemaVersion = 1

// The kinds of traces.
const (
	Events = "events"
	Counts = "counts"
)

// maxMicros bounds instants: 104 days, up to which float64 nanoseconds are exact.
const maxMicros = 1 << 53 / 1000

// A Header is trace.json.
type Header struct {
	Schema          int               `json:"schema_version"`
	Name            string            `json:"name"`
	Kind            string            `json:"kind"`
	Epoch           *string           `json:"epoch"`                 // the instant 0 in the real world, RFC 3339; null unknown
	SpanUS          int64             `json:"span_us"`               // arrivals are in [0, span)
	Records         int64             `json:"records"`               // arrivals
	BinUS           int64             `json:"bin_us,omitempty"`      // of counts
	EndStepUS       int64             `json:"end_step_us,omitempty"` // ends were logged in whole multiples of it, and arrivals are ends less durations: each was later by less than that
	Provenance      Provenance        `json:"provenance"`
	Transformations []string          `json:"transformations"`
	Recorded        []string          `json:"recorded_fields"`
	Synthesised     []string          `json:"synthesised_fields"`
	Notes           []string          `json:"notes,omitempty"`
	Files           map[string]string `json:"files"` // SHA-256 by name
}

// Provenance is where a trace comes from.
type Provenance struct {
	Source   string `json:"source"`
	Commit   string `json:"commit"`
	Path     string `json:"path"`
	SHA256   string `json:"sha256"`
	Licence  string `json:"licence"`
	Citation string `json:"citation"`
	URL      string `json:"url"`
}

// ErrNoWork says that a trace does not say how much work its requests are.
var ErrNoWork = errors.New("the trace has no work_us for all requests: give a size (size, mean_work, cv2), or work_from = \"duration\" where durations were recorded")

// readHeader reads trace.json of a folder.
func readHeader(dir string) (*Header, error) {
	name := filepath.Join(dir, "trace.json")
	text, err := readFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s is not a trace: %w", dir, err)
	}
	var h Header
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := h.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &h, nil
}

// check says what this program cannot read of h.
func (h *Header) check() error {
	switch {
	case h.Schema != SchemaVersion:
		return fmt.Errorf("schema_version %d, this program reads %d", h.Schema, SchemaVersion)
	case h.Kind != Events && h.Kind != Counts:
		return fmt.Errorf("kind %q, want %q or %q", h.Kind, Events, Counts)
	case h.SpanUS <= 0 || h.SpanUS > maxMicros:
		return fmt.Errorf("span_us = %d, want 1 to %d", h.SpanUS, int64(maxMicros))
	case h.Kind == Counts && (h.BinUS <= 0 || h.SpanUS%h.BinUS != 0 || h.bins() > math.MaxInt32):
		return fmt.Errorf("bin_us = %d: span_us (%d) must be a whole number of bins, at most %d", h.BinUS, h.SpanUS, math.MaxInt32)
	case h.EndStepUS < 0 || h.EndStepUS > maxMicros:
		return fmt.Errorf("end_step_us = %d, want 0 to %d", h.EndStepUS, int64(maxMicros))
	case h.Records < 0:
		return fmt.Errorf("records = %d, must not be negative", h.Records)
	}
	return nil
}

// noticeFile is the publisher's notice in the folder of a trace, where there is one
// that goes with every copy.
const noticeFile = "NOTICE.txt"

// bins is how many bins counts have.
func (h *Header) bins() int64 { return h.SpanUS / h.BinUS }

// dataFile finds events.csv or events.csv.gz (or counts) in a folder.
func dataFile(dir, kind string) (string, error) {
	for _, suffix := range []string{".csv.gz", ".csv"} {
		name := filepath.Join(dir, kind+suffix)
		if _, err := statFile(name); err == nil {
			return name, nil
		}
	}
	return "", fmt.Errorf("%s: neither %s.csv nor %s.csv.gz is there", dir, kind, kind)
}

// stem is the last part of a path without its extensions.
func stem(path string) string {
	name, _, _ := strings.Cut(filepath.Base(path), ".")
	return name
}
