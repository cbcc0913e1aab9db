package sim

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
)

// lasting is a fleet of one worker with so many cores that has faults, and is not replaced.
func lasting(cores int, ps bool, faults ...Fault) Config {
	cfg := fleet(1, &roundRobin{})
	cfg.Control.Pools[0].Cores, cfg.PS = cores, ps
	cfg.Control.Pools[0].Replace = policy.ReplaceNever
	for i := range faults {
		if faults[i].Detected == 0 {
			faults[i].Detected = time.Hour
		}
	}
	cfg.Faults = faults
	return cfg
}

const second = time.Second

// TestFaultsThatPass: what is in service stands still, or gets on more slowly, and goes on
// where it was. All instants are worked out by hand: of 4 s of work that begin at 0, 1 s is done
// when the fault comes at 1 s.
func TestFaultsThatPass(t *testing.T) {
	hang := Fault{At: second, Kind: Hang, Lasts: 5 * second}
	slow := Fault{At: second, Kind: Slow, Factor: 0.5, Lasts: 4 * second}
	slower := Fault{At: 3 * second, Kind: Slow, Factor: 0.5, Lasts: 10 * second}
	cut := Fault{At: second, Kind: Partition, Lasts: 4 * second}
	long, short := [2]float64{0, 4}, [2]float64{2, 1} // arrival and work
	never := results.Never
	for _, c := range []struct {
		name   string
		cores  int
		ps     bool
		faults []Fault
		jobs   [][2]float64
		want   []time.Duration
	}{
		{"hangs 5 s, the second waits", 1, false, []Fault{hang}, [][2]float64{long, short}, []time.Duration{9 * second, 10 * second}},
		{"hangs 5 s, the second begins meanwhile", 2, false, []Fault{hang}, [][2]float64{long, short}, []time.Duration{9 * second, 7 * second}},
		{"hangs 5 s, then both share", 1, true, []Fault{hang}, [][2]float64{long, short}, []time.Duration{10 * second, 8 * second}},
		{"half as fast for 4 s", 1, false, []Fault{slow}, [][2]float64{long}, []time.Duration{6 * second}},
		{"half as fast for 4 s, shared", 1, true, []Fault{slow}, [][2]float64{long}, []time.Duration{6 * second}},
		{"a quarter as fast from 3 s to 5 s", 1, false, []Fault{slow, slower}, [][2]float64{long}, []time.Duration{8 * second}},
		{"slow for good", 1, false, []Fault{{At: second, Kind: Slow, Factor: 0.5}}, [][2]float64{long}, []time.Duration{7 * second}},
		{"begins while slow, and outlasts it", 2, false, []Fault{slow}, [][2]float64{{2, 2}}, []time.Duration{5*second + second/2}},
		{"slow, then hangs", 1, false, []Fault{slow, {At: 3 * second, Kind: Hang, Lasts: 3 * second}}, [][2]float64{long}, []time.Duration{8 * second}},
		{"an answer waits for the end of the partition, a request too", 1, false, []Fault{cut}, [][2]float64{{0, 2}, {3, 1}}, []time.Duration{5 * second, 6 * second}},
		{"a partition that ends before the answer delays nothing", 1, false, []Fault{cut}, [][2]float64{{0, 6}}, []time.Duration{6 * second}},
		{"lost while it hangs", 1, false, []Fault{{At: second, Kind: Hang, Lasts: 5 * second, Detected: 2 * second}}, [][2]float64{long}, []time.Duration{never}},
		{"lost while it cannot be reached", 1, false, []Fault{{At: second, Kind: Partition, Lasts: 5 * second, Detected: 2 * second}}, [][2]float64{{0, 2}, {1.5, 1}}, []time.Duration{never, never}},
		{"the checks pass in time", 1, false, []Fault{{At: second, Kind: Hang, Lasts: 2 * second, Detected: 3 * second}}, [][2]float64{long}, []time.Duration{6 * second}},
	} {
		m := play(t, lasting(c.cores, c.ps, slices.Clone(c.faults)...), jobs(c.jobs...))
		for i, q := range m.byID(t) {
			if q.Finish != c.want[i] {
				t.Errorf("%s: request %d finished at %v, want %v", c.name, i, q.Finish, c.want[i])
			}
			if lost := q.Finish == never; lost && m.counts.VMSeconds != 3 {
				t.Errorf("%s: the machine was billed for %v s, want 3, until the gateway gave it up", c.name, m.counts.VMSeconds)
			}
		}
	}
}

// TestAttemptsEndInAPartition: an attempt's time-out ends it for the gateway; the worker
// does not hear of it and serves it all the same.
func TestAttemptsEndInAPartition(t *testing.T) {
	cfg := lasting(1, false, Fault{At: second, Kind: Partition, Lasts: 9 * second})
	cfg.Control.Retry = policy.Retry{AttemptTimeout: 3 * second}
	m := play(t, cfg, jobs([2]float64{0, 4}, [2]float64{11, 1}))
	if q := m.byID(t)[0]; q.Ending != results.Failed || q.Reason != policy.ReasonAttemptTimeout {
		t.Errorf("ending %d, reason %v, want failed by the attempt's time-out", q.Ending, q.Reason)
	}
	if got := m.counts.BusyCoreSeconds; math.Abs(got-5) > 1e-9 { // 4 s of the first, 1 s of the second
		t.Errorf("the worker was busy for %v s, want 5", got)
	}
}

// TestCancelledWork: of an attempt that is cut off after 3 s, half as fast from 1 s on, or
// stuck from there, 2 s of work were done, or 1 s.
func TestCancelledWork(t *testing.T) {
	for _, c := range []struct {
		fault Fault
		want  float64
	}{{Fault{At: second, Kind: Slow, Factor: 0.5}, 2}, {Fault{At: second, Kind: Hang}, 1}} {
		cfg := lasting(1, false, c.fault)
		cfg.Timeout = 3 * second
		got := math.NaN()
		cfg.Journal = listener(func(e *policy.Event) {
			if e.Kind == policy.Done && e.Status == policy.Cancelled {
				got = e.Work
			}
		})
		play(t, cfg, jobs([2]float64{0, 9}))
		if got != c.want {
			t.Errorf("kind %d: %v s of work were done, want %v", c.fault.Kind, got, c.want)
		}
	}
}

// TestFlapping: sick for 2 s of every 5, from 10 s on, for 10 s.
func TestFlapping(t *testing.T) {
	cfg := lasting(1, false, Fault{At: 10 * second, Kind: Sick, Lasts: 10 * second, On: 2 * second, Off: 3 * second})
	arrive := []float64{9.5, 10, 11.9, 12, 14.9, 15, 17, 20, 21}
	var js [][2]float64
	for _, at := range arrive {
		js = append(js, [2]float64{at, 0.01})
	}
	var failed []float64
	for i, q := range play(t, cfg, jobs(js...)).byID(t) {
		if q.Ending == results.Failed {
			failed = append(failed, arrive[i])
		}
	}
	if want := []float64{10, 11.9, 15}; !slices.Equal(failed, want) {
		t.Errorf("requests of %v s failed, want those of %v", failed, want)
	}
}

// TestTelemetryGap: reports are due every 10 s. One that does not come leaves out the next.
func TestTelemetryGap(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault Fault
		want  []string // worker and instant
	}{
		{"of one", Fault{Kind: TelemetryGap, Worker: 1}, []string{"0 10s", "1 10s", "0 20s", "0 30s", "0 40s", "1 40s"}},
		{"of all", Fault{Kind: TelemetryGap, Worker: AllWorkers}, []string{"0 10s", "1 10s", "0 40s", "1 40s"}},
		{"a partition", Fault{Kind: Partition}, []string{"0 10s", "1 10s", "1 20s", "1 30s", "0 40s", "1 40s"}},
		{"a hang", Fault{Kind: Hang}, []string{"0 10s", "1 10s", "1 20s", "1 30s", "0 40s", "1 40s"}},
	} {
		c.fault.At, c.fault.Lasts = 15*second, 10*second
		cfg := lasting(1, false, c.fault)
		cfg.Pools[0].Initial, cfg.Control.Pools[0].Max = 2, 2
		cfg.TelemetryPeriod, cfg.Duration = 10*second, 41*second
		var got []string
		cfg.Journal = listener(func(e *policy.Event) {
			if e.Kind == policy.Telemetry {
				got = append(got, fmt.Sprintf("%d %v", e.Worker, e.At))
			}
		})
		play(t, cfg, at(0.5))
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
}
