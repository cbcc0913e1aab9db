package results

import (
	"fmt"
	"math"
	"path/filepath"

	"cnv/results/csvfile"
)

// gridPerDecade is how many quantiles distributions.csv has per factor of ten
// of the tail, and gridDecades down to which tail.
const (
	gridPerDecade = 40
	gridDecades   = 5
)

// Quantiles is how many quantiles distributions.csv has of a cell.
const Quantiles = gridPerDecade * gridDecades

// quantileGrid is the shares p of distributions.csv: 1 - 10^(-k/40), to eight
// decimals so that the file holds the very p that was asked for.
// Evenly spaced on the logarithm of the tail: a figure with that axis has points everywhere.
func quantileGrid() []float64 {
	var ps []float64
	for k := 1; k <= Quantiles; k++ {
		p := 1 - math.Pow(10, -float64(k)/gridPerDecade)
		ps = append(ps, math.Round(p*1e8)/1e8)
	}
	return ps
}

var distributionHeader = []string{"workload", "policy", "p", "response_s", "answered_response_s"}

// writeDistributions writes distributions.csv.
func (s *Runs) writeDistributions(dir string) error {
	grid := quantileGrid()
	return csvfile.Write(filepath.Join(dir, "distributions.csv"), distributionHeader, func(write func(...string) error) error {
		for i := range s.cells {
			c := &s.cells[i]
			// Void, or without a run.
			if c.response == nil {
				continue
			}
			for _, p := range grid {
				all := quantileOf(c.response, p, c.requests) / 1e6
				some := quantileOf(c.response, p, float64(c.response.TotalCount())) / 1e6
				if err := write(s.workloadOf(i), s.policyOf(i), csvfile.Number(p), csvfile.Number(all), csvfile.Number(some)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// workloadOf is the workload of a cell, by the place of the cell.
func (s *Runs) workloadOf(cell int) string { return s.design.Workloads[cell/len(s.design.Policies)] }
func (s *Runs) policyOf(cell int) string   { return s.design.Policies[cell%len(s.design.Policies)] }

// A Distribution is the quantiles of one cell, over all its replications, in seconds. P is
// the same in all cells, see quantileGrid.
//
// Invariant: P ascends; the three have the same length.
type Distribution struct {
	Workload, Policy string
	P                []float64
	Response         []float64 // over all arrivals; +Inf where fewer were answered
	Answered         []float64
}

// ReadDistributions reads distributions.csv of a folder of results, in the order of the
// file. An error names the line; a share that does not ascend is one, as half a file would
// make a figure that looks whole.
func ReadDistributions(dir string) ([]Distribution, error) {
	var out []Distribution
	err := csvfile.Read(filepath.Join(dir, "distributions.csv"), distributionHeader, func(f []string) error {
		if n := len(out); n == 0 || out[n-1].Workload != f[0] || out[n-1].Policy != f[1] {
			out = append(out, Distribution{Workload: f[0], Policy: f[1]})
		}
		d := &out[len(out)-1]
		for i, to := range []*[]float64{&d.P, &d.Response, &d.Answered} {
			v, err := csvfile.Float(f[2+i])
			if err != nil {
				return fmt.Errorf("%s: %w", distributionHeader[2+i], err)
			}
			*to = append(*to, v)
		}
		if n := len(d.P); !(d.P[n-1] > 0 && d.P[n-1] < 1) || n > 1 && d.P[n-1] <= d.P[n-2] {
			return fmt.Errorf("p: %q, must be between 0 and 1 and ascend: the file is damaged", f[2])
		}
		return nil
	})
	return out, err
}
