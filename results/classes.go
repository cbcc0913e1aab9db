package results

import (
	"math"
	"path/filepath"

	"cnv/results/csvfile"
)

// A predictedClass is the predictions of the requests of a class. Both sums are
// integers, so that they do not depend on the order in which runs are added.
//
// Invariant: Off <= N * mostOff.
type predictedClass struct {
	N   uint64 // answered requests whose work was predicted and measured
	Off uint64 // their relative errors, each in millionths and at most mostOff
}

// mostOff is a relative error of a million: 2^64 millionths are more than 18 million such.
// It keeps one absurd prediction from overflowing the sum.
const mostOff = 1e12

// add takes a relative error, at least 0: 0.1 is 10 %.
func (p *predictedClass) add(off float64) {
	p.N++
	p.Off += uint64(math.Round(min(off*1e6, mostOff)))
}

func (p *predictedClass) merge(o predictedClass) { p.N, p.Off = p.N+o.N, p.Off+o.Off }

// mape is the mean of the relative errors; NaN without a prediction.
func (p *predictedClass) mape() float64 {
	if p.N == 0 {
		return math.NaN()
	}
	return float64(p.Off) / 1e6 / float64(p.N)
}

// classesHeader is the columns of classes.csv.
var classesHeader = []string{"workload", "policy", "class", "requests", "slo_attainment", "answered_response_p50_s", "answered_response_p99_s", "predictions", "prediction_mape"}

// writeClasses writes classes.csv.
func (s *Runs) writeClasses(dir string) error {
	return csvfile.Write(filepath.Join(dir, "classes.csv"), classesHeader, func(write func(...string) error) error {
		for i := range s.cells {
			for _, t := range s.cells[i].classes {
				p50, p99 := math.NaN(), math.NaN()
				// All that the histogram has: quantiles are of answered requests alone.
				if t.response != nil {
					n := float64(t.response.TotalCount())
					p50, p99 = quantileOf(t.response, 0.5, n)/1e6, quantileOf(t.response, 0.99, n)/1e6
				}
				err := write(s.workloadOf(i), s.policyOf(i), t.name, csvfile.Number(t.requests), csvfile.Number(t.inSLO/t.requests), csvfile.Number(p50), csvfile.Number(p99),
					csvfile.Number(float64(t.predicted.N)), csvfile.Number(t.predicted.mape()))
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// A ClassRow is what is read of a row of classes.csv: how well the work of a class of
// requests was predicted.
type ClassRow struct {
	Workload, Policy, Class string
	Predictions             float64 // answered requests whose work was predicted and measured
	MAPE                    float64 // mean absolute error, relative to what was measured; NaN without a prediction
}

// ReadClasses reads classes.csv.
func ReadClasses(dir string) (out []ClassRow, err error) {
	err = csvfile.Read(filepath.Join(dir, "classes.csv"), classesHeader, func(f []string) error {
		v, err := csvfile.Floats(f[7:]...)
		if err != nil {
			return err
		}
		out = append(out, ClassRow{f[0], f[1], f[2], v[0], v[1]})
		return nil
	})
	return out, err
}

// Classes is what ReadClasses would read of these runs: cell by cell, of each its classes
// in the order of the workload.
func (s *Runs) Classes() (out []ClassRow) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.cells {
		for _, t := range s.cells[i].classes {
			out = append(out, ClassRow{s.workloadOf(i), s.policyOf(i), t.name, float64(t.predicted.N), t.predicted.mape()})
		}
	}
	return out
}
