package compare

import (
	"cnv/results"
	"cnv/results/csvfile"
	"os"
	"path/filepath"
	"strconv"
)

// A Trial is one choice of parameters of a policy and what it came to on the training runs.
type Trial struct {
	Policy     string
	N          int    // 0: as the file has it
	Parameters string // "scaler.high = 0.7, ..."
	Runs       int    // on each workload; fewer than others': it left the race
	Bounds     Kept
	// By Tuning.Metrics: means over all workloads.
	Scores []float64
	Chosen bool
}

// A Tuning is the search that came before a comparison, on training runs: of other seeds
// and, of recordings, another part than those of the comparison, so that what was chosen by
// luck does not look good there.
type Tuning struct {
	Metrics []string // of the scores
	Trials  []Trial
	TOML    string // the tuned policies, to be pasted into an experiment file
}

// A Kept says whether a trial keeps the bounds that it had to, by its interval: by the
// worst of them over all workloads.
type Kept uint8

const (
	KeptSurely Kept = iota
	KeptUnsurely
	BrokenSurely
)

// String is as tuning.csv has it.
func (k Kept) String() string { return [...]string{"kept", NotKnown, "not kept"}[k] }

// Unsure says which policies have no choice of parameters that surely keeps its bounds, as
// warnings.
func (t *Tuning) Unsure() []string {
	var out []string
	for i := range t.Trials {
		if x := &t.Trials[i]; x.Chosen && x.Bounds != KeptSurely {
			out = append(out, "tuned: no choice of parameters of "+x.Policy+" surely keeps its bounds in training: the one that is least beyond them was taken")
		}
	}
	return out
}

// Tune keeps what tuning has tried, to be written with the rest; nil: nothing was tuned.
func (s *Set) Tune(t *Tuning) { s.tuning = t }

// writeTuning writes tuning.csv and tuned.toml, if there was any.
func (s *Set) writeTuning(dir string) error {
	t := s.tuning
	if t == nil {
		return nil
	}
	header := append([]string{"policy", "trial", "chosen", "runs", "bounds"}, t.Metrics...)
	err := csvfile.Write(filepath.Join(dir, "tuning.csv"), append(header, "parameters"), func(write func(...string) error) error {
		for _, x := range t.Trials {
			row := []string{x.Policy, strconv.Itoa(x.N), strconv.FormatBool(x.Chosen), strconv.Itoa(x.Runs), x.Bounds.String()}
			for _, v := range x.Scores {
				row = append(row, csvfile.Number(v))
			}
			if err := write(append(row, x.Parameters)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "tuned.toml"), []byte(t.TOML), 0o644)
}

// tuningDoc explains tuning.csv, which has a column for each metric of the tuning.
var tuningDoc = results.FileDoc{Name: "tuning.csv", Text: "what --tune has tried: one row per policy and trial; tuned.toml has the policies that came of it", Columns: [][2]string{
	{"trial, chosen", "0 is the policy as the file has it; chosen is the cheapest (the least of the first primary metric that is no share of misses) that surely keeps all bounds, or the one that is least beyond them if none does"},
	{"runs", "training runs on each workload: fewer than others have who left the race, surely beyond a bound or surely dearer than one that keeps all"},
	{"bounds", "whether every workload keeps what [[require]] bounds (of misses 1 % where it bounds none; usd_per_miss has no bound), by 95 % intervals over the runs: kept, not known or not kept"},
	{"a primary metric each", "mean over all workloads, each of all its training runs"},
	{"parameters", "of the trial"},
}}
