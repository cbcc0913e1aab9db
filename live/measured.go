package live

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"cnv/policy"
)

// clockSlack is how much longer a CPU clock may say than the wall clock: it
// ticks, and is read by another machine.
const clockSlack = 10 * time.Millisecond

// measured is the work that the answer says it took; 0: it does not.
func (a *attempt) measured() float64 {
	if !a.judged {
		a.judged = true
		if a.answer.StatusCode < 400 {
			a.took = a.cpu(a.answer.Header.Get("Cnv-Cpu-Us")) * a.speed()
		}
	}
	return a.took
}

// cpu is the CPU time, in seconds, that a worker says an attempt took; 0
// if it says none, or more than its cores had in the time that it took. One
// such answer would else be what the policy expects of all that follow.
func (a *attempt) cpu(said string) float64 {
	us, err := strconv.ParseInt(said, 10, 64)
	if err != nil || us <= 0 {
		return 0
	}
	cpu, wall := float64(us)/1e6, a.x.g.o.Brain.clock.Since(a.began)
	if cpu <= 1.1*wall.Seconds()*a.cores()+clockSlack.Seconds() {
		return cpu
	}
	log, told := a.x.g.o.Log.With("worker", "functions"), &a.x.g.told
	if a.worker != nil {
		log, told = a.x.g.o.Log.With("worker", a.worker.ID, "address", a.worker.Address), &a.worker.told
	}
	a.x.g.unbelieved.Add(1)
	if told.CompareAndSwap(false, true) {
		log.Warn("Cnv-Cpu-Us is more than its cores had: it is ignored, and so are all such answers (told once)", "said", said, "wall_s", wall.Seconds())
	}
	return 0
}

// executed is what the kernel executed, as the answer says; nothing if it was not
// metered, or says what cannot be.
func executed(h http.Header) (x policy.Executed) {
	for _, c := range [...]struct {
		header string
		to     *int64
	}{{"Cnv-Instructions", &x.Instructions}, {"Cnv-Blocks", &x.Blocks}, {"Cnv-Calls", &x.Calls}} {
		n, err := strconv.ParseUint(h.Get(c.header), 10, 62)
		if err != nil {
			return policy.Executed{}
		}
		*c.to = int64(n)
	}
	return x
}

// cores is how many the attempt can keep busy at once. A function of less than
// one may have a whole one for a short while.
func (a *attempt) cores() float64 {
	if a.worker != nil {
		return float64(a.worker.Cores)
	}
	if f := a.x.g.o.Brain.ctrl.View().Functions(); f != nil {
		return math.Max(f.Share, 1)
	}
	return 1
}

// speed turns CPU time into work.
func (a *attempt) speed() float64 {
	if a.worker != nil {
		return a.worker.Speed
	}
	return 1
}

// Unbelieved is how many CPU times were ignored.
func (g *Gateway) Unbelieved() int64 { return g.unbelieved.Load() }
