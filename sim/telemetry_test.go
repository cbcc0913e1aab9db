package sim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// reported are the reports that the control plane was told.
type reported []string

func (r *reported) Add(now time.Duration, e *policy.Event, _ []policy.Command) {
	if e.Kind == policy.Telemetry {
		*r = append(*r, fmt.Sprintf("w%d: %.2f of %v at %v", e.Worker, e.CPU, e.At, now))
	}
}

// wants is a Scaler that wants so many workers in its first, second, ... period
// (the last of them from then on), and remembers the latest report it knew of.
type wants struct {
	period time.Duration
	want   []int
	knew   []time.Duration
}

func (s *wants) Period() time.Duration { return s.period }
func (s *wants) Size(v *policy.ScaleView) policy.Plan {
	i := min(int(v.Now/s.period), len(s.want)) - 1
	s.knew = append(s.knew, v.Worker(0).AsOf)
	return policy.Plan{Desired: []int{s.want[i]}}
}

// TestReportsCoverTheirPeriod: reports are over the last 10 s, at 10, 20, ... s,
// of workers that are in service and answer; the first of each is over its first
// whole period. Worker 0 has work of 10 s from 5 s on and of 60 s from 22 s on.
func TestReportsCoverTheirPeriod(t *testing.T) {
	old := []string{"w0: 0.50 of 10s", "w0: 0.50 of 20s", "w0: 0.80 of 30s", "w0: 1.00 of 40s", "w0: 1.00 of 50s"}
	for _, c := range []struct {
		about        string
		boot, health float64 // s, of the worker that is launched once two are wanted
		faults       []Fault
		want         []int // workers, at 10, 20, ... s
		others       []string
	}{
		{"ready within a period", 5, 0, nil, []int{1, 2}, []string{"w1: 0.00 of 40s", "w1: 0.00 of 50s"}},
		{"answers in one period and is ready in the next", 5, 8, nil, []int{1, 2}, []string{"w1: 0.00 of 50s"}},
		{"ready as one begins", 10, 0, nil, []int{1, 2}, []string{"w1: 0.00 of 50s"}},
		{"ready as one begins, as was known before", 20, 0, nil, []int{2}, []string{"w1: 0.00 of 50s"}},
		{"crashed", 5, 0, []Fault{{At: 47 * time.Second, Worker: 1, Detected: time.Minute}}, []int{1, 2}, []string{"w1: 0.00 of 40s"}},
		{"hung", 5, 0, []Fault{{At: 47 * time.Second, Worker: 1, Kind: Hang, Detected: time.Minute}}, []int{1, 2}, []string{"w1: 0.00 of 40s"}},
		{"taken away when it is drained", 5, 0, nil, []int{1, 2, 2, 1}, []string{"w1: 0.00 of 40s"}},
	} {
		var got reported
		cfg := fleet(1, &roundRobin{})
		cfg.Control.Pools[0].Max, cfg.Control.Scaler = 2, &wants{period: 10 * time.Second, want: c.want}
		cfg.Pools[0].Launch = Launch{Boot: constant(c.boot), Health: constant(c.health)}
		cfg.Faults = c.faults
		cfg.TelemetryPeriod, cfg.Journal = 10*time.Second, &got
		play(t, cfg, &list{arrivals: []workloads.Arrival{
			{At: 5 * time.Second, Work: 10 * time.Second}, {At: 22 * time.Second, Work: 30 * time.Second},
		}})
		var want []string
		for _, r := range append(slices.Clone(old), c.others...) {
			want = append(want, r+" at "+r[strings.Index(r, "of ")+3:len(r)-1]+".000000001s")
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: reports\n%s\nwant\n%s", c.about, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// TestDecisionsDoNotKnowTheirOwnInstant: a report crosses a network, so what is
// decided at the instant that it describes knows the one before, however often
// is decided.
func TestDecisionsDoNotKnowTheirOwnInstant(t *testing.T) {
	for _, every := range []time.Duration{10 * time.Second, 20 * time.Second} {
		s := &wants{period: every, want: []int{1}}
		cfg := fleet(1, &roundRobin{})
		cfg.Control.Scaler, cfg.TelemetryPeriod = s, 10*time.Second
		play(t, cfg, at(0, 75))
		if len(s.knew) < 3 {
			t.Fatalf("decided %d times", len(s.knew))
		}
		for i, knew := range s.knew {
			now := time.Duration(i+1) * every
			want := now - 10*time.Second
			if want == 0 {
				want = -1 // nothing yet
			}
			if knew != want {
				t.Errorf("decided every %v: at %v knew the report of %v, want %v", every, now, knew, want)
			}
		}
	}
}

// watcher records the utilisation that a policy sees.
type watcher struct {
	roundRobin
	cpu  []float64
	asof []time.Duration
	when []time.Duration
}

func (p *watcher) WorkerChanged(v *policy.View, id policy.WorkerID) {
	if w := v.Worker(id); w.AsOf >= 0 {
		p.cpu = append(p.cpu, w.CPU)
		p.asof = append(p.asof, w.AsOf)
		p.when = append(p.when, v.Now)
	}
}

// TestTelemetryPhase: reports come at the phase after multiples of the period, and
// each is over a whole period.
func TestTelemetryPhase(t *testing.T) {
	p := &watcher{}
	cfg := fleet(1, p)
	cfg.Control.Pools[0].Cores = 2
	cfg.TelemetryPeriod, cfg.TelemetryPhase = 10*time.Second, 4*time.Second
	play(t, cfg, &list{arrivals: []workloads.Arrival{
		{At: 2 * time.Second, Work: 7 * time.Second}, {At: 50 * time.Second},
	}})
	if len(p.cpu) < 2 || p.cpu[0] != 0.25 || p.asof[0] != 14*time.Second || p.asof[1] != 24*time.Second {
		t.Fatalf("utilisations %v of %v, want the first to be 0.25 (5 of 2×10 core-seconds after 4s) of 14s, and the next of 24s", p.cpu, p.asof)
	}
}

// TestTelemetryIsLate: utilisation is of the last period and arrives after
// the delay, stamped with the instant it describes.
func TestTelemetryIsLate(t *testing.T) {
	p := &watcher{}
	cfg := fleet(1, p)
	cfg.Control.Pools[0].Cores = 2
	cfg.TelemetryPeriod, cfg.TelemetryDelay = 10*time.Second, 25*time.Second
	play(t, cfg, &list{arrivals: []workloads.Arrival{
		{At: 5 * time.Second, Work: 10 * time.Second}, {At: 50 * time.Second},
	}})
	if len(p.cpu) < 2 || p.cpu[0] != 0.25 || p.cpu[1] != 0.25 {
		t.Fatalf("utilisations %v, want 0.25 (5 of 2×10 core-seconds) twice", p.cpu)
	}
	if p.asof[0] != 10*time.Second || p.when[0] != 35*time.Second {
		t.Errorf("first report of %v seen at %v, want 10s seen at 35s", p.asof[0], p.when[0])
	}
}
