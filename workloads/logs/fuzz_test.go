package logs

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/tools/txtar"
)

// fuzzed reads a text in a format as far as it goes: what is read must be in
// range.
func fuzzed(t *testing.T, f *Format, in *Input) {
	r := NewReader(f, One(in), Options{})
	var e Event
	for n := 0; n < 10_000; n++ {
		if err := r.Next(&e); err != nil {
			return
		}
		if e.Wall < Unknown || e.Work < Unknown || e.Memory < Unknown || e.BytesIn < Unknown || e.BytesOut < Unknown || e.Status < Unknown || !(e.Count >= 0) || int(e.Class) >= max(len(r.Classes()), 1) {
			t.Fatalf("%s: event %+v of %d classes", f.Name, e, len(r.Classes()))
		}
	}
}

// fuzzFormats fuzzes the formats that are chosen, each from its file of testdata.
func fuzzFormats(f *testing.F, archive string, chosen ...string) {
	a, err := txtar.ParseFile(filepath.Join("testdata", archive))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range a.Files {
		for i, name := range chosen {
			if n := len(name); len(file.Name) > n && file.Name[:n+1] == name+"." {
				f.Add(i, file.Data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, i int, text []byte) {
		if i < 0 || i >= len(chosen) || bytes.HasPrefix(text, []byte{0x28, 0xb5}) {
			return
		}
		in, err := newInput("x", io.NopCloser(bytes.NewReader(text)))
		if err != nil {
			return
		}
		defer in.Close()
		fuzzed(t, Named(chosen[i]), in)
	})
}

// FuzzDetect: no text may make it panic.
func FuzzDetect(f *testing.F) {
	for _, text := range []string{goodLine, "a,b\n1,2\n", "{\"ts\":1}\n", "day,time,0\n0,1,2\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(_ *testing.T, text []byte) {
		if in, err := newInput("x", io.NopCloser(bytes.NewReader(text))); err == nil {
			_, _ = Detect(in, Options{})
			in.Close()
		}
	})
}

// The formats of each fuzz target, beside countFormats and the two binary ones.
var (
	fuzzedLines  = []string{"clf", "ingress-nginx", "haproxy", "alb", "cloudfront", "w3c", "lambda", "swf", "envoy", "elb", "squid"}
	fuzzedTables = []string{"csv", "vegeta-csv", "k6-csv", "jmeter", "hey", "lambda-insights", "azure2021", "azure-llm", "burstgpt", "huawei2025", "huawei2025-coldstarts", "alibaba2021", "ab", "oha"}
	fuzzedJSON   = []string{"jsonl", "caddy", "traefik", "nginx-json", "vegeta-json", "k6-json", "lambda-json", "mooncake", "lambda-events", "jaeger", "otlp", "envoy-json", "gcp", "appgateway", "apigateway", "pino"}
)

// TestEveryFormatIsFuzzed: each that is read is in one of the targets.
func TestEveryFormatIsFuzzed(t *testing.T) {
	all := slices.Concat(fuzzedLines, fuzzedTables, fuzzedJSON, countFormats, []string{"worldcup", "parquet"})
	for _, f := range Formats {
		if f.refuse == "" && !slices.Contains(all, f.Name) {
			t.Errorf("format %s is in no fuzz target", f.Name)
		}
	}
}

// FuzzEnvelope: what stands in envelopes has as many lines as there are of these.
func FuzzEnvelope(f *testing.F) {
	f.Add([]byte(`{"log":"a\n","stream":"stdout","time":"t"}`+"\n"+`{"log":"b","stream":"stderr"}`), true)
	f.Add([]byte("2025-03-02T10:00:09.000000001Z stdout P a\n2025-03-02T10:00:09.000000001Z stdout F b\n"), false)
	f.Fuzz(func(t *testing.T, text []byte, parts bool) {
		for _, known := range envelopes {
			e := &envelope{take: known.take, stream: "stdout", parts: parts}
			if got, want := bytes.Count(e.opened(text), []byte{'\n'}), bytes.Count(text, []byte{'\n'}); got != want {
				t.Fatalf("%d lines of %d", got, want)
			}
			envelopeOf(text)
		}
	})
}

// FuzzLines: access logs and other lines.
func FuzzLines(f *testing.F) {
	fuzzFormats(f, "stream.txtar", fuzzedLines...)
}

// FuzzTables: tables with a header or without one.
func FuzzTables(f *testing.F) {
	fuzzFormats(f, "stream.txtar", fuzzedTables...)
}

// FuzzJSON: JSON lines and documents.
func FuzzJSON(f *testing.F) {
	fuzzFormats(f, "stream.txtar", fuzzedJSON...)
}

// FuzzCounts: metrics.
func FuzzCounts(f *testing.F) { fuzzFormats(f, "counts.txtar", countFormats...) }

// FuzzParquet: a damaged file is an error.
func FuzzParquet(f *testing.F) {
	name := filepath.Join(f.TempDir(), "x.parquet")
	if err := parquet.WriteFile(name, []struct {
		Time int64   `parquet:"time"`
		Took float64 `parquet:"latency_ms"`
	}{{1, 2}, {3, 4}}); err != nil {
		f.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		name := filepath.Join(t.TempDir(), "x.parquet")
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		in, err := OpenInput(name, nil)
		if err != nil {
			return
		}
		defer in.Close()
		fuzzed(t, Named("parquet"), in)
	})
}

// FuzzWorldCup: binary records.
func FuzzWorldCup(f *testing.F) {
	f.Add(record(894_000_000, 500, 2, 1))
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := newInput("x", io.NopCloser(bytes.NewReader(text)))
		if err != nil {
			return
		}
		defer in.Close()
		fuzzed(t, Named("worldcup"), in)
	})
}

// FuzzWhere: no condition makes it panic.
func FuzzWhere(f *testing.F) {
	f.Add("status < 500 and path ~ /user/*", "404")
	f.Fuzz(func(_ *testing.T, text, cell string) {
		r := oneRow{&named{columns: []string{"status", "path"}, cells: [][]byte{[]byte(cell), []byte(cell)}}}
		if c, err := parseWhere(text); err == nil && c.bind(r) == nil {
			c.holds(r)
		}
	})
}
