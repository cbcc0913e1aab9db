package logs

import (
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// TestParquet: instants of the file's own type, nested columns, unknown values.
func TestParquet(t *testing.T) {
	type request struct {
		Path string `parquet:"path"`
	}
	type row struct {
		Time    time.Time `parquet:"time,timestamp(millisecond)"`
		Latency float64   `parquet:"latency_ms"`
		Request request   `parquet:"request"`
		CPU     *int64    `parquet:"cpu_us,optional"`
	}
	name := filepath.Join(t.TempDir(), "x.parquet")
	cpu := int64(1500)
	at := time.Date(2025, 3, 2, 10, 0, 0, 1e6, time.UTC)
	if err := parquet.WriteFile(name, []row{{at, 12.5, request{"/a"}, &cpu}, {at.Add(time.Second), 1, request{"/b"}, nil}}); err != nil {
		t.Fatal(err)
	}
	in, err := OpenInput(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	guesses, err := Detect(in, Options{})
	if err != nil || guesses[0].Format.Name != "parquet" {
		t.Fatalf("taken for %v, %v", guesses, err)
	}
	r := NewReader(guesses[0].Format, One(in), Options{Arrival: "time", Duration: "latency_ms", Work: "cpu_us", Class: []string{"request.path"}})
	var a, b, c Event
	if err := r.Next(&a); err != nil {
		t.Fatal(err)
	}
	if err := r.Next(&b); err != nil {
		t.Fatal(err)
	}
	if a.At != at.UnixNano() || a.Wall != 12.5e6 || a.Work != 1.5e6 || b.At != a.At+1e9 || b.Work != Unknown || r.Classes()[b.Class] != "/b" {
		t.Errorf("%+v, %+v", a, b)
	}
	if err := r.Next(&c); err != io.EOF {
		t.Errorf("after the last: %v", err)
	}
}

// record is a record of the World Cup log.
func record(at, size uint32, status, kind byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, at)
	b = append(b, 0, 0, 0, 1, 0, 0, 0, 2)
	b = binary.BigEndian.AppendUint32(b, size)
	return append(b, 0, 0x40|status, kind, 3)
}

// TestWorldCup: binary records; a size of 2^32-1 is unknown; a cut record is
// refused.
func TestWorldCup(t *testing.T) {
	text := append(record(894_000_000, 500, 2, 1), record(894_000_001, 1<<32-1, 13, 6)...)
	in, err := input("wc_day.gz", text)
	if err != nil {
		t.Fatal(err)
	}
	guesses, err := Detect(in, Options{})
	if err != nil || guesses[0].Format.Name != "worldcup" {
		t.Fatalf("taken for %v, %v", guesses, err)
	}
	if in, err = input("wc_day.gz", append(text, 1, 2, 3)); err != nil {
		t.Fatal(err)
	}
	r := NewReader(guesses[0].Format, One(in), Options{})
	var a, b Event
	if err := r.Next(&a); err != nil {
		t.Fatal(err)
	}
	if err := r.Next(&b); err != nil {
		t.Fatal(err)
	}
	if a.At != 894_000_000e9 || a.BytesOut != 500 || a.Status != 200 || r.Classes()[a.Class] != "image" || b.BytesOut != Unknown || b.Status != 304 || r.Classes()[b.Class] != "dynamic" {
		t.Errorf("%+v, %+v, %v", a, b, r.Classes())
	}
	if err := r.Next(&b); err == nil || err == io.EOF {
		t.Errorf("a cut record: %v", err)
	}
}

// TestParquetIsAFile: a stream cannot be read from its end.
func TestParquetIsAFile(t *testing.T) {
	in, err := OpenInput("-", io.LimitReader(mustOpen(t), 100))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Detect(in, Options{}); err == nil {
		t.Error("no error")
	}
}

func mustOpen(t *testing.T) io.Reader {
	name := filepath.Join(t.TempDir(), "y.parquet")
	if err := parquet.WriteFile(name, []struct{ A int64 }{{1}}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
