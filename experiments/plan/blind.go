package plan

import (
	"fmt"
	"time"

	"cnv/policy/scale"
)

// checkBlind notes the policies whose scaler goes by reports of processor use that it
// does not have at its decisions.
func (r *reader) checkBlind(environments []*Environment, policies []*Policy) {
	if len(r.problems) > 0 {
		return
	}
	for _, p := range policies {
		s, ok := p.part("scaler").(*scale.Threshold)
		if !ok {
			continue
		}
		why, more := "", 0
		for _, e := range environments {
			text := e.telemetry.blind(s)
			if text != "" && why == "" {
				why = e.label + ": " + text
			} else if text != "" {
				more++
			}
		}
		if more > 0 {
			why += fmt.Sprintf("; so under %d more settings of the file", more)
		}
		if why != "" {
			r.note(join(p.table.path, "scaler"), "%s%s", p.Name, why)
		}
	}
}

// blind says why a scaler lacks reports; "" if it has one at every decision after the
// first report could come.
func (t *telemetryTable) blind(s *scale.Threshold) string {
	assumed := fmt.Sprintf("each worker counts as assume = %v of its processors", s.Assume)
	if t.Period == 0 {
		return "the scaler has no report of processor use, as nobody reports (telemetry.period is 0s): " + assumed
	}
	const decisions = 1000
	seen, at := 0, s.First
	if at == 0 {
		at = s.Every
	}
	for ; at <= t.Period+t.Delay; at += s.Every {
	}
	for range decisions {
		if newest := (at - t.Delay - 1).Truncate(t.Period); newest > at-s.Window { // a report of this very instant comes after the decision
			seen++
		}
		at += s.Every
	}
	if seen == decisions {
		return ""
	}
	when := "none of its decisions"
	if seen > 0 {
		when = fmt.Sprintf("only %.0f %% of its decisions", 100*float64(seen)/decisions)
	}
	return fmt.Sprintf("the scaler has a report of processor use at %s, as it looks at the last %v (window) and reports come every %v, %v late: else %s",
		when, s.Window, t.Period, max(t.Delay, time.Duration(0)), assumed)
}
