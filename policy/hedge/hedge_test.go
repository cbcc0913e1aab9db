package hedge

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/policytest"
)

// TestSpecs: the table is in order.
func TestSpecs(t *testing.T) { policytest.Specs[policy.Hedge](t, Specs) }

// TestConformance runs every hedge through the kit, also with a budget that it never meets.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Hedge(t, func() policy.Hedge { return s.New().(policy.Hedge) })
		})
	}
	t.Run("generous", func(t *testing.T) {
		policytest.Hedge(t, func() policy.Hedge { return &Fixed{Budget: Budget{Share: 1}} })
	})
	t.Run("tied at once", func(t *testing.T) {
		policytest.Hedge(t, func() policy.Hedge { return &Tied{} })
	})
	t.Run("relative", func(t *testing.T) {
		policytest.Hedge(t, func() policy.Hedge {
			return &Quantile{Of: 0.5, Relative: true, Least: 1, Budget: Budget{Share: 1}}
		})
	})
}

// TestBudget: of any number of requests the share is sent a copy at most, however the budget
// is asked, and no more than savings at once.
func TestBudget(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(2, 0)
	l.Book(0, 1)
	rapid.Check(t, func(t *rapid.T) {
		b := Budget{Share: rapid.Float64Range(0, 1).Draw(t, "share"), Idle: true}
		asked, sent := 0, 0
		for range 300 {
			for range rapid.IntRange(0, 40).Draw(t, "requests") {
				b.earn()
				asked++
			}
			row := 0
			for b.Spend(l.View(), nil, 1) {
				row++
			}
			if sent += row; row > savings {
				t.Fatalf("%d copies at once, at most %d", row, savings)
			}
			if float64(sent) > b.Share*float64(asked)+1e-6 {
				t.Fatalf("%d copies of %d requests, at most the share %v", sent, asked, b.Share)
			}
		}
	})
	b := Budget{Share: 1, Idle: true, saved: 5}
	if b.Spend(l.View(), nil, 0) || !b.Spend(l.View(), nil, 1) {
		t.Error("a copy was sent to a busy worker, or none to an idle one")
	}
	if b.Idle = false; !b.Spend(l.View(), nil, 0) {
		t.Error("without idle no copy was sent to a busy worker")
	}
}

// TestTracker: the quantile of exponential times, -ln(1-q) times their mean, is found, and
// again after they have become three times as long.
func TestTracker(t *testing.T) {
	for _, q := range []float64{0.5, 0.9, 0.95} {
		tr := tracker{first: make([]float64, 0, 100)}
		rng := policy.NewRand(3, "times", 0)
		for _, mean := range []float64{0.2, 0.6} {
			sum, n := 0.0, 0
			for i := range 60_000 {
				tr.add(mean*-math.Log(1-rng.Float64()), q)
				if at, ok := tr.quantile(); i >= 10_000 {
					if !ok {
						t.Fatal("nothing was found")
					}
					sum, n = sum+at, n+1
				}
			}
			// Some 230 values of 6 % are independent: four standard errors of the mean are 2 %,
			// and as much again is what a constant step may bias it by.
			if got, want := sum/float64(n), -mean*math.Log(1-q); math.Abs(got-want) > 0.04*want {
				t.Errorf("q = %v, mean %v: %.4f on average, want %.4f", q, mean, got, want)
			}
		}
	}
}

// TestQuantileWaitsForAnswers: no copy before so many answers of the class; then after the
// longest but one of twenty; relative, as many service times as it took.
func TestQuantileWaitsForAnswers(t *testing.T) {
	for _, relative := range []bool{false, true} {
		l := policytest.NewLab(t, policy.Config{})
		l.Add(1, 0)
		p := policytest.Start(l, &Quantile{Of: 0.9, Relative: relative, Least: 20})
		v := l.View()
		for i := range 20 {
			if _, ok := p.After(v, &policy.Request{Work: 1}); ok {
				t.Fatalf("a copy after %d answers", i)
			}
			p.Done(v, &policy.Outcome{Request: &policy.Request{Work: 2}, Took: time.Duration(i+1) * time.Second})
		}
		want := 19 * time.Second
		if relative { // 19 s were 9.5 services of 2 s; this one is of 4 s
			want = 38 * time.Second
		}
		if got, ok := p.After(v, &policy.Request{Work: 4}); !ok || got != want {
			t.Errorf("relative %v: after %v, %v, want %v", relative, got, ok, want)
		}
	}
}

// TestValidate: parameters that cannot be are refused.
func TestValidate(t *testing.T) {
	for i, p := range []interface{ Validate() error }{
		&Fixed{Delay: -1}, &Tied{Delay: -1}, &Fixed{Budget: Budget{Share: 1.1}}, &Quantile{Of: 1, Least: 1}, &Quantile{Least: 1},
		&Quantile{Of: 0.5}, &Quantile{Of: 0.5, Least: 1, Budget: Budget{Share: -1}},
	} {
		if p.Validate() == nil {
			t.Errorf("%d: %+v is taken", i, p)
		}
	}
}
