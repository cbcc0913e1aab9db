package route

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy"
)

// Explain implements policy.Explainer: for each worker the filter that drops
// it, or its score with what each weigher gives: multiplier × normalised
// value, and the raw value in its unit; and among how many of the best it was drawn.
func (p *Nova) Explain(v *policy.View, r *policy.Request) []string {
	var out []string
	var hosts []host
	for _, id := range v.Ready() {
		i := slices.IndexFunc(p.filters, func(f filter) bool { return !f.pass(v, v.Worker(id), r) })
		if i < 0 {
			hosts = append(hosts, host{id: id})
			continue
		}
		out = append(out, fmt.Sprintf("worker %d: dropped by filter %s", id, p.filters[i].why(v, v.Worker(id), r)))
	}
	if len(hosts) == 1 {
		out = append(out, fmt.Sprintf("worker %d: taken unweighed, the only one left", hosts[0].id))
	} else {
		out = append(out, p.scores(v, hosts)...)
	}
	return shortened(out)
}

// scores explains the workers that passed the filters, the best first.
// It weighs as Route does, in the same order, so that it tells the very numbers; it draws nothing.
func (p *Nova) scores(v *policy.View, hosts []host) []string {
	parts := make([][]string, len(hosts))
	at := make(map[policy.WorkerID]int, len(hosts))
	for i := range hosts {
		at[hosts[i].id] = i
	}
	for _, w := range p.weighers {
		w.weigh(v, hosts)
		for i := range hosts {
			parts[i] = append(parts[i], fmt.Sprintf(" (%.4g %s)", hosts[i].raw+0, w.unit())) // never -0
		}
		normalize(hosts, w.bounds)
		for i := range hosts {
			hosts[i].score += w.multiplier * hosts[i].raw
			last := &parts[i][len(parts[i])-1]
			*last = fmt.Sprintf("%s %.4g × %.4g%s", w.name(), w.multiplier, hosts[i].raw, *last)
		}
	}
	slices.SortFunc(hosts, byScore)
	var out []string
	for _, h := range hosts {
		line := fmt.Sprintf("worker %d: score %.4g = %s", h.id, h.score, strings.Join(parts[at[h.id]], " + "))
		switch {
		case h.id == p.took && p.among > 1:
			line += fmt.Sprintf(drawnAmong, p.among) + " best"
		case h.id == p.took:
			line += ": taken, the best"
		}
		out = append(out, line)
	}
	return out
}

// Explain implements policy.Explainer: the request and the loads in units of
// the original, each worker's chance in the lottery, and whom it has drawn.
func (p *NovaOriginal) Explain(v *policy.View, r *policy.Request) []string {
	job := p.units(r)
	how := "as the estimator predicts"
	if !r.Known || !(r.Work > 0) {
		how = "as its work is unknown"
	}
	out := []string{fmt.Sprintf("the request counts %.4g units, %s", job, how)}
	sum := 0.0
	for _, id := range v.Ready() {
		if load := p.book.load(id, v.Now); load+job >= p.Floor && load+job <= p.Capacity {
			sum += p.Capacity - load
		}
	}
	for _, id := range v.Ready() {
		load := p.book.load(id, v.Now)
		// The sum above is over workers that pass both bounds, as in the lottery itself.
		line := fmt.Sprintf("worker %d: load %.4g + %.4g units", id, load, job)
		switch {
		case load+job > p.Capacity:
			line += fmt.Sprintf(" is more than the capacity of %.4g: dropped", p.Capacity)
		case load+job < p.Floor:
			line += fmt.Sprintf(" is less than the floor of %.4g: dropped", p.Floor)
		default:
			line += fmt.Sprintf(", headroom %.4g: chance %.3g", p.Capacity-load, (p.Capacity-load)/sum)
			if id == p.took {
				line += ": taken, drawn by lot"
			}
		}
		out = append(out, line)
	}
	if sum == 0 {
		out = append(out, fmt.Sprintf("no host: a request below %.4g units goes to a function, any other waits for a launch", p.Floor))
	}
	return shortened(out)
}
