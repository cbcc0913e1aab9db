package estimate

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"cnv/policy"
	"cnv/policy/enum"
)

// Repeat predicts the work last measured for a request with the same Key,
// and leaves a request it has not seen to the estimator Then. It remembers
// the Capacity most recently used keys; a measurement older than TTL counts
// no more. Requests without a Key are never remembered.
//
// O(1) per decision, without allocation; a new key that is learnt allocates
// its entry of the cache.
type Repeat struct {
	Capacity int           `toml:"capacity" doc:"computations remembered, at least 1" range:"10:100000" set:"yes"`
	TTL      time.Duration `toml:"ttl" doc:"age at which a measurement is forgotten; 0 never" range:"1m:24h" set:"yes"`
	Then     Then          `toml:"then" doc:"estimator of what was not seen before: \"mean\" or \"rls\"" set:"mean,rls"`
	Learning

	seen *simplelru.LRU[policy.Key, measured]
	then policy.Estimator
	rls  *RLS       // nil: it was never asked; what it has learnt it keeps while another is
	env  policy.Env // for what is made later
}

// measured is the work of one computation and when it was learnt.
type measured struct {
	work float64
	at   time.Duration
}

// NewRepeat returns the defaults: 500 computations, as the original system
// cached, without an age limit.
func NewRepeat() *Repeat { return &Repeat{Capacity: 500} }

// Validate checks the parameters.
func (p *Repeat) Validate() error {
	var capacity, ttl error
	if p.Capacity < 1 {
		capacity = fmt.Errorf("capacity = %d, must be at least 1", p.Capacity)
	}
	if p.TTL < 0 {
		ttl = fmt.Errorf("ttl = %v, must not be negative", p.TTL)
	}
	return errors.Join(capacity, ttl, enum.Check("then", p.Then, thens), p.Learning.Validate())
}

// Start implements policy.Starter.
func (p *Repeat) Start(e policy.Env) (err error) {
	p.env = e
	if err := errors.Join(p.Learning.Start(e), p.choose()); err != nil {
		return err
	}
	p.seen, err = simplelru.NewLRU[policy.Key, measured](p.Capacity, nil)
	return err
}

// choose makes Then what is asked of requests that were not seen before.
func (p *Repeat) choose() error {
	if p.Then != ThenRLS {
		p.then = &Mean{}
		return nil
	}
	if p.rls == nil {
		p.rls = NewRLS()
		if err := p.rls.Start(p.env); err != nil {
			return err
		}
	}
	p.then = p.rls
	return nil
}

// Changed implements policy.Changer.
func (p *Repeat) Changed() {
	p.Learning.Changed()
	p.seen.Resize(p.Capacity)
	_ = p.choose() // it was started with the same classes before
}

// Estimate implements policy.Estimator.
func (p *Repeat) Estimate(now time.Duration, r *policy.Request) (float64, bool) {
	if r.Key != 0 {
		if m, ok := p.seen.Get(r.Key); ok && (p.TTL == 0 || now-m.at <= p.TTL) {
			r.Repeat = true
			return m.work, true
		}
	}
	return p.then.Estimate(now, r)
}

// Recall implements policy.Recaller.
func (p *Repeat) Recall(at time.Duration, k policy.Key, work float64) {
	if m, ok := p.seen.Peek(k); k != 0 && (!ok || m.at < at) {
		p.seen.Add(k, measured{work, at})
	}
}

// Learn implements policy.Estimator.
func (p *Repeat) Learn(now time.Duration, r *policy.Request, work float64) {
	if r.Key != 0 {
		p.seen.Add(r.Key, measured{work, now})
	}
	p.then.Learn(now, r, work)
}

// Then is the estimator of what [Repeat] has not seen.
type Then uint8

// The values.
const (
	ThenMean Then = iota // [Mean]
	ThenRLS              // [RLS]
)

var thens = []string{ThenMean: "mean", ThenRLS: "rls"}

// String is the word in experiment files.
func (t Then) String() string { return enum.Word(t, thens) }

// UnmarshalText reads the word.
func (t *Then) UnmarshalText(text []byte) error { return enum.Read(t, text, thens) }
