package hedge

import (
	"fmt"
	"time"

	"cnv/policy"
)

// Tied puts a request that waits in the line of its worker into a second line, Delay later;
// as soon as one of the two is in service the other is cancelled. So it is served by whichever
// of the two workers comes to it first, whatever the requests before it take, and only once:
// there is no budget. What is in service at once, where a worker has a free slot or shares its
// processors among all requests, has no copy.
//
// With copies at random workers and no delay that is join the shorter of two by the work that is
// really there (Ayesta, Bodas, Verloop 2018, doi:10.1016/j.peva.2018.05.003); of two workers it is
// one line for both. Dean and Barroso ("The Tail at Scale", CACM 56(2), 2013) have the workers tell
// each other, and a delay of twice that of the network, so that both rarely begin. Here the gateway
// tells by what has ended, which costs a way through the network more. O(1).
type Tied struct {
	Delay time.Duration `toml:"after" doc:"time in line before the copy joins another, from when the request was sent" range:"0s:100ms" set:"yes"`
}

// NewTied returns a Tied with the delay of the source, 1 ms.
func NewTied() *Tied { return &Tied{Delay: time.Millisecond} }

// Validate checks the parameters.
func (p *Tied) Validate() error {
	if p.Delay < 0 {
		return fmt.Errorf("after = %v, must not be negative", p.Delay)
	}
	return nil
}

// After implements policy.Hedge.
func (p *Tied) After(*policy.View, *policy.Request) (time.Duration, bool) { return p.Delay, true }

// Ties implements policy.Tying.
func (p *Tied) Ties() {}
