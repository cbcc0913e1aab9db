package outcome

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"cnv/experiments/plan"
	"cnv/results"
)

// searchedPrefix begins the names of files of a search, by program.
const searchedPrefix = "searched-"

// searchedName is the file of this program.
func searchedName() string { return searchedPrefix + program()[:min(16, len(program()))] }

// A Search keeps the numbers of runs that a search has made, beside the finished
// runs of the experiment, so that a search that was interrupted goes on where
// it was. A file has one line for each run, which is
// written at once: programs may share it, and what a kill has cut short is run again.
type Search struct {
	asked results.RunInfo // what runs of the plan are asked for: Steady and After
	slots chan struct{}   // one for each run at once
	mu    sync.Mutex
	known map[string][]float64 // by key
	file  *os.File             // nil: nothing is kept
	found atomic.Int64
}

// Search opens what earlier searches of the experiment have run. At most so many
// runs go on at once.
func (o Options) Search(p *plan.Plan, jobs int) (*Search, error) {
	s := &Search{asked: results.RunInfo{Steady: p.Steady, After: p.After}, slots: make(chan struct{}, jobs), known: map[string][]float64{}}
	if o.Fresh || program() == "unknown" {
		return s, nil
	}
	dir := filepath.Join(o.Out, runsFolder, p.Name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("cnv: cannot keep finished runs: %w", err)
	}
	path := filepath.Join(dir, searchedName())
	text, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("cnv: finished runs: %w", err)
	}
	for line := range bytes.Lines(text) {
		if key, values, ok := parseSearched(strings.TrimSuffix(string(line), "\n")); ok {
			s.known[key] = values
		}
	}
	if s.file, err = os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644); err != nil {
		return nil, fmt.Errorf("cnv: cannot keep finished runs: %w", err)
	}
	if len(text) > 0 && text[len(text)-1] != '\n' { // cut short: the next line is one of its own
		_, err = s.file.WriteString("\n")
	}
	return s, err
}

// Close ends the search, and puts the lines of the file in order: they were written as
// runs ended. Lines that other programs write meanwhile are kept by their own Close.
func (s *Search) Close() error {
	if s.file == nil {
		return nil
	}
	path := s.file.Name()
	if err := s.file.Close(); err != nil {
		return err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("cnv: finished runs: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range bytes.Lines(text) {
		if key, values, ok := parseSearched(strings.TrimSuffix(string(line), "\n")); ok {
			s.known[key] = values
		}
	}
	var lines strings.Builder
	for _, key := range slices.Sorted(maps.Keys(s.known)) {
		lines.WriteString(formatSearched(key, s.known[key]))
	}
	aside := fmt.Sprintf("%s.%d", path, os.Getpid())
	if err := os.WriteFile(aside, []byte(lines.String()), 0o644); err != nil {
		return fmt.Errorf("cnv: cannot keep finished runs: %w", err)
	}
	return os.Rename(aside, path)
}

// Found is how many runs did not have to be run.
func (s *Search) Found() int { return int(s.found.Load()) }

// keyBytes are those of a key: enough that no two runs share one.
const keyBytes = 16

// formatSearched is the line of a run: its key, its values and a checksum.
func formatSearched(key string, values []float64) string {
	b := []byte(key)
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	b = binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
	return base64.RawStdEncoding.EncodeToString(b) + "\n"
}

// parseSearched reads a line; false: it is damaged.
func parseSearched(line string) (key string, values []float64, ok bool) {
	b, err := base64.RawStdEncoding.DecodeString(line)
	body := len(b) - crc32.Size
	if err != nil || body < keyBytes || body%8 != 0 || crc32.ChecksumIEEE(b[:body]) != binary.LittleEndian.Uint32(b[body:]) {
		return "", nil, false
	}
	for at := keyBytes; at < body; at += 8 {
		values = append(values, math.Float64frombits(binary.LittleEndian.Uint64(b[at:])))
	}
	return string(b[:keyBytes]), values, true
}
