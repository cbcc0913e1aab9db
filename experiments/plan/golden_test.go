package plan

import (
	"context"
	"math"
	"strings"
	"testing"

	"cnv/results"
)

// routers is ten one-core servers under the routers whose mean response times
// are known from theory or from an independent program.
const routers = `question = "Do the routers give the known response times?"
seeds = 4
slo = "5x"
[cluster]
instance = { cores = 1, speed = 1.0, memory_mb = 2048, usd_per_hour = 0.05 }
discipline = "DISCIPLINE"
initial = 10
min = 10
max = 10
[[workload]]
name = "w"
generator = "poisson"
rate = 7
size = "SIZE"
mean_work = "1s"
cv2 = 10
requests = 80000
[[policy]]
name = "random"
router = "random"
[[policy]]
name = "roundrobin"
router = "roundrobin"
[[policy]]
name = "p2c"
router = "p2c"
[[policy]]
name = "jsq"
router = "jsq"
[[policy]]
name = "leastwork"
router = "leastwork"
estimator = "exact"
[[policy]]
name = "jsq-work"
router = "jsq"
estimator = "exact"
router_params = { tie = "work" }
`

// TestRoutersGiveKnownResponseTimes runs the routers at 70 % load. The wanted
// means have three digits (half a unit of the last is allowed), beside four
// standard errors of ours.
func TestRoutersGiveKnownResponseTimes(t *testing.T) {
	for _, c := range []struct {
		discipline, size string
		want             map[string]float64
	}{
		{"fcfs", "exponential", map[string]float64{
			"random": 1 / 0.3, "roundrobin": 2.01, "p2c": 1.68, "jsq": 1.16, "leastwork": 1.07, "jsq-work": 1.16 * 0.953}},
		{"ps", "exponential", map[string]float64{
			"random": 1 / 0.3, "roundrobin": 2.02, "p2c": 1.67, "jsq": 1.16, "leastwork": 1.16 * 0.964, "jsq-work": 1.16 * 0.958}},
		// Insensitivity: under processor sharing only the mean size matters.
		{"ps", "lognormal", map[string]float64{
			"random": 1 / 0.3, "roundrobin": 2.80, "p2c": 1.67, "jsq": 1.16, "leastwork": 1.16 * 1.019, "jsq-work": 1.16 * 0.968}},
	} {
		t.Run(c.discipline+" "+c.size, func(t *testing.T) {
			t.Parallel()
			checkMeans(t, c.discipline, c.size, c.want)
		})
	}
}

func checkMeans(t *testing.T, discipline, size string, want map[string]float64) {
	text := strings.NewReplacer("DISCIPLINE", discipline, "SIZE", size).Replace(routers)
	if size == "exponential" {
		text = strings.Replace(text, "cv2 = 10\n", "", 1)
	}
	p, err := Parse("routers.toml", ".", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range p.Cells() {
		sum, sq := 0.0, 0.0
		for seed := range p.Seeds {
			m := meanResponse(t, cell, uint64(seed)+1)
			sum += m
			sq += m * m
		}
		n := float64(p.Seeds)
		mean := sum / n
		se := math.Sqrt(max(sq/n-mean*mean, 0) / (n - 1))
		w := want[cell.Policy.Name]
		if allowed := 4*se + 0.01*w; math.Abs(mean-w) > allowed {
			t.Errorf("%s: mean response time = %.3f, want %.3f within %.3f", cell.Policy.Name, mean, w, allowed)
		}
	}
}

func meanResponse(t *testing.T, c Cell, seed uint64) float64 {
	row, err := c.Run(context.Background(), seed, results.NewRun(results.RunInfo{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	return row.Value("answered_response_mean_s")
}
