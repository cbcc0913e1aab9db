package policy

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Setting is a number, or a word of several, that an operator may change while a Controller runs, by
// an event: a journal that has it replays alike.
//
// Invariant: Get returns a value that Check takes; Set takes effect at once and allocates nothing.
type Setting struct {
	Name string // as the experiment file has it: "max", "retry.budget", "scaler_params.window"
	Doc  string // one line with the unit
	Kind SettingKind
	Get  func() float64
	// Choices are the words that a SetChoice may be, in order; no other kind has any.
	Choices []string
	// Check says whether it may have a value of its kind; the error names the range.
	// It changes nothing.
	Check func(v float64) error
	Set   func(v float64) // only to what Check takes
}

// SettingKind is how the value of a Setting is written.
type SettingKind uint8

// The kinds. As a number a duration is seconds, a switch 0 or 1, and a choice the
// place of its word among Choices, from 0.
const (
	SetNumber SettingKind = iota
	SetInteger
	SetDuration
	SetSwitch
	SetChoice
)

// MaxWorkers is the most workers that a pool may be set to by hand.
const MaxWorkers = 1_000_000

// longestSetting bounds durations: ten years, as in experiment files.
const longestSetting = 87_600 * time.Hour

// Key is what events call the setting by.
// A hash of its name, as events have no strings. Two names of one Controller with the same hash would
// be one setting: of a dozen names that is not going to happen by chance.
func (s *Setting) Key() Key { return Key(fnv1a(s.Name)) }

// Parse reads a value as an experiment file writes it. The error of a word that is none
// of the Choices is an UnknownChoice.
func (s *Setting) Parse(text string) (v float64, err error) {
	want := ""
	switch s.Kind {
	case SetDuration:
		var d time.Duration
		d, err = time.ParseDuration(text)
		v, want = d.Seconds(), `a duration such as "90s"`
	case SetSwitch:
		var on bool
		on, err = strconv.ParseBool(text)
		want = "true or false"
		if on {
			v = 1
		}
	case SetChoice:
		i := slices.Index(s.Choices, text)
		if i < 0 {
			return 0, &UnknownChoice{s.Name, text, s.Choices}
		}
		v = float64(i)
	case SetInteger:
		var n int64
		n, err = strconv.ParseInt(text, 10, 32)
		v, want = float64(n), "an integer"
	default:
		v, err = strconv.ParseFloat(text, 64)
		want = "a number"
	}
	if err != nil {
		return 0, fmt.Errorf("%s = %q, want %s", s.Name, text, want)
	}
	return v, nil
}

// Format writes a value as an experiment file does.
func (s *Setting) Format(v float64) string {
	switch s.Kind {
	case SetDuration:
		return Seconds(v).String()
	case SetSwitch:
		return strconv.FormatBool(v != 0)
	case SetChoice:
		if i := int(v); i >= 0 && i < len(s.Choices) {
			return s.Choices[i]
		}
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// Seconds is a duration of so many seconds, to the nanosecond.
func Seconds(v float64) time.Duration { return time.Duration(math.Round(v * 1e9)) }

// takes says whether the setting may have a value.
// What no kind of value can be is refused here; Check has only the setting's own range.
func (s *Setting) takes(v float64) error {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return fmt.Errorf("%s = %v is not a usable number", s.Name, v)
	case s.Kind == SetInteger && (v != math.Trunc(v) || math.Abs(v) > math.MaxInt32):
		return fmt.Errorf("%s = %v, want an integer", s.Name, v)
	case s.Kind == SetSwitch && v != 0 && v != 1:
		return fmt.Errorf("%s = %v, want true or false", s.Name, v)
	case s.Kind == SetChoice && (v != math.Trunc(v) || v < 0 || v >= float64(len(s.Choices))):
		return &UnknownChoice{s.Name, strconv.FormatFloat(v, 'g', -1, 64), s.Choices}
	case s.Kind == SetDuration && math.Abs(v) > longestSetting.Seconds():
		return fmt.Errorf("%s = %vs, must be at most %v (ten years)", s.Name, v, longestSetting)
	}
	return s.Check(v)
}

// Settings is everything that may be changed, in order: the bounds of pools, what
// [retry] says, and parameters of policies. They are the Controller's own: read
// them between two steps, and change them by a Change event.
func (c *Controller) Settings() []Setting { return c.settings }

// CheckSetting says whether a Change of a setting to a value would be taken; the
// error is an UnknownSetting, or names the range. Nothing is changed.
func (c *Controller) CheckSetting(name string, v float64) error {
	s := c.setting(Key(fnv1a(name)))
	if s == nil {
		return c.noSetting(name)
	}
	return s.takes(v)
}

// FindSetting is the setting of a name; the error is an UnknownSetting.
func (c *Controller) FindSetting(name string) (*Setting, error) {
	if s := c.setting(Key(fnv1a(name))); s != nil {
		return s, nil
	}
	return nil, c.noSetting(name)
}

// An UnknownChoice is the error of a word that a setting cannot be.
type UnknownChoice struct {
	Setting, Word string
	Valid         []string
}

func (e *UnknownChoice) Error() string {
	return fmt.Sprintf("%s = %.100q, want one of %s", e.Setting, e.Word, strings.Join(e.Valid, ", "))
}

// An UnknownSetting is the error of a name that no setting has.
type UnknownSetting struct {
	Name  string
	Valid []string // the names that there are
}

func (e *UnknownSetting) Error() string {
	if len(e.Valid) == 0 {
		return "nothing can be changed here"
	}
	return fmt.Sprintf("no setting %.100q", e.Name)
}

func (c *Controller) noSetting(name string) error {
	e := &UnknownSetting{Name: name}
	for i := range c.settings {
		e.Valid = append(e.Valid, c.settings[i].Name)
	}
	return e
}

// setting is that of a key; nil: there is none.
func (c *Controller) setting(k Key) *Setting {
	for i := range c.settings {
		if c.settings[i].Key() == k {
			return &c.settings[i]
		}
	}
	return nil
}

// change carries out what an operator wants to be otherwise. A pool whose bounds
// change and whose size is outside the new ones moves to the nearer of them at once.
// An event that is refused counts as Unknown and changes nothing, also when it is replayed.
func (c *Controller) change(e *Event, out []Command) []Command {
	s := c.setting(e.Key)
	if s == nil || s.takes(e.Work) != nil {
		c.counts.Unknown++
		return out
	}
	was := slices.Clone(c.cfg.Pools)
	s.Set(e.Work)
	c.askAgain() // what waits may be placed otherwise now
	for i := range c.cfg.Pools {
		p, n := &c.cfg.Pools[i], &c.fleet.pools[i]
		if p.Min == was[i].Min && p.Max == was[i].Max {
			continue
		}
		c.fleet.short = true // perhaps none may come any more for what waits
		if to := min(max(n.Desired, p.Min), p.Max); to != n.Desired {
			out = c.resizeByHand(&Event{Pool: PoolID(i), N: int32(to)}, out)
		}
	}
	return out
}

// tellChange says in words what a Change event is going to change.
func (v *View) tellChange(e *Event) string {
	s := v.c.setting(e.Key)
	if s == nil {
		return "a setting that is not known here"
	}
	return fmt.Sprintf("%s from %s to %s", s.Name, s.Format(s.Get()), s.Format(e.Work))
}
