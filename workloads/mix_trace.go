package workloads

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

//go:generate go run own/make.go

// The shipped trace: an hour of the own mix under a swing of 1:9 from night to
// day and back, the same for everybody.
const ownSeed = 1

var ownArrivals = Diurnal{Rate: 1.5, Ratio: 9, Period: time.Hour, Duration: time.Hour}

// WriteOwnTrace writes the project's own mix as a trace into an existing
// folder: trace.json, events.csv.gz and classes.csv, under the seed and the
// arrivals of the trace that is shipped in workloads/own.
func WriteOwnTrace(dir string) error {
	w, err := ownArrivals.Workload("own", Own())
	if err != nil {
		return err
	}
	var events, packed bytes.Buffer
	records, err := writeOwnEvents(&events, w)
	if err != nil {
		return err
	}
	zip := gzip.NewWriter(&packed)
	if _, err := zip.Write(events.Bytes()); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}
	files := map[string][]byte{"events.csv.gz": packed.Bytes(), "classes.csv": ownClasses(w)}
	if files["trace.json"], err = ownHeader(w, records, files); err != nil {
		return err
	}
	for _, name := range sortedKeys(files) {
		if err := os.WriteFile(filepath.Join(dir, name), files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// writeOwnEvents writes one line per request and says how many there are.
func writeOwnEvents(out io.Writer, w *Workload) (records int, err error) {
	items := map[[2]uint64]*item{}
	own := Own()
	for i := range own.items {
		items[[2]uint64{uint64(own.items[i].class), uint64(own.items[i].key)}] = &own.items[i]
	}
	src, err := w.Open(ownSeed)
	if err != nil {
		return 0, err
	}
	fmt.Fprintln(out, "arrival_us,class,work_us,dur_us,mem_kib,bytes_in,bytes_out,status,attr")
	var a Arrival
	for src.Next(&a) {
		it := items[[2]uint64{uint64(a.Class), uint64(a.Key)}]
		_, err := fmt.Fprintf(out, "%d,%d,%d,,,%d,%d,,%s\n", a.At.Microseconds(), a.Class,
			a.Work.Round(time.Microsecond).Microseconds(), a.BytesIn, a.BytesOut, it.attr(w.Classes[a.Class].Features))
		if err != nil {
			return records, err
		}
		records++
	}
	return records, src.Err()
}

// ownClasses is classes.csv.
func ownClasses(w *Workload) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, "class,name,app,trigger,features")
	for i, c := range w.Classes {
		fmt.Fprintf(&b, "%d,%s,%s,%s,%s\n", i, c.Name, c.App, c.Trigger, strings.Join(c.Features, ";"))
	}
	return b.Bytes()
}

// ownHeader is trace.json, with the digests of the other files.
func ownHeader(w *Workload, records int, files map[string][]byte) ([]byte, error) {
	digests := map[string]string{}
	for name, data := range files {
		digests[name] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	type provenance struct {
		Source   string `json:"source"`
		Commit   string `json:"commit"`
		Path     string `json:"path"`
		SHA256   string `json:"sha256"`
		Licence  string `json:"licence"`
		Citation string `json:"citation"`
		URL      string `json:"url"`
	}
	out, err := json.MarshalIndent(struct {
		SchemaVersion     int               `json:"schema_version"`
		Name              string            `json:"name"`
		Kind              string            `json:"kind"`
		Epoch             *string           `json:"epoch"`
		SpanUS            int64             `json:"span_us"`
		Records           int               `json:"records"`
		Provenance        provenance        `json:"provenance"`
		Transformations   []string          `json:"transformations"`
		RecordedFields    []string          `json:"recorded_fields"`
		SynthesisedFields []string          `json:"synthesised_fields"`
		Files             map[string]string `json:"files"`
	}{
		SchemaVersion: 1, Name: w.Name, Kind: "events", SpanUS: w.Span.Microseconds(), Records: records,
		Provenance: provenance{
			Source:  fmt.Sprintf("synthesised, nothing recorded: %v, seed %d, with requests of the own mix, whose work comes from published cost figures (see mix_catalogue.go)", ownArrivals, ownSeed),
			Path:    "workloads/own",
			Licence: "that of the project",
		},
		Transformations: []string{}, RecordedFields: []string{}, SynthesisedFields: w.Synthesised, Files: digests,
	}, "", "  ")
	return append(out, '\n'), err
}
