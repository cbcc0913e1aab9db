package trace

import (
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"cnv/policy/nearest"
	"cnv/workloads"
)

// Options say how a trace is replayed.
type Options struct {
	Name string // of the workload; "" the trace's own

	// Size draws the work of requests whose work was not recorded. Without
	// it, WorkFrom = "duration" takes recorded wall durations for work: an
	// assumption, named in the results.
	Size     workloads.Size
	WorkFrom string

	// Work makes work of what was recorded beside it, where it was not recorded
	// itself and all that the formula uses was. nil makes none.
	Work *Formula

	Placement Placement // of counts within a bin; "" uniform, and timer-phase for classes triggered by timers

	// Where leaves only the arrivals whose attributes have these values, such as
	// "scenario=burst"; time begins with the first of them. "" is all.
	Where string

	// Slice leaves only a part of the time, as fractions of it: to learn on one
	// part and to judge on another. {0, 0} is all.
	Slice [2]float64

	// Spread says where instants are within the resolution of the recorder:
	// "uniform" or "none". "" is uniform where it is so coarse that arrivals have
	// the same instant.
	Spread string

	// Replicate says what replications differ in: "local" (short blocks, each
	// from near its own place in time and in rate), "blocks" (whole windows in any
	// order), "thin" (as local, and each arrival is kept with probability Thin), or
	// "none". "" is local.
	Replicate string
	Block     time.Duration // 0: of local as long as correlation wants, of blocks a twentieth of the span; whole bins
	Thin      float64       // 0: one half
}

// The ways to replicate.
const (
	Local  = "local"
	Blocks = "blocks"
	Thin   = "thin"
	None   = "none"
	// Draws is as None, where the question is about these arrivals and no others:
	// intervals are about what policies and machines draw.
	Draws = "draws"
)

// A recording is a trace that is open for replay. It is shared by all
// replications and does not change once loaded.
type recording struct {
	path      string // of events.csv or counts.csv
	classFile string // "" there is none
	header    Header
	classes   []class
	bare      bool
	o         Options
	part      part
	from, to  time.Duration    // of the slice; to 0: all
	note      string           // what the slice is
	records   int64            // arrivals
	sizes     []workloads.Size // by class, of work that is drawn; nil no work is missing
	rules     []rule           // by class, of counts
	drawn     bool             // the work of some arrivals differs between replications
	grid      resolution       // of the instants of events
	cells     []int32          // arrivals in cells of cellUS microseconds
	cellUS    int64
	asIs      bool // work that was not recorded stays unknown, and attributes are held

	plan    sync.Once
	planned *local

	load sync.Once
	held *held
	err  error // of loading held
	bins []bin // counts
}

// events starts reading the events.
func (r *recording) events() (*eventReader, error) {
	e, err := newEventReader(r.path, r.classes, r.classFile != "")
	if err == nil {
		e.part, e.from, e.to, e.formula = r.part, r.from, r.to, r.o.Work
	}
	return e, err
}

// Open opens a trace, a folder or a bare CSV file, for replay.
func Open(path string, o Options) (*workloads.Workload, error) {
	r, s, err := opened(path, o)
	if err != nil {
		return nil, err
	}
	sums, err := r.fileDigests()
	if err != nil {
		return nil, err
	}
	return r.workload(s, sums), nil
}

// opened is a trace with what it holds.
func opened(path string, o Options) (*recording, *survey, error) {
	r, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	if err := o.fill(&r.header); err != nil {
		return nil, nil, err
	}
	r.o = o
	if r.part, err = newPart(o.Where); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := r.checkFormula(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if o.Where != "" && r.header.Kind == Counts {
		return nil, nil, fmt.Errorf("%s: where %q: counts have no attributes", path, o.Where)
	}
	s, err := r.survey()
	if err != nil {
		return nil, nil, err
	}
	if s, err = r.slice(s); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if s.records == 0 && o.Where != "" {
		return nil, nil, fmt.Errorf("%s: %w", path, r.nothing())
	}
	if s.records == 0 {
		return nil, nil, fmt.Errorf("%s: the trace is empty", path)
	}
	r.records = s.records
	r.chooseSpread()
	r.count(s)
	if err := r.enoughBlocks(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := r.chooseSizes(s); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	if r.header.Kind == Counts {
		r.rules = r.chooseRules()
	}
	return r, s, nil
}

// enoughBlocks says what is wrong with the length of blocks that was asked for.
func (r *recording) enoughBlocks() error {
	n := 2
	switch {
	case r.o.Block == 0:
	case r.o.Replicate == Blocks:
		n = r.windows()
	case r.o.Replicate == Local:
		n = int(r.header.SpanUS / r.local().width)
	}
	if n < 2 {
		return fmt.Errorf("block = %v: the trace of %v has %d window of this length, a bootstrap needs at least 2", r.o.Block, micros(r.header.SpanUS), n)
	}
	return nil
}

// open reads what describes a trace.
func open(path string) (*recording, error) {
	info, err := statFile(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		r := &recording{path: path, bare: true, header: Header{
			Name: stem(path), Kind: Events,
		}}
		return r, nil
	}
	h, err := readHeader(path)
	if err != nil {
		return nil, err
	}
	r := &recording{header: *h}
	if r.path, err = dataFile(path, h.Kind); err != nil {
		return nil, err
	}
	name := filepath.Join(path, "classes.csv")
	if _, err := statFile(name); err == nil {
		r.classFile = name
		if r.classes, err = readClasses(name); err != nil {
			return nil, err
		}
	}
	if r.classes == nil && h.Kind == Counts {
		return nil, fmt.Errorf("%s: counts need classes.csv", path)
	}
	return r, nil
}

// fill sets defaults and checks.
func (o *Options) fill(h *Header) error {
	if o.Replicate == "" {
		o.Replicate = Local
	}
	if o.Thin == 0 {
		o.Thin = 0.5
	}
	if o.Placement != "" {
		if err := o.Placement.check(); err != nil {
			return err
		}
	}
	switch {
	case o.Replicate != Local && o.Replicate != Blocks && o.Replicate != Thin && o.Replicate != None && o.Replicate != Draws:
		return fmt.Errorf("replicate %q, want local, blocks, thin, none or draws%s", o.Replicate, nearest.Hint(o.Replicate, []string{Local, Blocks, Thin, None, Draws}))
	case o.Spread != "" && o.Spread != SpreadUniform && o.Spread != SpreadNone:
		return fmt.Errorf("spread %q, want uniform or none%s", o.Spread, nearest.Hint(o.Spread, []string{SpreadUniform, SpreadNone}))
	case !(o.Thin > 0 && o.Thin <= 1):
		return fmt.Errorf("thin = %v, want more than 0 and at most 1", o.Thin)
	case o.WorkFrom != "" && o.WorkFrom != "duration":
		return fmt.Errorf("work_from %q, want \"duration\"", o.WorkFrom)
	case o.Block < 0:
		return fmt.Errorf("block = %v, must not be negative", o.Block)
	}
	return nil
}

// workload describes the trace as a workload. Rate and load are those of the
// whole trace.
func (r *recording) workload(s *survey, sums map[string]string) *workloads.Workload {
	w := &workloads.Workload{
		Name: r.o.Name, Span: s.span, Replicates: r.replicates(),
		Recorded: r.header.Recorded, Synthesised: slices.Clone(r.header.Synthesised),
		Notes: r.notes(s, sums), Assumed: r.assumed(s), Digest: r.digest(sums), Open: r.source, Share: r.share,
		Counted: s.counted,
	}
	if w.Name == "" {
		w.Name = r.header.Name
	}
	if r.bare {
		w.Recorded = s.fields()
	}
	if w.Windows = r.local().windows(); w.Replicates == Blocks {
		w.Windows = r.windows()
	}
	if w.Noise = r.noise(); r.o.Replicate == Thin {
		w.Beyond = workloads.Beyond(r.o.Thin, w.Noise)
	}
	if w.Replicates == Local || w.Replicates == Blocks || w.Replicates == Thin {
		w.AsRecorded = r.asRecorded
	}
	total := 0.0
	for i := range r.classes {
		c := r.classes[i].Class
		n, work := s.class(i).records, r.classWork(i, s)
		total += work
		if n > 0 && work > 0 {
			c.MeanWork = time.Duration(work / float64(n) * 1e9)
		}
		w.Classes = append(w.Classes, c)
	}
	keep := r.kept()
	w.Rate = keep * float64(s.records) / s.span.Seconds()
	w.Load = keep * total / s.span.Seconds()
	if (s.works < s.records || s.made > 0) && !slices.Contains(w.Synthesised, "work_us") {
		w.Synthesised = append(w.Synthesised, "work_us")
	}
	if r.header.Kind == Counts {
		w.Bin = micros(r.header.BinUS)
	}
	if r.o.Replicate == Blocks {
		w.Span = r.block() * time.Duration(r.windows())
	}
	return w
}

// replicates is what replications differ in.
func (r *recording) replicates() string {
	switch {
	case r.o.Replicate == Thin, r.o.Replicate == Blocks && r.windows() > 1, r.o.Replicate == Local && r.local().windows() > 1:
		return r.o.Replicate
	case r.header.Kind == Counts || r.o.Spread == SpreadUniform:
		return "placement"
	case r.drawn:
		return "sizes"
	case r.o.Replicate == Draws:
		return Draws
	}
	return None
}
