package report

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"regexp"
	"slices"
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

// A reportView is what report.html shows. Texts are plain; the template
// escapes them.
type reportView struct {
	Name, Question, Hypothesis string
	Answer                     []string
	Warnings                   []compare.Warning
	Assumptions                []string
	TableNote                  string
	Tables, Worlds             []tableView
	Reasons, Sizes             []tableView
	Predictions                []tableView
	Fidelity                   []tableView
	FidelityNote               string
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
	SVG           template.HTML
	Narrow        bool
}

// A factView is one line of what is needed to run the experiment again.
type factView struct{ Name, Value string }

var reportPage = template.Must(template.New("report").Parse(reportTemplate))

// html renders the page: one file without any external part.
func (v *reportView) html() ([]byte, error) {
	var b bytes.Buffer
	if err := reportPage.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("results: report: %w", err)
	}
	return b.Bytes(), nil
}

// svgSize is the width and height of the root element, which a page sets itself.
var svgSize = regexp.MustCompile(`<svg width="[^"]*" height="[^"]*"`)

// inlined is f as an element of a page, told to those who cannot see it by its
// caption.
func inlined(f *figure.Figure) (template.HTML, error) {
	svg, err := f.SVG()
	if err != nil {
		return "", err
	}
	text := string(svg)
	if i := strings.Index(text, "<svg"); i > 0 {
		text = text[i:]
	}
	text = svgSize.ReplaceAllLiteralString(text, `<svg role="img" aria-label="`+template.HTMLEscapeString(f.Caption)+`"`)
	return template.HTML(text), nil
}

// methodText says how the numbers came about. slo is the bound as the
// experiment gives it, "" if it differs by class.
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

// intervalMethod says what intervals are over.
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

// overMethod says how intervals over windows and seeds are made, where there are some.
func overMethod(fs answer.Findings) string {
	text, over := "", answer.Distinct(fs, func(f answer.Finding) string { return f.Over })
	if slices.Contains(over, stat.OverWindows) {
		text += "Over windows, replications are resamples of one recording (block bootstrap), so their deviation itself is the standard error, and more of them do not make it less. "
	}
	return text
}

// tableNote says what the tables hold.
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

// report makes the page of s around figures, and the same in Markdown.
func report(s *answer.Stored, figures []figure.Figure) (html, markdown []byte, err error) {
	m := s.Manifest
	v := reportView{
		Name: m.Name, Question: m.Question, Hypothesis: s.Text("hypothesis"),
		Answer:   unbroken(s.Answer(s.Spec())),
		Warnings: m.Warnings, Assumptions: m.Assumptions,
		TableNote: tableNote(s.Found), Tables: append(comparisonTables(s.Found), tablesOf(s.Itself, levelColumns)...), Worlds: worldTables(s.Found, s.Held), Reasons: reasonTables(s.Found), Predictions: append(predictionTables(s.Found), classTables(s.Found, s.Classes)...), Sizes: sizeTables(s.Found, s.Sizes), Ledgers: ledgerTables(s.Found),
		Method: methodText(s.Found, s.Text("slo")), Command: s.Text("command"), Facts: facts(s), Configuration: configurationText(s), Files: s.Files,
	}
	if len(s.Fidelity) > 0 {
		v.Fidelity, v.FidelityNote = fidelityTables(s.Fidelity), fidelity.Summary(s.Fidelity)
	}
	for i := range figures {
		f := &figures[i]
		svg, err := inlined(f)
		if err != nil {
			return nil, nil, err
		}
		v.Figures = append(v.Figures, figureView{i + 1, f.Name, f.Caption, svg, f.Cols == 1})
	}
	html, err = v.html()
	return html, v.markdown(), err
}

// unbroken keeps percent signs on the line of their numbers.
func unbroken(sentences []string) []string {
	out := make([]string, len(sentences))
	for i, s := range sentences {
		out[i] = strings.ReplaceAll(s, " %", "\u00a0%")
	}
	return out
}

// Lead is the answer in a sentence: the first that says how much, not how many
// comparisons there were.
func (v *reportView) Lead() string {
	lead, _ := cutLead(v.Answer[v.leading()])
	return lead
}

// cutLead parts the first sentence of an answer, with that which says in how many worlds
// it holds, from the others.
func cutLead(text string) (lead, rest string) {
	lead, rest, _ = strings.Cut(text, ". ")
	lead = strings.TrimSuffix(lead, ".") + "."
	if !strings.HasPrefix(rest, answer.InWorldsBegins) {
		return lead, rest
	}
	held, rest := cutLead(rest)
	return lead + " " + held, rest
}

// Rest is all that the lead leaves.
func (v *reportView) Rest() []string {
	out := slices.Clone(v.Answer)
	k := v.leading()
	if _, after := cutLead(out[k]); after != "" {
		out[k] = after
		return out
	}
	return slices.Delete(out, k, k+1)
}

// leading is the place of the answer that the lead begins: the first that tells what was
// found, else the first that tells what was not.
func (v *reportView) leading() int {
	of := slices.IndexFunc(v.Answer, func(s string) bool {
		lead, _ := cutLead(s)
		return !ofComparisons.MatchString(s) && !nothingKnown.MatchString(lead)
	})
	if of < 0 {
		of = slices.IndexFunc(v.Answer, func(s string) bool { return !ofComparisons.MatchString(s) })
	}
	return max(0, of)
}

// nothingKnown is a sentence on a change of which nothing is known, and what follows the
// last of those on changes: notes and what intervals are, which tell no finding either.
var nothingKnown = regexp.MustCompile(`^([^;]*: )?the difference in [^;]* is not known[^;]*(; the difference in [^;]* is not known[^;]*)*$` +
	`|^(Servers|Machines|Functions) |^In parentheses: |^A world is `)

// ofComparisons begins a sentence that says how many comparisons there were.
var ofComparisons = regexp.MustCompile(`^Of [0-9]`)
