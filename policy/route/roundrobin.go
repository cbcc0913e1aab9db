package route

import (
	"slices"

	"cnv/policy"
	"cnv/policy/enum"
)

// RoundRobin takes the ready workers in turn, in order of ID.
//
// The cursor is an ID, not a position, so workers that come and go neither
// skip nor repeat the others. Gateways that all begin at the first worker
// walk in step; [BeginRandom] gives each a beginning of its own.
// O(1) per decision while the fleet stays as it is, else O(log n).
type RoundRobin struct {
	Begin Begin `toml:"begin" doc:"where to begin: at the \"first\" worker or at a \"random\" one"`

	rand *policy.Rand // until a random beginning is drawn
	next policy.WorkerID
	at   int             // where next is among the ready workers, if these are as at the last decision
	from policy.WorkerID // next of the last decision; NoWorker: it drew the beginning
}

// Validate checks the parameters.
func (p *RoundRobin) Validate() error {
	return enum.Check("begin", p.Begin, begins)
}

// Start implements policy.Starter. The beginning itself is drawn at the
// first decision, when there is a fleet to draw from.
func (p *RoundRobin) Start(e policy.Env) error {
	if p.Begin == BeginRandom {
		p.rand = e.Rand
	}
	return nil
}

// Route implements policy.Router.
func (p *RoundRobin) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	ready := v.Ready()
	if len(ready) == 0 {
		return policy.NoWorker, false
	}
	i := p.place(ready)
	p.from = p.next
	if p.rand != nil {
		i, p.rand = p.rand.IntN(len(ready)), nil
		p.from = policy.NoWorker
	}
	if i == len(ready) {
		i = 0
	}
	p.next, p.at = ready[i]+1, i+1
	return ready[i], true
}

// place is where the first of the ready workers stands whose ID is at least next.
func (p *RoundRobin) place(ready []policy.WorkerID) int {
	i := p.at
	if i <= len(ready) && (i == len(ready) || ready[i] >= p.next) && (i == 0 || ready[i-1] < p.next) {
		return i
	}
	i, _ = slices.BinarySearch(ready, p.next)
	return i
}

// Begin is where [RoundRobin] begins.
type Begin uint8

// The values.
const (
	BeginFirst  Begin = iota // at the first worker
	BeginRandom              // at a worker drawn at random
)

var begins = []string{BeginFirst: "first", BeginRandom: "random"}

// String is the word in experiment files.
func (b Begin) String() string { return enum.Word(b, begins) }

// UnmarshalText reads the word.
func (b *Begin) UnmarshalText(text []byte) error { return enum.Read(b, text, begins) }
