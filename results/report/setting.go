package report

import (
	"math"
	"strings"

	"cnv/results/answer"
	"cnv/results/words"
)

// mostLoads is up to how many workloads the load of each is told.
const mostLoads = 12

// settingOf is what all policies met: what the manifest says of the SLO, of machines and of
// prices, as pairs of name and text, and the load of each workload. What is no such pair is
// left out.
func settingOf(s *answer.Stored) (out []factView) {
	out = pairsOf(s, "setting")
	if load := loadsOf(s.Found); load != "" {
		out = append(out, factView{"load", load})
	}
	return out
}

// loadsOf are the requests of a run and how fast they come, by workload: "steady: 12000
// requests a run, 20 per second on average". The rate is over the shortest mean duration of
// any policy, since runs go on until the last request has ended. "" where no workload has
// both.
func loadsOf(fs answer.Findings) string {
	at, policies := fs.Index(), fs.Policies()
	var parts []string
	workloads := fs.Workloads()
	for _, w := range workloads[:min(len(workloads), mostLoads)] {
		requests, seconds := math.NaN(), math.Inf(1)
		for _, p := range policies {
			n, ok := at.Value(w, p, "requests")
			took, has := at.Value(w, p, "duration_s")
			if ok && has && took.Value.Mean < seconds { // others drain for longer
				requests, seconds = n.Value.Mean, took.Value.Mean
			}
		}
		if requests > 0 && seconds > 0 {
			parts = append(parts, w+": "+words.Decimal(requests, 0)+" requests a run, "+words.Significant(requests/seconds, 2)+" per second on average")
		}
	}
	if n := len(workloads) - len(parts); n > 0 && len(parts) > 0 {
		parts = append(parts, words.Count(n, "more workload", "more workloads"))
	}
	return strings.Join(parts, "; ")
}
