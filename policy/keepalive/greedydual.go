package keepalive

import (
	"fmt"

	"cnv/policy"
)

// GreedyDual keeps environments until Most would be loaded, and then unloads the idle one of
// the lowest priority, as a cache of objects does:
//
//	priority = clock at its last use + calls of its class × cold start / memory
//
// The clock is the priority of the last one that was unloaded, so that those that are not used
// age. The calls of a class are counted from when it had no environment. All environments have
// the same memory here, and a cold start is expected to take as long for each class, so that
// both are one factor. Of equal priorities the lowest class goes. What is busy is never unloaded:
// there may be more than Most at work. It says nothing of time: nothing expires. O(classes)
// where one is unloaded, else O(1).
//
// Source: Fuerst and Sharma, FaasCache: keeping serverless computing alive with greedy-dual
// caching, ASPLOS 2021, section 4 (doi:10.1145/3445814.3446757), after Cherkasova's
// Greedy-Dual-Size-Frequency.
type GreedyDual struct {
	Most int `toml:"environments" doc:"environments that are loaded at once, busy ones included, >= 1" range:"1:1000" set:"yes"`

	clock   float64
	loaded  int // environments, busy ones included
	classes []cached
}

// cached is what is loaded of a class.
type cached struct {
	value float64 // of a call: what it saves where it is no cold start, s
	calls float64
	busy  int
	idle  []float64 // the clock at the last use of each, oldest first
}

// Start implements policy.Starter.
func (p *GreedyDual) Start(e policy.Env) error {
	p.classes = make([]cached, len(e.Classes))
	for i := range p.classes {
		c := &p.classes[i]
		if c.value = 1; e.Functions == nil {
			continue
		}
		if f := e.Functions.At(e.Classes[i].Function); f.Cold > 0 {
			c.value = f.Cold.Seconds()
		}
	}
	return nil
}

// Validate checks the parameters.
func (p *GreedyDual) Validate() error {
	if p.Most < 1 {
		return fmt.Errorf("environments = %d, must be at least 1", p.Most)
	}
	return nil
}

// Called implements policy.KeepAlive.
func (p *GreedyDual) Called(_ *policy.View, class policy.ClassID, do *policy.Environments) {
	do.Keep(class, 0, policy.Forever)
	c := &p.classes[class]
	if n := len(c.idle); n > 0 {
		c.idle = c.idle[:n-1]
	} else {
		for p.loaded >= p.Most && p.unload(do) {
		}
		p.loaded++
	}
	c.busy++
	c.calls++
}

// Ended implements policy.KeepAlive.
func (p *GreedyDual) Ended(_ *policy.View, class policy.ClassID, left bool, do *policy.Environments) {
	c := &p.classes[class]
	if c.busy == 0 {
		return // a call from before the policy was asked
	}
	c.busy--
	if left {
		c.idle = append(c.idle, p.clock)
		for p.loaded > p.Most && p.unload(do) {
		}
		return
	}
	p.loaded--
	c.forget()
}

// unload has the idle environment of the lowest priority go; false: none is idle.
func (p *GreedyDual) unload(do *policy.Environments) bool {
	victim, least := -1, 0.0
	for i := range p.classes {
		c := &p.classes[i]
		if len(c.idle) == 0 {
			continue
		}
		if at := c.idle[0] + c.calls*c.value; victim < 0 || at < least {
			victim, least = i, at
		}
	}
	if victim < 0 {
		return false
	}
	do.Unload(policy.ClassID(victim))
	c := &p.classes[victim]
	c.idle = append(c.idle[:0], c.idle[1:]...)
	p.loaded--
	p.clock = least
	c.forget()
	return true
}

// forget begins to count the calls of a class from one where nothing of it is loaded.
func (c *cached) forget() {
	if c.busy == 0 && len(c.idle) == 0 {
		c.calls = 0
	}
}
