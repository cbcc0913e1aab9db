package plan

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
	"cnv/results"
	"cnv/sim"
)

const changing = `question = "?"
timeout = "20s"
[cluster]
instance = "c7g.medium"
initial = 2
max = 9
boot = "20s"
[functions]
memory_mb = 1769
[retry]
max = 1
attempt_timeout = "5s"
[[workload]]
generator = "flash"
rate = 3
peak = 30
at = "1m"
rise = "10s"
hold = "1m"
fall = "10s"
classes = "recorded"
duration = "4m"
[[policy]]
router = "nova"
router_params = { headroom = 10 }
scaler = "demand"
spill = "busy"
estimator = "repeat"
estimator_params = { then = "rls" }
[[policy]]
router = "p2c"
scaler = "threshold"
estimator = "rls"
`

// An eventLog keeps the events of a run.
type eventLog struct {
	at     []time.Duration
	events []policy.Event
}

func (l *eventLog) Add(now time.Duration, e *policy.Event, _ []policy.Command) {
	l.at, l.events = append(l.at, now), append(l.events, *e)
}

// TestChangesReplay: a Controller whose settings are changed now and then, rightly
// and wrongly, decides otherwise than without; its journal, with the changes as
// events, gives a fresh Controller the same commands and the same settings.
func TestChangesReplay(t *testing.T) {
	p, err := Parse("f.toml", ".", changing, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Cells() {
		cfg := c.Config(3)
		src, err := c.Scenario.Workload.Made.Open(3)
		if err != nil {
			t.Fatal(err)
		}
		var log eventLog
		cfg.Journal = &log
		if _, err := sim.Run(context.Background(), cfg, src, results.NewRun(results.RunInfo{})); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "journal")
		w, err := journals.Create(dir, journal.Header{}, journals.Options{Wait: true})
		if err != nil {
			t.Fatal(err)
		}
		ctrl, plain := fresh(t, c), fresh(t, c)
		var out, other []policy.Command
		rng, differ, changed := rand.New(rand.NewPCG(1, 2)), 0, 0
		step := func(at time.Duration, e *policy.Event) {
			out = ctrl.Step(at, e, out[:0])
			w.Add(at, e, out)
		}
		for i := range log.events {
			step(log.at[i], &log.events[i])
			if other = plain.Step(log.at[i], &log.events[i], other[:0]); !reflect.DeepEqual(out, other) {
				differ++
			}
			if i%50 == 0 {
				s := &ctrl.Settings()[rng.IntN(len(ctrl.Settings()))]
				v := s.Get()*(0.5+rng.Float64()) + float64(rng.IntN(3)-1)
				if s.Kind == policy.SetChoice {
					v = float64(rng.IntN(len(s.Choices) + 1)) // one beyond the last, too
				}
				if s.Kind == policy.SetInteger {
					v = float64(int(v))
				}
				if ctrl.CheckSetting(s.Name, v) == nil {
					changed++
				}
				step(log.at[i], &policy.Event{Kind: policy.Change, Key: s.Key(), Work: v})
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if differ == 0 || changed < 10 {
			t.Errorf("%s: %d changes were taken, and %d steps were decided otherwise", c.Policy.Name, changed, differ)
		}
		r, err := journals.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		again := fresh(t, c)
		agreed, diff, torn, err := journal.Replay(r, again)
		r.Close()
		if err != nil || torn || diff != nil {
			t.Fatalf("%s: after %d records: torn %v, error %v, difference %v", c.Policy.Name, agreed, torn, err, diff)
		}
		for i, s := range ctrl.Settings() {
			if got := again.Settings()[i].Get(); got != s.Get() {
				t.Errorf("%s: %s = %v after the replay, was %v", c.Policy.Name, s.Name, got, s.Get())
			}
		}
	}
}

// fresh is a Controller of a cell.
func fresh(t *testing.T, c Cell) *policy.Controller {
	t.Helper()
	cfg := c.Config(3)
	ctrl, err := cfg.Controller()
	if err != nil {
		t.Fatal(err)
	}
	return ctrl
}

// TestChangeableParameters: those of policies have the names of the file and what
// its checks take; a value that is only checked leaves everything as it was.
func TestChangeableParameters(t *testing.T) {
	p, err := Parse("f.toml", ".", changing, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctrl := fresh(t, p.Cells()[0])
	for _, c := range []struct {
		name string
		v    float64
		want string // of the error; "": taken
	}{
		{"router_params.headroom", 20, ""}, {"router_params.headroom", -1, "must not be negative"}, {"router_params.host_subset_size", 0, "at least 1"},
		{"scaler_params.trend", 1.5, "must be in [0, 1]"}, {"scaler_params.window", 30, ""}, {"scaler_params.window", 0, "window"},
		{"estimator_params.capacity", 0, "at least 1"}, {"estimator_params.capacity", 3, ""}, {"spill_params.limit", 0.5, ""},
		{"router_params.bounds", 1, ""}, {"router_params.bounds", 2, "want one of list, fixed"}, {"estimator_params.then", 0, ""}, {"estimator_params.target", 3, ""}, {"spill_params.of", -1, "want one of any, choice"},
		{"scaler_params.windw", 1, `no setting "scaler_params.windw"`}, {"max", 20, ""}, {"retry.max", 3, ""},
	} {
		s, _ := ctrl.FindSetting(c.name)
		before := 0.0
		if s != nil {
			before = s.Get()
		}
		err := ctrl.CheckSetting(c.name, c.v)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s = %v: %v, want %q", c.name, c.v, err, c.want)
		}
		if s != nil && s.Get() != before {
			t.Errorf("%s = %v after a check, was %v", c.name, s.Get(), before)
		}
	}
}

// TestJudgedIsNotVaried: what no policy meets cannot be varied, and changes no run.
func TestJudgedIsNotVaried(t *testing.T) {
	for key, text := range map[string]string{"live_seeds": "3", "threshold.max": "0.5", "share.metric": "\"cost_usd\"", "reference.policy": "\"jsq\"", "worlds": "3"} {
		_, err := Parse("f.toml", ".", asked, Options{Change: &Change{key, text}})
		if err == nil || !strings.Contains(err.Error(), key+": says how the experiment is asked") {
			t.Errorf("%s: %v", key, err)
		}
	}
	digest := func(text string) (run, plan string) {
		p, err := Parse("f.toml", ".", text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return p.Cells()[0].Digest(1), p.Digest()
	}
	run, plan := digest(asked)
	for _, change := range [][2]string{{"live_seeds = 2", "live_seeds = 3"}, {"live_seeds = 2", "worlds = 3"}} {
		if now, all := digest(strings.Replace(asked, change[0], change[1], 1)); now != run || all != plan {
			t.Errorf("%s: the run is another one: %v, the experiment: %v", change[1], now != run, all != plan)
		}
	}
	if now, all := digest(strings.Replace(asked, "live_seeds = 2", "steady = true", 1)); now == run || all == plan {
		t.Error("a run of the steady state keeps more")
	}
}
