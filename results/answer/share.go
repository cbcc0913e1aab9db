package answer

import (
	"cmp"
	"strconv"
	"strings"

	"cnv/results/words"
)

// A Share asks how much of the difference between two policies each other one makes up: 0 %
// is as From, 100 % as To. A policy may make up more than all of it, or less than nothing.
type Share struct {
	Metric string `json:"metric"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// shareAnswer says it of each other policy. Where the difference itself may be 0, no share
// of it is told.
//
// "Of the difference in response_mean_s from random to "one line", jsq makes up 92 % (89 to 95) on w. It
// is not known on v (its interval holds 0), so no share of it is told there."
//
// "" where no policy is compared to both.
func shareAnswer(fs Findings, s Share) string {
	var all, open []string
	var few []said
	for _, w := range fs.Workloads() {
		switch whole := s.whole(fs, w); {
		case whole.TooFew():
			few = saying(few, whole.bracket(), w)
		case s.open(fs, w):
			open = append(open, w)
		}
	}
	for _, p := range fs.Policies() {
		if p == s.From || p == s.To {
			continue
		}
		var parts []string
		for _, w := range fs.Workloads() {
			if e, few, ok := s.of(fs, w, p); ok {
				parts = append(parts, madeUp(e)+few+" on "+w)
			}
		}
		if parts != nil {
			all = append(all, words.InQuotes(p)+" makes up "+words.List(parts))
		}
	}
	difference := "he difference in " + QuantityOf(s.Metric).Name + " from " + words.InQuotes(s.From) + " to " + words.InQuotes(s.To)
	var where []string
	if open != nil {
		where = append(where, "on "+words.List(open)+" (its interval holds 0)")
	}
	// Too few runs for an interval is another reason than one that holds 0, and grouped by
	// it.
	for _, k := range few {
		where = append(where, "on "+words.List(k.of)+k.text)
	}
	notKnown := " is not known " + words.List(where) + ", so no share of it is told"
	switch {
	case all == nil && where == nil:
		return ""
	case all == nil:
		return "T" + difference + notKnown + "."
	case where == nil:
		return "Of t" + difference + ", " + strings.Join(all, "; ") + "."
	}
	return "Of t" + difference + ", " + strings.Join(all, "; ") + ". It" + notKnown + " there."
}

// whole is the difference that shares are of, from From to To; its Sign is Unknown where
// there is none.
func (s *Share) whole(fs Findings, workload string) Finding {
	from, ok1 := fs.Value(workload, s.From, s.Metric)
	to, ok2 := fs.Value(workload, s.To, s.Metric)
	if !ok1 || !ok2 {
		return Finding{Change: words.NoEstimate()}
	}
	return fs.pair(from, to)
}

// open says whether the difference may be 0 on a workload: its interval holds 0, or too few
// runs have none. A single run is not open: its difference is taken as it is.
func (s *Share) open(fs Findings, workload string) bool {
	whole := s.whole(fs, workload)
	all := whole.Change
	return whole.TooFew() || all.Low < all.High && all.Low <= 0 && all.High >= 0
}

// madeUp writes a share: "93 % (91 to 95)".
func madeUp(e words.Estimate) string {
	d := min(words.DecimalsFor(e.Mean, 2), 1)
	if e.Interval() {
		d = min(words.Places(e.Mean, e.Low, e.High), 1)
	}
	return words.Decimal(e.Mean, d) + " %" + words.Bracket(e, d)
}

// of is the share of a policy on a workload, percent. Its interval follows from those
// of the differences between the three, which hold together, and holds with them: the
// part made up over the whole, and what is left over the whole. few says in
// parentheses that it has none, as there is too little for one.
func (s *Share) of(fs Findings, workload, policy string) (out words.Estimate, few string, ok bool) {
	from, ok1 := fs.Value(workload, s.From, s.Metric)
	to, ok2 := fs.Value(workload, s.To, s.Metric)
	own, ok3 := fs.Value(workload, policy, s.Metric)
	if !ok1 || !ok2 || !ok3 {
		return words.NoEstimate(), "", false
	}
	made, missing := fs.pair(from, own), fs.pair(own, to)
	all, part, left := s.whole(fs, workload).Change, made.Change, missing.Change
	if !all.Finite() || !part.Finite() || all.Mean == 0 || s.open(fs, workload) {
		return words.NoEstimate(), "", false
	}
	out = alone(100 * part.Mean / all.Mean)
	if !all.Interval() || !part.Interval() || !left.Interval() {
		return out, cmp.Or(made.bracket(), missing.bracket()), true
	}
	// Both bound the share, and both hold: what is made up is at most all less what surely
	// is left. So the interval is what they have in common.
	done, open := part.Over(all), left.Over(all)
	out.Low, out.High = 100*max(done.Low, 1-open.High), 100*min(done.High, 1-open.Low)
	return out, "", true
}

// A Reference is what theory, or another study, has of a metric of a policy, as the
// experiment file quotes it.
type Reference struct {
	Name   string           `json:"name"`
	Policy string           `json:"policy"`
	Metric string           `json:"metric"`
	Values []ReferenceValue `json:"values"`
}

// A ReferenceValue is that on a workload, in the metric's unit.
type ReferenceValue struct {
	Workload string  `json:"workload"`
	Value    float64 `json:"value"`
}

// referenceAnswer puts what was measured beside it, with at least four digits of the
// reference.
//
// "Theory has the cost of a run of line at $1.000 on low, here $1.02 (0.97 to 1.07); $2.100 on high, here
// $2.00 (1.95 to 2.05): within 1 of 2 intervals."
//
// Each interval has 95 % of its own, so one of twenty misses a reference that is right.
func referenceAnswer(fs Findings, r Reference) string {
	q := QuantityOf(r.Metric)
	var parts []string
	within, known := 0, 0
	for _, v := range r.Values {
		f, ok := fs.Value(v.Workload, r.Policy, r.Metric)
		if !ok || !f.Value.Finite() {
			continue
		}
		exact := q
		exact.digits = max(q.digits, 4)
		parts = append(parts, exact.level(alone(v.Value))+" on "+v.Workload+", here "+q.level(f.Value))
		if f.Value.Interval() {
			known++
			if v.Value >= f.Value.Low && v.Value <= f.Value.High {
				within++
			}
		}
	}
	if parts == nil {
		return ""
	}
	text := words.Capital(r.Name) + " has " + q.Name + " of " + words.InQuotes(r.Policy) + " at " + strings.Join(parts, "; ")
	switch {
	case known == 0:
		return text + "."
	case within == known && known > 1:
		return text + ": within all " + strconv.Itoa(known) + " intervals."
	}
	return text + ": within " + strconv.Itoa(within) + " of " + words.Count(known, "interval", "intervals") + "."
}
