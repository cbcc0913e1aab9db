package run

import (
	"testing"

	"cnv/policy"
	"cnv/sim"
)

func TestVictim(t *testing.T) {
	r := policy.NewRand(1, "fault", 0)
	for _, c := range []struct {
		wanted policy.WorkerID
		ready  []policy.WorkerID
		want   []policy.WorkerID
	}{
		{3, []policy.WorkerID{1, 2}, []policy.WorkerID{3}},
		{sim.AnyWorker, nil, []policy.WorkerID{sim.AnyWorker}},
		{sim.AnyWorker, []policy.WorkerID{1, 2}, []policy.WorkerID{1, 2}},
	} {
		hit := map[policy.WorkerID]bool{}
		for i := range uint64(50) {
			hit[victim(c.wanted, c.ready, r.At(i))] = true
		}
		for _, w := range c.want {
			if !hit[w] || len(hit) != len(c.want) {
				t.Errorf("%d of %v: hit %v, want %v", c.wanted, c.ready, hit, c.want)
			}
		}
	}
}

// TestOddCode: an error that is not listed is taken as it is, if that is said.
func TestOddCode(t *testing.T) {
	e := &Experiment{Options: Options{Where: Where{Target: Local}, How: How{Fault: []string{"action=Invoke,code=!Odd"}}}}
	if got, err := e.struck(); err != nil || got[0].Code != "Odd" {
		t.Errorf("%+v, %v", got, err)
	}
}
