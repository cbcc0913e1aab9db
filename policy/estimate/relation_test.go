package estimate

import (
	"math"
	"math/rand/v2"
	"testing"

	"cnv/policy"
)

// mixed is a request of so many instructions, with a mix of its own.
func mixed(rng *rand.Rand) policy.Executed {
	i := 1e8 * math.Exp(2*rng.Float64())
	return policy.Executed{Instructions: int64(i), Blocks: int64(i * (0.05 + 0.1*rng.Float64())), Calls: int64(i * (0.005 + 0.01*rng.Float64()))}
}

// TestRelationIsLeastSquares: CPU time that is linear in the counts is found by
// all three, exactly without scatter, and the instructions alone are off by what
// the mix changes.
func TestRelationIsLeastSquares(t *testing.T) {
	law := func(x policy.Executed) float64 {
		return 1e-10*float64(x.Instructions) + 5e-10*float64(x.Blocks) + 6e-9*float64(x.Calls)
	}
	for _, scatter := range []float64{0, 0.2} {
		rng := rand.New(rand.NewPCG(1, 2))
		var r Relation
		for range 2000 {
			x := mixed(rng)
			r.Learn(x, law(x)*(1+scatter*rng.NormFloat64()))
		}
		counts, instructions := 0.0, 0.0
		for range 1000 {
			x := mixed(rng)
			counts += math.Abs(r.ByCounts(x)/law(x)-1) / 1000
			instructions += math.Abs(r.ByInstructions(x)/law(x)-1) / 1000
		}
		if counts > 0.002+scatter/20 || instructions < 0.08 {
			t.Errorf("scatter %v: off by %.2f %% by counts, %.2f %% by instructions", scatter, 100*counts, 100*instructions)
		}
	}
}

// TestRelationHasAConstant: of what every request takes beside its instructions most is
// found where sizes differ, so that counts are off by less than half of what
// instructions alone are; a constant below nothing is not made up.
func TestRelationHasAConstant(t *testing.T) {
	for _, c := range []struct{ constant, most float64 }{{0.02, 0.5}, {0, 1}, {-0.002, 1}} {
		rng := rand.New(rand.NewPCG(5, 6))
		sized := func() policy.Executed {
			i := int64(1e8 * math.Exp(3*rng.Float64()))
			return policy.Executed{Instructions: i, Blocks: i / 10, Calls: i / 100}
		}
		law := func(x policy.Executed) float64 { return c.constant + 1e-10*float64(x.Instructions) }
		var r Relation
		for range 2000 {
			x := sized()
			r.Learn(x, law(x))
		}
		counts, instructions := 0.0, 0.0
		for range 1000 {
			x := sized()
			counts += math.Abs(r.ByCounts(x)/law(x)-1) / 1000
			instructions += math.Abs(r.ByInstructions(x)/law(x)-1) / 1000
		}
		if counts > c.most*instructions+1e-6 {
			t.Errorf("beside %v s: off by %.2f %% by counts, %.2f %% by instructions", c.constant, 100*counts, 100*instructions)
		}
		if of := r.coefficients(); of[constant] < 0 || (c.constant > 0) != (of[constant] > 0.1) {
			t.Errorf("beside %v s: the constant's share is %.3f", c.constant, of[constant])
		}
	}
}

// TestRelationOfFewInputs: one input says nothing of the mix, so another mix is
// predicted by its instructions; counts that are 0 or impossible do no harm.
func TestRelationOfFewInputs(t *testing.T) {
	var r Relation
	one := policy.Executed{Instructions: 1e9, Blocks: 1e8, Calls: 1e7}
	if r.ByCounts(one) != 0 || r.ByInstructions(one) != 0 || r.ByBlocks(one) != 0 {
		t.Error("what has seen nothing predicts something")
	}
	for range 50 {
		r.Learn(one, 0.2)
		r.Learn(policy.Executed{}, 1)
		r.Learn(one, math.NaN())
		r.Learn(one, -1)
	}
	other := policy.Executed{Instructions: 2e9, Blocks: 1e8, Calls: 9e7}
	for what, got := range map[string]float64{"counts": r.ByCounts(other), "instructions": r.ByInstructions(other), "blocks": 2 * r.ByBlocks(other)} {
		if math.Abs(got-0.4) > 1e-9 {
			t.Errorf("by %s: %v, want 0.4", what, got)
		}
	}
	r = Relation{}
	r.Learn(policy.Executed{Instructions: 1e9}, 0.2) // no blocks, no calls
	if got := r.ByCounts(other); math.Abs(got-0.4) > 1e-9 {
		t.Errorf("learnt from instructions alone: %v, want 0.4", got)
	}
}

// TestRelationFollows: it forgets, as machines change.
func TestRelationFollows(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var r Relation
	for _, speed := range []float64{1, 2} {
		for range 5 * relationMemory {
			x := mixed(rng)
			r.Learn(x, 1e-10*float64(x.Instructions)/speed)
		}
	}
	if got := r.ByCounts(policy.Executed{Instructions: 1e10, Blocks: 1e9, Calls: 1e8}); math.Abs(got-0.5) > 0.02 {
		t.Errorf("on machines that became twice as fast: %v, want 0.5", got)
	}
}

// TestLearningByMachine: each class and each type of machine has a relation of
// its own, pools of the same type share one, and functions have theirs.
func TestLearningByMachine(t *testing.T) {
	l := Learning{Target: ByInstructions}
	err := l.Start(policy.Env{
		Classes: classes(1, 1),
		Pools:   []policy.Pool{{Machine: "a"}, {Machine: "b"}, {Machine: "a"}, {}, {}},
	})
	if err != nil {
		t.Fatal(err)
	}
	x := policy.Executed{Instructions: 1000}
	teach := func(c policy.ClassID, p policy.PoolID, work float64) {
		l.Relate(c, &policy.Measured{Work: work, Executed: x, Pool: p})
	}
	teach(0, 0, 1)
	teach(0, 2, 3)
	teach(0, 1, 10)
	teach(1, 0, 20)
	teach(0, policy.NoPool, 30)
	for _, c := range []struct {
		class policy.ClassID
		pool  policy.PoolID
		want  float64
	}{{0, 0, 2}, {0, 2, 2}, {0, 1, 10}, {1, 0, 20}, {0, policy.NoPool, 30}, {0, 3, 0}, {1, policy.NoPool, 0}} {
		if got := l.Seen(c.class, &policy.Measured{Work: 7, Executed: x, Pool: c.pool}); got != c.want {
			t.Errorf("class %d in pool %d: %v, want %v", c.class, c.pool, got, c.want)
		}
	}
	for _, p := range []policy.PoolID{-2, 5, 9} {
		if got := l.Seen(0, &policy.Measured{Work: 7, Executed: x, Pool: p}); got != 7 {
			t.Errorf("of pool %d, which is not there: %v, want what was measured", p, got)
		}
	}
}
