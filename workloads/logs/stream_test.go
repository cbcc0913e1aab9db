package logs

import (
	"errors"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// An answer is what must come out of a file of testdata.
type answer struct {
	within time.Duration // of the truth; 0: a microsecond
	scale  int64         // the file is so many times slower; 0: once
	took   bool          // durations are logged
	class  string        // of the second request; "": one class
	o      Options
}

// stream is the truth of testdata/stream.txtar.
var stream = []struct{ at, took time.Duration }{
	{100 * time.Millisecond, 50 * time.Millisecond}, {400 * time.Millisecond, 2 * time.Second}, {1250 * time.Millisecond, 250 * time.Millisecond}, {3 * time.Second, 125 * time.Millisecond},
}

var answers = map[string]answer{
	"clf.nginx.log":             {within: time.Second, took: true, class: "/b"},
	"clf.key.log":               {within: time.Second, took: true, class: "/b"},
	"clf.traefik.log":           {within: time.Second, took: true, class: "/b"},
	"clf.apache.log":            {within: time.Second, took: true, class: "/b"},
	"clf.common.log":            {within: time.Second, class: "/b"},
	"ingress-nginx.log":         {within: time.Second, took: true, class: "/b"},
	"jmeter.csv":                {took: true, class: "/b"},
	"haproxy.log":               {took: true, class: "/b"},
	"alb.log":                   {took: true, class: "/b"},
	"cloudfront.log":            {within: time.Second, took: true, class: "/b"},
	"w3c.log":                   {within: time.Second, took: true, class: "/b"},
	"lambda.log":                {},
	"lambda.insights.csv":       {},
	"lambda.later.csv":          {},
	"lambda-insights.csv":       {},
	"lambda.tail.log":           {},
	"lambda-json.jsonl":         {},
	"lambda-events.json":        {},
	"swf.swf":                   {scale: 1000, took: true},
	"vegeta-csv.csv":            {took: true, class: "/b"},
	"vegeta-json.jsonl":         {took: true, class: "/b"},
	"k6-csv.csv":                {within: time.Second, took: true, class: "/b"},
	"k6-json.jsonl":             {took: true, class: "/b"},
	"hey.csv":                   {took: true},
	"caddy.jsonl":               {took: true, class: "/b"},
	"traefik.jsonl":             {took: true, class: "/b"},
	"nginx-json.jsonl":          {took: true, class: "/b"},
	"jsonl.jsonl":               {took: true, class: "/b", o: Options{Arrival: ".at.start", Duration: "took_ms", Class: []string{".route"}}},
	"csv.iso.csv":               {took: true, class: "/b"},
	"csv.semicolons.csv":        {class: "/b"},
	"csv.breaks.csv":            {took: true, class: "/b"},
	"csv.headers.csv":           {took: true, class: "/b"},
	"csv.days.csv":              {class: "/b"},
	"csv.tabs.tsv":              {class: "/b", o: Options{Class: []string{`the "route"`}}},
	"csv.bare.csv":              {took: true, class: "/b", o: Options{Arrival: "1", Duration: "2", Class: []string{"3"}}},
	"jaeger.json":               {took: true, class: "GET /b"},
	"otlp.jsonl":                {took: true, class: "GET /b"},
	"azure2021.csv":             {took: true, class: "b"},
	"azure-llm.csv":             {},
	"mooncake.jsonl":            {},
	"burstgpt.csv":              {class: "b"},
	"huawei2025.csv":            {took: true, class: "b"},
	"huawei2025-coldstarts.csv": {took: true, class: "b"},
	"alibaba2021.csv":           {took: true, class: "b"},
	"envoy.log":                 {took: true, class: "/b"},
	"envoy.istio.log":           {took: true, class: "/b"},
	"envoy-json.jsonl":          {took: true, class: "/b"},
	"elb.log":                   {took: true, class: "/b"},
	"traefik.late.jsonl":        {took: true, class: "/b"},
	"pino.jsonl":                {took: true, class: "/b"},
	"gcp.jsonl":                 {took: true, class: "/b"},
	"gcp.array.json":            {took: true, class: "/b"},
	"appgateway.jsonl":          {took: true, class: "/b"},
	"appgateway.records.json":   {took: true, class: "/b"},
	"apigateway.jsonl":          {within: time.Second, took: true, class: "/b"},
	"squid.log":                 {took: true, class: "/b"},
	"ab.tsv":                    {within: time.Second, took: true},
	"oha.csv":                   {took: true},
	"lambda.sam.log":            {},
	"lambda.restored.log":       {},
	"csv.comma.csv":             {took: true, class: "/b"},
	"csv.german.csv":            {took: true, class: "/b"},
	"csv.parts.csv":             {took: true, class: "/b"},
	"csv.tilde.csv":             {took: true, class: "/b"},
}

// TestOneStreamInAllFormats: every format is told by the file, and the same
// arrivals come out of it.
func TestOneStreamInAllFormats(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range archive(t, "stream.txtar") {
		name, _, _ := strings.Cut(f.Name, ".")
		seen[name] = true
		t.Run(f.Name, func(t *testing.T) {
			want, ok := answers[f.Name]
			if !ok {
				t.Fatal("no answer")
			}
			all, r := readAll(t, f, name, want.o)
			checkStream(t, all, r, want)
		})
	}
	for _, f := range Formats {
		if !seen[f.Name] && f.refuse == "" && !slices.Contains([]string{"worldcup", "parquet"}, f.Name) && !slices.Contains(countFormats, f.Name) {
			t.Errorf("no file of format %s", f.Name)
		}
	}
}

func archive(t *testing.T, name string) []txtar.File {
	a, err := txtar.ParseFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return a.Files
}

// input is an input of a text.
func input(name string, text []byte) (*Input, error) {
	return newInput(name, io.NopCloser(strings.NewReader(string(text))))
}

// readAll reads the events of a file whose format is told.
func readAll(t *testing.T, f txtar.File, format string, o Options) ([]Event, *Reader) {
	in, err := input(f.Name, f.Data)
	if err != nil {
		t.Fatal(err)
	}
	guesses, err := Detect(in, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := guesses[0].Format.Name; got != format {
		t.Fatalf("taken for %s, want %s", got, format)
	}
	r := NewReader(guesses[0].Format, One(in), o)
	var all []Event
	for {
		var e Event
		err := r.Next(&e)
		if errors.Is(err, io.EOF) {
			return all, r
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
}

func checkStream(t *testing.T, all []Event, r *Reader, want answer) {
	if len(all) != len(stream) {
		t.Fatalf("%d events, want %d", len(all), len(stream))
	}
	slices.SortStableFunc(all, func(a, b Event) int { return int(a.At - b.At) })
	zero := int64(0)
	if all[0].At > 1e17 {
		zero = 1740909600e9
	}
	within := max(want.within, time.Microsecond)
	unused := slices.Clone(stream)
	for _, e := range all {
		at := time.Duration((e.At - zero) / max(want.scale, 1))
		i := slices.IndexFunc(unused, func(s struct{ at, took time.Duration }) bool {
			near := (at-s.at).Abs() < within || (at-s.at).Abs() <= time.Microsecond
			return near && (!want.took || time.Duration(e.Wall)/time.Duration(max(want.scale, 1)) == s.took)
		})
		if i < 0 {
			t.Errorf("arrival at %v that took %v is not of the stream", at, time.Duration(e.Wall))
			continue
		}
		if unused[i].took == 2*time.Second && want.class != "" && r.Classes()[e.Class] != want.class {
			t.Errorf("class %q, want %q", r.Classes()[e.Class], want.class)
		}
		unused = slices.Delete(unused, i, i+1)
	}
}

// countFormats are the formats of counts.
var countFormats = []string{"cloudwatch-json", "cloudwatch-data", "cloudwatch-csv", "prometheus", "locust", "huawei2023"}

// TestCountFormats: the values of each format of counts.
func TestCountFormats(t *testing.T) {
	for _, f := range archive(t, "counts.txtar") {
		name, _, _ := strings.Cut(f.Name, ".")
		t.Run(name, func(t *testing.T) {
			all, r := readAll(t, f, name, Options{})
			sum, last := 0.0, 0.0
			for _, e := range all {
				sum += e.Count
				last = e.Count
			}
			quantity := r.Meaning().Quantity
			if quantity == Unsaid {
				quantity = r.Meaning().Otherwise
			}
			switch quantity {
			case Rates:
				sum *= 60
			case Totals:
				sum = last
			}
			if math.Abs(sum-360) > 1e-6 {
				t.Errorf("%v arrivals, want 360", sum)
			}
			if name != "huawei2023" && all[0].At/1e9 > 1740909600+60*3 {
				t.Errorf("the first at %d", all[0].At)
			}
		})
	}
}
