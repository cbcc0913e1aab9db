package workloads_test

import (
	"math"
	"sort"
	"testing"
	"time"

	"cnv/policy"
	"cnv/policy/estimate"
	"cnv/workloads"
)

// score is how well predictions do: mean absolute percentage error, Kendall's
// rank correlation τ, and the standard deviation of the log error.
type score struct{ mape, tau, sigma float64 }

func judge(predicted, actual []float64) score {
	n := float64(len(actual))
	var s score
	var logs, squares float64
	concordant, pairs := 0.0, 0.0
	for i := range actual {
		s.mape += math.Abs(predicted[i]-actual[i]) / actual[i] / n
		e := math.Log(predicted[i] / actual[i])
		logs, squares = logs+e, squares+e*e
		for j := range i {
			a, p := actual[i]-actual[j], predicted[i]-predicted[j]
			switch {
			case a*p > 0:
				concordant++
			case a*p < 0:
				concordant--
			}
			pairs++
		}
	}
	s.tau = concordant / pairs
	s.sigma = math.Sqrt(squares/n - logs*logs/n/n)
	return s
}

// requests are the recorded requests of each class, every other one first: the
// first half is learnt from, the other predicted.
func requests(t *testing.T) (map[policy.ClassID][]workloads.Arrival, []workloads.Class) {
	t.Helper()
	m, err := workloads.RecordedMix()
	if err != nil {
		t.Fatal(err)
	}
	out := map[policy.ClassID][]workloads.Arrival{}
	all := m.Requests()
	for from := range 2 {
		for i := from; i < len(all); i += 2 {
			out[all[i].Class] = append(out[all[i].Class], all[i])
		}
	}
	return out, m.Classes()
}

// TestEstimatorsOnRecordedRequests: trained on one half of what was recorded,
// the estimators predict the other half better than the class mean does. The
// log has the figures.
func TestEstimatorsOnRecordedRequests(t *testing.T) {
	byClass, classes := requests(t)
	var env policy.Env
	for _, c := range classes {
		env.Classes = append(env.Classes, policy.Class{Name: c.Name, Features: c.Features})
	}
	for id := range policy.ClassID(len(classes)) {
		all := byClass[id]
		half := len(all) / 2
		mean := 0.0
		for _, a := range all[:half] {
			mean += a.Work.Seconds() / float64(half)
		}
		var actual, flat []float64
		for _, a := range all[half:] {
			actual, flat = append(actual, a.Work.Seconds()), append(flat, mean)
		}
		base := judge(flat, actual)
		t.Logf("%-13s n=%3d  class mean: MAPE %5.1f %%  τ  –    σ %.3f", classes[id].Name, len(actual), 100*base.mape, base.sigma)
		for _, spec := range estimate.Specs {
			e, ok := spec.New().(policy.Estimator)
			if _, exact := e.(policy.Exact); !ok || exact || spec.Name == "mean" {
				continue
			}
			if s, ok := e.(policy.Starter); ok {
				if err := s.Start(env); err != nil {
					t.Fatal(err)
				}
			}
			for i, a := range all[:half] {
				e.Learn(time.Duration(i)*time.Second, &policy.Request{Class: id, Key: a.Key, Features: a.Features}, a.Work.Seconds())
			}
			var predicted []float64
			for i, a := range all[half:] {
				p, ok := e.Estimate(time.Duration(half+i)*time.Second, &policy.Request{Class: id, Key: a.Key, Features: a.Features})
				if !ok {
					p = mean
				}
				predicted = append(predicted, p)
			}
			s := judge(predicted, actual)
			t.Logf("%-13s        %-11s MAPE %5.1f %%  τ %5.2f  σ %.3f", classes[id].Name, spec.Name+":", 100*s.mape, s.tau, s.sigma)
			if s.sigma > base.sigma || s.tau < 0.3 {
				t.Errorf("%s on %s: σ %.3f, τ %.2f: no better than the class mean (σ %.3f)", spec.Name, classes[id].Name, s.sigma, s.tau, base.sigma)
			}
		}
	}
}

// TestRecordedMixDrawsWhatWasRecorded: means agree with the recording, and a
// request is one that was recorded, whole.
func TestRecordedMixDrawsWhatWasRecorded(t *testing.T) {
	m, err := workloads.RecordedMix()
	if err != nil {
		t.Fatal(err)
	}
	type whole struct {
		key  policy.Key
		work time.Duration
	}
	there := map[whole]bool{}
	for _, a := range m.Requests() {
		there[whole{a.Key, a.Work}] = true
	}
	f := m.Open(7)
	const n = 50_000
	var works []float64
	for i := range policy.RequestID(n) {
		a := workloads.Arrival{At: time.Duration(i)}
		f.Fill(i, &a)
		if !there[whole{a.Key, a.Work}] || a.At != time.Duration(i) {
			t.Fatalf("request %d was never recorded: %+v", i, a)
		}
		works = append(works, a.Work.Seconds())
	}
	sort.Float64s(works)
	sum := 0.0
	for _, w := range works {
		sum += w
	}
	if mean := sum / n; math.Abs(mean/m.MeanWork()-1) > 0.02 {
		t.Errorf("mean work %.4f s, want %.4f s", mean, m.MeanWork())
	}
}
