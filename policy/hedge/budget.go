package hedge

import (
	"fmt"

	"cnv/policy"
)

// A Budget bounds the copies: of n requests that could have one, Share × n are sent at most,
// and at most savings at one time. With Idle a copy goes only to a worker with a free slot, so
// that copies make no other request wait.
//
// Dean and Barroso ("The Tail at Scale", CACM 56(2), 2013) send a copy after the 95th
// percentile, so that some 5 % of requests have one. Without a budget a fleet that is
// overloaded answers late, is sent more copies for it, and answers later.
type Budget struct {
	Share float64 `toml:"share" doc:"copies per request that could have one, at most, in [0, 1]" range:"0.01:0.2" set:"yes"`
	Idle  bool    `toml:"idle" doc:"a copy goes only to a worker with a free slot" set:"yes"`

	saved float64 // copies that may be sent
}

// savings is how many copies can be saved up.
const savings = 10

// standard is the budget of a hedge that is given none.
var standard = Budget{Share: 0.05, Idle: true}

// check says whether the share can be.
func (b *Budget) check() error {
	if !(b.Share >= 0 && b.Share <= 1) {
		return fmt.Errorf("share = %v, must be in [0, 1]", b.Share)
	}
	return nil
}

// earn counts a request that could have a copy.
func (b *Budget) earn() { b.saved = min(b.saved+b.Share, savings) }

// Spend implements policy.Sparing.
func (b *Budget) Spend(v *policy.View, _ *policy.Request, w policy.WorkerID) bool {
	if b.Idle && v.Busy(w) || b.saved < 1-rounding {
		return false
	}
	b.saved = max(b.saved-1, 0)
	return true
}

// rounding is what a sum of shares may lack of a whole copy.
const rounding = 1e-9
