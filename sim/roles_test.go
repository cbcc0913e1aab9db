package sim

import (
	"math"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/admit"
	"cnv/policy/health"
	"cnv/policy/hedge"
	"cnv/policy/order"
	"cnv/results"
	"cnv/workloads"
)

// oneLine is n requests of exponential work of mean 1 through one worker of one slot whose
// line is at the gateway. own puts the policies under test into the configuration.
func oneLine(t *testing.T, seed uint64, n int, rho float64, own func(*policy.Config)) []results.Request {
	t.Helper()
	cfg := fleet(1, &roundRobin{})
	cfg.Seed, cfg.Control.Pools[0].Limit, cfg.Control.Estimator = seed, 1, exact{}
	own(&cfg.Control)
	return play(t, cfg, newStream(seed, n, expo(1/rho), expo(1))).byID(t)
}

// TestBoundedIsMM1K: with at most 4 requests in line, M/M/1/5 at a load of 1.5 refuses
// (1-ρ)ρ^K / (1-ρ^(K+1)) of the requests.
func TestBoundedIsMM1K(t *testing.T) {
	const n, rho, k = 200_000, 1.5, 5
	refused := 0
	for _, q := range oneLine(t, 1, n, rho, func(c *policy.Config) { c.Admission = &admit.Bounded{Most: k - 1} }) {
		if q.Ending == results.Rejected && q.Reason == policy.ReasonAdmission && q.Status == 429 {
			refused++
		} else if q.Ending != results.Answered {
			t.Fatalf("%+v: neither answered nor refused by admission", q)
		}
	}
	want := (1 - rho) * math.Pow(rho, k) / (1 - math.Pow(rho, k+1))
	// 0.005 is some four standard errors: the line forgets within some ten requests.
	if got := float64(refused) / n; math.Abs(got-want) > 0.005 {
		t.Errorf("the share %.4f was refused, want %.4f", got, want)
	}
}

// TestDeadlineIsExactWhereWorkIs: under overload and with exact knowledge exactly those are
// refused whose work and what is left before them, by Lindley's recursion, exceed the bound,
// and all others are answered within it.
func TestDeadlineIsExactWhereWorkIs(t *testing.T) {
	const bound = 5 * time.Second
	all := oneLine(t, 2, 50_000, 1.5, func(c *policy.Config) {
		c.Classes[0] = policy.Class{Name: "all", Bound: bound}
		c.Admission = &admit.Deadline{Slack: 1}
	})
	left, last, refused := time.Duration(0), time.Duration(0), 0
	for _, q := range all {
		left, last = max(left-(q.Arrival-last), 0), q.Arrival
		margin := bound - left - q.Work
		if margin.Abs() < time.Microsecond {
			continue // what is predicted is rounded
		}
		if admitted := q.Ending == results.Answered; admitted != (margin > 0) || admitted && q.Finish-q.Arrival > bound {
			t.Fatalf("request %d: %v left before it, %v of work: ended as %v after %v", q.ID, left, q.Work, q.Ending, q.Finish-q.Arrival)
		} else if admitted {
			left += q.Work
		} else {
			refused++
		}
	}
	if refused < len(all)/10 { // the larger ones
		t.Errorf("%d of %d refused at a load of 1.5", refused, len(all))
	}
}

// TestTokenBucketUnderOverload: a rate of half of what comes is answered, and its burst.
func TestTokenBucketUnderOverload(t *testing.T) {
	answered, end := 0, time.Duration(0)
	for _, q := range oneLine(t, 3, 50_000, 1.5, func(c *policy.Config) { c.Admission = &admit.TokenBucket{Rate: 0.75, Burst: 10} }) {
		if end = q.Arrival; q.Ending == results.Answered {
			answered++
		}
	}
	if want := 10 + 0.75*end.Seconds(); float64(answered) > want || float64(answered) < want-20 {
		t.Errorf("%d answered in %v, want %.0f", answered, end, want)
	}
}

// TestOrdersAreTheory: the waiting times of one M/M/1 line, over eight seeds of 50,000
// requests, within four standard errors. Shortest job first: the mean over the sizes x of
// λE[S²]/2 / (1-ρ(x))². Last come, first served: the mean of first come, first served,
// ρ/(1-ρ), and 1/(1-ρ) times its mean square, 2ρ/(1-ρ)².
func TestOrdersAreTheory(t *testing.T) {
	sjf := 0.0
	for x, dx := 0.0005, 0.001; x < 40; x += dx {
		load := 0.8 * (1 - math.Exp(-x)*(1+x))
		sjf += 0.8 / ((1 - load) * (1 - load)) * math.Exp(-x) * dx
	}
	for _, c := range []struct {
		name  string
		rho   float64
		o     func() policy.Order
		power float64
		want  float64
	}{
		{"first come", 0.5, func() policy.Order { return nil }, 2, 4},
		{"sjf", 0.8, func() policy.Order { return &order.SJF{} }, 1, sjf},
		{"lifo, mean", 0.5, func() policy.Order { return &order.LIFO{} }, 1, 1},
		{"lifo, mean square", 0.5, func() policy.Order { return &order.LIFO{} }, 2, 8},
		{"edf of one bound, mean square", 0.5, func() policy.Order { return &order.EDF{} }, 2, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			const seeds, n = 8, 50_000
			sum, sq := 0.0, 0.0
			for seed := range uint64(seeds) {
				mean := 0.0
				own := func(cfg *policy.Config) {
					cfg.Order = c.o()
					cfg.Classes[0] = policy.Class{Name: "all", Bound: time.Minute}
				}
				for _, q := range oneLine(t, seed+1, n, c.rho, own) {
					mean += math.Pow((q.Finish-q.Arrival-q.Work).Seconds(), c.power) / n
				}
				sum, sq = sum+mean, sq+mean*mean
			}
			mean := sum / seeds
			se := math.Sqrt((sq/seeds - mean*mean) / (seeds - 1))
			if math.Abs(mean-c.want) > 4*se || se > 0.04*c.want {
				t.Errorf("%.4f, want %.4f within %.4f", mean, c.want, 4*se)
			}
		})
	}
}

// ofTwo draws one of two classes for each arrival.
type ofTwo struct {
	*stream
	draw *policy.Rand
}

func (s ofTwo) Next(a *workloads.Arrival) bool {
	more := s.stream.Next(a)
	a.Class = policy.ClassID(s.draw.At(uint64(s.id)).IntN(2))
	return more
}

// TestPriorityIsCobhams: at a load of 0.8 of exponential work of mean 1, half of it first, the
// first class waits 0.8 / 0.6 and the second 0.8 / (0.6 × 0.2) on average, as Cobham's formula
// says.
func TestPriorityIsCobhams(t *testing.T) {
	const seeds, n = 8, 50_000
	want := [2]float64{0.8 / 0.6, 0.8 / (0.6 * 0.2)}
	var sum, sq [2]float64
	for seed := range uint64(seeds) {
		cfg := fleet(1, &roundRobin{})
		cfg.Seed, cfg.Control.Pools[0].Limit = seed, 1
		cfg.Control.Classes = []policy.Class{{Name: "other"}, {Name: "urgent"}}
		cfg.Control.Order = &order.Priority{First: []string{"urgent"}}
		src := ofTwo{newStream(seed, n, expo(1/0.8), expo(1)), policy.NewRand(seed, "class", 0)}
		var waited, count [2]float64
		for _, q := range play(t, cfg, src).byID(t) {
			k := 1 - int(q.Class)
			waited[k] += (q.Finish - q.Arrival - q.Work).Seconds()
			count[k]++
		}
		for k := range waited {
			mean := waited[k] / count[k]
			sum[k], sq[k] = sum[k]+mean, sq[k]+mean*mean
		}
	}
	for k := range want {
		mean := sum[k] / seeds
		se := math.Sqrt((sq[k]/seeds - mean*mean) / (seeds - 1))
		if math.Abs(mean-want[k]) > 4*se || se > 0.05*want[k] {
			t.Errorf("class %d waits %.4f, want %.4f within %.4f", k, mean, want[k], 4*se)
		}
	}
}

// TestSJFAges: under overload by short requests the long ones starve without ageing; with it
// none waits longer than a line of first come, first served and work / ageing together.
func TestSJFAges(t *testing.T) {
	longest := func(ageing float64) (most time.Duration) {
		for _, q := range oneLine(t, 4, 20_000, 0.95, func(c *policy.Config) { c.Order = &order.SJF{Ageing: ageing} }) {
			most = max(most, q.Finish-q.Arrival)
		}
		return most
	}
	never, some := longest(0), longest(0.5)
	if some > never*2/3 {
		t.Errorf("the longest response is %v with ageing, %v without", some, never)
	}
}

// byNumber routes requests to the workers in turn, by their numbers.
type byNumber struct{}

func (byNumber) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	return v.Ready()[int(r.ID)%len(v.Ready())], true
}

// TestHedgesSaveWhatHangs: one of four workers hangs from the start, undetected, and goes on
// being sent a quarter of the requests. A copy after 0.5 s answers each of them
// within 0.6 s, as far as the budget goes.
func TestHedgesSaveWhatHangs(t *testing.T) {
	const n = 2000
	for _, c := range []struct {
		share  float64
		copies int // of 2000
	}{{1, n / 4}, {0.05, n / 20}, {0, 0}} {
		cfg := fleet(4, byNumber{})
		cfg.Timeout = 10 * time.Second
		cfg.Faults = []Fault{{At: time.Millisecond, Worker: 1, Kind: Hang, Detected: time.Hour}}
		cfg.Control.Hedge = &hedge.Fixed{Delay: 500 * time.Millisecond, Budget: hedge.Budget{Share: c.share}}
		m := play(t, cfg, newStream(1, n, always(0.2), always(0.1)))
		late, copies := 0, 0
		for _, q := range m.requests {
			copies += int(q.Attempts) - 1
			if q.Ending != results.Answered {
				late++
			} else if took := q.Finish - q.Arrival; took > 600*time.Millisecond+time.Microsecond {
				t.Fatalf("share %v: request %d took %v", c.share, q.ID, took)
			}
		}
		if copies > c.copies || copies < c.copies*8/10 {
			t.Errorf("share %v: %d copies, want %d", c.share, copies, c.copies)
		}
		if want := n/4 - copies; math.Abs(float64(late-want)) > 2 {
			t.Errorf("share %v: %d without an answer, want %d", c.share, late, want)
		}
	}
}

// sickWorkers is two minutes of 20 requests a second for four workers of which the first n are
// sick from 30 s on, under least connections and an Outlier, without repeats. It returns by
// worker how many were sent there from 40 s on, how many had no answer, and how many there were.
func sickWorkers(t *testing.T, n int) (by [4]int, lost, all int) {
	t.Helper()
	cfg := fleet(4, least{})
	cfg.Control.Health = health.NewOutlier()
	for w := range n {
		cfg.Faults = append(cfg.Faults, Fault{Name: "sick", At: 30 * time.Second, Kind: Sick, Worker: policy.WorkerID(w)})
	}
	for _, q := range play(t, cfg, newStream(1, 2400, expo(0.05), expo(0.1))).byID(t) {
		all++
		if q.Ending != results.Answered {
			lost++
		}
		if q.Arrival > 40*time.Second {
			by[q.Worker]++
		}
	}
	return by, lost, all
}

// TestOneSickOfFour: of all requests 1 % is lost at most to a worker of four that answers with
// errors at once, though none is repeated: five for each ejection.
func TestOneSickOfFour(t *testing.T) {
	_, lost, all := sickWorkers(t, 1)
	if lost < 5 || lost > all/100 {
		t.Errorf("%d of %d requests were lost, want some, and 1 %% at most", lost, all)
	}
}

// TestAllSick: where all workers answer with errors, none is left out for long: each gets a
// fair share of the requests, within a half.
func TestAllSick(t *testing.T) {
	by, _, _ := sickWorkers(t, 4)
	sum := by[0] + by[1] + by[2] + by[3]
	for w, n := range by {
		if n < sum/8 || n > sum*3/8 {
			t.Errorf("worker %d had %d of %d requests: %v", w, n, sum, by)
		}
	}
}

// least routes to a worker with the fewest requests in flight, in turn.
type least struct{}

func (least) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	all := v.Least()
	if len(all) == 0 {
		return policy.NoWorker, false
	}
	return all[int(r.ID)%len(all)], true
}
