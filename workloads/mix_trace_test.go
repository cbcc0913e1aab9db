package workloads

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"cnv/policy"
	"cnv/workloads/features"
)

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func unpack(t *testing.T, data []byte) []byte {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(zip)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestShippedTraceIsTheOwnMix makes the trace anew. Events are compared
// unpacked, as another Go version may pack them otherwise; after a deliberate
// change run go generate ./workloads.
func TestShippedTraceIsTheOwnMix(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the last bits of floating-point results differ between architectures; the trace was made on amd64")
	}
	dir := t.TempDir()
	if err := WriteOwnTrace(dir); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, dir, "classes.csv"), read(t, "own", "classes.csv")) {
		t.Error("classes.csv differs from what the own mix makes now")
	}
	if !bytes.Equal(unpack(t, read(t, dir, "events.csv.gz")), unpack(t, read(t, "own", "events.csv.gz"))) {
		t.Error("events.csv.gz differs from what the own mix makes now")
	}
}

// TestShippedTraceIsWhole: small, with digests, counts and an honest header.
func TestShippedTraceIsWhole(t *testing.T) {
	var header struct {
		Records           int
		Span              int64             `json:"span_us"`
		Recorded          []string          `json:"recorded_fields"`
		SynthesisedFields []string          `json:"synthesised_fields"`
		Files             map[string]string `json:"files"`
	}
	if err := json.Unmarshal(read(t, "own", "trace.json"), &header); err != nil {
		t.Fatal(err)
	}
	size := 0
	for name, want := range header.Files {
		data := read(t, "own", name)
		size += len(data)
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != want {
			t.Errorf("%s: digest %s, trace.json says %s", name, got, want)
		}
	}
	if len(header.Files) != 2 || size > 200_000 {
		t.Errorf("%d files of %d bytes, want 2 of less than 200 kB", len(header.Files), size)
	}
	if header.Recorded == nil || len(header.Recorded) != 0 || fmt.Sprint(header.SynthesisedFields) != "[arrival_us class work_us bytes_in bytes_out attr]" {
		t.Errorf("recorded %v, synthesised %v, want none and all", header.Recorded, header.SynthesisedFields)
	}
	rows, err := csv.NewReader(bytes.NewReader(unpack(t, read(t, "own", "events.csv.gz")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows)-1 != header.Records {
		t.Errorf("%d events, trace.json says %d", len(rows)-1, header.Records)
	}
	checkOwnRows(t, rows[1:], header.Span)
}

// checkOwnRows compares every event with what the generator gives.
func checkOwnRows(t *testing.T, rows [][]string, span int64) {
	t.Helper()
	own := Own()
	_, src := openMix(t, &ownArrivals, own, ownSeed)
	var a Arrival
	for n, row := range rows {
		if !src.Next(&a) {
			t.Fatalf("the generator ends after %d of %d events", n, len(rows))
		}
		at, _ := strconv.ParseInt(row[0], 10, 64)
		work, _ := strconv.ParseInt(row[2], 10, 64)
		var v features.Vector
		err := features.Parse(own.classes[a.Class].Features, row[8], &v)
		if at != a.At.Microseconds() || at >= span || row[1] != fmt.Sprint(a.Class) || (a.Work.Microseconds()-work)/2 != 0 || v != a.Features || err != nil {
			t.Fatalf("event %d = %v, the generator gives %+v", n, row, a)
		}
		if key := features.Key(own.classes[a.Class].Name, row[8], nil); key != a.Key || key == policy.Key(0) {
			t.Fatalf("event %d: key of the attributes %#x, of the mix %#x", n, uint64(key), uint64(a.Key))
		}
	}
}

func TestWriteOwnTraceNeedsAFolder(t *testing.T) {
	if err := WriteOwnTrace(filepath.Join(t.TempDir(), "missing")); err == nil {
		t.Error("no error where the folder does not exist")
	}
}
