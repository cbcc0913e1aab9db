package plan

import (
	"context"
	"math"
	"sync"

	"cnv/results"
	"cnv/sim"
	"cnv/workloads"
)

// A peaks is how much capacity the peaks of a recording want under an environment. It
// is a plan that the experimenter makes of the whole recording and of the file, whatever
// else is tried; it is not what a policy knows.
//
// It is found by simulation, because how long requests take depends on all that the file
// says: whether they share processors or wait in line, how many machines of how many
// cores there are, and what bound each class has.
type peaks struct {
	of *Scenario

	once  sync.Once
	cores float64 // reference cores
}

const (
	// fineness is to which part of itself the number of machines is found.
	fineness = 16
	// mostTimes is how many times as many machines are tried as one line for all
	// requests would need.
	mostTimes = 8
	// mostTried is from how many machines on a fleet is planned as one line, untried.
	mostTried = 10_000
)

// capacity is the least capacity, in reference cores, with which avoidable misses of the
// recording itself are within AutoLate: a fleet that stays, where each request joins the
// shortest queue. What cannot be read is reported by the runs.
func (p *peaks) capacity() float64 {
	p.once.Do(func() {
		s := p.of
		src, err := s.Workload.Made.Whole(1)
		if err != nil {
			return
		}
		offered, err := workloads.Offer(src, s.Workload.Made.Span)
		if err != nil {
			return
		}
		machine := s.Env.pools[0].control()
		per := float64(len(s.Env.pools)) * float64(machine.Cores) * machine.Speed
		number := func(capacity float64) int { return max(int(math.Ceil(capacity/per)), 1) }
		floor := number(s.Workload.Made.Load / AutoUtilisation)
		from := max(number(offered.Capacity(s.wait(machine.Speed), AutoLate)), floor)
		if from > mostTried {
			p.cores = per * float64(from)
			return
		}
		p.cores = per * float64(least(from, floor, func(n int) bool { return s.keeps(float64(n)*per, offered.Arrivals()) }))
	})
	return p.cores
}

// least is the least number from floor on that is enough, to a part of fineness of it,
// looked for from a guess on; the guess where mostTimes as many are not enough.
func least(guess, floor int, enough func(n int) bool) int {
	low, high := floor-1, guess // not enough, enough
	for n := guess; !enough(n); {
		low = n
		if n += max(n/4, 1); n > mostTimes*guess {
			return guess
		}
		high = n
	}
	for low < floor && high > floor {
		if n := max(high-max(high/4, 1), floor); enough(n) {
			high = n
		} else {
			low = n
		}
	}
	for high-low > max(high/fineness, 1) {
		if n := (low + high) / 2; enough(n) {
			high = n
		} else {
			low = n
		}
	}
	return high
}

// staying is the policy of the fleets that are tried.
var staying = sync.OnceValue(func() *Policy {
	all, err := Policies("auto", "[cluster]\n[[policy]]\nrouter = \"jsq\"\nscaler = \"fixed\"\ninitial = 1\nmin = 1\n")
	if err != nil {
		panic(err) // a fixed text
	}
	return all[0]
})

// keeps says whether fleets of a capacity keep avoidable misses of a recording of so many
// arrivals within AutoLate.
func (s *Scenario) keeps(capacity float64, arrivals int64) bool {
	cfg := Cell{s, staying()}.Config(1)
	cfg.Faults, cfg.Clients, cfg.Funcs, cfg.Control.Functions = nil, nil, nil, nil
	for i := range cfg.Pools {
		pool := &cfg.Control.Pools[i]
		n := int(machines(capacity, len(cfg.Pools), pool))
		pool.Initial, pool.Min, pool.Max = n, n, n
		cfg.Pools[i] = s.Env.pools[i].world(n)
	}
	src, err := s.Workload.Made.Whole(1)
	if err != nil {
		return true
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	rec := &misses{Run: results.NewRun(results.RunInfo{Classes: Cell{Scenario: s}.Classes()}), most: int64(AutoLate * float64(arrivals)), stop: stop}
	_, err = sim.Run(ctx, cfg, src, rec)
	return err == nil && rec.n <= rec.most || err != nil && ctx.Err() == nil
}

// A misses counts avoidable misses, and stops the run when they are more than the most.
type misses struct {
	*results.Run
	n, most int64
	stop    func()
}

// Add implements sim.Recorder.
func (m *misses) Add(q *results.Request) {
	m.Run.Add(q)
	if q.Missed() {
		if m.n++; m.n > m.most {
			m.stop()
		}
	}
}
