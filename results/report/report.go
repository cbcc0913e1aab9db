package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/fidelity"
	"cnv/results/figure"
	"cnv/results/stat"
	"cnv/results/words"
)

//go:embed report.html.tmpl
var reportTemplate string

//go:embed report.js
var reportScript string

// A reportView is what report.html shows. Texts are plain; the template escapes them. A
// part that is empty is left out of the page with its heading. Lists of tables are in the
// order of workloads in the file.
type reportView struct {
	Name, Question, Hypothesis string
	Brief                      briefView
	Answer                     []string
	Best                       []string // of Answer, what is said of each workload
	Drawn                      string   // what worlds are
	Warnings                   []compare.Warning
	Assumptions                []string
	TableNote                  string
	Setting                    []factView // what all policies met: SLO, machines and prices, workloads, load
	Policies                   []toldView
	Names                      []factView // what the names of their parts mean
	Tables, Worlds             []tableView
	Why, Reasons, Sizes        []tableView
	Predictions                []tableView
	Fidelity                   []tableView
	FidelityNote               string
	Omitted                    string // of the tables that explain
	Figures                    []figureView
	Ledgers                    []tableView
	Method                     []string
	Command                    string
	Facts                      []factView
	Configuration              string
	Files                      []string
}

// A figureView is one figure in the page, its picture inlined.
type figureView struct {
	Number        int
	File, Caption string
	SVG           template.HTML // as figure.SVG made it, so that it is not escaped; "": it is beside the page
	Narrow        bool          // it has one column of panels
}

// A factView is one line of what is needed to run the experiment again. Its value is text
// as it is written, units with it.
type factView struct{ Name, Value string }

// A template that does not parse is a mistake of the program, found by any test: hence
// Must.
var reportPage = template.Must(template.New("report").Parse(reportTemplate))

// html renders the page: one file without any external part, but for pictures that are
// beside it (see mostInlined).
//
// All texts go through html/template, which escapes by where they stand; only the pictures
// are written as they are.
func (v *reportView) html() ([]byte, error) {
	var b bytes.Buffer
	if err := reportPage.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("results: report: %w", err)
	}
	return b.Bytes(), nil
}

// svgSize is the width and height of the root element, which a page sets itself. gonum/plot
// writes points there; the page wants its own width, and the height that goes with it by
// viewBox.
var svgSize = regexp.MustCompile(`<svg width="[^"]*" height="[^"]*"`)

// inlined is f as an element of a page, told to those who cannot see it by its caption.
// What is before the element, as <?xml ...?>, has no place within HTML. It begins with <svg
// role="img" aria-label="Response times: ...".
func inlined(f *figure.Figure) (template.HTML, error) {
	svg, err := f.SVG()
	if err != nil {
		return "", err
	}
	text := string(svg)
	if i := strings.Index(text, "<svg"); i > 0 {
		text = text[i:]
	}
	pointed, err := f.Pointed()
	if err != nil {
		return "", err
	}
	attributes := `role="img" aria-label="` + template.HTMLEscapeString(f.Caption) + `"`
	if pointed != nil {
		attributes += ` data-panels="` + template.HTMLEscapeString(string(pointed)) + `"`
	}
	// Literal: a caption with $1 in it is no reference to a group.
	text = svgSize.ReplaceAllLiteralString(text, "<svg "+attributes)
	return template.HTML(text), nil
}

// methodText says how the numbers came about, a paragraph each. slo is the bound as the
// experiment gives it: "500ms", "5x" of the service time on an idle worker, or "" if it
// differs by class.
func methodText(fs answer.Findings, slo string) []string {
	bound := ""
	switch {
	case strings.HasSuffix(slo, "x"):
		bound = ", here " + strings.TrimSuffix(slo, "x") + " times its service time on an idle worker"
	case slo != "":
		bound = ", here " + slo
	}
	return []string{
		"A response time runs from the last byte of the request at the gateway to the last byte of the answer, with network, retries and waiting. " +
			"A request that failed, was rejected, timed out or was unfinished at the end counts as infinitely slow in every percentile, and as a miss.",
		"A request is in SLO if it was answered within its bound" + bound + "; shares are of all arrivals. A miss is unavoidable if the request would have missed its bound on an idle worker too, or if its service alone outlasts a time-out (of clients, of attempts or, where there are only functions, theirs), else avoidable. " +
			"Cost per 1,000 in SLO divides the whole bill by the requests in SLO, so that dropping requests saves nothing.",
		intervalMethod(fs),
	}
}

// intervalMethod says what intervals are over. One row with an interval tells that all have
// some: methods are the same for the whole comparison.
func intervalMethod(fs answer.Findings) string {
	for _, f := range fs {
		if f.N > 1 && f.Value.Interval() {
			return "Runs of the same seed draw the same load, sizes and boots under every policy, so differences are taken pair by pair. " +
				"Shares, means over requests and costs are ratios of sums over all replications, with jackknife intervals; percentiles are of the requests of all replications together, with Woodruff's. " +
				"A difference is better or worse where its whole interval is beyond 0, the same within delta where all of it is that near to 0, and not known else. " + jointMethod(fs) + overMethod(fs) +
				"Intervals of means are for 95 %, each on its own, and cut at 0 where nothing can be less. " + answer.IntervalAnswer(fs)
		}
	}
	return answer.IntervalAnswer(fs)
}

// jointMethod says which intervals hold together, and which numbers answer
// nothing.
func jointMethod(fs answer.Findings) string {
	text := "The question is answered by " + words.List(answer.NamesOf(fs.Primary())) + ": the intervals of all their differences, between any two policies on any workload, hold together with 95 % confidence " +
		"(the largest |t| when the signs of replications are flipped together; Bonferroni's where there are fewer than six, or windows or batches). "
	return text + "All other numbers are exploratory: of twenty of them one differs by chance. "
}

// overMethod says how intervals over windows are made; "" where there are none.
func overMethod(fs answer.Findings) string {
	text, over := "", answer.Distinct(fs, func(f answer.Finding) string { return f.Over })
	if slices.Contains(over, stat.OverWindows) {
		text += "Over windows, replications are resamples of one recording (block bootstrap), so their deviation itself is the standard error, and more of them do not make it less. "
	}
	return text
}

// tableNote says what the tables hold. markdown.go takes the words on clicking off again: a
// heading of Markdown sorts nothing.
func tableNote(fs answer.Findings) string {
	differences := ""
	if p := fs.Policies(); len(p) > 1 {
		differences = " Differences are to the first policy, " + p[0] + ", in what answers the question; all else is exploratory."
	}
	for _, f := range fs {
		if f.Value.Interval() {
			return "Values over all replications." + differences + " Small print: 95 % intervals. Click a heading to sort."
		}
	}
	if n := answer.MostRuns(fs); n > 1 {
		return "Means over up to " + words.Count(n, "run", "runs") + " of the same arrivals, so no intervals." + differences + " Click a heading to sort."
	}
	return "One run each, so no intervals." + differences + " Click a heading to sort."
}

// mostExplained is up to how many policies all tables have a row for each. Of more policies
// these tables have the leading ones; the first tables have all.
const mostExplained = 12

// mostInlined is how many bytes of figures are in the page; the others are beside it,
// behind a link to figures/NAME.svg.
const mostInlined = 900_000

// report makes the page of s around figures, and the same in Markdown. figures are all of
// the folder, in the order in which they are numbered. It fails only where a figure cannot
// be drawn.
func report(s *answer.Stored, figures []figure.Figure) (html, markdown []byte, err error) {
	// s has all policies, some those that have a row everywhere.
	m, some, omitted := s.Manifest, s, ""
	if n := len(s.Found.Policies()); n > mostExplained {
		some = s.Only(s.Leading(mostExplained))
		omitted = "Of " + strconv.Itoa(n) + " policies the tables below have the best of the ranking, and the first of the file: comparison.csv has all."
	}
	v := reportView{
		Name: m.Name, Question: m.Question, Hypothesis: s.Text("hypothesis"),
		Brief: briefOf(s.Brief()), Answer: unbroken(s.Answer(s.Spec())), Best: unbroken(s.Best()), Drawn: s.Drawn(),
		Warnings: m.Warnings, Assumptions: m.Assumptions,
		TableNote: tableNote(s.Found), Setting: settingOf(s), Policies: toldOf(s), Names: pairsOf(s, "names"), Tables: append(comparisonTables(s.Found), tablesOf(s.Itself, levelColumns)...), Omitted: omitted,
		Worlds: worldTables(some.Found, some.Held), Why: whyTables(some.Found), Reasons: reasonTables(some.Found), Predictions: append(predictionTables(some.Found), classTables(some.Found, some.Classes)...),
		Sizes: sizeTables(some.Found, some.Sizes), Ledgers: ledgerTables(some.Found),
		Method: methodText(s.Found, s.Text("slo")), Command: s.Text("command"), Facts: facts(s), Configuration: configurationText(s), Files: s.Files,
	}
	// Measured live only.
	if len(s.Fidelity) > 0 {
		v.Fidelity, v.FidelityNote = fidelityTables(s.Fidelity), fidelity.Summary(s.Fidelity)+" "+fidelity.Meaning
	}
	room := mostInlined
	for i := range figures {
		f := &figures[i]
		svg, err := inlined(f)
		if err != nil {
			return nil, nil, err
		}
		// The first figure is always in the page. Once there is no room, smaller ones that
		// follow are left out too.
		if room -= len(svg); room < 0 && i > 0 {
			svg = "" // it is beside the page
		}
		v.Figures = append(v.Figures, figureView{i + 1, f.Name, f.Caption, svg, f.Cols == 1})
	}
	html, err = v.html()
	return html, v.markdown(), err
}

// Script is that of the page.
func (v *reportView) Script() template.JS { return template.JS(reportScript) }

// Detail is the answer without what is said of each workload, which the page has before.
func (v *reportView) Detail() []string {
	return slices.DeleteFunc(slices.Clone(v.Answer), func(s string) bool { return slices.Contains(v.Best, s) })
}

// unbroken keeps percent signs on the line of their numbers. Results are written with a
// space before it (ISO 80000-1), which a line must not end at.
func unbroken(sentences []string) []string {
	out := make([]string, len(sentences))
	for i, s := range sentences {
		out[i] = strings.ReplaceAll(s, " %", "\u00a0%")
	}
	return out
}
