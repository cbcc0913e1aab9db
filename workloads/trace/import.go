package trace

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"cnv/workloads"
)

// ImportOptions are for the importers that need them.
type ImportOptions struct {
	Name string // of the trace; "" the folder's
	// The columns of kind "csv" and the units of their numbers: s, ms, us, ns.
	Arrival, ArrivalUnit string
	Class                string // "": one class
	Work, WorkUnit       string // "": unknown
	Day                  string // of counts with times: only this date, UTC; "" all
}

// An importer turns files of a public data set into a trace.
type importer struct {
	kind, doc   string
	least, most int // files
	from        Provenance
	run         func(m *importing) error
	notice      string // of the publisher, that goes with every copy: a file among workloads.Shipped; "" none
}

// Importers lists the kinds that Import knows, with a line about each.
func Importers() [][2]string {
	var out [][2]string
	for _, i := range importers {
		out = append(out, [2]string{i.kind, i.doc})
	}
	return out
}

var importers = []importer{
	{"azure2019", "Azure Functions 2019: counts and functions (minute,func,count; a line per function), or the original invocations, durations and, optionally, app memory of a day", 2, 3,
		Provenance{
			Source: "AzurePublicDataset, Azure Functions 2019", Licence: "CC-BY 4.0",
			Citation: "Shahrad et al., Serverless in the Wild, USENIX ATC 2020", URL: "https://github.com/Azure/AzurePublicDataset",
		}, importAzure, ""},
	{"azure-llm", "Azure LLM inference 2023: arrival_s,ContextTokens,GeneratedTokens", 1, 1,
		Provenance{
			Source: "AzurePublicDataset, LLM inference 2023", Licence: "CC-BY 4.0",
			Citation: "Patel et al., Splitwise, ISCA 2024", URL: "https://github.com/Azure/AzurePublicDataset",
		}, importLLM, ""},
	{"mooncake", "Mooncake: timestamp (ms), input_length, output_length", 1, 1,
		Provenance{
			Source: "Mooncake, FAST 2025 release", Licence: "Apache-2.0",
			Citation: "Qin et al., Mooncake, FAST 2025", URL: "https://github.com/kvcache-ai/Mooncake",
		}, importMooncake, ""},
	{"worldcup", "World Cup 98 web site: UTC minute, count; or the published logs (wc_day*.gz), counted per minute", 1, 1000,
		Provenance{
			Source: "WorldCup98 access logs, counted per minute", Licence: "non-commercial use, with the notice of the data set (NOTICE.txt)",
			Citation: "M. Arlitt and T. Jin, 1998 World Cup Web Site Access Logs, August 1998, http://www.acm.org/sigcomm/ITA/",
			URL:      "https://ita.ee.lbl.gov/html/contrib/WorldCup.html",
		}, importWorldCup, "worldcup98-june-10/NOTICE.txt"},
	{"nasa", "NASA web site 1995: minute or second, count", 1, 1,
		Provenance{
			Source: "NASA-HTTP logs, counted per bin", Licence: "freely redistributable",
			Citation: "Internet Traffic Archive, NASA-HTTP", URL: "https://ita.ee.lbl.gov/html/contrib/NASA-HTTP.html",
		}, importCounts, ""},
	{"nab", "Numenta Anomaly Benchmark, request counts of an AWS load balancer: timestamp, value", 1, 1,
		Provenance{
			Source: "Numenta Anomaly Benchmark", Licence: "MIT",
			Citation: "Lavin, Ahmad: Evaluating Real-time Anomaly Detection Algorithms, ICMLA 2015", URL: "https://github.com/numenta/NAB",
		}, importCounts, ""},
	{"counts", "any counts per bin: number of the second, minute or hour, or UTC time; count", 1, 1,
		Provenance{Source: "counts of the user's"}, importCounts, ""},
	{"csv", "any CSV with a header: --arrival COLUMN, --arrival-unit, --class COLUMN, --work COLUMN, --work-unit", 1, 1,
		Provenance{Source: "a CSV file of the user's"}, importCSV, ""},
}

// An importing is an import that goes on.
type importing struct {
	in      []string
	out     string
	options ImportOptions
	from    Provenance
	notice  string
	w       *writer // after begin
}

// Import converts files into a trace in the new folder out. It returns what
// trace.json says. Everything recorded is kept; totals are those of the files.
func Import(kind string, in []string, out string, o ImportOptions) (*Header, error) {
	i := slices.IndexFunc(importers, func(i importer) bool { return i.kind == kind })
	if i < 0 {
		var names []string
		for _, i := range importers {
			names = append(names, i.kind)
		}
		return nil, fmt.Errorf("no importer %q, want one of %s", kind, strings.Join(names, ", "))
	}
	imp := importers[i]
	if len(in) < imp.least || len(in) > imp.most {
		return nil, fmt.Errorf("importing %s takes %s, got %d: %s", kind, fileCount(imp.least, imp.most), len(in), imp.doc)
	}
	m := &importing{in: in, out: out, options: o, from: imp.from, notice: imp.notice}
	err := imp.run(m)
	if err == nil && m.w.h.Records == 0 {
		err = fmt.Errorf("%s: no arrivals in it", in[0])
	}
	if err == nil && o.Day != "" && len(m.w.h.Transformations) == 0 {
		err = fmt.Errorf("importing %s takes no day: that is for counts of one class", kind)
	}
	if err != nil {
		if m.w != nil {
			m.w.abandon()
		}
		return nil, err
	}
	return m.w.close()
}

func fileCount(least, most int) string {
	switch {
	case least < most:
		return fmt.Sprintf("%d to %d files", least, most)
	case most == 1:
		return "1 file"
	}
	return fmt.Sprintf("%d files", most)
}

// begin begins the trace. Path and digest of several files are listed in
// order, "a.csv, b.csv".
func (m *importing) begin(h Header) error {
	h.Name = m.options.Name
	if h.Name == "" {
		h.Name = stem(m.out)
	}
	var names, sums []string
	for _, path := range m.in {
		sum, err := fileDigest(path)
		if err != nil {
			return err
		}
		names, sums = append(names, filepath.Base(path)), append(sums, sum)
	}
	h.Provenance = m.from
	h.Provenance.Path, h.Provenance.SHA256 = strings.Join(names, ", "), strings.Join(sums, ", ")
	w, err := create(m.out, h)
	m.w = w
	if err == nil && m.notice != "" {
		w.notice, err = workloads.Shipped.ReadFile(m.notice)
	}
	return err
}
