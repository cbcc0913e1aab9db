package workloads

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	gonum "gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"cnv/policy"
)

// listed is a workload of given instants, each of which is its own work.
func listed(at []time.Duration) *Workload {
	share := func(seed uint64, version int, keep float64) (Source, error) {
		rng, kept := policy.NewRand(seed, "thin", version), []time.Duration(nil)
		for i, t := range at {
			if rng.At(uint64(i)).Float64() < keep {
				kept = append(kept, t)
			}
		}
		return &listSource{kept}, nil
	}
	return &Workload{Name: "listed", Rate: 1, Load: 1, Replicates: "none", Digest: "d", Share: share, Open: func(seed uint64) (Source, error) {
		return share(seed, 0, 1)
	}}
}

type listSource struct{ at []time.Duration }

func (s *listSource) Next(a *Arrival) bool {
	if len(s.at) == 0 {
		return false
	}
	*a = Arrival{At: s.at[0], Work: s.at[0]}
	s.at = s.at[1:]
	return true
}
func (s *listSource) Err() error { return nil }

// played is what arrives at a load: how often each original does.
func played(t *rapid.T, w *Workload, load float64) map[time.Duration]int {
	src, err := w.AtLoad(load).Open(3)
	if err != nil {
		t.Fatal(err)
	}
	out := map[time.Duration]int{}
	var a Arrival
	last := time.Duration(0)
	for src.Next(&a) {
		if a.At < last || a.At != a.Work {
			t.Fatalf("%v after %v, a copy of %v", a.At, last, a.Work)
		}
		last = a.At
		out[a.Work]++
	}
	if src.Next(&a) {
		t.Fatal("there is more after the end")
	}
	return out
}

// TestAtLoad: arrivals come in order, each as often as the load says or once
// more, and never less often at a higher load.
func TestAtLoad(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var at []time.Duration
		sum := time.Duration(0)
		for _, d := range rapid.SliceOfN(rapid.Int64Range(1, int64(2*time.Second)), 0, 100).Draw(t, "gaps") {
			sum += time.Duration(d)
			at = append(at, sum)
		}
		w := listed(at)
		low := rapid.Float64Range(0.01, 5).Draw(t, "low")
		high := low + rapid.Float64Range(0, 3).Draw(t, "more")
		a, b := played(t, w, low), played(t, w, high)
		for _, x := range at {
			if n := float64(a[x]); n < math.Floor(low) || n > math.Floor(low)+1 {
				t.Fatalf("%v arrives %v times at load %v", x, n, low)
			}
			if b[x] < a[x] {
				t.Fatalf("%v arrives %d times at load %v, %d times at %v", x, a[x], low, b[x], high)
			}
		}
		if w.AtLoad(1) != w {
			t.Fatal("load 1 is another workload")
		}
	})
}

// TestAtPace: the same arrivals come in less time, and the load is higher by it.
func TestAtPace(t *testing.T) {
	w := listed([]time.Duration{time.Second, 3 * time.Second})
	w.Span = 4 * time.Second
	fast := w.AtPace(2)
	if fast.Span != 2*time.Second || fast.Rate != 2 || fast.Load != 2 || fast.Digest == w.AtLoad(2).Digest {
		t.Errorf("%+v", fast)
	}
	src, err := fast.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	var a Arrival
	for _, want := range []time.Duration{500 * time.Millisecond, 1500 * time.Millisecond} {
		if !src.Next(&a) || a.At != want || a.Work != 2*want {
			t.Errorf("%v with work %v, want an arrival at %v with work %v", a.At, a.Work, want, 2*want)
		}
	}
}

// TestScale: the mean rate of every generator is multiplied, and its span stays.
func TestScale(t *testing.T) {
	mix, err := (&Requests{MeanWork: 100 * time.Millisecond, Size: SizeKey{Name: "exponential"}}).Mix()
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range Generators {
		one, three := spec.New().(Generator), spec.New().(Generator)
		three.Scale(3)
		a, err := one.Workload("a", mix)
		if err != nil {
			t.Fatal(err)
		}
		b, err := three.Workload("b", mix)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(b.Rate/a.Rate-3) > 1e-9 || math.Abs(b.Load/a.Load-3) > 1e-9 || a.Span != b.Span || a.Digest == b.Digest {
			t.Errorf("%s: rate %v and %v, load %v and %v, span %v and %v", spec.Name, a.Rate, b.Rate, a.Load, b.Load, a.Span, b.Span)
		}
	}
}

// TestRecordingAtLoad: with fewer users there is as much less of the recording itself,
// whose arrivals are at their own instants; with more there is none.
func TestRecordingAtLoad(t *testing.T) {
	w := listed([]time.Duration{time.Second, 3 * time.Second})
	kept := 0.0
	w.AsRecorded = func(_ uint64, keep float64) (Source, error) {
		kept = keep
		return w.Open(1)
	}
	if _, err := w.AtLoad(0.5).AtLoad(0.5).AsRecorded(1, 1); err != nil || kept != 0.25 {
		t.Errorf("%v of the recording, want a quarter (%v)", kept, err)
	}
	if w.AtLoad(2).AsRecorded != nil {
		t.Error("there is a recording of twice the users")
	}
	src, err := w.AtPace(2).AsRecorded(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if a := (Arrival{}); !src.Next(&a) || a.At != time.Second/2 || kept != 1 {
		t.Errorf("%v of it, first arrival at %v; want all, at half the time", kept, a.At)
	}
}

// TestBeyond: of made recordings whose counts have such a noise, what the recording is off
// by at a load, over that between its replications.
func TestBeyond(t *testing.T) {
	for _, c := range []struct{ load, noise, want float64 }{
		{1, 1, 1}, {1, 7, 1}, {2, 1, 2}, {3, 5, 3}, {0.5, 1, 0.5}, {0.5, 4, 0.8}, {1.5, 1, 1.5}, {2.5, 4, 25 / 9.25}, {2, 0, 2},
	} {
		if got := Beyond(c.load, c.noise); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("at load %v, noise %v: %v, want %v", c.load, c.noise, got, c.want)
		}
	}
	const mean, batch, load, tries = 400, 4, 2.5, 20_000 // batches of a size have that noise
	draw := rand.NewPCG(1, 2)
	count := distuv.Poisson{Lambda: mean / batch, Src: draw}
	var recorded, between []float64
	for range tries {
		whole := func() float64 { return batch * count.Rand() } // a resample of it, about its mean
		recorded = append(recorded, load*whole())
		kept := distuv.Binomial{N: whole(), P: load - 2, Src: draw}
		between = append(between, whole()+whole()+kept.Rand())
	}
	if got, want := gonum.Variance(recorded, nil)/gonum.Variance(between, nil), Beyond(load, batch); math.Abs(got/want-1) > 0.05 {
		t.Errorf("at load %v, noise %v: %v as drawn, formula %v", load, batch, got, want)
	}
}
