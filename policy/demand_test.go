package policy

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// jobs has jobs of the same work arrive every so often for two hours, and each
// answered after it has run by a core of its own, and returns the demand at the end.
func jobs(t *testing.T, cfg Config, work float64, every, window time.Duration) Demand {
	cfg.Estimator = says(work)
	cfg.Pools = []Pool{{Cores: 1, Speed: 1, Max: 100}}
	l := newLab(t, 40, cfg)
	lasts := time.Duration(work * 1e9)
	var running Ring[RequestID]
	var ends Ring[time.Duration]
	id := RequestID(0)
	for at := time.Duration(0); at < 2*time.Hour; at += every {
		for ends.Len() > 0 && *ends.Front() <= at {
			e := ended(running.Pop(), 0, OK)
			e.Work = work
			l.out = l.c.Step(ends.Pop(), &e, l.out[:0])
		}
		e := arrival(id)
		l.out = l.c.Step(at, &e, l.out[:0])
		if len(l.out) > 0 && l.out[0].Kind != Reject {
			running.Push(id)
			ends.Push(at + lasts)
		}
		id++
	}
	l.out = l.c.Step(2*time.Hour, &Event{Kind: Shed}, l.out[:0])
	return l.c.scaleView.Demand(window)
}

// says is an estimator that always says the same.
type says float64

func (s says) Estimate(time.Duration, *Request) (float64, bool) { return float64(s), true }
func (says) Learn(time.Duration, *Request, float64)             {}

// nobodyIn is an Admission that refuses everything.
type nobodyIn struct{}

func (nobodyIn) Admit(*View, *Request) (bool, time.Duration) { return false, 0 }

// TestDemandIsTheOfferedLoad: twelve cores' worth of jobs is twelve, however long
// a job takes and whatever the window, be they served, spilled or rejected.
func TestDemandIsTheOfferedLoad(t *testing.T) {
	functions := &Functions{Share: 1}
	for _, work := range []float64{0.5, 6, 12, 30, 60, 150, 600, 1800} {
		for _, window := range []time.Duration{20 * time.Second, time.Minute, 10 * time.Minute, 20 * time.Minute} {
			every := time.Duration(work / 12 * 1e9)
			for how, cfg := range map[string]Config{
				"served": {}, "spilled": {Spill: toFunction{}, Functions: functions}, "rejected": {Admission: nobodyIn{}},
			} {
				d := jobs(t, cfg, work, every, window)
				want := Demand{Arrivals: 12 / work, Work: 12}
				switch how {
				case "spilled":
					want.Spilled = 12
				case "rejected":
					want.Rejected = 12
				}
				// One job more or less: a core where it is a long one, else its work per window.
				slack := min(1, work/window.Seconds()) + 1e-6
				if math.Abs(d.Work-want.Work) > slack || math.Abs(d.Spilled-want.Spilled) > slack || math.Abs(d.Rejected-want.Rejected) > slack {
					t.Errorf("%s, jobs of %v s over %v: %+v, want %+v within %.3f", how, work, window, d, want, slack)
				}
			}
		}
	}
}

// TestDemandIsAllWork: of any mixture of sizes, the demand over time adds up to
// the work that arrived.
func TestDemandIsAllWork(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		const start = 30 * time.Minute // the window is full from the beginning
		window := time.Duration(rapid.IntRange(2, 120).Draw(rt, "bins")) * demandBin
		d := demand{speed: rapid.SampledFrom([]float64{0.5, 1, 1.7}).Draw(rt, "speed")}
		d.bin(start)
		now, sum, offered, long, most := start, 0.0, 0.0, 0, 0.0
		sample := func(until time.Duration) {
			for at := now.Truncate(demandBin) + demandBin; at <= until; at += demandBin {
				sum += d.over(at, window).Work * demandBin.Seconds()
			}
			now = until
		}
		for range rapid.IntRange(1, 40).Draw(rt, "arrivals") {
			sample(now + time.Duration(rapid.IntRange(0, 90_000).Draw(rt, "gap"))*time.Millisecond)
			work := rapid.SampledFrom([]float64{0.1, 3, 40, 300, 3000}).Draw(rt, "work") * d.speed
			d.bin(now).work[offeredWork] += work
			d.keep(now, offeredWork, work, longPromised)
			offered += work
			most = max(most, work/d.speed)
			if work/d.speed > window.Seconds() {
				long++
			}
		}
		sample(now + window + time.Duration(most*1e9) + 3*demandBin)
		// How long a core counts is seen in steps of a bin.
		if slack := float64(long)*demandBin.Seconds()*d.speed + 1e-6*offered; math.Abs(sum-offered) > slack {
			rt.Fatalf("%.1f CPU-s in all, want %.1f within %.1f", sum, offered, slack)
		}
		if len(d.long) != 0 {
			rt.Fatalf("%d requests are kept", len(d.long))
		}
	})
}

// TestDemandRemembersTheUnserved: of a hundred jobs that come at once to four
// machines, all are wanted until they are answered; so is what waits of a hundred
// short requests, by its work per window, and a request that outlives its
// prediction, as the core that it takes.
func TestDemandRemembersTheUnserved(t *testing.T) {
	for _, c := range []struct {
		name string
		work float64
		at   time.Duration
		want float64
	}{
		{"long, at once", 600, 30 * time.Second, 100},
		{"long, before one could be done", 600, 599 * time.Second, 100},
		// After 700 s the four that run have had 700 s, as much as they are expected to need yet.
		{"long, later", 600, 700 * time.Second, 100},
		{"short, at once", 30, 59 * time.Second, 50},
		{"short, later", 30, 80 * time.Second, 4 + 96*0.5},
		{"unknown, soon", 0, 50 * time.Second, 0},
		{"unknown, later", 0, 90 * time.Second, 4}, // what those that wait are going to need is not known
	} {
		l := newLab(t, 4, Config{Estimator: says(c.work)})
		for id := range RequestID(100) {
			e := arrival(id)
			l.out = l.c.Step(0, &e, l.out[:0])
		}
		l.out = l.c.Step(c.at, &Event{Kind: Shed}, l.out[:0])
		d := l.c.scaleView.Demand(time.Minute)
		if c.at < time.Minute && c.work < 60 { // the window is not full yet
			d.Work *= c.at.Seconds() / 60
		}
		if math.Abs(d.Work-c.want) > 1e-6 {
			t.Errorf("%s: %.2f cores, want %.2f", c.name, d.Work, c.want)
		}
		for id := range RequestID(100) {
			l.out = l.c.Step(c.at, &Event{Kind: Gone, Request: id}, l.out[:0])
		}
		if d := l.c.overdue(time.Minute); d != 0 {
			t.Errorf("%s: %.2f cores are wanted by nobody", c.name, d)
		}
	}
}

// TestUnforeseenCountEach: of three requests of unknown work that have run for half a bin
// each counts half a core; nobody else does.
func TestUnforeseenCountEach(t *testing.T) {
	l := newLab(t, 4, Config{Classes: []Class{{Name: "a"}}})
	for id := range RequestID(3) {
		e := arrival(id)
		l.out = l.c.Step(0, &e, l.out[:0])
	}
	l.out = l.c.Step(demandBin/2, &Event{Kind: Shed}, l.out[:0])
	if got := l.c.overdue(time.Minute); math.Abs(got-1.5) > 1e-9 {
		t.Errorf("%v cores, want 1.5", got)
	}
}

// TestWhichAnswersCorrectDemand: predictions are compared with what was measured of answers of
// which work was predicted, that of 0 too where an estimator knows it, but not of long work,
// which is no part of the bins.
func TestWhichAnswersCorrectDemand(t *testing.T) {
	for _, c := range []struct {
		name string
		r    Request
		o    Outcome
		long bool
		want float64
	}{
		{"predicted", Request{Work: 2}, Outcome{Work: 3}, false, 1.5},
		{"long", Request{Work: 2}, Outcome{Work: 3}, true, 1},
		{"known to be 0, then predicted", Request{Known: true}, Outcome{Work: 1}, false, 2},
		{"not predicted", Request{}, Outcome{Work: 1}, false, 1},
		{"not predicted and long", Request{}, Outcome{Work: 1}, true, 1},
		{"not measured", Request{Work: 2}, Outcome{}, false, 1},
		{"an error", Request{Work: 2}, Outcome{Work: 3, Status: Error}, false, 1},
		{"not a number", Request{Work: 2}, Outcome{Work: math.Inf(1)}, false, 1},
	} {
		l := newLab(t, 1, Config{})
		c.o.Request, c.o.Worker = &c.r, NoWorker
		l.c.observe(&c.o, c.long)
		if c.r.Known { // 0 predicted and 1 measured are no ratio yet
			r := Request{Work: 1}
			l.c.observe(&Outcome{Request: &r, Worker: NoWorker, Work: 1}, false)
		}
		if got := l.c.demand.bias(); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%s: bias %v, want %v", c.name, got, c.want)
		}
	}
}
