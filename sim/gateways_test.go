package sim

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"cnv/policy"
)

// A stale queue is one of those of Mitzenmacher (2000, doi:10.1109/71.841751): 100 servers at load
// 0.9, exponential service of mean 1 s, and a board with their queues that is written again every
// so many seconds.
type stale struct {
	drawn int // servers drawn for each request, of which the shortest queue takes it; 0: all
	sight policy.Sight
	every float64 // s
	want  float64 // mean response time, s
}

// staleBoards are mean response times that another program gave, to three digits, which shares nothing
// with this one. Random assignment, whatever the board says, is an M/M/1 queue: 1/(1 - 0.9).
func staleBoards() []stale {
	return []stale{
		{1, policy.SeesReported, 1, 10},
		{2, policy.SeesOwn, 0, 2.65},
		{2, policy.SeesReported, 1, 2.97},
		{2, policy.SeesReported, 5, 4.00},
		{2, policy.SeesReported, 10, 5.09},
		{2, policy.SeesReported, 20, 7.04},
		{0, policy.SeesOwn, 0, 1.07},
		{0, policy.SeesReported, 1, 3.99},
		{0, policy.SeesReported, 5, 11.6},
		{0, policy.SeesReported, 10, 23.4},
		{0, policy.SeesReported, 20, 53.3},
		{0, policy.SeesSent, 1, 1.83},
		{0, policy.SeesSent, 5, 2.62},
		{0, policy.SeesSent, 10, 3.06},
		{0, policy.SeesSent, 20, 3.48},
		{0, policy.SeesAll, 20, 1.07}, // the only gateway
	}
}

// mean is the mean response time under a seed of what arrives after the first quarter.
func (q *stale) mean(t *testing.T, seed uint64, n int) float64 {
	cfg := fleet(100, &sampled{d: q.drawn})
	cfg.Seed, cfg.Control.Sight, cfg.TelemetryPeriod = seed, q.sight, duration(q.every)
	if q.every == 0 {
		cfg.Control.Sight = policy.SeesOwn // as a board that is always fresh
	}
	m := &steadyMean{from: duration(float64(n) / 90 / 4)}
	if _, err := Run(context.Background(), cfg, newStream(seed, n, expo(1.0/90), expo(1)), m); err != nil {
		t.Fatal(err)
	}
	return m.sum / float64(m.n)
}

// TestStaleBoard: H3, what a view costs that is a board of some age comes out as computed. Each queue is
// run under four seeds with 60,000 requests, the two most unstable ones with four times as many; the
// mean must lie within four standard errors and the rounding of the number, and the standard error must be
// small enough for that to mean something.
func TestStaleBoard(t *testing.T) {
	const seeds = 4
	for _, q := range staleBoards() {
		n := 60_000
		if q.want > 20 {
			n *= 4
		}
		sum, sq := 0.0, 0.0
		for seed := range uint64(seeds) {
			x := q.mean(t, seed+1, n)
			sum += x
			sq += x * x
		}
		mean := sum / seeds
		se := math.Sqrt((sq/seeds - mean*mean) / (seeds - 1))
		if off := math.Abs(mean - q.want); off > 4*se+0.005*q.want {
			t.Errorf("%d drawn, sight %v, every %v s: mean response time %.3f s, want %.3f within %.3f", q.drawn, q.sight, q.every, mean, q.want, 4*se)
		}
		if se > 0.09*q.want {
			t.Errorf("%d drawn, sight %v, every %v s: standard error %.3f of %.3f is too large to tell", q.drawn, q.sight, q.every, se, q.want)
		}
	}
}

// shortest takes the worker that it sees the fewest requests at, ties to the lowest ID.
type shortest struct{}

func (shortest) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	best := policy.NoWorker
	for _, id := range v.Ready() {
		if best == policy.NoWorker || v.Worker(id).InFlight < v.Worker(best).InFlight {
			best = id
		}
	}
	return best, best != policy.NoWorker
}

// twoGateways are two of them before so many workers of one core.
func twoGateways(n int, s policy.Sight) Config {
	cfg := fleet(n, shortest{})
	cfg.Control.Sight, cfg.Gateways.Assign = s, AssignKey
	cfg.Gateways.Others = []policy.Config{cfg.Control}
	return cfg
}

// keysOf are the lowest keys whose requests go to the first gateway and to the second.
func keysOf(t *testing.T, cfg Config) (keys [2]policy.Key) {
	w, err := newWorld(&cfg, &list{}, &meanOf{})
	if err != nil {
		t.Fatal(err)
	}
	for k := policy.Key(64); k > 0; k-- {
		keys[w.gatewayOf(&policy.Event{Key: k}, 0)] = k
	}
	if keys[0] == 0 || keys[1] == 0 {
		t.Fatal("all keys go to one gateway")
	}
	return keys
}

// TestGatewaysSeeEachOther: of three requests of 15 s, at 0 s and 11 s through the first gateway and
// at 11 s through the second, by hand: who sees his own only sends the third to worker 0, which is
// busy until 15 s, as the first was; who has the report of 10 s knows. On a board, the first gateway
// has forgotten what it sent at 11 s, and so sends the fourth, at 12 s, after it.
func TestGatewaysSeeEachOther(t *testing.T) {
	for _, c := range []struct {
		sight  policy.Sight
		finish [4]float64
	}{
		{policy.SeesOwn, [4]float64{15, 26, 30, 45}},
		{policy.SeesAll, [4]float64{15, 26, 41, 30}},
		{policy.SeesReported, [4]float64{15, 26, 41, 56}},
		{policy.SeesSent, [4]float64{15, 26, 41, 30}},
	} {
		cfg := twoGateways(2, c.sight)
		cfg.TelemetryPeriod = 10 * time.Second
		keys, src := keysOf(t, cfg), at(0, 11, 11.5, 12)
		for i := range src.arrivals {
			src.arrivals[i].Work = 15 * time.Second
			src.arrivals[i].Key = keys[[]int{0, 0, 1, 0}[i]]
		}
		for i, q := range play(t, cfg, src).byID(t) {
			if q.Finish != duration(c.finish[i]) {
				t.Errorf("sight %v: request %d ends at %v, want %v s", c.sight, i, q.Finish, c.finish[i])
			}
		}
	}
}

// sizes is a scaler that has the fleet grow or shrink once.
type sizes struct{ to int }

func (s *sizes) Period() time.Duration              { return 7 * time.Second }
func (s *sizes) Size(*policy.ScaleView) policy.Plan { return policy.Plan{Desired: []int{s.to}} }

// TestOthersHearOfTheFleetLater: the leader drains worker 1 at 7 s, the other gateway sends there
// until it hears of it 5 s later, and is answered: the worker is paid for until it is idle after that.
// A worker launched at 7 s that is ready at 10 s is used by the leader then, by the other at 15 s.
func TestOthersHearOfTheFleetLater(t *testing.T) {
	cfg := twoGateways(2, policy.SeesOwn)
	cfg.Control.Scaler, cfg.Gateways.FleetDelay, cfg.Duration = &sizes{1}, 5*time.Second, 20*time.Second
	keys, src := keysOf(t, cfg), at(8, 8.1, 13)
	for i := range src.arrivals {
		src.arrivals[i].Key, src.arrivals[i].Work = keys[1], 5*time.Second
	}
	m := play(t, cfg, src)
	for i, want := range []float64{13, 13.1, 18} { // on workers 0, 1 and 0
		if q := m.byID(t)[i]; q.Finish != duration(want) || q.Attempts != 1 {
			t.Errorf("request %d: %+v, want its end at %v s", i, q, want)
		}
	}
	if want := 20 + 13.1; math.Abs(m.counts.VMSeconds-want) > 1e-9 || m.counts.Terminations != 1 {
		t.Errorf("machines ran for %v s, %d were ended, want %v and 1", m.counts.VMSeconds, m.counts.Terminations, want)
	}

	cfg = twoGateways(0, policy.SeesOwn)
	cfg.Control.Pools[0].Max, cfg.Gateways.Others[0].Pools[0].Max = 1, 1
	cfg.Control.Scaler, cfg.Gateways.FleetDelay = &sizes{1}, 5*time.Second
	cfg.Pools[0].Launch = Launch{API: constant(1), Boot: constant(2)}
	src = at(0, 1)
	for i := range src.arrivals {
		src.arrivals[i].Key = keys[i]
	}
	for i, want := range []float64{10, 15} {
		if q := play(t, cfg, src).byID(t)[i]; q.Start != duration(want) {
			t.Errorf("request %d begins at %v, want %v s", i, q.Start, want)
		}
		cfg.Control.Scaler, src.i = &sizes{1}, 0
	}
}

// TestGatewaysShareTheLoad: requests go to all gateways alike; those of a key, and what its client
// tries again, to one.
func TestGatewaysShareTheLoad(t *testing.T) {
	cfg := twoGateways(1, policy.SeesOwn)
	for range 2 {
		cfg.Gateways.Others = append(cfg.Gateways.Others, cfg.Control)
	}
	w, err := newWorld(&cfg, &list{}, &meanOf{})
	if err != nil {
		t.Fatal(err)
	}
	const n = 40_000
	var random, keyed [4]int
	for i := range n {
		random[w.gatewayOf(&policy.Event{Request: policy.RequestID(i)}, 0)]++
		g := w.gatewayOf(&policy.Event{Request: policy.RequestID(i), Key: policy.Key(i + 1)}, 0)
		if keyed[g]++; g != w.gatewayOf(&policy.Event{Request: 7, Key: policy.Key(i + 1)}, 0) {
			t.Fatalf("key %d has two gateways", i+1)
		}
	}
	for _, counts := range [][4]int{random, keyed} {
		for _, got := range counts {
			if math.Abs(float64(got)-n/4) > 5*math.Sqrt(n*3/16.0) { // five standard deviations
				t.Errorf("of %d requests the gateways have %v", n, counts)
			}
		}
	}
}

// drawGateways adds gateways with policies of their own to a world in which everything can go wrong.
func drawGateways(rt *rapid.T, cfg *Config) {
	cfg.Control.Sight = policy.Sight(rapid.IntRange(0, 3).Draw(rt, "sight"))
	cfg.Gateways.Assign = Assign(rapid.IntRange(0, 1).Draw(rt, "assign"))
	cfg.Gateways.FleetDelay = time.Duration(rapid.IntRange(0, 12).Draw(rt, "fleet delay")) * time.Second
	for range rapid.IntRange(0, 2).Draw(rt, "gateways") {
		c := &chaos{rng: rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "policy"), 1))}
		h := &hasty{*c}
		other := cfg.Control
		other.Router = c
		if _, is := cfg.Control.Router.(*chaos); !is {
			other.Router = h
		}
		if other.Spill != nil {
			other.Spill = c
		}
		if other.Estimator != nil {
			other.Estimator, other.Admission, other.Order, other.Hedge = c, c, c, c
		}
		other.Scaler = nil
		cfg.Gateways.Others = append(cfg.Gateways.Others, other)
	}
}
