package estimate

import (
	"testing"
	"time"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/policytest"
)

// TestSpecs: the table is in order.
func TestSpecs(t *testing.T) { policytest.Specs[policy.Estimator](t, Specs) }

// TestConformance runs every estimator through the kit.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Estimator(t, func() policy.Estimator { return s.New().(policy.Estimator) })
		})
	}
	for i, target := range targets {
		t.Run("repeat by "+target, func(t *testing.T) {
			policytest.Estimator(t, func() policy.Estimator {
				return &Repeat{Capacity: 200, Then: ThenRLS, Learning: Learning{Target: Target(i)}}
			})
		})
	}
	t.Run("repeat then rls", func(t *testing.T) {
		policytest.Estimator(t, func() policy.Estimator { return &Repeat{Capacity: 200, Then: ThenRLS} })
	})
}

// TestRecalls: only repeat asks the store, if there is one.
func TestRecalls(t *testing.T) {
	for _, s := range Specs {
		for _, store := range []bool{false, true} {
			cfg := policy.Config{Estimator: s.New().(policy.Estimator), Store: store}
			if got, want := cfg.Recalls(), store && s.Name == "repeat"; got != want {
				t.Errorf("%s with a store %v recalls: %v, want %v", s.Name, store, got, want)
			}
		}
	}
}

// TestRepeat: what was measured last is predicted, until it is evicted as
// the least recently used or too old; the rest is left to Then.
func TestRepeat(t *testing.T) {
	p := started(t, &Repeat{Capacity: 2, TTL: time.Minute, Then: ThenMean}, classes(0))
	learn := func(now time.Duration, k policy.Key, work float64) {
		p.Learn(now, &policy.Request{Key: k}, work)
	}
	check := func(now time.Duration, k policy.Key, want float64) {
		t.Helper()
		r := &policy.Request{Key: k}
		got, ok := p.Estimate(now, r)
		if ok != (want > 0) || r.Repeat != ok || ok && got != want {
			t.Errorf("key %d at %v: %v, %v (repeat %v), want %v", k, now, got, ok, r.Repeat, want)
		}
	}
	check(0, 1, 0)
	learn(0, 1, 10)
	check(0, 1, 10)
	learn(time.Second, 1, 11)
	check(time.Second, 1, 11)
	learn(time.Second, 2, 20)
	check(time.Second, 1, 11) // 2 is now the least recently used
	learn(time.Second, 3, 30)
	check(time.Second, 2, 0)
	check(time.Second, 3, 30)
	check(61*time.Second, 1, 11)
	check(61*time.Second+1, 1, 0)
	learn(62*time.Second, 1, 12)
	check(62*time.Second, 1, 12)
	learn(0, 0, 99) // no key: nothing to remember
	check(0, 0, 0)
}

// TestRepeatThenRLS: what was not seen is predicted from its features, and
// every measurement teaches both.
func TestRepeatThenRLS(t *testing.T) {
	p := started(t, &Repeat{Capacity: 100, Then: ThenRLS}, classes(1))
	size := func(k policy.Key, f float64) *policy.Request {
		r := &policy.Request{Key: k}
		r.Features[0] = f
		return r
	}
	for i := range 50 {
		f := float64(10 * (i + 1))
		p.Learn(0, size(policy.Key(i+1), f), 0.01*(1+f))
	}
	seen, unseen := size(7, 70), size(1000, 255)
	if w, ok := p.Estimate(0, seen); !ok || !seen.Repeat || w != 0.71 {
		t.Errorf("seen before: %v, %v, want 0.71", w, ok)
	}
	if w, ok := p.Estimate(0, unseen); !ok || unseen.Repeat || w < 2.5 || w > 2.62 {
		t.Errorf("not seen before: %v, %v, want 2.56 from its size", w, ok)
	}
}

// TestRecall: what the store knows is remembered, unless something newer is,
// and teaches nobody else.
func TestRecall(t *testing.T) {
	p := started(t, &Repeat{Capacity: 100, TTL: time.Minute, Then: ThenRLS}, classes(1))
	for i := range policy.Key(50) {
		p.Recall(0, i, 3)
	}
	unseen, seen := &policy.Request{Key: 1000}, &policy.Request{Key: 7}
	if _, ok := p.Estimate(0, unseen); ok {
		t.Error("what was recalled of equal requests teaches of others")
	}
	if w, ok := p.Estimate(0, seen); !ok || w != 3 {
		t.Errorf("recalled %v, %v, want 3", w, ok)
	}
	p.Learn(30*time.Second, seen, 4)
	p.Recall(10*time.Second, 7, 5) // its answer took a while
	if w, ok := p.Estimate(60*time.Second, seen); !ok || w != 4 {
		t.Errorf("%v, %v, want the newer 4", w, ok)
	}
	p.Recall(-time.Minute, 200, 5)
	if _, ok := p.Estimate(time.Second, &policy.Request{Key: 200}); ok {
		t.Error("what was measured before the age limit counts")
	}
}

// TestMarkers: mean knows nothing of its own, exact is asked for the truth.
func TestMarkers(t *testing.T) {
	if _, ok := (&Mean{}).Estimate(0, &policy.Request{}); ok {
		t.Error("mean says that it knows")
	}
	if _, ok := any(&Exact{}).(policy.Exact); !ok {
		t.Error("exact is not marked as policy.Exact")
	}
}

// TestValidate: parameters out of range are refused.
func TestValidate(t *testing.T) {
	for _, p := range []interface{ Validate() error }{
		&Repeat{}, &Repeat{Capacity: 1, Then: 9}, &Repeat{Capacity: 1, Then: ThenRLS, TTL: -1},
		&RLS{}, &RLS{Forget: 1.01}, &Mean{Learning{Target: ByCounts + 1}}, &RLS{Forget: 1, Learning: Learning{Target: 9}},
	} {
		if p.Validate() == nil {
			t.Errorf("%T %+v is accepted", p, p)
		}
	}
}

// TestTextsChange: what is learnt from, and who is asked of new requests, may be changed
// while a run goes on; what was learnt before stays.
func TestTextsChange(t *testing.T) {
	env := policy.Env{Pools: []policy.Pool{{Cores: 1, Speed: 1}}, Classes: []policy.Class{{Name: "a"}}}
	p := NewRepeat()
	if err := p.Start(env); err != nil {
		t.Fatal(err)
	}
	if _, mean := p.then.(*Mean); !mean || p.Targets() {
		t.Fatalf("it begins with %T, counts %v", p.then, p.Targets())
	}
	p.Then, p.Target = ThenRLS, ByCounts
	p.Changed()
	rls, ok := p.then.(*RLS)
	if !ok || p.relation(0, 0) == nil {
		t.Fatalf("%T is asked, relation %v: want rls, and one to learn", p.then, p.relation(0, 0))
	}
	p.Relate(0, &policy.Measured{Work: 2, Executed: policy.Executed{Instructions: 1e9}})
	p.Then, p.Target = ThenMean, ByCPU
	p.Changed()
	learnt := p.relation(0, 0)
	p.Then, p.Target = ThenRLS, ByInstructions
	p.Changed()
	if p.then != policy.Estimator(rls) || p.relation(0, 0) != learnt {
		t.Error("what was learnt is lost")
	}
}
