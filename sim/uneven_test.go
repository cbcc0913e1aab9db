package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// tellings keeps the work that answers tell the gateway, by request.
type tellings map[policy.RequestID]float64

func (j tellings) Add(_ time.Duration, e *policy.Event, _ []policy.Command) {
	if e.Kind == policy.Done {
		j[e.Request] = e.Work
	}
}

// is says whether an instant is some seconds after the start, to the nanosecond.
func is(d time.Duration, s float64) bool { return math.Abs(float64(d)-s*1e9) <= 1 }

// TestThreadsOfOneCore: two requests on the two threads of a core run at 0.65 each, as two
// threads together do up to 30 % more than one (Marr et al. 2002, Intel Technology Journal
// 6(1), "Hyper-Threading Technology Architecture and Microarchitecture"): 1 s of work takes 1/0.65 s. Their CPU time is
// as long, which is what the gateway takes for their work.
func TestThreadsOfOneCore(t *testing.T) {
	for n, want := range map[int][]float64{2: {1, 0.65}, 3: {1, 1, 2.3 / 3}, 4: {1, 1, 2.3 / 3, 0.65}} {
		for i, v := range Threads(n, 0.65) {
			if math.Abs(v-want[i]) > 1e-12 {
				t.Errorf("%d busy of %d vCPUs: %v each, want %v", i+1, n, v, want[i])
			}
		}
	}
	for _, ps := range []bool{true, false} {
		cfg := fleet(1, &roundRobin{})
		cfg.PS, cfg.Control.Pools[0].Cores = ps, 2
		cfg.Pools[0].Uneven.Busy = Threads(2, 0.65)
		work := tellings{}
		cfg.Journal = work
		got := play(t, cfg, at(0, 0, 10)).byID(t)
		if !is(got[0].Finish, 1/0.65) || !is(got[1].Finish, 1/0.65) || !is(got[2].Finish, 11) {
			t.Errorf("ps %v: finished at %v, %v, %v, want 1.538s twice and 11s", ps, got[0].Finish, got[1].Finish, got[2].Finish)
		}
		if math.Abs(work[0]-1/0.65) > 1e-6 || math.Abs(work[2]-1) > 1e-6 {
			t.Errorf("ps %v: work of %v and %v s, want 1.538 and 1", ps, work[0], work[2])
		}
	}
}

// TestNoiseIsOfTheRequest: each request has a factor of its own, which is the same under
// another router, and has the mean of the law.
func TestNoiseIsOfTheRequest(t *testing.T) {
	run := func(r policy.Router) (out []float64) {
		cfg := fleet(2, r)
		cfg.Pools[0].Uneven.Noise = workloads.Dist{Law: workloads.NewLognormal(1, 0.25)}
		instants := make([]float64, 2000)
		for i := range instants {
			instants[i] = float64(10 * i)
		}
		for _, q := range play(t, cfg, at(instants...)).byID(t) {
			out = append(out, (q.Finish - q.Start).Seconds())
		}
		return out
	}
	a, b := run(&roundRobin{}), run(&sampled{})
	sum := 0.0
	for i := range a {
		sum += a[i]
		if a[i] != b[i] {
			t.Fatalf("request %d took %v and %v s", i, a[i], b[i])
		}
	}
	if mean := sum / 2000; math.Abs(mean-1) > 3*0.5/math.Sqrt(2000) {
		t.Errorf("mean service = %v s, want 1 within three standard errors", mean)
	}
}

// TestSlowHosts: a third of 300 machines takes 1.5 times as long, whichever pool size;
// sqrt(300/3*2/3) = 8.2.
func TestSlowHosts(t *testing.T) {
	slow := func(n int) (which []bool) {
		cfg := fleet(n, &roundRobin{})
		cfg.Pools[0].Uneven.SlowShare, cfg.Pools[0].Uneven.SlowBy = 1.0/3, 1.5
		for _, q := range play(t, cfg, at(make([]float64, n)...)).byID(t) {
			took := q.Finish - q.Start
			if took != time.Second && took != 1500*time.Millisecond {
				t.Fatalf("1 s of work took %v", took)
			}
			which = append(which, took > time.Second)
		}
		return which
	}
	few, many := slow(20), slow(300)
	n := 0
	for i, is := range many {
		if is {
			n++
		}
		if i < 20 && is != few[i] {
			t.Errorf("machine %d is slow in one fleet and not in the other", i)
		}
	}
	if n < 75 || n > 125 {
		t.Errorf("%d of 300 machines are slow, want 100 within three standard errors", n)
	}
}

// TestWarmUp: a machine that was launched takes three times as long for its first two
// requests, or for those that it begins within 5 s of its first answer, which is at 16 s;
// one that was there is warm.
func TestWarmUp(t *testing.T) {
	for _, c := range []struct {
		u    Uneven
		want [4]float64 // service of requests that begin at 17 s, 24 s, 28 s, 32 s
	}{
		{Uneven{WarmRequests: 2, WarmBy: 3}, [4]float64{3, 3, 1, 1}},
		{Uneven{WarmFor: 10 * time.Second, WarmBy: 3}, [4]float64{3, 3, 1, 1}},
		{Uneven{WarmRequests: 3, WarmFor: 5 * time.Second, WarmBy: 2}, [4]float64{2, 2, 2, 1}},
	} {
		cfg := fleet(0, &roundRobin{})
		cfg.Control.Pools[0].Max = 1
		cfg.Control.Scaler = grow{1}
		cfg.Pools[0].Launch = Launch{API: constant(1), Boot: constant(2), Start: constant(3), Health: constant(1)}
		cfg.Pools[0].Uneven = c.u
		cfg.Duration = time.Minute
		for i, q := range play(t, cfg, at(0, 24, 28, 32)).byID(t) {
			if !is(q.Finish-q.Start, c.want[i]) {
				t.Errorf("%+v: request %d, begun at %v, took %v, want %vs", c.u, i, q.Start, q.Finish-q.Start, c.want[i])
			}
		}
		cfg = fleet(1, &roundRobin{})
		cfg.Pools[0].Uneven = c.u
		if q := play(t, cfg, at(0)).byID(t)[0]; q.Finish != time.Second {
			t.Errorf("%+v: a machine that was there took %v, want 1s", c.u, q.Finish)
		}
	}
}

// TestStartKeepsCoresBusy: between running and answering, 2 + 3 s, one and a half cores of two
// are at work.
func TestStartKeepsCoresBusy(t *testing.T) {
	cfg := fleet(0, &roundRobin{})
	cfg.Control.Pools[0].Max, cfg.Control.Pools[0].Cores = 1, 2
	cfg.Control.Scaler = grow{1}
	cfg.Pools[0].Launch = Launch{API: constant(1), Boot: constant(2), Start: constant(3)}
	cfg.Pools[0].Uneven.StartCores = 1.5
	cfg.Duration = time.Minute
	if got := play(t, cfg, at(30)).counts.BusyCoreSeconds; math.Abs(got-8.5) > 1e-9 {
		t.Errorf("%v core-seconds at work, want 1.5 × 5 and 1 of the request", got)
	}
}
