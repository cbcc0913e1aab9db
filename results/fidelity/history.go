package fidelity

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cnv/results/csvfile"
	"cnv/results/words"
)

// An Entry is a row of an experiment that ran live at some time: a line of drift.csv.
type Entry struct {
	When       time.Time // in whole seconds; all rows of a command have one
	Experiment string
	Target     string // where it ran: local, aws, static
	Build      string // the version of this program; "": not known
	Row
}

// HistoryFile is the record of all live runs, in the folder of folders of their results.
const HistoryFile = "drift.csv"

// historyHeader is its columns.
var historyHeader = append([]string{"when", "experiment", "target", "build"}, header...)

// Append adds entries to the record of a folder, with one write, so that two commands that
// end at once do not mix theirs. The record is made where there is none; it is never cut.
func Append(dir string, entries []Entry) error {
	name := filepath.Join(dir, HistoryFile)
	if err := begin(name); err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for i := range entries {
		e := &entries[i]
		w.Write(append([]string{e.When.UTC().Format(time.RFC3339), e.Experiment, e.Target, e.Build}, e.fields()...)) // memory takes anything
	}
	w.Flush()
	// O_APPEND puts one write behind all others, whoever else has the file open.
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(b.Bytes())
	return errors.Join(err, f.Close())
}

// begin makes a record that has its header alone, unless there is one: of several commands that
// do so at once one does, as a file appears under its name with what it holds.
func begin(name string) error {
	if info, err := os.Stat(name); err == nil && info.Size() > 0 {
		return nil
	} else if err == nil { // somebody has emptied it
		return os.WriteFile(name, []byte(strings.Join(historyHeader, ",")+"\n"), 0o644)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+HistoryFile+"-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	w := csv.NewWriter(f)
	w.Write(historyHeader)
	w.Flush()
	if err := errors.Join(w.Error(), f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// History reads the record of a folder, in the order in which commands ended; nil if there
// is no record.
func History(dir string) (out []Entry, err error) {
	err = csvfile.Read(filepath.Join(dir, HistoryFile), historyHeader, func(f []string) error {
		when, err := time.Parse(time.RFC3339, f[0])
		if err != nil {
			return err
		}
		r, err := rowOf(f[4:])
		out = append(out, Entry{when, f[1], f[2], f[3], r})
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return out, err
}

// A session is the entries of one command. within counts those of all whose measured value
// lies within.
type session struct {
	Entry       // its first one
	within, all int
	errors      []float64 // of response times, costs and numbers of machines, relative
	points      []float64 // of shares
	unranked    bool
}

// sessions are the entries by command, in order of time. Commands on one experiment and
// target in the same second are taken as one.
func sessions(entries []Entry) (out []*session) {
	for i := range entries {
		e := &entries[i]
		k := slices.IndexFunc(out, func(s *session) bool {
			return s.When.Equal(e.When) && s.Experiment == e.Experiment && s.Target == e.Target
		})
		if k < 0 {
			k, out = len(out), append(out, &session{Entry: *e})
		}
		s := out[k]
		s.all++
		if e.Within {
			s.within++
		}
		s.unranked = s.unranked || e.Unranked
		// Points and relative errors have no common median.
		to := words.IfElse(e.Unit == "%", &s.points, &s.errors)
		*to = append(*to, math.Abs(e.Error()))
	}
	slices.SortStableFunc(out, func(a, b *session) int { return a.When.Compare(b.When) })
	return out
}

// middle is the median of values, which may be in any order; 0 of none.
func middle(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// mostSessions is how many of the last commands are listed: a screen has room for them and
// the scores.
const mostSessions = 15

// Drift says how good predictions have been over time: a line per command, the last
// mostSessions of them behind a heading; the scores of all ([Scores]), nil where none
// counts; and whether the last command is worse than those before. Runs that had to wait
// for cores of this machine are listed, and count in nothing.
func Drift(entries []Entry) (table, scores []string, verdict string) {
	all := sessions(entries)
	table = []string{fmt.Sprintf("%-20s %-24s %-7s %-5s %12s %12s %10s", "when (UTC)", "experiment", "target", "level", "median error", "of shares", "within")}
	for _, s := range all[max(0, len(all)-mostSessions):] {
		table = append(table, fmt.Sprintf("%-20s %-24s %-7s %-5s %12s %12s %10s%s", s.When.UTC().Format("2006-01-02 15:04:05"), s.Experiment, s.Target, s.Level,
			unsigned(middle(s.errors), ""), unsigned(middle(s.points), "%"), fmt.Sprintf("%d of %d", s.within, s.all), words.IfElse(s.unranked, "  waited for cores: not counted", "")))
	}
	var counted []Row
	for i := range entries {
		if !entries[i].Unranked {
			counted = append(counted, entries[i].Row)
		}
	}
	if len(counted) > 0 {
		scores = Scores(counted)
	}
	return table, scores, judged(slices.DeleteFunc(all, func(s *session) bool { return s.unranked }))
}

// judged says whether the last of several commands is worse than those before. all is in
// order of time, without those that had to wait for cores.
//
// "The last command has a median error of 3.1 % and 11 of 12 values within; those before
// have 2.9 % and 34 of 36. They have not become worse."
//
// Worse is a median error of relative values that has doubled and is above 2 %, together
// with fewer values within; one of the two alone may be luck. These bounds are no test: few
// commands have run.
func judged(all []*session) string {
	if len(all) < 2 {
		return "One command more, at least, is needed to tell whether predictions become worse."
	}
	last, before := all[len(all)-1], all[:len(all)-1]
	var errors []float64
	within, n := 0, 0
	for _, s := range before {
		errors = append(errors, s.errors...)
		within, n = within+s.within, n+s.all
	}
	// Shares are left out: their errors are points, which have no common median with relative
	// errors.
	was, is := middle(errors), middle(last.errors)
	text := fmt.Sprintf("The last command has a median error of %s and %d of %d values within; those before have %s and %d of %d.", unsigned(is, ""), last.within, last.all, unsigned(was, ""), within, n)
	switch share, wasShare := float64(last.within)/float64(last.all), float64(within)/float64(n); {
	case is > 2*was && is > 0.02 && share < wasShare:
		return text + " Predictions have become worse: calibrate fits the world to a journal of the last runs."
	case is > 2*was && is > 0.02 || share < wasShare-0.2:
		return text + " They may have become worse: see the next runs."
	}
	return text + " They have not become worse."
}
