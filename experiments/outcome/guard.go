package outcome

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"cnv/experiments/plan"
	"cnv/results"
	"cnv/sim"
)

// Patience is for how long virtual time may stand still. Then a run is taken for one
// that loops for ever, also if requests end meanwhile: new ones arrive at that instant.
var Patience = 20 * time.Second

// grace is for how long a run that is told to stop is waited for.
const grace = time.Second

// A Fault is why the numbers of a run are void.
type Fault struct {
	Where   string // workload / policy
	Seed    uint64
	What    string
	Stuck   bool // the run could not be stopped
	Program bool // it is a fault of the program, and not of the policy
}

// Error says it.
func (f *Fault) Error() string { return fmt.Sprintf("%s, seed %d: %s", f.Where, f.Seed, f.What) }

// A watched is a recorder whose progress can be seen from outside.
type watched struct {
	*results.Run
	now  time.Duration // virtual time, as far as records tell it
	n    uint64        // requests that have ended
	seen *atomic.Int64 // now, or a little less
	ends atomic.Uint64 // n, or a little less
	bad  uint64        // routes to workers that cannot be used
}

// shownEvery is how many requests may end unseen: each costs the run some time.
const shownEvery = 64

func (w *watched) Add(q *results.Request) {
	w.now = max(w.now, q.Arrival, q.Finish)
	if w.n++; w.n%shownEvery == 0 {
		w.show()
	}
	w.Run.Add(q)
}

func (w *watched) Tick(s results.Sample) {
	w.now = max(w.now, s.At)
	w.show()
	w.Run.Tick(s)
}

func (w *watched) show() {
	w.seen.Store(int64(w.now))
	w.ends.Store(w.n)
}

func (w *watched) Finish(end time.Duration, l results.Ledger, c results.Counts) results.Row {
	w.bad = c.BadRoutes
	return w.Run.Finish(end, l, c)
}

// Simulate makes a run and guards it: a policy that panics, loops for ever or names
// workers that it cannot use makes a Fault of it, and so does a panic of the program. A run that does not stop
// keeps its core until the program ends. In seen (nil: nobody looks) is how far virtual time
// has got, in nanoseconds.
func Simulate(ctx context.Context, cell plan.Cell, seed uint64, rec *results.Run, j sim.Journal, seen *atomic.Int64) (results.Row, error) {
	type ending struct {
		row results.Row
		err error
	}
	fault := func(format string, args ...any) *Fault {
		return &Fault{Where: cell.Scenario.Name + " / " + cell.Policy.Name, Seed: seed, What: fmt.Sprintf(format, args...)}
	}
	if seen == nil {
		seen = new(atomic.Int64)
	}
	w := &watched{Run: rec, seen: seen}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan ending, 1)
	go func() {
		var e ending
		defer func() {
			if p := recover(); p != nil {
				e = ending{err: blame(fault, p)}
			}
			ended <- e
		}()
		e.row, e.err = cell.Run(running, seed, w, j)
	}()
	const looks = 4
	look := time.NewTicker(Patience / looks)
	defer look.Stop()
	for seen, idle := int64(-1), 0; ; {
		select {
		case e := <-ended:
			if e.err == nil && w.bad > 0 {
				e.err = fault("it named workers that it cannot use, %d times", w.bad)
			}
			return e.row, e.err
		case <-ctx.Done():
			select {
			case e := <-ended:
				return e.row, e.err
			case <-time.After(grace):
				return results.Row{}, ctx.Err() // it loops; the program is about to end
			}
		case <-look.C:
			if now := w.seen.Load(); now != seen {
				seen, idle = now, 0
			} else if idle++; idle == looks {
				f := fault("it does not go on: for %v virtual time stood still at %v, when %d requests had ended", Patience, time.Duration(seen), w.ends.Load())
				stop()
				select {
				case <-ended:
				case <-time.After(grace):
					f.Stuck = true
				}
				return results.Row{}, f
			}
		}
	}
}

// blame makes a Fault of the panic that is being recovered from.
func blame(fault func(string, ...any) *Fault, p any) *Fault {
	at, policys := panicked()
	if policys {
		return fault("it panics: %v (%s)", p, at)
	}
	f := fault("the program itself panics, not the policy: %v (%s); please report it, with the experiment file and its traces", p, at)
	f.Program = true
	return f
}

// panicked is where the panic that is being recovered from began, and whether a
// policy was running: the Controller had called what is not its own.
func panicked() (at string, policys bool) {
	pc := make([]uintptr, 256)
	frames := runtime.CallersFrames(pc[:runtime.Callers(2, pc)])
	foreign, begun := false, false
	for {
		f, more := frames.Next()
		switch {
		case strings.HasPrefix(f.Function, "runtime."):
			begun = begun || f.Function == "runtime.gopanic"
		case !begun:
		case at == "":
			at = fmt.Sprintf("%s:%d", filepath.Join(filepath.Base(filepath.Dir(f.File)), filepath.Base(f.File)), f.Line)
			fallthrough
		default:
			if f.Function == controllerStep || f.Function == controllerNew {
				return at, foreign
			}
			foreign = foreign || !ofController(f.Function)
		}
		if !more {
			return cmp.Or(at, "nobody knows where"), false
		}
	}
}

// What the Controller is entered by, and the package it is made of.
const (
	controllerPackage = "cnv/policy."
	controllerStep    = controllerPackage + "(*Controller).Step"
	controllerNew     = controllerPackage + "New"
)

// ofController says whether a function is the Controller's own, or of the standard
// library, which it may have called.
func ofController(function string) bool {
	if strings.HasPrefix(function, controllerPackage) {
		return true
	}
	first, _, _ := strings.Cut(function, "/")
	first, _, _ = strings.Cut(first, ".")
	return first != "main" && first != "cnv" && !strings.Contains(function[:strings.LastIndex(function, "/")+1], ".")
}
