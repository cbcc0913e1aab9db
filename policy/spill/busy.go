package spill

import (
	"fmt"

	"cnv/policy"
	"cnv/policy/enum"
)

// Busy sends a request to a function where no worker has a free slot (no free
// core, where slots are unlimited) or where the Router has no host, if a
// function would do now and its predicted work is at most Limit. Otherwise it
// goes to the worker all the same, or waits where there is none.
//
// [OfAny] looks at every worker: while one has a free slot no function is
// used, and a request whose own worker is busy goes to one that is not.
// [OfChoice] looks at the Router's worker alone.
//
// A function will not do where its time-out is too short: see policy.View.FunctionTooLong.
//
// A request that the Estimator does not know counts by the mean of its class;
// one of which nothing is known is not beyond Limit. O(1).
type Busy struct {
	Of    Of      `toml:"of" doc:"which workers must be busy: \"any\" free slot keeps functions out, or only the router's \"choice\" counts" set:"any,choice"`
	Limit float64 `toml:"limit" doc:"most predicted work of a request that may go to a function, CPU-seconds; 0 no limit" range:"0:60" set:"yes"`

	// trust takes any worker the Router names, busy or not, unless it is full: there the
	// request would wait at the gateway.
	trust bool
}

// NewBusy returns a Busy with the defaults: any free slot counts, no limit.
func NewBusy() *Busy { return &Busy{} }

// Validate checks the parameters.
func (p *Busy) Validate() error {
	if err := enum.Check("of", p.Of, ofs); err != nil {
		return err
	}
	if !(p.Limit >= 0) {
		return fmt.Errorf("limit = %v, must not be negative", p.Limit)
	}
	return nil
}

// Steady implements policy.Steady.
func (p *Busy) Steady() {}

// Trust implements policy.Trusting: a Router that diverts refuses busy workers itself,
// by its own measure.
func (p *Busy) Trust(diverts bool) { p.trust = diverts }

// Decide implements policy.Spill.
func (p *Busy) Decide(v *policy.View, r *policy.Request, vm policy.WorkerID, ok bool) policy.Choice {
	switch {
	case ok && (p.trust && !v.Full(vm) || !v.Busy(vm)):
		return policy.ToWorker
	case ok && p.Of == OfAny && v.AnyFree():
		return policy.ToQueue // a worker with a free slot takes it at once
	case v.FunctionFits(r) && (p.Limit == 0 || r.Work <= p.Limit):
		return policy.ToFunction
	}
	return orWorker(ok)
}

// Of is which workers must be busy before [Busy] uses functions.
type Of uint8

// The values.
const (
	OfAny    Of = iota // all: any free slot keeps functions out
	OfChoice           // the Router's choice alone
)

var ofs = []string{OfAny: "any", OfChoice: "choice"}

// String is the word in experiment files.
func (o Of) String() string { return enum.Word(o, ofs) }

// UnmarshalText reads the word.
func (o *Of) UnmarshalText(text []byte) error { return enum.Read(o, text, ofs) }
