package results

import (
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"strings"
)

// A Sensitivity is how a difference between two policies moves when one key of
// the experiment has another value.
type Sensitivity struct {
	Change                            string // "cluster.boot=10s"
	Workload, Policy, Against, Metric string
	Base                              float64 // the difference as the file has it
	BaseVerdict                       string
	Diff, Low, High                   float64 // the difference with the change
	Verdict                           string
}

// By is how far the difference moves.
func (s *Sensitivity) By() float64 {
	if d := math.Abs(s.Diff - s.Base); !math.IsNaN(d) {
		return d
	}
	return 0
}

// Vary keeps how the answer moves, the furthest first, to be written with the
// rest.
func (s *Set) Vary(all []Sensitivity) { s.sensitivity = all }

var sensitivityHeader = []string{
	"change", "workload", "policy", "against", "metric", "base", "base_verdict", "difference", "difference_low", "difference_high", "verdict", "moves_by",
}

// readSensitivity reads it; nothing if there is none.
func readSensitivity(dir string) (out []Sensitivity, err error) {
	err = readCSV(filepath.Join(dir, "sensitivity.csv"), sensitivityHeader, func(f []string) error {
		v, err := parseNumbers(f[5], f[7], f[8], f[9])
		if err != nil {
			return err
		}
		out = append(out, Sensitivity{Change: f[0], Workload: f[1], Policy: f[2], Against: f[3], Metric: f[4], Base: v[0], BaseVerdict: f[6], Diff: v[1], Low: v[2], High: v[3], Verdict: f[10]})
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return out, err
}

// writeSensitivity writes sensitivity.csv, if anything was varied.
func (s *Set) writeSensitivity(dir string) error {
	if s.sensitivity == nil {
		return nil
	}
	return writeCSV(filepath.Join(dir, "sensitivity.csv"), sensitivityHeader, func(write func(...string) error) error {
		for i := range s.sensitivity {
			x := &s.sensitivity[i]
			err := write(x.Change, x.Workload, x.Policy, x.Against, x.Metric, number(x.Base), x.BaseVerdict,
				number(x.Diff), number(x.Low), number(x.High), x.Verdict, number(x.By()))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

var sensitivityDoc = fileDoc{"sensitivity.csv", "how differences move when a key has another value, after --vary: one row per change, workload and policy, the furthest first", [][2]string{
	{"change", "the key and its other value"},
	{"metric", "the first primary metric of the experiment"},
	{"base, base_verdict", "the difference to the first policy as the file has it, and what it says"},
	{"difference, difference_low, difference_high, verdict", "the same with the change, and its 95 % interval"},
	{"moves_by", "how far apart the two are"},
}}

// sensitivityAnswer tells, for each change, what it moves furthest, the change that
// moves most first, and which verdicts it changes.
func sensitivityAnswer(all []Sensitivity) []string {
	var out []string
	told := map[string]bool{}
	for i := range all {
		x := &all[i]
		if told[x.Change] {
			continue
		}
		told[x.Change] = true
		q := quantityOf(x.Metric)
		text := x.Change + " moves the answer " + ifElse(len(out) == 0, "most: on ", "furthest on ") + x.Workload + ", " + x.Policy + " against " + x.Against + ", " + q.name + " from " +
			q.signed(estimate{x.Base, math.NaN(), math.NaN()}) + " to " + q.signed(estimate{x.Diff, x.Low, x.High})
		if x.By() == 0 {
			text = x.Change + " moves the answer not at all"
		}
		out = append(out, text+"; "+turned(all, x.Change)+".")
	}
	return out
}

// mostTurned are told one by one.
const mostTurned = 3

// turned says which verdicts a change turns.
func turned(all []Sensitivity, change string) string {
	var out []string
	for i := range all {
		if x := &all[i]; x.Change == change && x.Verdict != x.BaseVerdict {
			out = append(out, x.Policy+" on "+x.Workload+", from "+x.BaseVerdict+" to "+x.Verdict)
		}
	}
	if len(out) == 0 {
		return "no verdict changes"
	}
	text := count(len(out), "verdict changes", "verdicts change") + ": "
	if n := len(out) - mostTurned; n > 0 {
		out = append(out[:mostTurned], "and "+itoa(n)+" more")
	}
	return text + strings.Join(out, "; ")
}
