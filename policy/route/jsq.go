package route

import (
	"cnv/policy"
	"cnv/policy/enum"
)

// JSQ is join the shortest queue: the ready worker with the fewest requests
// in flight, by the gateway's own exact count.
//
// Ties are drawn uniformly ([TieRandom]), or broken by the earliest
// predicted finish ([TieWork]: count first, predicted work second, which
// never lost to plain JSQ in any case measured). At most 32 of the
// tied are compared, from a random one on. Speeds are not weighed.
// O(1); with TieWork the work left of up to 32 workers on top.
//
// Source: Winston 1977, doi:10.2307/3213271 (optimal for exponential sizes).
type JSQ struct {
	Tie Tie `toml:"tie" doc:"what breaks ties: \"random\", or predicted \"work\"" set:"random,work"`

	rand *policy.Rand
	took policy.WorkerID // by the last decision
}

// Validate checks the parameters.
func (p *JSQ) Validate() error {
	return enum.Check("tie", p.Tie, ties)
}

// Start implements policy.Starter.
func (p *JSQ) Start(e policy.Env) error {
	p.rand = e.Rand
	return nil
}

// Route implements policy.Router.
func (p *JSQ) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	tied := v.Least()
	if len(tied) == 0 {
		return policy.NoWorker, false
	}
	i := p.rand.IntN(len(tied))
	if p.took = tied[i]; p.Tie != TieWork {
		return p.took, true
	}
	best := finishAt(v, r, tied[i])
	for k := 1; k < min(len(tied), maxTied); k++ {
		if f := finishAt(v, r, tied[(i+k)%len(tied)]); f.sooner(best) {
			best = f
		}
	}
	p.took = best.id
	return best.id, true
}

// Tie is what breaks the ties of [JSQ].
type Tie uint8

// The values.
const (
	TieRandom Tie = iota // a draw
	TieWork              // the earliest predicted finish
)

var ties = []string{TieRandom: "random", TieWork: "work"}

// String is the word in experiment files.
func (t Tie) String() string { return enum.Word(t, ties) }

// UnmarshalText reads the word.
func (t *Tie) UnmarshalText(text []byte) error { return enum.Read(t, text, ties) }
