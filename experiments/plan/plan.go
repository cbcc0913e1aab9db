package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/BurntSushi/toml"

	"cnv/results/answer"
	"cnv/results/compare"
)

// A Plan is an experiment, read and checked.
type Plan struct {
	Name       string // of the experiment: the stem of the file
	Question   string
	Hypothesis string // "" none
	Seed       uint64 // of the first replication
	Seeds      int    // replications
	Worlds     int    // draws of what is not known for certain: see Drawn
	Allotted   []int  // replications by scenario, at most Seeds; nil: all have Seeds
	Scenarios  []*Scenario
	Policies   []*Policy
	Contrasts  []compare.Contrast
	Thresholds []answer.Threshold // without their workloads, which Answer finds
	Shares     []answer.Share
	References []answer.Reference
	Primary    []string      // metrics that answer the question
	Delta      Delta         // the smallest differences that matter, where the file says so
	Tuned      []answer.Pair // policies, and what they became by tuning
	After      time.Duration // when what disturbs the run is over; 0: nobody asks
	Steady     bool          // the question is about the steady state
	Required   []compare.Requirement
	USDPerMiss float64 // what --tune counts an avoidable miss for; 0: it bounds them
	Text       string  // of the file

	notes     []string // on keys of the file
	assumed   []string // on keys that some policies have no use for
	effective map[string]any
}

// Options override keys of the file.
type Options struct {
	Seeds  *int // replications; nil: as the file says
	Worlds *int // likewise
	Live   bool // in real time: the file may want fewer replications then
	// Slice leaves a part of every recorded workload's time, as fractions of it:
	// to tune on one part and to judge on another. {0, 0} is all.
	Slice  [2]float64
	Change *Change // a key with another value; nil: none
}

// Parse reads an experiment file. Name is what errors call the file, and its
// stem the name of the experiment; traces are relative to dir. The error is
// of type [Problems].
func Parse(name, dir, text string, o Options) (*Plan, error) {
	r, err := newReader(name, dir, text)
	if err != nil {
		return nil, err
	}
	p := &Plan{Name: stem(name), Text: text}
	r.slice = o.Slice
	if o.Change != nil {
		r.apply(*o.Change)
	}
	environments := r.readEnvironments()
	top := environments[0].top
	p.Question, p.Hypothesis, p.Seed, p.Seeds = top.Question, top.Hypothesis, top.Seed, top.Seeds
	p.Primary, p.Delta, p.Steady, p.After = top.Primary, top.Delta, top.Steady, top.After
	p.USDPerMiss, p.Worlds = top.USDPerMiss, top.Worlds
	r.wrong(!(p.USDPerMiss >= 0) || math.IsInf(p.USDPerMiss, 0), "usd_per_miss", "%v, must be 0 or more", p.USDPerMiss)
	if o.Live && top.LiveSeeds > 0 {
		p.Seeds = top.LiveSeeds
	}
	if o.Seeds != nil {
		p.Seeds = *o.Seeds
		r.wrong(p.Seeds < 1 || p.Seeds > maxSeeds, "seeds", "--seeds %d, must be in [1, %d]", p.Seeds, maxSeeds)
	}
	if o.Worlds != nil {
		p.Worlds = *o.Worlds
		r.wrong(p.Worlds < 0 || p.Worlds > maxWorlds, "worlds", "--worlds %d, must be in [0, %d]", p.Worlds, maxWorlds)
	}
	before := len(r.problems)
	p.Policies = r.readPolicies()
	p.Contrasts = r.readContrasts(p.Policies, p.Primary, !r.lost)
	made := r.readWorkloads(top)
	p.Required = r.readRequirements(p.Policies, made, environments, len(r.problems) == before)
	r.combine(p, made, environments)
	r.readSentences(p, len(r.problems) == before)
	if len(r.problems) > 0 {
		return nil, r.problems.sorted()
	}
	p.effective, p.notes, p.assumed = p.describe(environments), r.notes, r.assumed
	return p, nil
}

// SeedsOf is how many replications a scenario has, by its place.
func (p *Plan) SeedsOf(scenario int) int {
	if p.Allotted != nil {
		return p.Allotted[scenario]
	}
	return p.Seeds
}

// Runs is how many runs there are.
func (p *Plan) Runs() int {
	n := 0
	for w := range p.Scenarios {
		n += p.SeedsOf(w) * len(p.Policies)
	}
	return n
}

// newReader returns a reader of a file that is TOML.
func newReader(name, dir, text string) (*reader, error) {
	r := &reader{file: name, dir: dir}
	if p, ok := tooMuch(name, text); ok {
		return nil, Problems{p}
	}
	keys := map[string]any{}
	if _, err := toml.Decode(text, &keys); err != nil {
		return nil, Problems{syntax(name, err)}
	}
	r.lines = indexLines(text)
	r.root = table{"", normal(keys).(map[string]any)}
	locate(r.root.keys, dir)
	return r, nil
}

// MaxFile bounds an experiment file, bytes.
const MaxFile = 1 << 20

// maxDepth bounds how deep tables and lists nest, and the parts of a key.
const maxDepth = 32

// tooMuch refuses files that would take the parser more memory than they are
// worth. Brackets and dots in strings count too, as nobody needs so many.
func tooMuch(name, text string) (Problem, bool) {
	if len(text) > MaxFile {
		return Problem{File: name, Text: fmt.Sprintf("longer than %d bytes, which no experiment needs", MaxFile)}, true
	}
	depth, line, dots := 0, 1, 0
	for _, c := range []byte(text) {
		switch c {
		case '{', '[':
			depth++
		case '}', ']':
			depth = max(depth-1, 0)
		case '.':
			dots++
		case '\n':
			line++
			dots = 0
		}
		if depth > maxDepth || dots > 100*maxDepth {
			return Problem{File: name, Line: line, Text: fmt.Sprintf("nested deeper than %d", maxDepth)}, true
		}
	}
	return Problem{}, false
}

// syntax is the problem of a file that is not TOML.
func syntax(name string, err error) Problem {
	var at toml.ParseError
	if errors.As(err, &at) {
		return Problem{File: name, Line: at.Position.Line, Key: at.LastKey, Text: at.Message}
	}
	return Problem{File: name, Text: err.Error()}
}

// Notes is what a reader of the results must know that may make the numbers wrong,
// each once, in order of appearance.
func (p *Plan) Notes() []string {
	var out []string
	add := func(notes ...string) {
		for _, n := range notes {
			if n != "" && !slices.Contains(out, n) {
				out = append(out, n)
			}
		}
	}
	add(p.notes...)
	for _, s := range p.Scenarios {
		for _, n := range s.Workload.Made.Notes {
			add(p.noted(n) + ": " + n)
		}
		add(s.Env.unpriced()...)
		for _, pol := range p.Policies {
			add(pol.clamped(s.Env))
		}
	}
	return out
}

// noted names the workloads that a note is about.
func (p *Plan) noted(note string) string {
	var names []string
	for _, s := range p.Scenarios {
		w := s.Workload
		if slices.Contains(w.Made.Notes, note) && !slices.Contains(names, w.Name) {
			names = append(names, w.Name)
		}
	}
	return list(names)
}

// Effective is the whole configuration with all defaults filled in, for the
// manifest.
func (p *Plan) Effective() map[string]any { return p.effective }

// Digest is the SHA-256, in hexadecimal, of everything that decides the runs and
// what is said of them but the build: the effective configuration with the digests
// of the workloads. Worlds are runs of their own, and live_seeds decides seeds.
func (p *Plan) Digest() string {
	of := maps.Clone(p.effective)
	delete(of, "worlds")
	delete(of, "live_seeds")
	text, err := json.Marshal(of) // keys are sorted
	if err != nil {
		return "" // cannot be: it is made of strings, numbers, lists and maps
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
