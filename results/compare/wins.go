package compare

import (
	"math"
	"path/filepath"
	"strconv"

	"cnv/results"
	"cnv/results/csvfile"
	"cnv/results/words"
)

// A Win is how often one policy was better than another in one metric, pair by pair of runs
// that met the same arrivals, and by how much. Difference and Alone are Policy less
// Against, in the metric's unit.
//
// Invariant: Wins + Ties + Losses = N. The counts say how often; whether it is chance says
// Verdict.
type Win struct {
	Workload, Metric, Policy, Against string
	N                                 int            // pairs that can be compared
	Over                              string         // what they differ in
	Wins, Ties, Losses                int            // of Policy
	Difference                        words.Estimate // its interval holds together with all others
	Alone                             words.Estimate // with the interval of this pair alone; none of those that were read
	Delta                             float64        // as in Compared
	Verdict                           string
}

// Wins counts for every primary metric and pair of policies: the later one of the file
// against the earlier. Workload by workload, then metric, then pair. Metrics of which
// neither end is better have no winner.
func (s *Set) Wins() []Win {
	var out []Win
	all := s.compared()
	for w, name := range s.plan.Workloads {
		for _, metric := range s.plan.primary() {
			c := results.ColumnOf(metric)
			if c < 0 || results.Columns[c].Better == results.NeitherIsBetter {
				continue
			}
			for a := range all.cells[w] {
				for b := range a {
					win := Win{Workload: name, Metric: metric, Policy: s.plan.Policies[a], Against: s.plan.Policies[b]}
					x, y := pairs(&all.cells[w][a], &all.cells[w][b], c)
					d := all.difference(w, a, b, c)
					win.count(x[:min(len(x), d.n)], y[:min(len(y), d.n)], results.Columns[c].Better) // once, where all runs agree
					win.Over, win.Delta, win.Verdict = d.Over, d.delta, d.verdict
					win.Difference = words.Estimate{Mean: d.value, Low: d.jointLow, High: d.jointHigh}
					win.Alone = words.Estimate{Mean: d.value, Low: d.low, High: d.high}
					out = append(out, win)
				}
			}
		}
	}
	return out
}

// count compares values, x of Policy and y of Against. One that is missing cannot be
// compared; two that are infinite are equal.
func (w *Win) count(x, y []float64, better results.Direction) {
	for i := range x {
		a, b := x[i], y[i]
		switch {
		case math.IsNaN(a) || math.IsNaN(b):
			continue
		case a == b:
			w.Ties++
		case (a > b) == (better == results.HigherIsBetter):
			w.Wins++
		default:
			w.Losses++
		}
		w.N++
	}
}

// winsHeader is the columns of wins.csv.
var winsHeader = []string{"workload", "metric", "policy", "against", "n", "over", "wins", "ties", "losses", "difference", "joint_low", "joint_high", "delta", "verdict"}

// writeWins writes wins.csv.
func (s *Set) writeWins(dir string) error {
	return csvfile.Write(filepath.Join(dir, "wins.csv"), winsHeader, func(write func(...string) error) error {
		for _, w := range s.Wins() {
			err := write(w.Workload, w.Metric, w.Policy, w.Against, strconv.Itoa(w.N), w.Over, strconv.Itoa(w.Wins), strconv.Itoa(w.Ties), strconv.Itoa(w.Losses),
				csvfile.Number(w.Difference.Mean), csvfile.Number(w.Difference.Low), csvfile.Number(w.Difference.High), csvfile.Number(w.Delta), w.Verdict)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadWins reads wins.csv of a folder of results, in the order of the file.
func ReadWins(dir string) ([]Win, error) {
	var out []Win
	err := csvfile.Read(filepath.Join(dir, "wins.csv"), winsHeader, func(f []string) error {
		w := Win{Workload: f[0], Metric: f[1], Policy: f[2], Against: f[3], Over: f[5], Verdict: f[13], Alone: words.NoEstimate()}
		for i, to := range map[int]*int{4: &w.N, 6: &w.Wins, 7: &w.Ties, 8: &w.Losses} {
			n, err := strconv.Atoi(f[i])
			if err != nil {
				return err
			}
			*to = n
		}
		v, err := csvfile.Floats(f[9:13]...)
		if err != nil {
			return err
		}
		w.Difference, w.Delta = words.Estimate{Mean: v[0], Low: v[1], High: v[2]}, v[3]
		out = append(out, w)
		return nil
	})
	return out, err
}

var winsDoc = results.FileDoc{Name: "wins.csv", Text: "pairwise wins: one row per workload, primary metric and pair of policies", Columns: [][2]string{
	{"workload, metric, policy, against", "which comparison; the policy is the later one of the file"},
	{"n, over", "replications (the same draws of load, sizes and boots) in which both have a value, and what they differ in, as in comparison.csv"},
	{"wins, ties, losses", "replications in which the policy was better, equal, worse; where nothing differs, wins and losses are a coin's"},
	{"difference, joint_low, joint_high, delta, verdict", "as in comparison.csv, for every pair"},
}}
