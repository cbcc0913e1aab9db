package scale

import (
	"math"
	"slices"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestSpecs: the table is in order.
func TestSpecs(t *testing.T) { policytest.Specs[policy.Scaler](t, Specs) }

// TestConformance runs every scaler through the kit.
func TestConformance(t *testing.T) {
	for _, s := range Specs {
		t.Run(s.Name, func(t *testing.T) {
			policytest.Scaler(t, func() policy.Scaler { return s.New().(policy.Scaler) })
		})
	}
}

// TestFixed keeps the initial size or the given one, whatever happened.
func TestFixed(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{Pools: []policy.Pool{
		{Name: "a", Cores: 1, Speed: 1, Initial: 3, Max: 9}, {Name: "b", Cores: 1, Speed: 1, Initial: 2, Max: 9},
	}})
	l.Add(3, 0)
	l.Add(2, 1)
	for n, want := range map[int][]int{0: {3, 2}, 5: {5, 2}} {
		p := &Fixed{N: n}
		if got := p.Size(l.ScaleView()).Desired; !slices.Equal(got, want) {
			t.Errorf("n = %d: sizes %v, want %v", n, got, want)
		}
	}
}

// TestLostIsReplacedOnce: under every scaler that wants the size as it is, a lost
// worker is launched again at once, and not once more at the next decisions.
func TestLostIsReplacedOnce(t *testing.T) {
	for _, s := range Specs {
		for _, lost := range []time.Duration{5 * time.Second, 155 * time.Second} { // before the first decision, and after
			scaler := s.New().(policy.Scaler)
			switch p := scaler.(type) { // nothing arrives: the size at the start stays wanted
			case *Demand:
				p.Hold = time.Hour
			case *Staffing:
				p.Hold = time.Hour
			case *KPA:
				p.DownDelay = time.Hour
			case *Max:
				p.Of[0].Scaler.(*Demand).Hold = time.Hour
			case *Activate:
				p.Cooldown = time.Hour
			case *Schedule:
				p.At = []string{"0 0 * * * 3"}
			case *KEDA:
				p.Cooldown = time.Hour
			case *Newsvendor: // it has seen three requests in the system for half an hour
				p.begun, p.have, p.seen, p.n = true, 3, slices.Repeat([]float64{3}, 360), 360
			}
			h := newHost(t, scaler, policy.Pool{Cores: 1, Speed: 1, Max: 9}, 3)
			h.cpu = 0.5
			h.run(lost)
			h.step(policy.Event{Kind: policy.WorkerLost, Worker: 1})
			h.run(lost + 10*time.Minute)
			if want := []time.Duration{lost}; !slices.Equal(h.launches, want) {
				t.Errorf("%s, one lost at %v: launches at %v, want %v", s.Name, lost, h.launches, want)
			}
		}
	}
}

// TestThresholdCountsWhatIsReplaced: while a lost worker cannot be launched, the
// size that is wanted still counts it.
func TestThresholdCountsWhatIsReplaced(t *testing.T) {
	for cpu, want := range map[float64]int{0.9: 4, 0.5: 3, 0.1: 2} {
		l := policytest.NewLab(t, policy.Config{Leader: true, Pools: []policy.Pool{{Cores: 1, Speed: 1, Initial: 3, Max: 9}}})
		l.Add(3, 0)
		l.Worker(policy.WorkerLost, 2)
		l.C.Step(0, &policy.Event{Kind: policy.LaunchFailed, N: 1}, nil)
		l.At(time.Second)
		l.Report(0, cpu)
		l.Report(1, cpu)
		p := &Threshold{High: .7, Low: .2, Step: 1, Window: time.Minute, Every: time.Second}
		if got := p.Size(l.ScaleView()).Desired[0]; got != want {
			t.Errorf("utilisation %v: size %d, want %d", cpu, got, want)
		}
	}
}

// TestThresholdInstants: decisions at 60 s and every 120 s from there, as
// the original, or from another instant; each adds one worker while the fleet is hot,
// and the Controller is woken for nothing else.
func TestThresholdInstants(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		first time.Duration
		want  []time.Duration
	}{
		{60 * s, []time.Duration{60 * s, 180 * s, 300 * s, 420 * s}},
		{61 * s, []time.Duration{61 * s, 181 * s, 301 * s}},
		{0, []time.Duration{120 * s, 240 * s, 360 * s}},
		{200 * s, []time.Duration{200 * s, 320 * s}},
	} {
		p := NewThreshold()
		p.First = c.first
		h := newHost(t, p, policy.Pool{Cores: 1, Speed: 1, Max: 9}, 2)
		h.cpu = 0.9
		h.run(7 * time.Minute)
		if !slices.Equal(h.launches, c.want) {
			t.Errorf("first %v: launches at %v, want %v", c.first, h.launches, c.want)
		}
		if h.wakes != len(c.want) {
			t.Errorf("first %v: %d wakes, want %d", c.first, h.wakes, len(c.want))
		}
	}
}

// TestThresholdBand: what the mean utilisation asks for, and who goes.
func TestThresholdBand(t *testing.T) {
	for _, c := range []struct {
		name    string
		workers int
		cpu     []float64 // reported; a worker without a value never did
		step    int
		want    int
		victims []policy.WorkerID
	}{
		{"hot", 2, []float64{0.71, 0.71}, 1, 3, nil},
		{"at the threshold", 2, []float64{0.70, 0.70}, 1, 2, nil},
		{"within the band", 2, []float64{0.2, 0.2}, 1, 2, nil},
		{"cold", 3, []float64{0.1, 0.1, 0.1}, 1, 2, []policy.WorkerID{0}},
		{"cold, two at once", 4, []float64{0, 0, 0, 0}, 2, 2, []policy.WorkerID{0, 1}},
		{"cold, the last stays", 1, []float64{0}, 1, 1, nil},
		{"cold, one stays", 3, []float64{0, 0, 0}, 5, 1, []policy.WorkerID{0, 1, 2}},
		{"silent workers count half", 2, []float64{0.95}, 1, 3, nil}, // mean .725
		{"all silent", 2, nil, 1, 2, nil},
		{"no worker, no mean", 0, nil, 1, 0, nil},
	} {
		l := policytest.NewLab(t, policy.Config{})
		l.Add(c.workers, 0)
		l.At(time.Minute)
		for w, cpu := range c.cpu {
			l.Report(policy.WorkerID(w), cpu)
		}
		p := NewThreshold()
		p.Step = c.step
		plan := p.Size(l.ScaleView())
		if plan.Desired[0] != c.want || !slices.Equal(plan.Victims, c.victims) {
			t.Errorf("%s: size %d, victims %v; want %d, %v", c.name, plan.Desired[0], plan.Victims, c.want, c.victims)
		}
	}
}

// TestThresholdWindow: reports that are older than the window are history.
func TestThresholdWindow(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(1, 0)
	l.At(time.Minute)
	l.Report(0, 1)
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{299 * time.Second, 2}, {301 * time.Second, 1}} {
		p := NewThreshold()
		l.At(time.Minute + c.after)
		if got := p.Size(l.ScaleView()).Desired[0]; got != c.want {
			t.Errorf("%v after the report: size %d, want %d", c.after, got, c.want)
		}
	}
}

// TestStaffing: the probability of waiting (Erlang C) of the fleet that
// Demand asks for stays near 0.2 over three decades of load; it is smaller
// for small fleets, where rounding up to a core weighs more.
func TestStaffing(t *testing.T) {
	p := NewDemand()
	for _, a := range []float64{1, 5, 20, 100, 500, 1000} {
		cores := p.capacity(a, 1)
		if wait := erlangC(int(cores), a); wait > 0.215 || wait < 0.09 {
			t.Errorf("load %v: %v cores wait with probability %.3f, want 0.09 to 0.215", a, cores, wait)
		}
		if got, want := p.capacity(a*0.5, 0.5), cores*0.5; got != want {
			t.Errorf("load %v at half the speed: capacity %v, want %v", a*0.5, got, want)
		}
	}
	if got := p.capacity(0, 1) + p.capacity(math.NaN(), 1); got != 0 {
		t.Errorf("capacity for no load = %v, want 0", got)
	}
}

// TestStaffRounds up to whole workers, but not up from rounding errors.
func TestStaffRounds(t *testing.T) {
	for _, c := range []struct {
		want, worker float64
		most, n      int
	}{
		{14, 2, 99, 7}, {14.1, 2, 99, 8}, {0.30000000000000004, 0.1, 99, 3}, {14, 2, 5, 5}, {0, 2, 5, 0}, {math.Inf(1), 1, 5, 5},
	} {
		if got := staff(c.want, c.worker, c.most); got != c.n {
			t.Errorf("%v of %v each: %d workers, want %d", c.want, c.worker, got, c.n)
		}
	}
}

// offer books work evenly: so many CPU-seconds per second over [from, to),
// on functions.
func offer(l *policytest.Lab, from, to time.Duration, load float64) {
	for at := from; at < to; at += time.Second / 2 {
		l.At(at)
		l.Done(l.Book(policy.NoWorker, load/2), policy.OK)
	}
	l.At(to)
}

func demandLab(t *testing.T, pools ...policy.Pool) *policytest.Lab {
	return policytest.NewLab(t, policy.Config{Pools: pools, Functions: &policy.Functions{Share: 1}})
}

// TestDemandSeesSpilledWork: a load that functions serve is staffed for, and
// pools are filled in order.
func TestDemandSeesSpilledWork(t *testing.T) {
	l := demandLab(t,
		policy.Pool{Name: "a", Cores: 2, Speed: 1, Max: 4},
		policy.Pool{Name: "b", Cores: 4, Speed: 0.5, Max: 9})
	offer(l, 0, 5*time.Minute, 10)
	p := NewDemand()
	// ceil(10 + 1.062·√10) = 14 cores: 4 workers of 2, then 6/(4·0.5) = 3.
	if got, want := p.Size(l.ScaleView()).Desired, []int{4, 3}; !slices.Equal(got, want) {
		t.Errorf("sizes %v, want %v", got, want)
	}
}

// TestDemandLooksAhead: a rising load is staffed for what it will be when a
// worker launched now has booted; a falling one is not.
func TestDemandLooksAhead(t *testing.T) {
	l := demandLab(t, policy.Pool{Name: "p", Cores: 1, Speed: 1, Max: 1000, Boot: 30 * time.Second})
	offer(l, 0, 3*time.Minute, 10)
	offer(l, 3*time.Minute, 4*time.Minute, 20)
	v := l.ScaleView()
	p := &Demand{Window: time.Minute}
	if got := p.load(v); math.Abs(got-20) > 0.5 {
		t.Errorf("without trend: load %.2f, want 20", got)
	}
	// The means over one and two minutes are 20 and 15 and describe the
	// load 30 and 60 s ago: 5 per 30 s, for the 60 s until a worker is up.
	p.Trend = 1
	if got := p.load(v); math.Abs(got-30) > 1 {
		t.Errorf("with trend: load %.2f, want 30", got)
	}
	offer(l, 4*time.Minute, 5*time.Minute, 5)
	if got := p.load(v); math.Abs(got-5) > 0.5 {
		t.Errorf("after a fall: load %.2f, want 5", got)
	}
}

// TestDemandHolds: the fleet shrinks only to the most wanted within Hold, also
// where decisions come some milliseconds late, as live.
func TestDemandHolds(t *testing.T) {
	for _, late := range []time.Duration{0, 3 * time.Millisecond} {
		p := &Demand{Hold: 20 * time.Second, Every: 10 * time.Second}
		for i, c := range []struct{ wanted, held float64 }{
			{5, 5}, {9, 9}, {3, 9}, {4, 9}, {3, 4}, {2, 4}, {7, 7}, {1, 7}, {1, 7}, {1, 1},
		} {
			if got := p.held.most(time.Duration(i)*(10*time.Second+late), c.wanted, p.Hold, p.Every); got != c.held {
				t.Errorf("at %d s, %v late: wanted %v, held %v, want %v", i*10, late, c.wanted, got, c.held)
			}
		}
	}
}

// TestDemandStartsFromTheFleet: the first seconds of a run do not shrink it.
func TestDemandStartsFromTheFleet(t *testing.T) {
	l := demandLab(t, policy.Pool{Name: "p", Cores: 1, Speed: 1, Max: 100})
	l.Add(12, 0)
	l.At(10 * time.Second)
	p := NewDemand()
	for range 13 {
		if got := p.Size(l.ScaleView()).Desired[0]; got != 12 {
			t.Errorf("at %v: size %d, want 12", l.Now, got)
		}
		l.At(l.Now + p.Every)
	}
	if got := p.Size(l.ScaleView()).Desired[0]; got != 0 {
		t.Errorf("at %v: size %d, want 0", l.Now, got)
	}
}

// TestValidate: parameters out of range are refused.
func TestValidate(t *testing.T) {
	for _, p := range []interface{ Validate() error }{
		&Fixed{N: -1}, &Threshold{}, &Threshold{Low: .5, High: .4}, &Demand{}, &Demand{Beta: -1},
		&Threshold{High: .7, Low: .2, Step: 1, Victim: 9, Every: time.Minute, Window: time.Minute},
		&Threshold{High: .7, Low: .2, Step: 1, Every: time.Minute, Window: 15*time.Minute + 1},
		&Threshold{High: .7, Low: .2, Step: 1, Victim: FirstVictim, Every: 10*time.Millisecond - 1, Window: time.Minute},
		&Demand{Beta: 1, Window: time.Minute, Every: 10*time.Millisecond - 1},
	} {
		if p.Validate() == nil {
			t.Errorf("%T %+v is accepted", p, p)
		}
	}
}
