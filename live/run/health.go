package run

import (
	"cnv/policy"
	"cnv/policy/health"
)

// defaultHealth has workers that fail taken out of service where the file says nothing of it
// (named: it does). A router that drops workers itself, as the original does, goes on alone.
func (w *world) defaultHealth(named bool) {
	if _, drops := w.cfg.Router.(policy.Forgetter); named || drops || len(w.cfg.Pools) == 0 {
		return
	}
	w.cfg.Health = health.NewOutlier()
	w.notes = append(w.notes, `workers where five requests in a row fail get none for 30 s (health = "outlier", as the file names none; "none" leaves that out)`)
}
