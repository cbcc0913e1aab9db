package trace

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// ImportOptions are for the importers that need them.
type ImportOptions struct {
	Name string // of the trace; "" the folder's
	// The columns of kind "csv" and the units of their numbers: s, ms, us, ns.
	Arrival, ArrivalUnit string
	Class                string // "": one class
	Work, WorkUnit       string // "": unknown
}

// An importer turns files of a public data set into a trace.
type importer struct {
	Kind, Doc string
	inputs    int
	run       func(in []string, o *ImportOptions, begin func(Header) (*writer, error)) (*writer, error)
}

// Importers lists the kinds that Import knows, with a line about each.
func Importers() [][2]string {
	var out [][2]string
	for _, i := range importers {
		out = append(out, [2]string{i.Kind, i.Doc})
	}
	return out
}

var importers = []importer{
	{"azure2019", "Azure Functions 2019: COUNTS.csv (minute,func,count) and FUNCTIONS.csv (durations, memory, trigger)", 2, importAzure},
	{"azure-llm", "Azure LLM inference 2023: arrival_s,ContextTokens,GeneratedTokens", 1, importLLM},
	{"mooncake", "Mooncake: timestamp (ms), input_length, output_length", 1, importMooncake},
	{"counts", "counts per second, minute or 5 minutes: worldcup98, NASA, NAB (index or UTC time, count)", 1, importCounts},
	{"csv", "any CSV with a header: --arrival COLUMN, --arrival-unit, --class COLUMN, --work COLUMN, --work-unit", 1, importCSV},
}

// aliases are names of data sets for a kind.
var aliases = map[string]string{"worldcup": "counts", "worldcup98": "counts", "nasa": "counts", "nab": "counts"}

// Import converts files into a trace in the new folder out. It returns what
// trace.json says. Everything recorded is kept; totals are those of the files.
func Import(kind string, in []string, out string, o ImportOptions) (*Header, error) {
	if a, ok := aliases[kind]; ok {
		kind = a
	}
	i := slices.IndexFunc(importers, func(i importer) bool { return i.Kind == kind })
	if i < 0 {
		var names []string
		for _, i := range importers {
			names = append(names, i.Kind)
		}
		return nil, fmt.Errorf("no importer %q, want one of %s", kind, strings.Join(names, ", "))
	}
	imp := importers[i]
	if len(in) != imp.inputs {
		return nil, fmt.Errorf("importing %s takes %d files, got %d: %s", kind, imp.inputs, len(in), imp.Doc)
	}
	var w *writer
	begin := func(h Header) (*writer, error) {
		h.Name = o.Name
		if h.Name == "" {
			h.Name = stem(out)
		}
		sum, err := fileDigest(in[0])
		if err != nil {
			return nil, err
		}
		h.Provenance.SHA256 = sum
		h.Provenance.Path = baseName(in[0])
		w, err = create(out, h)
		return w, err
	}
	if _, err := imp.run(in, &o, begin); err != nil {
		if w != nil {
			w.abandon()
		}
		return nil, err
	}
	if w.h.Records == 0 {
		w.abandon()
		return nil, fmt.Errorf("%s: no arrivals in it", in[0])
	}
	return w.close()
}

func baseName(path string) string { return path[strings.LastIndexAny(path, `/\`)+1:] }

// A table is a CSV file whose columns are found by name.
type table struct {
	*lines
	at map[string]int
	f  [][]byte
}

// openTable opens a file with a header.
func openTable(path string, required ...string) (*table, error) {
	l, err := openLines(path)
	if err != nil {
		return nil, err
	}
	f, err := l.next()
	if err != nil {
		l.close()
		return nil, err
	}
	t := &table{lines: l, at: map[string]int{}}
	var have []string
	for i, c := range f {
		t.at[string(c)] = i
		have = append(have, string(c))
	}
	for _, c := range required {
		if _, ok := t.at[c]; !ok {
			l.close()
			return nil, l.fail("no column %q (there are: %s)", c, strings.Join(have, ", "))
		}
	}
	return t, nil
}

// row reads the next line; false at the end.
func (t *table) row() (bool, error) {
	f, err := t.lines.next()
	t.f = f
	return f != nil && err == nil, err
}

// cell is a cell of the current line, "" if it is not there.
func (t *table) cell(column string) []byte {
	i, ok := t.at[column]
	if !ok || i >= len(t.f) {
		return nil
	}
	return t.f[i]
}

// number parses a cell that is a finite number, not negative.
func (t *table) number(column string) (float64, error) {
	v, err := strconv.ParseFloat(string(bytes.TrimSpace(t.cell(column))), 64)
	if err != nil || !(v >= 0) || math.IsInf(v, 0) {
		return 0, t.fail("%s: %q is not a number from 0 on", column, t.cell(column))
	}
	return v, nil
}

// unitMicros is a unit of time in microseconds.
func unitMicros(unit string) (float64, error) {
	switch unit {
	case "", "s":
		return 1e6, nil
	case "ms":
		return 1e3, nil
	case "us":
		return 1, nil
	case "ns":
		return 1e-3, nil
	}
	return 0, fmt.Errorf("unit %q, want s, ms, us or ns", unit)
}

// bare is an arrival of which nothing but the instant is known.
func bare(us int64) workloads.Arrival {
	return workloads.Arrival{
		At: micros(us), Work: workloads.Unknown, Wall: workloads.Unknown, Memory: workloads.Unknown,
		BytesIn: workloads.Unknown, BytesOut: workloads.Unknown, Status: workloads.Unknown,
	}
}

// one is a class of which only the name and features are known.
func one(name, trigger string, features ...string) class {
	return class{Class: workloads.Class{Name: name, Trigger: trigger, Memory: workloads.Unknown, MeanWork: workloads.Unknown, Features: features}}
}

// eventsOf copies rows to arrivals: at is the column of the instant, in units
// of so many microseconds, from the first one on.
func (t *table) eventsOf(w *writer, at string, unit float64, fill func(a *workloads.Arrival) ([]byte, error)) error {
	defer t.close()
	first, last := -1.0, int64(0)
	for {
		ok, err := t.row()
		if err != nil || !ok {
			return err
		}
		v, err := t.number(at)
		if err != nil {
			return err
		}
		if first < 0 {
			first = v
		}
		us := int64(math.Round((v - first) * unit))
		if us < last {
			return t.fail("%s: %v is before the line above: sort the file by arrival", at, v)
		}
		if us > maxMicros {
			return t.fail("%s: %v is more than %v after the first arrival", at, v, time.Duration(maxMicros*1000))
		}
		last = us
		a := bare(us)
		attr, err := fill(&a)
		if err != nil {
			return err
		}
		w.event(&a, attr)
	}
}

// importLLM reads the Azure LLM inference traces.
func importLLM(in []string, _ *ImportOptions, begin func(Header) (*writer, error)) (*writer, error) {
	return importTokens(in[0], "arrival_s", 1e6, "ContextTokens", "GeneratedTokens", Provenance{
		Source: "AzurePublicDataset, LLM inference 2023", Licence: "CC-BY 4.0",
		Citation: "Patel et al., Splitwise, ISCA 2024", URL: "https://github.com/Azure/AzurePublicDataset",
	}, nil, begin)
}

// importMooncake reads the Mooncake traces.
func importMooncake(in []string, _ *ImportOptions, begin func(Header) (*writer, error)) (*writer, error) {
	return importTokens(in[0], "timestamp", 1e3, "input_length", "output_length", Provenance{
		Source: "Mooncake, FAST 2025 release", Licence: "Apache-2.0",
		Citation: "Qin et al., Mooncake, FAST 2025", URL: "https://github.com/kvcache-ai/Mooncake",
	}, []string{"arrivals are stamped in batches of some 3 s: most gaps are zero, bursts within a batch are an artefact of recording"}, begin)
}

// importTokens reads requests to a language model: instants and token counts,
// which become features.
func importTokens(path, at string, unit float64, input, output string, p Provenance, notes []string, begin func(Header) (*writer, error)) (*writer, error) {
	t, err := openTable(path, at, input, output)
	if err != nil {
		return nil, err
	}
	w, err := begin(Header{Kind: Events, Provenance: p, Recorded: []string{"arrival_us", "attr"}, Synthesised: []string{}, Notes: notes})
	if err != nil {
		t.close()
		return nil, err
	}
	w.classes = []class{one("llm", "http", "tokens_in", "tokens_out")}
	var attr []byte
	return w, t.eventsOf(w, at, unit, func(*workloads.Arrival) ([]byte, error) {
		in, ok := integer(t.cell(input))
		out, ok2 := integer(t.cell(output))
		if !ok || !ok2 {
			return nil, t.fail("%s, %s: want integers from 0 on", input, output)
		}
		attr = strconv.AppendInt(append(attr[:0], "tokens_in="...), in, 10)
		return strconv.AppendInt(append(attr, ";tokens_out="...), out, 10), nil
	})
}

// importCSV reads any CSV file with a header, by the columns that the options name.
func importCSV(in []string, o *ImportOptions, begin func(Header) (*writer, error)) (*writer, error) {
	if o.Arrival == "" {
		return nil, fmt.Errorf("importing csv needs the column of the arrival instant (--arrival)")
	}
	arrivalUnit, err := unitMicros(o.ArrivalUnit)
	if err != nil {
		return nil, err
	}
	workUnit, err := unitMicros(o.WorkUnit)
	if err != nil {
		return nil, err
	}
	h := Header{Kind: Events, Provenance: Provenance{Source: "a CSV file of the user's"}, Recorded: []string{"arrival_us"}}
	columns := []string{o.Arrival}
	for _, c := range [][2]string{{o.Class, "class"}, {o.Work, "work_us"}} {
		if c[0] != "" {
			columns = append(columns, c[0])
			h.Recorded = append(h.Recorded, c[1])
		}
	}
	t, err := openTable(in[0], columns...)
	if err != nil {
		return nil, err
	}
	w, err := begin(h)
	if err != nil {
		t.close()
		return nil, err
	}
	ids := map[string]policy.ClassID{}
	if o.Class == "" {
		w.classes = []class{one("all", "")}
	}
	return w, t.eventsOf(w, o.Arrival, arrivalUnit, func(a *workloads.Arrival) ([]byte, error) {
		if o.Work != "" && len(t.cell(o.Work)) > 0 {
			v, err := t.number(o.Work)
			if err != nil {
				return nil, err
			}
			a.Work = micros(int64(math.Round(v * workUnit)))
		}
		if o.Class == "" {
			return nil, nil
		}
		name := string(t.cell(o.Class))
		id, ok := ids[name]
		if !ok {
			if name == "" || len(ids) == maxClasses {
				return nil, t.fail("%s: empty, or more than %d classes", o.Class, maxClasses)
			}
			id = policy.ClassID(len(ids))
			ids[name] = id
			w.classes = append(w.classes, one(name, ""))
		}
		a.Class = id
		return nil, nil
	})
}
