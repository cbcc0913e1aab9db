package workloads

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
)

// open starts a generator with exponential requests of 1 s.
func open(t testing.TB, g Generator, seed uint64) (*Workload, Source) {
	t.Helper()
	return openMix(t, g, Uniformly("request", Dist{Law: Exponential{1}}), seed)
}

func openMix(t testing.TB, g Generator, m Mix, seed uint64) (*Workload, Source) {
	t.Helper()
	w, err := g.Workload("test", m)
	if err != nil {
		t.Fatal(err)
	}
	src, err := w.Open(seed)
	if err != nil {
		t.Fatal(err)
	}
	return w, src
}

// all drains an open-loop source.
func all(t testing.TB, src Source) []Arrival {
	t.Helper()
	var out []Arrival
	var a Arrival
	for src.Next(&a) {
		out = append(out, a)
	}
	if src.Next(&a) || src.Err() != nil {
		t.Fatalf("a source that ended goes on, or failed: %v", src.Err())
	}
	return out
}

func instants(arrivals []Arrival) []time.Duration {
	out := make([]time.Duration, len(arrivals))
	for i, a := range arrivals {
		out[i] = a.At
	}
	return out
}

// someGenerator draws any open-loop generator with a few thousand requests.
func someGenerator(t *rapid.T) Generator {
	rate := rapid.Float64Range(0.1, 50).Draw(t, "rate")
	d := rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.IntRange(1, 60_000).Draw(t, "ms")) * time.Millisecond
	})
	l := length{d.Draw(t, "duration"), rapid.IntRange(0, 500).Draw(t, "requests")}
	switch rapid.IntRange(0, 3).Draw(t, "generator") {
	case 0:
		return &Poisson{rate, l.duration, l.requests}
	case 1:
		return &Diurnal{rate, rapid.Float64Range(1, 20).Draw(t, "ratio"), d.Draw(t, "period"), l.duration, l.requests}
	case 2:
		return &Flash{rate, rate * rapid.Float64Range(1, 10).Draw(t, "factor"),
			d.Draw(t, "at"), d.Draw(t, "rise"), d.Draw(t, "hold"), d.Draw(t, "fall"), l.duration, l.requests}
	}
	return &OnOff{rate, rate * rapid.Float64Range(0, 1).Draw(t, "low"), d.Draw(t, "high_for"), d.Draw(t, "low_for"), l.duration, l.requests}
}

// TestArrivalsKeepTheirPromises: in order, within the limits, the same for the
// same seed even when two sources are read in turn, and not moved by sizes.
func TestArrivalsKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := someGenerator(rt)
		seed := rapid.Uint64().Draw(rt, "seed")
		w, one := open(t, g, seed)
		two, _ := w.Open(seed)
		_, other := openMix(t, g, Own(), seed)
		var a, b, c Arrival
		last, n := time.Duration(0), 0
		until, most := lengthOf(g).bounds()
		for one.Next(&a) {
			b = Arrival{Class: 7, Key: 7, Features: [8]float64{7}}
			if !two.Next(&b) || a != b {
				rt.Fatalf("arrival %d: %+v and %+v under the same seed", n, a, b)
			}
			if !other.Next(&c) || a.At != c.At {
				rt.Fatalf("arrival %d at %v, with other requests at %v", n, a.At, c.At)
			}
			if a.At < last || a.At >= until || a.Work < 0 {
				rt.Fatalf("arrival %d at %v (after %v, until %v) with work %v", n, a.At, last, until, a.Work)
			}
			last, n = a.At, n+1
		}
		if two.Next(&b) || other.Next(&c) || policy.RequestID(n) > most {
			rt.Fatalf("%d arrivals, at most %d; or the twin goes on", n, most)
		}
		if math.Abs(w.Load-w.Rate) > 1e-9*w.Rate || w.Span <= 0 || w.Span > until {
			rt.Fatalf("load %v, rate %v with requests of 1 s, span %v", w.Load, w.Rate, w.Span)
		}
	})
}

// lengthOf reads the limits off any generator.
func lengthOf(g Generator) length {
	return g.(interface{ length() length }).length()
}

// TestLimitsStopBothWays: whichever comes first; one hour where neither is set.
func TestLimitsStopBothWays(t *testing.T) {
	for _, c := range []struct {
		duration time.Duration
		requests int
		want     float64
		span     time.Duration
	}{
		{0, 0, 36_000, time.Hour},
		{time.Minute, 0, 600, time.Minute},
		{time.Minute, 100, 100, 10 * time.Second},
		{0, 50_000, 50_000, 5000 * time.Second},
	} {
		w, src := open(t, &Poisson{Rate: 10, Duration: c.duration, Requests: c.requests}, 1)
		n := float64(len(all(t, src)))
		if c.requests > 0 && n != c.want {
			t.Errorf("duration %v, requests %d: %v arrivals, want %v", c.duration, c.requests, n, c.want)
		}
		within(t, fmt.Sprint(c), n, c.want)
		if d := w.Span - c.span; d < -time.Millisecond || d > time.Millisecond {
			t.Errorf("duration %v, requests %d: span %v, want %v", c.duration, c.requests, w.Span, c.span)
		}
	}
}

func TestSeedsDiffer(t *testing.T) {
	g := &Poisson{Rate: 10, Requests: 100}
	_, a := open(t, g, 1)
	_, b := open(t, g, 2)
	if slices.Equal(instants(all(t, a)), instants(all(t, b))) {
		t.Error("two seeds gave the same arrivals")
	}
}

func TestDigestTellsParametersApart(t *testing.T) {
	seen := map[string]string{}
	for _, g := range []Generator{&Poisson{Rate: 1}, &Poisson{Rate: 2}, &Poisson{Rate: 1, Requests: 5}, &Diurnal{Rate: 1, Ratio: 1, Period: 1}} {
		for _, m := range []Mix{Own(), Uniformly("a", Constant(1)), Uniformly("a", Constant(2)), Uniformly("b", Constant(1))} {
			w, _ := openMix(t, g, m, 1)
			what := fmt.Sprint(g, m)
			if seen[w.Digest] != "" {
				t.Errorf("%s and %s have the same digest", what, seen[w.Digest])
			}
			seen[w.Digest] = what
		}
	}
}

// TestGeneratorsNameWhatIsWrong: all problems at once, by the keys of the
// experiment file.
func TestGeneratorsNameWhatIsWrong(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		g    Generator
		want string // the keys, in order
	}{
		{&Poisson{Rate: 0}, "rate"},
		{&Poisson{Rate: nan, Duration: -1, Requests: -1}, "rate duration requests"},
		{&Poisson{Rate: inf}, "rate"},
		{&Diurnal{Rate: -1, Ratio: 0.5, Period: 0, Duration: -1}, "rate ratio period duration"},
		{&Diurnal{Rate: 1, Ratio: inf, Period: 1}, "ratio"},
		{&Flash{Rate: 6, Peak: 5}, "peak"},
		{&Flash{Rate: nan, Peak: nan, At: -1, Rise: -1, Hold: -1, Fall: -1}, "rate peak at rise hold fall"},
		{&OnOff{High: 0, Low: -1}, "high low high_for low_for"},
		{&OnOff{High: 1, Low: 2, HighFor: time.Second, LowFor: time.Second}, "low"},
		{&Clients{Clients: 0, Think: Constant(-1)}, "clients think: value"},
		{&Clients{Clients: 1, Think: Dist{Law: Exponential{nan}}, Requests: -1}, "think: mean requests"},
	} {
		err := c.g.Validate()
		if err == nil {
			t.Errorf("%+v: no error, want %s", c.g, c.want)
			continue
		}
		var keys []string
		for _, line := range strings.Split(err.Error(), "\n") {
			key, _, _ := strings.Cut(line, " = ")
			keys = append(keys, key)
		}
		if got := strings.Join(keys, " "); got != c.want {
			t.Errorf("%+v: errors about %q, want %q:\n%v", c.g, got, c.want, err)
		}
		if _, again := c.g.Workload("x", Own()); again == nil {
			t.Errorf("%+v: Workload accepts what Validate refuses", c.g)
		}
	}
}

// TestGeneratorsAreDocumented: every parameter has a key and a line of text,
// and the defaults work.
func TestGeneratorsAreDocumented(t *testing.T) {
	for _, s := range Generators {
		g, ok := s.New().(Generator)
		if !ok {
			t.Errorf("%s: no Generator", s.Name)
			continue
		}
		w, src := openMix(t, g, Own(), 1)
		if !src.Next(new(Arrival)) || !(w.Rate > 0) || w.Span <= 0 || w.Digest == "" || w.Replicates != "seeds" {
			t.Errorf("%s: defaults make %+v", s.Name, w)
		}
		v := reflect.TypeOf(s.New()).Elem()
		for i := range v.NumField() {
			if f := v.Field(i); f.Tag.Get("toml") == "" || f.Tag.Get("doc") == "" {
				t.Errorf("%s.%s: no toml or doc tag", s.Name, f.Name)
			}
		}
	}
}

// TestNextDoesNotAllocate: in the steady state, with either mix.
func TestNextDoesNotAllocate(t *testing.T) {
	for _, s := range Generators {
		for _, m := range []Mix{Own(), Uniformly("request", Dist{Law: Exponential{1}})} {
			_, src := openMix(t, s.New().(Generator), m, 1)
			loop, closed := src.(ClosedSource)
			var a Arrival
			id := policy.RequestID(0)
			if n := testing.AllocsPerRun(1000, func() {
				src.Next(&a)
				if closed {
					loop.Finished(id, a.At, true)
				}
				id++
			}); n != 0 {
				t.Errorf("%s: %v allocations an arrival, want 0", s.Name, n)
			}
		}
	}
}

// BenchmarkNext is the cost of an arrival; the goal for Poisson with
// exponential sizes is 60 ns.
func BenchmarkNext(b *testing.B) {
	mixes := []struct {
		name string
		mix  Mix
	}{{"exponential", Uniformly("request", Dist{Law: Exponential{1}})}, {"own", Own()}}
	for _, g := range []Generator{
		&Poisson{Rate: 10, Requests: 1 << 62}, &Diurnal{Rate: 10, Ratio: 9, Period: time.Hour, Requests: 1 << 62},
		&Flash{Rate: 6, Peak: 40, Hold: time.Hour, Requests: 1 << 62},
		&OnOff{High: 50, Low: 1, HighFor: time.Second, LowFor: time.Second, Requests: 1 << 62},
	} {
		for _, m := range mixes {
			name, _, _ := strings.Cut(fmt.Sprint(g), " ")
			b.Run(name+"/"+m.name, func(b *testing.B) {
				_, src := openMix(b, g, m.mix, 1)
				var a Arrival
				b.ReportAllocs()
				for b.Loop() {
					src.Next(&a)
				}
			})
		}
	}
}
