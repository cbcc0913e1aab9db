package report

import (
	"math"
	"strconv"
	"strings"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/words"
)

// briefView is the answer as the page shows it. The tables are lists because the template
// ranges over those of all parts alike.
type briefView struct {
	Asked, Sentences []string
	Hypothesis       string
	Ranking          []tableView // none or one
	Effects          []tableView // likewise
	Smaller          string      // how many findings are left out
}

// briefOf makes the tables of an answer. A ranking of one policy says nothing and is left
// out.
func briefOf(b *answer.Brief) briefView {
	v := briefView{Asked: unbroken(b.Asked), Sentences: unbroken(b.Sentences)}
	if b.Hypothesis != "" {
		v.Hypothesis = unbroken([]string{words.Capital(b.Hypothesis)})[0]
	}
	if len(b.Ranking.Rows) > 1 {
		v.Ranking = []tableView{rankingTable(b.Ranking)}
	}
	if len(b.Effects) > 0 {
		v.Effects = []tableView{effectTable(b.Effects)}
	}
	if n := len(b.Effects) - mostFindings; n > 0 {
		v.Smaller = words.Count(n, "smaller one is", "smaller ones are") + " in comparison.csv and wins.csv."
	}
	return v
}

// mostPlaces is up to how many workloads each has a column of places.
const mostPlaces = 12

// rankingTable is the ranking with what is behind it. Columns: policy, rank, then a place
// for each workload, or on how many workloads it is first where they are more than
// mostPlaces; for each quantity its worst value and how far it is behind the best, with the
// workload where that is; and the cost relative to the bound, where that is known for any
// policy.
func rankingTable(r *answer.Ranking) tableView {
	t := tableView{Head: []headView{{"Policy", ""}, {"Rank", "over all"}}}
	several := len(r.Workloads) > 1
	places := several && len(r.Workloads) <= mostPlaces
	switch {
	case places:
		for _, w := range r.Workloads {
			t.Head = append(t.Head, headView{"On " + w, "place"})
		}
	case several:
		t.Head = append(t.Head, headView{"First", "on workloads of " + strconv.Itoa(len(r.Workloads))})
	}
	for _, q := range r.Quantities {
		name := strings.TrimPrefix(q.Name, "the ")
		t.Head = append(t.Head, headView{words.Capital(name), "worst, " + q.Unit()}, headView{"Behind the best", words.IfElse(results.IsShare(q.Metric), "points, at most", "%, at most")})
	}
	// The bound is of the cost alone: what no policy could go below on that workload.
	if hasBound(r) {
		t.Head = append(t.Head, headView{"Cost over the bound", "times, at most"})
	}
	for _, row := range r.Rows {
		cells := []cellView{{Text: strings.TrimSpace(rankOf(r, row)), Sort: strconv.Itoa(row.Rank)}}
		if places {
			for _, p := range row.Places {
				cells = append(cells, cellView{Text: placeOf(p), Sort: strconv.Itoa(p)})
			}
		} else if several {
			cells = append(cells, cellView{Text: strconv.Itoa(firsts(row)), Sort: strconv.Itoa(firsts(row))})
		}
		for k, q := range r.Quantities {
			worst, behind := row.Worst[k], row.Behind[k]
			// Three significant digits, with its own number of decimals in each row: values
			// of a worst workload may differ by orders of magnitude. The value is that of
			// the workload where it is worst.
			level := reportColumn{scale: q.Scale, digits: 3, places: 4, interval: true}.written([]words.Estimate{{Mean: q.Scale * worst.Value.Mean, Low: q.Scale * worst.Value.Low, High: q.Scale * worst.Value.High}})[0]
			cells = append(cells, level, cellView{Text: behindText(q, behind), Sort: sortKey(behind.Value), Small: words.IfElse(several && behind.Value > 0, behind.Workload, "")})
		}
		if hasBound(r) {
			cells = append(cells, cellView{Text: boundText(row.Bound.Value), Sort: sortKey(row.Bound.Value)})
		}
		t.Rows = append(t.Rows, rowView{row.Policy, cells})
	}
	return t
}

// mostFindings is how many findings the page lists. The rest is counted in a sentence
// below.
const mostFindings = 250

// effectTable is the findings, the largest first, as they come. Green and red are for what
// has a better end; of other metrics the difference has no colour.
func effectTable(es []answer.Effect) tableView {
	t := tableView{Head: []headView{{"Change", ""}, {"Metric", ""}, {"Workload", ""}, {"Difference", "with its interval"}, {"Size", "smallest that matter"}, {"Mostly", "part of the difference"}, {"Holds in", "other worlds"}, {"Hypothesis", ""}}}
	for _, e := range es[:min(len(es), mostFindings)] {
		name := e.From + " → " + e.To
		cells := []cellView{
			{Text: e.Quantity.Head, Words: true}, {Text: e.Workload, Words: true}, {Text: e.Change, Verdict: words.IfElse(e.Quantity.Better == results.NeitherIsBetter, "", words.IfElse(e.Improves, "better", "worse"))},
			{Text: sizeText(e.Deltas), Sort: sortKey(e.Deltas)}, {Text: dash(e.Cause), Words: true}, {Text: dash(e.Worlds)}, {Text: dash(e.Expected), Words: true},
		}
		t.Rows = append(t.Rows, rowView{name, cells})
	}
	return t
}

// sizeText is a number of differences that matter, "3.2"; "–" where delta is 0, so that any
// difference is infinitely many, or is not known.
func sizeText(v float64) string {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return "–"
	}
	return words.Decimal(v, min(words.DecimalsFor(v, 2), 1))
}

// dash stands where there is nothing to say.
func dash(text string) string { return words.IfElse(text == "", "–", text) }
