package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Limits of Lambda (developer guide, quotas and scaling, read 2026-07).
const (
	FunctionMinMB     = 128
	FunctionMaxMB     = 10240
	FunctionMBPerVCPU = 1769 // memory that comes with one vCPU

	FunctionTimeout     = 900 * time.Second // longest call
	FunctionInitTimeout = 10 * time.Second  // longest INIT of a cold start
	FunctionMaxBytes    = 6 << 20           // body of a synchronous request or answer

	// FunctionConcurrency is the most calls at once, default of an account.
	FunctionConcurrency = 1000
	// FunctionScaleStep new environments of a function may start every
	// FunctionScaleEvery, refilled continuously; what is not used is lost.
	FunctionScaleStep  = 1000
	FunctionScaleEvery = 10 * time.Second
	// FunctionUnreserved is what of the concurrency no function can reserve.
	FunctionUnreserved = 100
)

// FunctionKeepAlive is how long an idle environment lives: under sparse load
// it was reused after up to 628 to 654 s (pacslab, measured 2020; AWS promises
// nothing). Under more than 0.01 requests/s some lived twice as long.
const FunctionKeepAlive = 640 * time.Second

// A SharePoint is the speed of an environment with so much memory.
type SharePoint struct {
	MemoryMB int
	Share    float64 // of one vCPU, in (0,1]
}

// A ShareTable says how fast an environment with some memory runs
// single-threaded work, relative to one with a vCPU of its own. The points are
// in order of memory.
type ShareTable []SharePoint

// NewShareTable makes a table of points, which it sorts. It refuses an empty
// one, a memory twice, memory beyond Lambda's and shares outside (0, 1].
func NewShareTable(points ...SharePoint) (ShareTable, error) {
	if len(points) == 0 {
		return nil, fmt.Errorf("share table without points: give at least one memory and share")
	}
	t := slices.Clone(points)
	slices.SortFunc(t, func(a, b SharePoint) int { return cmp.Compare(a.MemoryMB, b.MemoryMB) })
	for i, p := range t {
		if err := CheckMemory(p.MemoryMB); err != nil {
			return nil, err
		}
		if !(p.Share > 0 && p.Share <= 1) {
			return nil, fmt.Errorf("share %v at %d MB: must be within (0, 1], a vCPU being 1", p.Share, p.MemoryMB)
		}
		if i > 0 && t[i-1].MemoryMB == p.MemoryMB {
			return nil, fmt.Errorf("share table has %d MB twice", p.MemoryMB)
		}
	}
	return t, nil
}

// At is the share at some memory: between two points on the straight line
// through them, outside of all the share of the nearest.
func (t ShareTable) At(memoryMB int) float64 {
	at, _ := slices.BinarySearchFunc(t, memoryMB, func(p SharePoint, m int) int { return cmp.Compare(p.MemoryMB, m) })
	switch at {
	case 0:
		return t[0].Share
	case len(t):
		return t[at-1].Share
	}
	a, b := t[at-1], t[at]
	along := float64(memoryMB-a.MemoryMB) / float64(b.MemoryMB-a.MemoryMB)
	return a.Share + along*(b.Share-a.Share)
}

// proportional is the documented rule: CPU in proportion to memory, a full
// vCPU at 1,769 MB, and no more for work on one thread.
var proportional = ShareTable{
	{FunctionMinMB, float64(FunctionMinMB) / FunctionMBPerVCPU},
	{FunctionMBPerVCPU, 1},
}

// FunctionShare is the documented share of a vCPU at some memory. The note
// belongs under every result which depends on it; "" where an environment has
// a vCPU of its own.
//
// Note: recorded durations do not all follow the rule. 500 puts to S3 under
// Node.js 18 took 34.3 s at 128 MB and 19.4 s at 256 MB, over about 12.6 s
// that no memory shortens: 3.2 times, not twice, the time above that floor.
// Whoever knows better gives a ShareTable and a floor.
func FunctionShare(memoryMB int) (share float64, note string) {
	share = proportional.At(memoryMB)
	if share < 1 {
		note = fmt.Sprintf("functions of %d MB run at %.3g of a vCPU by the documented rule (memory / 1769 MB); recorded durations are off by up to half", memoryMB, share)
	}
	return share, note
}

// FunctionSpeedNote belongs under every comparison of functions with VMs.
const FunctionSpeedNote = "a vCPU of a function is as fast as a c7g core (not measured)"

// CheckMemory refuses a memory that Lambda does not offer.
func CheckMemory(memoryMB int) error {
	if memoryMB < FunctionMinMB || memoryMB > FunctionMaxMB {
		return fmt.Errorf("memory_mb = %d: Lambda offers %d to %d MB", memoryMB, FunctionMinMB, FunctionMaxMB)
	}
	return nil
}
