package results

import (
	"math"
	"path/filepath"
	"strconv"
)

// A Win is how often one policy was better than another in one metric, pair by
// pair of runs that met the same arrivals, and by how much.
type Win struct {
	Workload, Metric, Policy, Against string
	N                                 int    // pairs that can be compared
	Over                              string // what they differ in
	Wins, Ties, Losses                int    // of Policy
	Difference                        estimate
}

// Wins counts for every primary metric and pair of policies: the later one of
// the file against the earlier.
func (s *Set) Wins() []Win {
	var out []Win
	for w, name := range s.plan.Workloads {
		cells := s.cellsOf(w)
		for _, metric := range s.plan.primary() {
			c := columnOf(metric)
			if c < 0 || columns[c].better == neither {
				continue
			}
			for a := range cells {
				for b := range cells[:a] {
					win := Win{Workload: name, Metric: metric, Policy: s.plan.Policies[a], Against: s.plan.Policies[b]}
					win.compare(&cells[a], &cells[b], c)
					out = append(out, win)
				}
			}
		}
	}
	return out
}

// compare compares pair by pair; once, where all runs agree in every number.
func (w *Win) compare(a, b *cell, column int) {
	var about scope
	about.of(a, b, column)
	x, y := pairs(a, b, column)
	x, y = x[:min(len(x), about.n)], y[:min(len(y), about.n)]
	w.Over = about.over
	w.count(x, y, columns[column].better)
	w.Difference.mean, w.Difference.low, w.Difference.high = about.interval(differences(x, y), len(a.primary))
}

// count compares values. One that is missing cannot be compared; two
// that are infinite are equal.
func (w *Win) count(x, y []float64, better direction) {
	for i := range x {
		a, b := x[i], y[i]
		switch {
		case math.IsNaN(a) || math.IsNaN(b):
			continue
		case a == b:
			w.Ties++
		case (a > b) == (better == moreIsBetter):
			w.Wins++
		default:
			w.Losses++
		}
		w.N++
	}
}

var winsHeader = []string{"workload", "metric", "policy", "against", "n", "over", "wins", "ties", "losses", "difference", "difference_low", "difference_high"}

// writeWins writes wins.csv.
func (s *Set) writeWins(dir string) error {
	return writeCSV(filepath.Join(dir, "wins.csv"), winsHeader, func(write func(...string) error) error {
		for _, w := range s.Wins() {
			err := write(w.Workload, w.Metric, w.Policy, w.Against, strconv.Itoa(w.N), w.Over, strconv.Itoa(w.Wins), strconv.Itoa(w.Ties), strconv.Itoa(w.Losses),
				number(w.Difference.mean), number(w.Difference.low), number(w.Difference.high))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadWins reads wins.csv of a folder of results.
func ReadWins(dir string) ([]Win, error) {
	var out []Win
	err := readCSV(filepath.Join(dir, "wins.csv"), winsHeader, func(f []string) error {
		w := Win{Workload: f[0], Metric: f[1], Policy: f[2], Against: f[3], Over: f[5]}
		for i, to := range map[int]*int{4: &w.N, 6: &w.Wins, 7: &w.Ties, 8: &w.Losses} {
			n, err := strconv.Atoi(f[i])
			if err != nil {
				return err
			}
			*to = n
		}
		v, err := parseNumbers(f[9:]...)
		if err != nil {
			return err
		}
		w.Difference = estimate{v[0], v[1], v[2]}
		out = append(out, w)
		return nil
	})
	return out, err
}

var winsDoc = fileDoc{"wins.csv", "pairwise wins: one row per workload, primary metric and pair of policies", [][2]string{
	{"workload, metric, policy, against", "which comparison; the policy is the later one of the file"},
	{"n, over", "replications (same arrivals, sizes and boots) in which both have a value, and what they differ in, as in comparison.csv"},
	{"wins, ties, losses", "replications in which the policy was better, equal, worse; where nothing differs, wins and losses are a coin's"},
	{"difference, difference_low, difference_high", "mean of the paired differences and its interval, as in comparison.csv"},
}}
