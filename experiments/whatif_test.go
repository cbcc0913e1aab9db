package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/experiments/calibrate"
	"cnv/experiments/plan"
	"cnv/policy"
)

// hiddenWorlds is in how many worlds what-if is held against the truth.
var hiddenWorlds = flag.Int("whatif-worlds", 4, "worlds in which what-if is held against the truth")

// hidden is the experiment of a world that nobody is told: boots, speed, way, cold starts,
// load and policies are drawn.
func hidden(k int) string {
	r := policy.NewRand(uint64(k), "hidden", 0)
	between := func(low, high float64) float64 { return low * math.Pow(high/low, r.Float64()) }
	cores, speed := 1+r.IntN(2), between(0.6, 1.8)
	rate := between(2, 6) * float64(cores) * speed
	shape := []string{
		fmt.Sprintf("generator = \"poisson\"\nrate = %.3g", rate*1.5),
		fmt.Sprintf("generator = \"flash\"\nrate = %.3g\npeak = %.3g\nat = \"1m\"\nrise = \"10s\"\nhold = \"2m\"\nfall = \"10s\"", rate, 3*rate),
		fmt.Sprintf("generator = \"diurnal\"\nrate = %.3g\nratio = 4\nperiod = \"5m\"", rate*1.5),
	}[r.IntN(3)]
	return fmt.Sprintf(`question = "what is hidden?"
seeds = 1
worlds = 0
slo = "%.3gs"
timeout = "30s"
[cluster]
instance = { cores = %d, speed = %.3g, usd_per_hour = 0.04 }
discipline = %q
initial = 2
max = 12
boot = "%.3gs"
network = { dist = "exponential", mean = "%.2gms" }
[functions]
cold = "%.3gms"
floor = "%.2gms"
[telemetry]
period = "5s"
[[workload]]
name = "w"
%s
duration = "5m"
size = "lognormal"
mean_work = "200ms"
cv2 = 1
[[policy]]
name = "jsq-demand"
router = "jsq"
scaler = "demand"
scaler_params = { window = "20s", period = "5s", hold = "30s" }
[[policy]]
name = "rr-threshold"
router = "roundrobin"
scaler = "threshold"
scaler_params = { period = "10s" }
[[policy]]
name = "jsq-fixed"
router = "jsq"
[[policy]]
name = "p2c-busy"
router = "p2c"
scaler = "demand"
scaler_params = { window = "20s", period = "5s", hold = "30s" }
spill = "busy"
`, between(0.5, 3), cores, speed, []string{"ps", "fcfs"}[r.IntN(2)], between(5, 60), between(0.3, 20), between(50, 800), between(0.5, 20), shape)
}

// suppose says what a journal predicts of a policy: the difference that each metric has to
// the journal's own policy, and whether the placebo holds.
func suppose(t *testing.T, journal, name string) (differences []calibrate.Prediction, holds bool) {
	t.Helper()
	cmd := whatifCmd{Source: journal, Policy: []string{name}}
	file := filepath.Join(t.TempDir(), "world.toml")
	w, tried, err := cmd.fit(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Parse(file, filepath.Dir(file), w.text, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSupposition(p, w, tried)
	if err != nil {
		t.Fatal(err)
	}
	row, err := s.measured()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.run(context.Background(), 20, 1); err != nil {
		t.Fatal(err)
	}
	holds = s.tellPlacebo(&console{out: &bytes.Buffer{}}, row)
	for i := range calibrate.Metrics {
		differences = append(differences, calibrate.Predict(s.differences(1, &calibrate.Metrics[i])))
	}
	return differences, holds
}

// measuredIn is what a journal has measured.
func measuredIn(t *testing.T, path string) calibrate.Run {
	t.Helper()
	file := filepath.Join(t.TempDir(), "world.toml")
	w, err := calibrated(path, file, nil)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Parse(file, filepath.Dir(file), w.text, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := newSupposition(p, w, nil)
	if err != nil {
		t.Fatal(err)
	}
	row, err := s.measured()
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// TestWhatIfFindsTheTruth: of worlds that are hidden from it, what-if knows a journal of
// one policy. What another policy has done there, with the same seed, lies within what it
// says in most of them, and the placebo holds. 95 of 100 are promised.
func TestWhatIfFindsTheTruth(t *testing.T) {
	names := []string{"jsq-demand", "rr-threshold", "jsq-fixed", "p2c-busy"}
	in, placebos, signs, separated := 0, 0, 0, 0
	worlds := *hiddenWorlds
	if testing.Short() { // the goroutines that meet are the same
		worlds = 1
	}
	told, off := 0, 0.0 // of intervals that have a width: how many, and the squared distance of the truth in half widths
	for k := range worlds {
		dir := t.TempDir()
		file := filepath.Join(dir, "hidden.toml")
		if err := os.WriteFile(file, []byte(hidden(k)), 0o644); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := run([]string{"compare", file, "--journal", "--no-figures", "--out", dir}, &out, &out); code != exitDone {
			t.Fatalf("world %d: %s", k, out.String())
		}
		a := names[k%4]
		b := names[(k+1+k/4%3)%4]
		of := func(name string) string { return filepath.Join(dir, "hidden", "journals", "w", name, "seed-1") }
		said, holds := suppose(t, of(a), b)
		if holds {
			placebos++
		}
		was, is := measuredIn(t, of(a)), measuredIn(t, of(b))
		for i := range calibrate.Metrics {
			m := &calibrate.Metrics[i]
			truth := m.Of(&is) - m.Of(&was)
			p := said[i]
			if math.IsInf(p.Mean, 0) || math.IsNaN(p.Mean) || math.IsInf(truth, 0) || math.IsNaN(truth) {
				continue
			}
			half := (p.High - p.Low) / 2
			slack := 0.001*math.Abs(m.Of(&is)) + 0.001*math.Abs(m.Of(&was)) + 1e-9 // of histograms
			if half < 1e-9 {                                                       // it is sure
				if math.Abs(truth-p.Mean) > slack {
					t.Errorf("world %d, %s to %s: %s: %.4g, said exactly %.4g", k, a, b, m.Name, truth, p.Mean)
				}
				continue
			}
			told++
			off += (truth - p.Mean) / half * (truth - p.Mean) / half
			if math.Abs(truth-p.Mean) <= half {
				in++
			} else {
				t.Logf("world %d, %s to %s: %s: %.4g, said %.4g (%.4g to %.4g)", k, a, b, m.Name, truth, p.Mean, p.Low, p.High)
			}
			if p.Low > slack || p.High < -slack {
				separated++
				if p.Mean*truth > 0 {
					signs++
				}
			}
		}
	}
	apart := math.Sqrt(off / float64(told))
	t.Logf("%d worlds: %d of %d truths within 95 %% intervals, %.3f half widths from the middle (root of the mean square), %d of %d signs right, placebo holds in %d", worlds, in, told, apart, signs, separated, placebos)
	if float64(in) < 0.85*float64(told) || placebos < worlds-max(1, worlds/20) || float64(signs) < 0.95*float64(separated) {
		t.Errorf("%d of %d truths within their intervals, want 85 of 100 at least; placebo holds in %d of %d worlds; %d of %d signs are right", in, told, placebos, worlds, signs, separated)
	}
	// Of normal values 95 of 100 lie within where they are 0.478 half widths (Student's t of 19) from the middle.
	if worlds >= 40 && (float64(in) < 0.93*float64(told) || float64(in) > 0.98*float64(told) || apart < 0.4 || apart > 0.56) {
		t.Errorf("%d of %d truths are within, %.3f half widths from the middle: want 93 to 98 of 100, and 0.40 to 0.56", in, told, apart)
	}
}

// TestWhatIfSaysSo: the command says what the placebo does, and what the other policy would.
func TestWhatIfSaysSo(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "hidden.toml")
	if err := os.WriteFile(file, []byte(hidden(1)), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if code := run([]string{"compare", file, "--journal", "--no-figures", "--out", dir}, &out, &out); code != exitDone {
		t.Fatal(out.String())
	}
	out.Reset()
	journal := filepath.Join(dir, "hidden", "journals", "w", "jsq-fixed", "seed-1")
	if code := run([]string{"whatif", journal, "--policy", "p2c-busy", "--policy", "wrr"}, &out, &out); code != exitDone {
		t.Fatal(out.String())
	}
	for _, want := range []string{"gives again what was measured", "What if: p2c-busy instead of jsq-fixed.", "What if: wrr instead of jsq-fixed.", "misses, %"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	out.Reset()
	if code := run([]string{"whatif", journal, "--policy", "p2c-bsy"}, &out, &out); code != exitInput || !strings.Contains(out.String(), `nearest valid name "p2c-busy"`) {
		t.Errorf("exit code %d: %s", code, out.String())
	}
	if kept, _ := filepath.Glob(filepath.Join(dir, "world*")); len(kept) > 0 {
		t.Errorf("left %v behind", kept)
	}
}
