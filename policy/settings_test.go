package policy

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// set is a Change of a setting.
func set(name string, v float64) Event {
	s := Setting{Name: name}
	return Event{Kind: Change, Key: s.Key(), Work: v}
}

// TestBoundsChange: a pool that is outside its new bounds moves to the nearer of
// them at once, and later sizes stay within them.
func TestBoundsChange(t *testing.T) {
	pools := []Pool{{Cores: 1, Speed: 1, Max: 4}}
	l := newLab(t, 2, Config{Pools: pools})
	l.step(1, set("min", 3), "launch 1")
	l.step(2, Event{Kind: Resize, N: 9}, "launch 1") // the old maximum
	l.step(3, set("max", 6), "")
	l.step(4, Event{Kind: Resize, N: 9}, "launch 2")
	l.step(5, set("min", 1), "")
	for w := range WorkerID(4) {
		l.step(6, Event{Kind: WorkerPending, Worker: 2 + w}, "")
	}
	l.step(7, set("max", 2), "drain w5, drain w4, drain w3, drain w2")
	if n := l.c.Counts(); n.Unknown != 0 {
		t.Errorf("%d changes were not taken", n.Unknown)
	}
	if pools[0].Max != 4 || pools[0].Min != 0 {
		t.Errorf("the caller's own pools were changed: %+v", pools[0])
	}
}

// TestBadChangesChangeNothing: a value outside its range, of the wrong kind, or of
// a name that is not there leaves all as it was, whatever order they come in; the
// error names the range, or what there is not.
func TestBadChangesChangeNothing(t *testing.T) {
	number := 1.0
	l := newLab(t, 1, Config{
		Pools: []Pool{{Name: "a", Cores: 1, Speed: 1, Min: 1, Max: 4}, {Name: "b", Cores: 1, Speed: 1, Max: 2}},
		Retry: Retry{Max: 1, Budget: 0.1},
		Settings: []Setting{{Name: "scaler_params.beta", Get: func() float64 { return number },
			Check: func(v float64) error { return nil }, Set: func(v float64) { number = v }},
			{Name: "switch", Kind: SetSwitch, Get: func() float64 { return 1 }, Check: func(float64) error { return nil }, Set: func(float64) { number = -1 }},
			{Name: "choice", Kind: SetChoice, Choices: []string{"x", "y"}, Get: func() float64 { return 1 }, Check: func(float64) error { return nil }, Set: func(float64) { number = -1 }},
			{Name: "whole", Kind: SetInteger, Get: func() float64 { return 1 }, Check: func(float64) error { return nil }, Set: func(float64) { number = -1 }},
		},
	})
	before := values(l.c)
	for _, c := range []struct {
		name string
		v    float64
		want string
	}{
		{"a.min", 5, "must be in [0, 4]"}, {"a.min", -1, "must be in [0, 4]"}, {"a.max", 0, "must be in [1, 1000000]"}, {"b.max", 1.5, "want an integer"},
		{"retry.max", 201, "must be in [0, 200]"}, {"retry.budget", -0.1, "must be at least 0"}, {"retry.backoff", -1, "must be at least 0s"},
		{"retry.attempt_timeout", 1e10, "ten years"}, {"scaler_params.beta", math.NaN(), "not a usable number"},
		{"switch", 2, "want true or false"}, {"switch", 0.5, "want true or false"}, {"switch", -1, "want true or false"},
		{"choice", 2, "x"}, {"choice", 0.5, "y"}, {"choice", -1, "x"}, {"whole", 1 << 31, "want an integer"}, {"whole", -(1 << 31), "want an integer"},
		{"scaler_params.beta", math.Inf(1), "not a usable number"}, {"scaler_params.beta", math.Inf(-1), "not a usable number"}, {"retry.backoff", -1e10, "ten years"},
		{"retry.budgt", 1, `no setting "retry.budgt"`}, {"a.mim", 1, `no setting "a.mim"`},
	} {
		if err := l.c.CheckSetting(c.name, c.v); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s = %v: %v, want %q", c.name, c.v, err, c.want)
		}
		l.step(1, set(c.name, c.v), "")
	}
	if got := values(l.c); got != before {
		t.Errorf("%s\nwant as before:\n%s", got, before)
	}
	if n := l.c.Counts().Unknown; n != 22 {
		t.Errorf("%d ignored, want 22", n)
	}
	for _, c := range []struct {
		name string
		v    float64
	}{{"switch", 0}, {"switch", 1}, {"choice", 0}, {"choice", 1}, {"whole", math.MaxInt32}, {"whole", -math.MaxInt32}, {"retry.max", 200}, {"retry.max", 0}} {
		if err := l.c.CheckSetting(c.name, c.v); err != nil {
			t.Errorf("%s = %v is refused: %v", c.name, c.v, err)
		}
	}
	l.step(2, set("scaler_params.beta", 2), "")
	l.step(2, set("retry.backoff", 0.25), "")
	if got := values(l.c); number != 2 || !strings.Contains(got, "retry.backoff = 250ms") {
		t.Errorf("after good changes:\n%s", got)
	}
}

// values is all settings as text.
func values(c *Controller) string {
	var b strings.Builder
	for i := range c.Settings() {
		s := &c.Settings()[i]
		b.WriteString(s.Name + " = " + s.Format(s.Get()) + "\n")
	}
	return b.String()
}

// TestRetriesChange: the retry rule holds from the change on.
func TestRetriesChange(t *testing.T) {
	l := newLab(t, 2, Config{Retry: Retry{Max: 0, Budget: 1}})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(2, ended(0, 0, Error), "reject r0 502")
	l.step(3, set("retry.max", 1), "")
	l.step(4, arrival(1), "r1.0 -> w0")
	l.step(5, ended(1, 0, Error), "r1.1 -> w1")
	l.step(6, set("retry.max", 0), "")
	l.step(7, ended(1, 1, Error), "reject r1 502")
}

// TestSettingsAsText: values are read and written as in experiment files.
func TestSettingsAsText(t *testing.T) {
	for _, c := range []struct {
		kind SettingKind
		text string
		want float64
		back string // "": refused
	}{
		{SetNumber, "0.25", 0.25, "0.25"}, {SetNumber, "x", 0, ""}, {SetInteger, "12", 12, "12"}, {SetInteger, "1.5", 0, ""},
		{SetDuration, "90s", 90, "1m30s"}, {SetDuration, "1.000000001s", 1.000000001, "1.000000001s"}, {SetDuration, "90", 0, ""},
		{SetSwitch, "true", 1, "true"}, {SetSwitch, "false", 0, "false"}, {SetSwitch, "2", 0, ""},
	} {
		s := Setting{Name: "it", Kind: c.kind}
		v, err := s.Parse(c.text)
		if (err != nil) != (c.back == "") || err == nil && (v != c.want || s.Format(v) != c.back) {
			t.Errorf("%q: %v, %v, written %q", c.text, v, err, s.Format(v))
		}
	}
	s := Setting{Kind: SetDuration}
	if d := 37*time.Minute + 3; s.Format(d.Seconds()) != d.String() {
		t.Errorf("%v is written %s", d, s.Format(d.Seconds()))
	}
}

// TestNoBudgetIsNone: without a budget there is no retry, whatever was saved
// before; with one again there is the burst of a run that begins.
func TestNoBudgetIsNone(t *testing.T) {
	l := newLab(t, 2, Config{Retry: Retry{Max: 1, Budget: 1}})
	l.step(1, set("retry.budget", 0), "")
	l.step(2, arrival(0), "r0.0 -> w0")
	l.step(3, ended(0, 0, Error), "reject r0 502")
	l.step(4, set("retry.budget", 0.01), "")
	for id := RequestID(1); id <= retryBurst; id++ {
		l.step(5, arrival(id), fmt.Sprintf("r%d.0 -> w0", id))
		l.step(5, ended(id, 0, Error), fmt.Sprintf("r%d.1 -> w1", id))
		l.step(5, ended(id, 1, OK), fmt.Sprintf("deliver r%d.1", id))
	}
	l.step(6, set("retry.budget", 0.02), "") // no other burst
	l.step(7, arrival(11), "r11.0 -> w0")
	l.step(8, ended(11, 0, Error), "reject r11 502")
}

// TestOtherChangesMoveNoPool: a pool that was sized beyond its bounds stays so while
// something else is changed.
func TestOtherChangesMoveNoPool(t *testing.T) {
	pools := []Pool{{Name: "a", Cores: 1, Speed: 1, Min: 2, Max: 4}, {Name: "b", Cores: 1, Speed: 1, Max: 2}}
	l := newLab(t, 1, Config{Pools: pools, Retry: Retry{Max: 1}})
	l.step(1, set("retry.max", 2), "")
	l.step(2, set("b.max", 3), "")
	l.step(3, set("a.max", 5), "launch 1")
}

// TestAttemptKeepsItsTimeOut: attempts in flight end when they were going to,
// whatever the time-out is raised or lowered to, or switched off; later ones go by
// the new one.
func TestAttemptKeepsItsTimeOut(t *testing.T) {
	for _, to := range []float64{0, 1, 60} {
		l := newLab(t, 1, Config{Retry: Retry{AttemptTimeout: 4 * time.Second}})
		l.step(1, arrival(0), "r0.0 -> w0, wake 5s")
		l.step(2, set("retry.attempt_timeout", to), "")
		l.step(4, Event{Kind: Wake}, "wake 5s")
		l.step(5, Event{Kind: Wake}, "cancel r0.0")
		l.step(6, ended(0, 0, Cancelled), "reject r0 504")
		want := map[float64]string{0: "r1.0 -> w0", 1: "r1.0 -> w0, wake 8s", 60: "r1.0 -> w0, wake 1m7s"}[to]
		l.step(7, arrival(1), want)
	}
	l := newLab(t, 1, Config{Retry: Retry{}})
	l.step(1, arrival(0), "r0.0 -> w0")
	l.step(2, set("retry.attempt_timeout", 3), "")
	l.step(60, Event{Kind: Wake}, "") // it was sent without one
}

// TestNoneMayComeAnyMore: what waits for a machine is refused once an operator has set the
// most workers of a pool to none, though that changes no size.
func TestNoneMayComeAnyMore(t *testing.T) {
	want := 0
	l := newLab(t, 0, Config{Scaler: pinned{n: &want}, Pools: []Pool{{Cores: 1, Speed: 1, Max: 5}}})
	l.step(1, arrival(0), "wake 11s")
	max, err := l.c.FindSetting("max")
	if err != nil {
		t.Fatal(err)
	}
	l.step(2, Event{Kind: Change, Key: max.Key(), Work: 0}, "reject r0 503")
}
