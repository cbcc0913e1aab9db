package sim

import (
	"context"
	"math"
	"testing"

	"cnv/policy"
	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
)

// logNormal draws from a lognormal law of mean 1.
func logNormal(cv2 float64) func(*policy.Rand) float64 {
	variance := math.Log(1 + cv2)
	return func(r *policy.Rand) float64 { return math.Exp(-variance/2 + math.Sqrt(variance)*r.NormFloat64()) }
}

// boundedPareto draws from a Pareto law of shape a between 1 and h times its
// least value, scaled to mean 1. It returns the law's second moment too.
func boundedPareto(a, h float64) (draw func(*policy.Rand) float64, second float64) {
	whole := 1 - math.Pow(h, -a)
	moment := func(k float64) float64 { return a / (a - k) / whole * (1 - math.Pow(h, k-a)) }
	mean := moment(1)
	return func(r *policy.Rand) float64 { return math.Pow(1-r.Float64()*whole, -1/a) / mean }, moment(2) / (mean * mean)
}

// A moments is a Recorder that also adds up what came.
type moments struct {
	*results.Run
	n, first, second, last float64
}

func (m *moments) Add(q *results.Request) {
	work := q.Work.Seconds()
	m.n, m.first, m.second, m.last = m.n+1, m.first+work, m.second+work*work, max(m.last, q.Arrival.Seconds())
	m.Run.Add(q)
}

// response is the mean response time by Pollaczek and Khinchine, of what came.
func (m *moments) response() float64 {
	rate := m.n / m.last
	return m.first/m.n + rate*m.second/m.n/(2*(1-rate*m.first/m.n))
}

// TestHeavyTails: with steady = true the mean response time of M/G/1 queues with
// heavy tails is that of Pollaczek and Khinchine. Over 40 seeds of 20,000 requests
// the mean of their differences to the formula, with each run's own moments of what
// came, which takes most of the chance out, must lie within four standard errors of
// nothing; and these must be small enough to see what a cut by the luck of each run
// did: it left out early bursts, and gave means that were 10 % too low.
func TestHeavyTails(t *testing.T) {
	const seeds, n, rho = 40, 20_000, 0.5
	pareto, second := boundedPareto(1.5, 1000)
	for _, q := range []struct {
		name   string
		work   func(*policy.Rand) float64
		second float64 // moment of the work
	}{
		{"lognormal, cv² 10", logNormal(10), 11},
		{"bounded Pareto, shape 1.5 over three decades", pareto, second},
	} {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			set := compare.NewSet(compare.Plan{
				Design:  results.Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: seeds, Steady: true},
				Name:    "heavy",
				Over:    []string{stat.OverSeeds},
				Primary: []string{"steady_response_mean_s"},
			}, "")
			own, squares := 0.0, 0.0
			for k := range seeds {
				cfg := fleet(1, &roundRobin{})
				cfg.Seed = uint64(k + 1)
				rec, err := set.Open(0, 0, k, cfg.Seed, []string{"all"})
				if err != nil {
					t.Fatal(err)
				}
				m := &moments{Run: rec}
				row, err := Run(context.Background(), cfg, newStream(cfg.Seed, n, expo(1/rho), q.work), m)
				if err == nil {
					err = set.Add(0, 0, rec, row)
				}
				if err != nil {
					t.Fatal(err)
				}
				d := row.Value("answered_response_mean_s") - m.response()
				own, squares = own+m.response()/seeds, squares+d*d/seeds
			}
			want := 1 + rho*q.second/(2*(1-rho))
			for _, r := range set.Comparison() {
				if r.Metric != "steady_response_mean_s" {
					continue
				}
				error := math.Sqrt(squares / seeds)
				t.Logf("mean %.3f ± %.3f, of what came %.3f, P-K %.3f", r.Mean, error, own, want)
				if math.Abs(r.Mean-own) > 4*error || 4*error > 0.06*want {
					t.Errorf("mean response time = %.4f ± %.4f, want %.4f", r.Mean, error, own)
				}
			}
		})
	}
}
