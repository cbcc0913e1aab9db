package results

import "strings"

// A Share asks how much of the difference between two policies each other one makes
// up: 0 % is as From, 100 % as To.
type Share struct {
	Metric string `json:"metric"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// shareAnswer is a sentence for each other policy.
func shareAnswer(fs findings, s Share) []string {
	q := quantityOf(s.Metric)
	var out []string
	for _, p := range fs.policies() {
		if p == s.From || p == s.To {
			continue
		}
		var parts []string
		for _, w := range fs.workloads() {
			if e, ok := s.of(fs, w, p); ok {
				d := max(places(e.mean, e.low, e.high), 0)
				if !e.interval() {
					d = decimalsFor(e.mean, 2)
				}
				parts = append(parts, decimal(e.mean, min(d, 1))+" %"+bracket(e, min(d, 1))+" on "+w)
			}
		}
		if parts != nil {
			out = append(out, "Of the difference in "+q.name+" from "+inQuotes(s.From)+" to "+inQuotes(s.To)+", "+inQuotes(p)+" makes up "+list(parts)+".")
		}
	}
	return out
}

// of is the share of a policy on a workload, percent. Its interval follows from those
// of both differences, which hold together, and holds with them.
func (s *Share) of(fs findings, workload, policy string) (estimate, bool) {
	from, ok1 := fs.value(workload, s.From, s.Metric)
	to, ok2 := fs.value(workload, s.To, s.Metric)
	own, ok3 := fs.value(workload, policy, s.Metric)
	if !ok1 || !ok2 || !ok3 {
		return noEstimate(), false
	}
	all, part := fs.pair(from, to).change, fs.pair(from, own).change
	if !all.finite() || !part.finite() || all.mean == 0 {
		return noEstimate(), false
	}
	out := alone(100 * part.mean / all.mean)
	if !all.interval() || !part.interval() || all.low <= 0 && all.high >= 0 {
		return out, true
	}
	out.low, out.high = 100*part.low/all.low, 100*part.low/all.low
	for _, a := range []float64{part.low, part.high} {
		for _, b := range []float64{all.low, all.high} {
			out.low, out.high = min(out.low, 100*a/b), max(out.high, 100*a/b)
		}
	}
	return out, true
}

// A Reference is what theory, or another study, has of a metric of a policy.
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

// referenceAnswer puts what was measured beside it.
func referenceAnswer(fs findings, r Reference) string {
	q := quantityOf(r.Metric)
	var parts []string
	within, known := 0, 0
	for _, v := range r.Values {
		f, ok := fs.value(v.Workload, r.Policy, r.Metric)
		if !ok || !f.value.finite() {
			continue
		}
		parts = append(parts, q.level(alone(v.Value))+" on "+v.Workload+", here "+q.level(f.value))
		if f.value.interval() {
			known++
			if v.Value >= f.value.low && v.Value <= f.value.high {
				within++
			}
		}
	}
	if parts == nil {
		return ""
	}
	text := capital(r.Name) + " has " + q.name + " of " + inQuotes(r.Policy) + " at " + strings.Join(parts, "; ")
	switch {
	case known == 0:
		return text + "."
	case within == known && known > 1:
		return text + ": within all " + itoa(known) + " intervals."
	}
	return text + ": within " + itoa(within) + " of " + count(known, "interval", "intervals") + "."
}
