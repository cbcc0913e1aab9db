package workloads_test

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"strconv"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/workloads/features"
	"cnv/workloads/trace"
)

// A sample is a recorded request: what could be known of it before it ran, what
// the meter counted, and what it took.
type sample struct {
	class        policy.ClassID
	key          string
	features     features.Vector
	instructions float64 // millions
	work         float64 // seconds
}

func recordedSamples(t *testing.T) []sample {
	t.Helper()
	f, err := os.Open("recorded/events.csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	number := func(text string) float64 {
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	var out []sample
	for _, l := range lines[1:] {
		s := sample{
			class: policy.ClassID(number(l[1])), key: trace.Attribute(l[8], "key"), work: number(l[2]) / 1e6,
			instructions: number(trace.Attribute(l[8], "instructions")) / 1e6,
		}
		if err := features.Parse(features.Kernels[s.class].Features, l[8], &s.features); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

// A known is what an estimator is told of a request.
type known struct {
	names []string
	of    func(sample) features.Vector
}

// predict learns least squares from some and predicts others.
func (k known) predict(t *testing.T, learn, others []sample) (predicted, actual []float64) {
	t.Helper()
	e := estimate.NewRLS()
	e.Forget = 1
	if err := e.Start(policy.Env{Classes: []policy.Class{{Name: "one", Features: k.names}}}); err != nil {
		t.Fatal(err)
	}
	for i, s := range learn {
		e.Learn(time.Duration(i), &policy.Request{Features: k.of(s)}, s.work)
	}
	for _, s := range others {
		v, ok := e.Estimate(time.Hour, &policy.Request{Features: k.of(s)})
		if !ok {
			t.Fatalf("class %d: %d requests are too few to learn from", s.class, len(learn))
		}
		predicted, actual = append(predicted, v), append(actual, s.work)
	}
	return predicted, actual
}

// halves learns from every other request and predicts the rest: the inputs
// are the same.
func (k known) halves(t *testing.T, all []sample) score {
	var half [2][]sample
	for i, s := range all {
		half[i%2] = append(half[i%2], s)
	}
	return judge(k.predict(t, half[0], half[1]))
}

// newcomers predicts the requests of each input from those of all others.
func (k known) newcomers(t *testing.T, all []sample) score {
	var predicted, actual []float64
	done := map[string]bool{}
	for _, s := range all {
		if done[s.key] {
			continue
		}
		done[s.key] = true
		var learn, others []sample
		for _, o := range all {
			if o.key == s.key {
				others = append(others, o)
			} else {
				learn = append(learn, o)
			}
		}
		p, a := k.predict(t, learn, others)
		predicted, actual = append(predicted, p...), append(actual, a...)
	}
	return judge(predicted, actual)
}

// TestInstructionsAgainstFeatures: how well work is predicted by what a request
// says of itself, and by what the meter counts, for inputs already seen and for
// an input left out. The count of an input is known when it comes again; nobody
// knows that of a new one, so its row says how much better one would do who did.
// The log has the figures.
func TestInstructionsAgainstFeatures(t *testing.T) {
	samples := recordedSamples(t)
	for id, kernel := range features.Kernels {
		var all []sample
		for _, s := range samples {
			if int(s.class) == id {
				all = append(all, s)
			}
		}
		said := known{kernel.Features, func(s sample) features.Vector { return s.features }}
		counted := known{[]string{"instructions"}, func(s sample) features.Vector { return features.Vector{s.instructions} }}
		var unseen [2]score
		for i, k := range []known{said, counted} {
			what := [2]string{"features", "instructions"}[i]
			seen := k.halves(t, all)
			unseen[i] = k.newcomers(t, all)
			t.Logf("%-13s %-13s inputs seen: MAPE %5.1f %%  τ %5.2f  σ %.3f   an input left out: MAPE %5.1f %%  τ %5.2f  σ %.3f", kernel.Name, what,
				100*seen.mape, seen.tau, seen.sigma, 100*unseen[i].mape, unseen[i].tau, unseen[i].sigma)
			if seen.tau < 0.3 {
				t.Errorf("%s by %s: τ %.2f of inputs already seen", kernel.Name, what, seen.tau)
			}
		}
		if unseen[1].sigma >= unseen[0].sigma {
			t.Errorf("%s: counts say no more of an unknown input (σ %.3f) than its features (σ %.3f)", kernel.Name, unseen[1].sigma, unseen[0].sigma)
		}
	}
}
