package plan

import (
	"fmt"
	"slices"
	"time"

	"cnv/policy"
	"cnv/results/words"
)

// checkBlind notes the policies whose scaler goes by reports of processor use that it
// does not have at its decisions.
func (r *reader) checkBlind(environments []*Environment, policies []*Policy) {
	if len(r.problems) > 0 {
		return
	}
	for _, p := range policies {
		for _, scaler := range scalersOf(p.part("scaler")) {
			if l, looks := lookingOf(scaler); looks {
				r.noteBlind(environments, p, l)
			}
		}
	}
}

// noteBlind notes where one scaler of a policy has no reports.
func (r *reader) noteBlind(environments []*Environment, p *Policy, l looking) {
	var reasons, first []string // each once, with the first setting for which it holds
	more := map[string]int{}
	for _, e := range environments {
		text := e.telemetry.blind(l)
		switch {
		case text == "":
		case slices.Contains(reasons, text):
			more[text]++
		default:
			reasons, first = append(reasons, text), append(first, e.label)
		}
	}
	for i, text := range reasons {
		if n := more[text]; n > 0 {
			text += "; so under " + words.Count(n, "more setting", "more settings") + " of the file"
		}
		r.note(join(p.table.path, "scaler"), "%s%s: %s", p.Name, first[i], text)
	}
}

// blind says why a scaler lacks reports; "" if it has one at every decision after the
// first report could come.
func (t *telemetryTable) blind(l looking) string {
	if t.Period == 0 {
		return "the scaler has no report of processor use, as nobody reports (telemetry.period is 0s): " + l.without
	}
	const decisions = 1000
	seen, at := 0, l.first
	for ; at <= t.Period+max(t.Delay, l.delay); at += l.every {
	}
	for range decisions {
		newest := min(at-t.Delay-1, at-l.delay).Truncate(t.Period) // a report of this very instant comes after the decision
		if newest > at-l.delay-l.window {
			seen++
		}
		at += l.every
	}
	if seen == decisions {
		return ""
	}
	when := "none of its decisions"
	if seen > 0 {
		when = fmt.Sprintf("only %.0f %% of its decisions", 100*float64(seen)/decisions)
	}
	return fmt.Sprintf("the scaler has a report of processor use at %s, as it looks at the last %v (%s) and reports come every %v (telemetry.period), %v late: else %s%s",
		when, l.window, l.key, t.Period, max(t.Delay, time.Duration(0)), l.without, t.enough(l))
}

// enough says which window has a report at every decision; "" where no parameter of the
// scaler's is the window alone, or none that it may have is enough.
func (t *telemetryTable) enough(l looking) string {
	window := 2*t.Period + max(t.Delay-l.delay, 0)
	if l.key != "scaler_params.window" || window > policy.SampleSpan {
		return ""
	}
	return fmt.Sprintf("; window = %q has one at every decision", window)
}
