package plan

import (
	"strings"
	"testing"

	"cnv/internal/testtime"
	"cnv/results"
)

const harmless = `question = "q"
seeds = 1
[cluster]
instance = "c7g.large"
initial = 1
max = 2
[[workload]]
generator = "poisson"
rate = 2
duration = "1m"
[[policy]]
router = "jsq"
scaler = "threshold"
`

// TestHostileValues: what no experiment needs is refused where it stands, and
// what is only large runs to its end.
func TestHostileValues(t *testing.T) {
	for _, c := range []struct{ by, with, want string }{
		{`seeds = 1`, `slo = "1e9x"`, "slo:"},
		{`seeds = 1`, `timeout = "9223372036854775807ns"`, "timeout: \"9223372036854775807ns\", must be at most"},
		{`duration = "1m"`, "duration = \"1m\"\nsize = \"exponential\"\nmean_work = \"2562047h\"", "mean_work:"},
		{`instance = "c7g.large"`, `instance = { cores = 1, speed = 1e-300 }`, "speed = 1e-300, must be in"},
		{`scaler = "threshold"`, "scaler = \"threshold\"\n[policy.scaler_params]\nperiod = \"9223372036854775807ns\"", "period:"},
		{`question = "q"`, "question = \"q\"\nx = " + strings.Repeat("{a=", 5000) + "1" + strings.Repeat("}", 5000), "f.toml:2: nested deeper than 32"},
		{`question = "q"`, "question = \"q\"\na" + strings.Repeat(".a", 20000) + " = 1", "f.toml:2: nested deeper than 32"},
		{`question = "q"`, "question = \"" + strings.Repeat("q", MaxFile) + "\"", "longer than 1048576 bytes"},
		{`rate = 2`, "generator2 = 1", "unknown key"},
	} {
		_, err := Parse("f.toml", ".", strings.Replace(harmless, c.by, c.with, 1), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s: %v, want %s", c.with, err, c.want)
		}
	}
	for _, seeds := range []int{0, -1, maxSeeds + 1, 1 << 62} {
		if _, err := Parse("f.toml", ".", harmless, Options{Seeds: &seeds}); err == nil || !strings.Contains(err.Error(), "--seeds") {
			t.Errorf("--seeds %d: %v", seeds, err)
		}
	}
}

// TestLargeValuesRun: ten years of anything, and the slowest machine there may
// be, come to an end.
func TestLargeValuesRun(t *testing.T) {
	for _, change := range [][2]string{
		{`seeds = 1`, `timeout = "87600h"`},
		{`seeds = 1`, `slo = "1000000x"`},
		{`duration = "1m"`, "duration = \"1m\"\nsize = \"exponential\"\nmean_work = \"87600h\""},
		{`instance = "c7g.large"`, `instance = { cores = 1, speed = 1e-6 }`},
		{`[[workload]]`, "[telemetry]\nperiod = \"1s\"\ndelay = \"87600h\"\n[[workload]]"},
		{`scaler = "threshold"`, "scaler = \"threshold\"\n[policy.scaler_params]\nperiod = \"87600h\""},
	} {
		p, err := Parse("f.toml", ".", strings.Replace(harmless, change[0], change[1], 1), Options{})
		if err != nil {
			t.Errorf("%s: %v", change[1], err)
			continue
		}
		if _, err := p.Cells()[0].Run(testtime.Context(t), 1, results.NewRun(results.RunInfo{}), nil); err != nil {
			t.Errorf("%s: %v", change[1], err)
		}
	}
}
