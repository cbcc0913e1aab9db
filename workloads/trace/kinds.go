package trace

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"cnv/workloads/logs"
)

// A Kind is a sort of file that can be imported. The table of kinds is what
// detection, help and `list` go by.
type Kind struct {
	Name     string
	Doc      string
	Document string // what its reader was written after
	Untried  bool   // on a file that the program itself wrote, or that the publisher publishes

	least, most int // files; most 0: any number, read as one
	from        Provenance
	notice      string                     // of the publisher, that goes with every copy: a file among workloads.Shipped; "" none
	digest      func(m *importing) error   // reads counts or extracts made of the data set; nil: there are none
	isDigest    func(header []string) bool // says so by the first line
	format      *logs.Format               // reads it as it is published; nil: digest does
}

// Kinds are all kinds: data sets that have an importer of their own, then the
// formats of logs.
func Kinds() []Kind { return slices.Clone(kinds) }

var kinds = documented(append(ownKinds(), logKinds()...))

// documented fills in the documents of formats.
func documented(all []Kind) []Kind {
	for i := range all {
		if k := &all[i]; k.Document == "" && k.format != nil {
			k.Document = k.format.Document
		}
	}
	return all
}

func ownKinds() []Kind {
	return []Kind{
		{
			Name: "azure2019", Doc: "Azure Functions 2019: counts and functions (minute,func,count; a line per function), or the original invocations, durations and, optionally, app memory of a day, in any order",
			Document: "https://github.com/Azure/AzurePublicDataset/blob/master/AzureFunctionsDataset2019.md", least: 2, most: 3,
			from: Provenance{
				Source: "AzurePublicDataset, Azure Functions 2019", Licence: "CC-BY 4.0",
				Citation: "Shahrad et al., Serverless in the Wild, USENIX ATC 2020", URL: "https://github.com/Azure/AzurePublicDataset",
			},
			digest: importAzure, isDigest: isAzure,
		},
		{
			Name: "azure-llm", Doc: "Azure LLM inference 2023 and 2024: TIMESTAMP (or arrival_s), ContextTokens, GeneratedTokens",
			from: Provenance{
				Source: "AzurePublicDataset, LLM inference 2023", Licence: "CC-BY 4.0",
				Citation: "Patel et al., Splitwise, ISCA 2024", URL: "https://github.com/Azure/AzurePublicDataset",
			},
			digest: importLLM, isDigest: headed("arrival_s", "ContextTokens", "GeneratedTokens"), format: logs.Named("azure-llm"),
		},
		{
			Name: "mooncake", Doc: "Mooncake: timestamp (ms), input_length, output_length, as JSON lines or CSV",
			from: Provenance{
				Source: "Mooncake, FAST 2025 release", Licence: "Apache-2.0",
				Citation: "Qin et al., Mooncake, FAST 2025", URL: "https://github.com/kvcache-ai/Mooncake",
			},
			digest: importMooncake, isDigest: headed("timestamp", "input_length", "output_length"), format: logs.Named("mooncake"),
		},
		{
			Name: "worldcup", Doc: "World Cup 98 web site: the binary records, or UTC minute, count", Untried: true,
			from: Provenance{
				Source: "WorldCup98 access logs", Licence: "non-commercial use, with the notice of the data set (NOTICE.txt)",
				Citation: "M. Arlitt and T. Jin, 1998 World Cup Web Site Access Logs, August 1998, http://www.acm.org/sigcomm/ITA/",
				URL:      "https://ita.ee.lbl.gov/html/contrib/WorldCup.html",
			},
			notice: "worldcup98-june-10/NOTICE.txt",
			digest: importCounts, isDigest: isCounts, format: logs.Named("worldcup"),
		},
		{
			Name: "nasa", Doc: "NASA web site 1995: its access log, or minute or second, count", Document: "https://ita.ee.lbl.gov/html/contrib/NASA-HTTP.html",
			from: Provenance{
				Source: "NASA-HTTP logs, counted per bin", Licence: "freely redistributable",
				Citation: "Internet Traffic Archive, NASA-HTTP", URL: "https://ita.ee.lbl.gov/html/contrib/NASA-HTTP.html",
			},
			digest: importCounts, isDigest: isCounts, format: logs.Named("clf"),
		},
		{
			Name: "nab", Doc: "Numenta Anomaly Benchmark, request counts of an AWS load balancer: timestamp, value", Document: "https://github.com/numenta/NAB/tree/master/data", least: 1, most: 1,
			from: Provenance{
				Source: "Numenta Anomaly Benchmark", Licence: "MIT",
				Citation: "Lavin, Ahmad: Evaluating Real-time Anomaly Detection Algorithms, ICMLA 2015", URL: "https://github.com/numenta/NAB",
			},
			digest: importCounts, isDigest: func([]string) bool { return false },
		},
		{
			Name: "journal", Doc: "a journal of a live or simulated run (compare --journal, live --journal), given by its folder or one of its files", Document: "the package journal", least: 1, most: 1,
			from: Provenance{Source: "a journal"}, isDigest: func([]string) bool { return false },
			digest: func(m *importing) error {
				return fmt.Errorf("%s: journals are read by the command: trace import journal", m.in[0])
			},
		},
		{
			Name: "counts", Doc: "any counts per bin: number of the second, minute or hour, or UTC time; count", least: 1, most: 1,
			from: Provenance{Source: "counts of the user's"}, digest: importCounts, isDigest: isCounts,
		},
	}
}

// logKinds are the formats of logs that no kind of its own reads.
func logKinds() []Kind {
	var out []Kind
	for _, f := range logs.Formats {
		if slices.ContainsFunc(ownKinds(), func(k Kind) bool { return k.Name == f.Name }) {
			continue
		}
		k := Kind{Name: f.Name, Doc: f.Doc, Document: f.Document, Untried: f.Untried, format: f}
		k.from = Provenance{Source: f.Origin.Source, Licence: f.Origin.Licence, Citation: f.Origin.Citation, URL: f.Origin.URL}
		switch {
		case f.Name == "csv":
			k.from.Source = "a CSV file of the user's"
		case k.from.Source == "":
			k.from.Source = "a log of the user's: " + f.Doc
		}
		out = append(out, k)
	}
	return out
}

// kindNamed is the kind of a name; nil if there is none.
func kindNamed(name string) *Kind {
	for i := range kinds {
		if kinds[i].Name == name {
			return &kinds[i]
		}
	}
	return nil
}

// SplitKind tells whether the first of some arguments is a kind: where it names
// one and others follow, or is no file.
func SplitKind(args []string) (kind string, files []string) {
	if len(args) == 0 {
		return "", nil
	}
	_, err := os.Stat(args[0])
	isFile := err == nil || args[0] == "-"
	if kindNamed(args[0]) != nil && (len(args) > 1 || !isFile) || len(args) > 1 && !isFile {
		return args[0], args[1:]
	}
	return "", args
}

// headed says whether a header has these columns.
func headed(columns ...string) func([]string) bool {
	return func(header []string) bool {
		return !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(header, c) })
	}
}

// isAzure: a file of any of the two shapes.
func isAzure(header []string) bool {
	return slices.Contains(header, "HashApp") || slices.Equal(header, []string{"minute", "func", "count"})
}

// countNames are what a column of counts is called.
var countNames = []string{"count", "counts", "value", "requests", "hits", "n", "invocations", "arrivals"}

// isCounts: two columns, a bin or an instant and a count.
func isCounts(header []string) bool {
	return len(header) == 2 && slices.Contains(countNames, strings.ToLower(header[1])) &&
		(binUnit(header[0]) > 0 || slices.Contains([]string{"timestamp", "time", "datetime", "date"}, strings.ToLower(header[0])))
}

// isBins says whether the first row below the header begins with the number of a bin or
// a time as importCounts reads them; others, such as seconds since 1970, are read as a table.
func isBins(head []byte) bool {
	header, rest, _ := bytes.Cut(head, []byte{'\n'})
	name, _, _ := strings.Cut(string(header), ",")
	row, _, _ := bytes.Cut(rest, []byte{'\n'})
	cell, _, _ := strings.Cut(string(row), ",")
	var epoch time.Time
	_, err := instant(cell, binUnit(name), &epoch)
	return err == nil
}

// headerOf is the first line of a file, split at commas.
func headerOf(head []byte) []string {
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	return strings.Split(strings.TrimRight(string(line), "\r"), ",")
}

// A detection is what a file was taken for.
type detection struct {
	kind *Kind
	told string
}

// detect tells the kind of a file.
func detect(in *logs.Input, o logs.Options) (detection, error) {
	head, err := in.Head()
	if err != nil {
		return detection{}, err
	}
	header := headerOf(head)
	for i := range kinds {
		if k := &kinds[i]; k.digest != nil && k.Name != "worldcup" && k.Name != "nasa" && k.isDigest(header) && (k.Name != "counts" || isBins(head) && (o.IsZero() || binUnit(header[0]) > 0)) {
			return detection{k, fmt.Sprintf("%s (%s): by its columns %s", k.Name, k.Doc, strings.Join(header[:min(len(header), 4)], ","))}, nil
		}
	}
	guesses, err := logs.Detect(in, o)
	if err != nil {
		return detection{}, err
	}
	d := detection{kindNamed(guesses[0].Format.Name), guesses[0].String()}
	if len(guesses) > 1 && guesses[1].Share > 0 {
		d.told += "; next best: " + guesses[1].Format.Name
	}
	return d, nil
}
