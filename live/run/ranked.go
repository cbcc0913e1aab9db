package run

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"cnv/live/clock"
	"cnv/live/load"
	"cnv/live/local/lambda"
	"cnv/policy"
	"cnv/sim"
)

// Runs whose workers, gateway and load generator share this machine's cores may rank
// policies only if none of them had to wait for a core in a way that shows. What is
// tolerated: a response time that is wrong by 5 %, of 2 % of the requests.
const (
	tolerated = 0.05
	rarely    = 0.02
	// jitter of timers and schedulers, in the run's time, says nothing.
	jitter = 2 * time.Millisecond
)

// share is the part of a core that a request has on a function which is paced.
func (e *Experiment) share(cfg *sim.Config) float64 {
	if e.Target != Local {
		return 1
	}
	return shareOf(cfg)
}

// A lateness is how much longer requests took at their workers than they should.
type lateness struct {
	share  float64 // of a core, on a function
	sleeps bool    // requests sleep for the time that their work takes
	clock  clock.Slow

	answered, late int
	worst          float64 // how many times as long as it should
}

// add counts an answer; service is how long an idle worker takes, as the experiment has it.
func (l *lateness) add(s *load.Sent, service time.Duration) {
	should := s.CPU
	switch {
	case s.Class != "" || s.Wall == 0:
		return
	case l.sleeps:
		should = service
	}
	if s.Kind == "function" {
		should = time.Duration(float64(should) / l.share)
	}
	l.answered++
	if s.Wall > should+time.Duration(tolerated*float64(should))+jitter {
		l.late++
		l.worst = max(l.worst, s.Wall.Seconds()/max(should.Seconds(), 1e-6))
	}
}

// A waiting is how long the gateway and the load generator had to wait for a core, at
// the median and the 99th percentile, in the run's time.
type waiting struct{ p50, p99 time.Duration }

// A watching measures it until it ends.
type watching struct {
	clock clock.Slow
	done  chan struct{}
	group sync.WaitGroup
	late  []time.Duration
}

// looks is how often it does, in real time.
const looks = 10 * time.Millisecond

// watch begins to measure, if that is wanted.
func watch(wanted bool, clock clock.Slow) *watching {
	w := &watching{clock: clock, done: make(chan struct{})}
	if !wanted {
		return w
	}
	w.group.Go(func() {
		for {
			began := time.Now()
			select {
			case <-w.done:
				return
			case <-time.After(looks):
			}
			// Timers are up to a millisecond late where nothing else goes on.
			w.late = append(w.late, max(0, time.Since(began)-looks-time.Millisecond))
		}
	})
	return w
}

// end is what was measured.
func (w *watching) end() waiting {
	close(w.done)
	w.group.Wait()
	if len(w.late) == 0 {
		return waiting{}
	}
	slices.Sort(w.late)
	at := func(q float64) time.Duration {
		return w.clock.Run(w.late[int(q*float64(len(w.late)-1))])
	}
	return waiting{at(0.5), at(0.99)}
}

// starts are the cold starts of a run on a cloud of this machine.
func (w *world) starts() lambda.Starts {
	if cloud := w.place.cloud; cloud != nil {
		return cloud.Starts()
	}
	return lambda.Starts{}
}

// unranked says why a run must not be compared with others: what of its times this
// machine made, and what to do; "" it may be.
func (e *Experiment) unranked(l *lateness, s lambda.Starts, r *load.Report, w waiting) string {
	if !e.target.here {
		return ""
	}
	if e.slowness.blind && !l.sleeps {
		return errNoClock.Error()
	}
	slower := e.slower(l)
	if l.answered > 0 && float64(l.late) > rarely*float64(l.answered) {
		return fmt.Sprintf("%d of %d answers took more than %.0f %% longer at their worker than on a core of its own, up to %.1f times as long, as workers had to wait for this machine's %s: %s",
			l.late, l.answered, 100*tolerated, l.worst, policy.Count(runtime.NumCPU(), "core"), slower)
	}
	if s.All > 0 && float64(s.Late) > rarely*float64(l.answered) && float64(s.Most) > tolerated*float64(r.ResponseP50) {
		return fmt.Sprintf("%d of %s of functions took longer than the experiment says, up to %v, as their processes had to wait for this machine's %s: %s",
			s.Late, policy.Count(s.All, "cold start"), load.Round(s.Most), policy.Count(runtime.NumCPU(), "core"), slower)
	}
	if why := r.Limited(); why != "" {
		return why + ": " + slower
	}
	for _, q := range []struct {
		name           string
		wait, response time.Duration
	}{{"median", w.p50, r.ResponseP50}, {"99th percentile", w.p99, r.ResponseP99}} {
		if r.Answered > 0 && float64(q.wait) > tolerated*float64(q.response) {
			return fmt.Sprintf("the gateway had to wait up to %v for a core (%s), more than %.0f %% of that response time, %v: %s",
				load.Round(q.wait), q.name, 100*tolerated, load.Round(q.response), slower)
		}
	}
	return ""
}

// slower is what to do about it.
func (e *Experiment) slower(l *lateness) string {
	if e.Target != Local {
		return "give the workers machines of their own, or take --target local, which can run in slow motion"
	}
	s := max(1, float64(l.clock)) * max(2, math.Ceil(1.5*l.worst))
	return fmt.Sprintf("run it slower, say --slow %.0f, or leave this machine alone meanwhile", min(math.Ceil(s), slowest))
}

// isHere says whether a worker, HOST:PORT or POOL=HOST:PORT, is on this machine.
func isHere(w string) bool {
	here, err := onLoopback(plain(w))
	return err == nil && here
}
