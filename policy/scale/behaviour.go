package scale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/enum"
)

// Behaviour is how fast the HPA lets a workload grow and shrink. In each direction the
// size follows the most careful recommendation of a stabilisation window: the lowest when
// it grows, the highest when it shrinks. Within any Period it changes by no more than the
// larger (Select "max") of a number of workers and a share of what it was at its beginning;
// the smaller with "min", not at all with "disabled". A number or a share of 0 is no rule.
//
// Source: kubernetes/kubernetes 0006726, pkg/controller/podautoscaler/horizontal.go.
type Behaviour struct {
	UpWindow    time.Duration `toml:"up_stabilisation" doc:"grow to the least that was recommended within so long" range:"0s:5m" set:"yes"`
	UpWorkers   int           `toml:"up_workers" doc:"most workers added in up_period; 0 no rule" range:"1:20" within:":max" set:"yes"`
	UpShare     float64       `toml:"up_share" doc:"most that is added in up_period, as a share of the fleet; 0 no rule" range:"0.1:4" set:"yes"`
	UpPeriod    time.Duration `toml:"up_period" doc:"in which up_workers and up_share hold" range:"15s:5m" set:"yes"`
	UpSelect    Selection     `toml:"up_select" doc:"which of the two holds: the larger (\"max\"), the smaller (\"min\"), or nothing grows (\"disabled\")" set:"max,min,disabled"`
	DownWindow  time.Duration `toml:"down_stabilisation" doc:"shrink to the most that was recommended within so long" range:"0s:15m" set:"yes"`
	DownWorkers int           `toml:"down_workers" doc:"most workers taken away in down_period; 0 no rule" set:"yes"`
	DownShare   float64       `toml:"down_share" doc:"most that is taken away in down_period, as a share of the fleet; 0 no rule" range:"0.1:1" set:"yes"`
	DownPeriod  time.Duration `toml:"down_period" doc:"in which down_workers and down_share hold" range:"15s:5m" set:"yes"`
	DownSelect  Selection     `toml:"down_select" doc:"which of the two holds: the larger (\"max\"), the smaller (\"min\"), or nothing shrinks (\"disabled\")" set:"max,min,disabled"`
}

// newBehaviour returns the defaults of Kubernetes.
func newBehaviour() Behaviour {
	return Behaviour{
		UpWorkers: 4, UpShare: 1, UpPeriod: 15 * time.Second, UpSelect: SelectMax,
		DownWindow: 300 * time.Second, DownShare: 1, DownPeriod: 15 * time.Second, DownSelect: SelectMax,
	}
}

// validate checks the parameters.
func (b *Behaviour) validate() error {
	var workers, share error
	if b.UpWorkers < 0 || b.DownWorkers < 0 {
		workers = fmt.Errorf("up_workers = %d, down_workers = %d, must not be negative", b.UpWorkers, b.DownWorkers)
	}
	if !(b.UpShare >= 0 && b.UpShare <= 1e4 && b.DownShare >= 0 && b.DownShare <= 1) {
		share = fmt.Errorf("up_share = %v, down_share = %v, want at least 0, and down_share at most 1", b.UpShare, b.DownShare)
	}
	return errors.Join(workers, share, notNegative("up_stabilisation", b.UpWindow), notNegative("down_stabilisation", b.DownWindow),
		positive("up_period", b.UpPeriod), positive("down_period", b.DownPeriod),
		enum.Check("up_select", b.UpSelect, selections), enum.Check("down_select", b.DownSelect, selections))
}

// notNegative says what is wrong with a duration that must not be negative.
func notNegative(key string, d time.Duration) error {
	if d < 0 {
		return notIn(key, d, "0s or more")
	}
	return nil
}

// behaved is the past of one workload under a Behaviour.
//
// Invariant: each ring is in order of at.
type behaved struct {
	begun  bool
	recent policy.Ring[sized] // recommendations within the longer window, oldest first; what was there at first is one
	ups    policy.Ring[sized] // growths within UpPeriod and shrinkages within DownPeriod, whichever is longer
	downs  policy.Ring[sized]
}

// A sized is a number of workers at an instant.
type sized struct {
	at time.Duration
	n  int
}

// decide is the size after a recommendation. What it says is taken to happen.
// O(decisions within the windows).
func (h *behaved) decide(now time.Duration, current, recommended int, b *Behaviour) int {
	want := h.stabilise(now, current, recommended, b)
	span := max(b.UpPeriod, b.DownPeriod)
	forget(&h.ups, now-span)
	forget(&h.downs, now-span)
	switch {
	case want > current:
		want = min(want, max(h.most(now, current, b), current))
	case want < current:
		want = max(want, min(h.least(now, current, b), current))
	}
	switch {
	case want > current:
		h.ups.Push(sized{now, want - current})
	case want < current:
		h.downs.Push(sized{now, current - want})
	}
	return want
}

// stabilise keeps a recommendation and returns what the windows let it be.
// The size at the first decision counts as a recommendation: a fleet does not shrink in its first window.
func (h *behaved) stabilise(now time.Duration, current, recommended int, b *Behaviour) int {
	if !h.begun {
		h.begun = true
		h.recent.Push(sized{now, current})
	}
	up, down := recommended, recommended
	for i := range h.recent.Len() {
		r := h.recent.At(i)
		if r.at > now-b.UpWindow {
			up = min(up, r.n)
		}
		if r.at > now-b.DownWindow {
			down = max(down, r.n)
		}
	}
	forget(&h.recent, now-max(b.UpWindow, b.DownWindow))
	h.recent.Push(sized{now, recommended})
	return min(max(current, up), down)
}

// forget drops what was at an instant or before.
func forget(q *policy.Ring[sized], until time.Duration) {
	for q.Len() > 0 && q.Front().at <= until {
		q.Drop()
	}
}

// since adds up what was after an instant.
func since(q *policy.Ring[sized], from time.Duration) (sum int) {
	for i := q.Len() - 1; i >= 0 && q.At(i).at > from; i-- {
		sum += q.At(i).n
	}
	return sum
}

// most is the largest size that the rates allow.
// start is what the fleet was at the beginning of the period: what was added since is taken off again.
func (h *behaved) most(now time.Duration, current int, b *Behaviour) int {
	start := current - since(&h.ups, now-b.UpPeriod) + since(&h.downs, now-b.UpPeriod)
	byNumber, byShare := start+b.UpWorkers, int(math.Ceil(float64(start)*(1+b.UpShare)))
	switch {
	case b.UpSelect == SelectDisabled:
		return current
	case b.UpWorkers == 0 && b.UpShare == 0:
		return math.MaxInt32
	case b.UpWorkers == 0:
		return byShare
	case b.UpShare == 0:
		return byNumber
	case b.UpSelect == SelectMin:
		return min(byNumber, byShare)
	}
	return max(byNumber, byShare)
}

// least is the smallest size that the rates allow.
// The share is rounded towards a smaller fleet, as Kubernetes does; the result may be negative.
func (h *behaved) least(now time.Duration, current int, b *Behaviour) int {
	start := current - since(&h.ups, now-b.DownPeriod) + since(&h.downs, now-b.DownPeriod)
	byNumber, byShare := start-b.DownWorkers, int(float64(start)*(1-b.DownShare))
	switch {
	case b.DownSelect == SelectDisabled:
		return current
	case b.DownWorkers == 0 && b.DownShare == 0:
		return 0
	case b.DownWorkers == 0:
		return byShare
	case b.DownShare == 0:
		return byNumber
	case b.DownSelect == SelectMin:
		return max(byNumber, byShare)
	}
	return min(byNumber, byShare)
}
