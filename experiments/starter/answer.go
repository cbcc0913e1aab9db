package starter

import (
	"fmt"
	"strings"

	"cnv/experiments/plan"
	"cnv/results/answer"
	"cnv/results/compare"
	"cnv/results/words"
)

// Answer is the one thing to do, why, and what must be known before it is done.
func (d *Design) Answer(s *compare.Set) []string {
	return d.answer(answer.Choose(s, d.part.Header.Name, plan.AutoLate))
}

// answer says what a choice means. One on a few requests is no advice.
func (d *Design) answer(c answer.Choice) []string {
	var out []string
	if n := d.part.Records; n < tellNothing {
		out = append(out, fmt.Sprintf("Take none by this run: so few requests (%d) tell nothing about which policy to take. What follows shows the form of an answer.", n))
		if c.Policy != "" {
			c.Text = fmt.Sprintf("For these requests alone it would be %s: %s. %s", words.InQuotes(c.Policy), d.action(c.Policy), c.Text)
		}
		out = append(out, c.Text)
	} else if c.Policy != "" {
		out = append(out, fmt.Sprintf("Take %s: %s. %s", words.InQuotes(c.Policy), d.action(c.Policy), c.Text))
	} else {
		out = append(out, c.Text)
	}
	if strings.HasPrefix(d.work.why, madeUp) {
		out = append(out, "Before you act on it, say what your requests take: their work is made up, and fleet and cost follow from it (work of the workload, or --mean-work).")
	}
	if d.blocks.lack != "" {
		out = append(out, words.Capital(d.blocks.lack)+".")
	}
	return out
}

// madeUp begins what is not from the log.
const madeUp = "MADE UP"

// action says what taking a policy means.
func (d *Design) action(policy string) string {
	f := &d.fleet
	stays := fmt.Sprintf("%s %s that stay", words.Count(f.n, "machine", "machines"), f.instance.Name)
	follows := fmt.Sprintf("1 to %d machines %s, least outstanding requests, and ", f.max, f.instance.Name)
	switch policy {
	case "roundrobin":
		return stays + ", requests in turn"
	case "leastrequest":
		return stays + ", least request as in Envoy"
	case "jsq":
		return stays + ", least outstanding requests as in an AWS load balancer"
	case "aws-target":
		return follows + "EC2 target tracking at 50 % of the processors"
	case "hpa":
		return follows + "Kubernetes' autoscaler at 80 % of the processors"
	case "demand":
		return follows + "as many as the work that arrives wants by square-root staffing"
	case "overflow":
		return follows + "as many as the work that arrives wants; functions where all are busy"
	}
	return "functions of 1,769 MB and no machines"
}
