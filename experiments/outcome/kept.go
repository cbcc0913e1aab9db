package outcome

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"cnv/experiments/plan"
	"cnv/results"
)

// runsFolder is where finished runs are kept, beside the results, so that none
// is run twice: after an interruption, with more seeds, by several machines.
const runsFolder = ".runs"

// liveSuffix is of the folder of those that were measured live.
const liveSuffix = ".live"

// A store keeps the finished runs of an experiment by what decided them: the
// program, and the configuration and seed of the run.
type store struct {
	dir     string // "": nothing is kept
	program string
	rerun   bool     // every run is to be run, for its journal say
	live    bool     // only what an earlier try has left is used
	merge   bool     // nothing is removed
	others  []string // folders of runs that others have kept
	spare   string   // where live runs are kept that dir has no room for; "": nowhere

	mu   sync.Mutex
	used map[string]bool
}

func openStore(o *Options, name string) (*store, error) {
	if o.Fresh && o.Measured == "" {
		return &store{used: map[string]bool{}}, nil
	}
	s := &store{dir: filepath.Join(o.Out, runsFolder, name), program: program(), rerun: o.Fresh || o.Journals && o.Measured == "", merge: o.Merge, used: map[string]bool{}}
	if s.live = o.Measured != ""; s.live {
		s.dir += liveSuffix
		s.program += o.Measured
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return nil, fmt.Errorf("cnv: cannot keep finished runs: %w", err)
	}
	if s.live {
		s.spare = spareFolder(name)
		s.others = append(s.others, s.spare)
	}
	for _, from := range o.From {
		dir, err := runsIn(from, name)
		if err != nil {
			return nil, err
		}
		s.others = append(s.others, dir)
	}
	return s, nil
}

// Resumes says whether an earlier live try of an experiment that did not end has left
// runs in a folder of results.
func Resumes(out, name string) bool {
	runs, err := filepath.Glob(filepath.Join(out, runsFolder, name+liveSuffix, "*.run"))
	return err == nil && len(runs) > 0
}

// runsIn is where a folder has kept runs of an experiment: one that was given to
// --shard as --out, or a copy of it or of what is in it.
func runsIn(from, name string) (string, error) {
	for _, dir := range []string{filepath.Join(from, runsFolder, name), filepath.Join(from, name), from} {
		if runs, _ := filepath.Glob(filepath.Join(dir, "*.run")); len(runs) > 0 {
			return dir, nil
		}
	}
	return "", fmt.Errorf("cnv: %s has no kept runs of %s (it was to have %s): give the folder that --shard was given as --out, with all that is in it", from, name, filepath.Join(from, runsFolder, name))
}

// program is a digest of this program: another build may give other numbers.
var program = sync.OnceValue(func() string {
	path, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	f, err := os.Open(path)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "unknown"
	}
	return hex.EncodeToString(h.Sum(nil))
})

// file is where a run is kept.
func (s *store) file(c plan.Cell, seed uint64) string {
	sum := sha256.Sum256([]byte(s.program + c.Digest(seed)))
	name := s.builtBy() + hex.EncodeToString(sum[:16]) + ".run"
	s.mu.Lock()
	defer s.mu.Unlock()
	s.used[name] = true
	return filepath.Join(s.dir, name)
}

// builtBy begins the names of the runs of this program.
func (s *store) builtBy() string { return program()[:min(8, len(program()))] + "-" }

// Kept adds a run that was kept earlier; false says that it has to be run.
func (o *Outcome) Kept(w, pol, replication int, seed uint64) bool {
	s := o.store
	if s.dir == "" || s.rerun || s.program == "unknown" {
		return false
	}
	file := s.file(o.cell(w, pol), seed)
	if o.o.Journals {
		if _, err := os.Stat(file + keptJournal); err != nil {
			return false
		}
	}
	found := o.Set.Load(file, w, pol, replication)
	for _, dir := range s.others {
		found = found || o.Set.Load(filepath.Join(dir, filepath.Base(file)), w, pol, replication)
	}
	if found {
		o.kept.Add(1)
	}
	return found
}

func (o *Outcome) cell(w, pol int) plan.Cell {
	return plan.Cell{Scenario: o.plan.Scenarios[w], Policy: o.plan.Policies[pol]}
}

// KeptIn is the folders of kept runs.
func (o *Outcome) KeptIn() string {
	return strings.Join(append([]string{o.store.dir}, o.store.others...), ", ")
}

// Runs is how many runs are there, kept earlier or run now.
func (o *Outcome) Runs() int {
	return o.plan.Runs() - len(o.Set.Missing())
}

// How long a run is kept that nobody has asked for again: of this program, which
// may be another seed, a shard's, or the file as it was before it was edited; and of
// others, which no longer give its numbers.
const (
	keptOwn   = 7 * 24 * time.Hour
	keptOther = 24 * time.Hour
)

// prune removes, once all runs are there, those that nobody has asked for in a
// while. Of live runs it removes all: who measures again wants other numbers.
// What is merged stays: others may still be at it.
func (s *store) prune(now time.Time) {
	if s.dir == "" || s.merge {
		return
	}
	if s.spare != "" {
		_ = os.RemoveAll(s.spare) // all runs are in the results
	}
	files, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	for _, f := range files {
		name, limit := f.Name(), keptOther
		info, err := f.Info()
		switch {
		case err != nil:
			continue // another program was faster
		case strings.HasPrefix(name, results.KeptTemp):
			limit = time.Hour // a kill left it
		case s.live && strings.HasSuffix(name, keptJournal):
			_ = os.RemoveAll(filepath.Join(s.dir, name)) // likewise
			continue
		case s.live && strings.HasSuffix(name, ".run"):
			limit = -1
		case s.used[name], name == searchedName():
			_ = os.Chtimes(filepath.Join(s.dir, name), now, now) // only how long it is kept is at stake
			continue
		case strings.HasPrefix(name, s.builtBy()) && strings.HasSuffix(name, ".run"):
			limit = keptOwn
		case !strings.HasSuffix(name, ".run") && !strings.HasPrefix(name, searchedPrefix):
			continue
		}
		if now.Sub(info.ModTime()) > limit {
			_ = os.Remove(filepath.Join(s.dir, name)) // only room on the disk is at stake
		}
	}
}
