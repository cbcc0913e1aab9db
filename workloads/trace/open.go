package trace

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"cnv/policy"
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

	Placement Placement // of counts within a bin; "" uniform, and timer-phase for classes triggered by timers

	// Replicate says what replications differ in: "blocks" (seeded block
	// bootstrap of whole windows of Block), "thin" (each arrival is kept with
	// probability Thin), or "none". "" is blocks.
	Replicate string
	Block     time.Duration // 0: a twentieth of the span, whole bins
	Thin      float64       // 0: one half
}

// The ways to replicate.
const (
	Blocks = "blocks"
	Thin   = "thin"
	None   = "none"
)

// A recording is a trace that is open for replay. It is shared by all
// replications and does not change once loaded.
type recording struct {
	path    string // of events.csv or counts.csv
	header  Header
	classes []class
	bare    bool
	o       Options
	sizes   []workloads.Size // by class; nil the work is recorded

	load sync.Once
	held held
	err  error // of loading held
	bins []bin
}

// Open opens a trace, a folder or a bare CSV file, for replay.
func Open(path string, o Options) (*workloads.Workload, error) {
	r, err := open(path)
	if err != nil {
		return nil, err
	}
	if err := o.fill(&r.header); err != nil {
		return nil, err
	}
	r.o = o
	s, err := r.survey()
	if err != nil {
		return nil, err
	}
	if s.records == 0 {
		return nil, fmt.Errorf("%s: the trace is empty", path)
	}
	if err := r.chooseSizes(s); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r.workload(s), nil
}

// open reads what describes a trace.
func open(path string) (*recording, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		r := &recording{path: path, bare: true, header: Header{
			Name: stem(path), Kind: Events, Recorded: []string{"arrival_us", "class", "work_us"},
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
	if r.classes, err = readClasses(path); err != nil {
		return nil, err
	}
	if r.classes == nil && h.Kind == Counts {
		return nil, fmt.Errorf("%s: counts need classes.csv", path)
	}
	return r, nil
}

// fill sets defaults and checks.
func (o *Options) fill(h *Header) error {
	if o.Replicate == "" {
		o.Replicate = Blocks
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
	case o.Replicate != Blocks && o.Replicate != Thin && o.Replicate != None:
		return fmt.Errorf("replicate %q, want blocks, thin or none", o.Replicate)
	case !(o.Thin > 0 && o.Thin <= 1):
		return fmt.Errorf("thin = %v, want more than 0 and at most 1", o.Thin)
	case o.WorkFrom != "" && o.WorkFrom != "duration":
		return fmt.Errorf("work_from %q, want \"duration\"", o.WorkFrom)
	case o.Block < 0:
		return fmt.Errorf("block = %v, must not be negative", o.Block)
	}
	return nil
}

// A survey is what one pass over a trace tells.
type survey struct {
	records  int64
	span     time.Duration
	works    int64   // arrivals with recorded work
	walls    int64   // with a recorded duration
	work     float64 // recorded, CPU-seconds
	byClass  []classSurvey
	featured bool // some arrival has attributes
}

type classSurvey struct {
	records, works int64
	work           float64
}

// survey reads the trace once.
func (r *recording) survey() (*survey, error) {
	if r.header.Kind == Counts {
		return r.surveyCounts()
	}
	e, err := newEventReader(r.path, r.classes)
	if err != nil {
		return nil, err
	}
	defer e.l.close()
	s := &survey{}
	var a workloads.Arrival
	for {
		ok, err := e.next(&a)
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		s.add(&a, e.attrText != nil)
	}
	r.classes = e.classes
	s.span = e.span()
	if !r.bare {
		if s.span > micros(r.header.SpanUS) {
			return nil, fmt.Errorf("%s: arrivals at %v, beyond span_us of trace.json", r.path, s.span)
		}
		s.span = micros(r.header.SpanUS)
	}
	r.header.SpanUS = int64(s.span / time.Microsecond)
	return s, nil
}

func (s *survey) add(a *workloads.Arrival, featured bool) {
	for len(s.byClass) <= int(a.Class) {
		s.byClass = append(s.byClass, classSurvey{})
	}
	c := &s.byClass[a.Class]
	s.records++
	c.records++
	s.featured = s.featured || featured
	if a.Wall >= 0 {
		s.walls++
	}
	if a.Work >= 0 {
		s.works++
		c.works++
		s.work += a.Work.Seconds()
		c.work += a.Work.Seconds()
	}
}

func (r *recording) surveyCounts() (*survey, error) {
	bins, err := readCounts(r.path, &r.header, r.classes)
	if err != nil {
		return nil, err
	}
	r.bins = bins
	s := &survey{span: micros(r.header.SpanUS), byClass: make([]classSurvey, len(r.classes))}
	for _, b := range bins {
		s.records += int64(b.count)
		s.byClass[b.class].records += int64(b.count)
	}
	return s, nil
}

// chooseSizes decides where work comes from.
func (r *recording) chooseSizes(s *survey) error {
	if s.works == s.records {
		return nil
	}
	r.sizes = make([]workloads.Size, len(r.classes))
	for i := range r.classes {
		switch {
		case r.o.Size != nil:
			r.sizes[i] = r.o.Size
		case r.o.WorkFrom == "duration" && r.classes[i].durations != nil:
			r.sizes[i] = newRecordedDuration(r.classes[i].durations)
		case r.o.WorkFrom == "duration" && s.walls > 0:
		default:
			return ErrNoWork
		}
	}
	if r.o.Size == nil && r.header.Kind == Events && s.works+s.walls < s.records && r.sizes[0] == nil {
		return ErrNoWork
	}
	return nil
}

// work sets the work of an arrival that has none recorded.
func (r *recording) work(a *workloads.Arrival, id uint64, rng *policy.Rand) {
	if a.Work >= 0 || r.sizes == nil {
		return
	}
	if size := r.sizes[a.Class]; size != nil {
		a.Work = time.Duration(math.Round(size.Draw(rng.At(id))*1e6)) * time.Microsecond
		return
	}
	a.Work = max(a.Wall, 0)
}

// workload describes the trace as a workload.
func (r *recording) workload(s *survey) *workloads.Workload {
	w := &workloads.Workload{
		Name: r.o.Name, Span: s.span, Replicates: r.replicates(),
		Recorded: r.header.Recorded, Synthesised: r.header.Synthesised,
		Notes: r.notes(s), Digest: r.digest(),
	}
	if w.Name == "" {
		w.Name = r.header.Name
	}
	total := 0.0
	for i := range r.classes {
		c := r.classes[i].Class
		var cs classSurvey
		if i < len(s.byClass) {
			cs = s.byClass[i]
		}
		work := cs.work
		if r.sizes != nil && r.sizes[i] != nil {
			work += float64(cs.records-cs.works) * r.sizes[i].Mean()
		}
		total += work
		if cs.records > 0 && work > 0 {
			c.MeanWork = time.Duration(work / float64(cs.records) * 1e9)
		}
		w.Classes = append(w.Classes, c)
	}
	keep := 1.0
	if r.o.Replicate == Thin {
		keep = r.o.Thin
	}
	w.Rate = keep * float64(s.records) / s.span.Seconds()
	w.Load = keep * total / s.span.Seconds()
	if r.sizes != nil {
		w.Synthesised = append(w.Synthesised, "work_us")
	}
	if r.o.Replicate == Blocks {
		w.Span = r.block() * time.Duration(r.windows(s.span))
	}
	w.Open = r.source
	return w
}

// replicates is what replications differ in.
func (r *recording) replicates() string {
	if r.o.Replicate == None && r.header.Kind == Counts {
		return "placement"
	}
	return r.o.Replicate
}

// notes are what readers of results must know.
func (r *recording) notes(s *survey) []string {
	var out []string
	out = append(out, r.header.Notes...)
	for _, t := range r.header.Transformations {
		out = append(out, "transformed: "+t)
	}
	if len(r.header.Synthesised) > 0 {
		out = append(out, "synthesised, not recorded: "+strings.Join(r.header.Synthesised, ", "))
	}
	switch {
	case r.o.Size != nil && r.sizes != nil:
		out = append(out, "work is drawn from a distribution, not recorded")
	case r.sizes != nil:
		out = append(out, "recorded wall durations are taken for work: they include waiting, and averages understate the spread")
	}
	if r.header.Kind == Counts {
		p := r.o.Placement
		if p == "" {
			p = "uniform (timer-phase for timers)"
		}
		out = append(out, fmt.Sprintf("recorded were counts per %v; arrivals within a bin are placed: %s", micros(r.header.BinUS), p))
	}
	if r.o.Replicate == Blocks {
		out = append(out, fmt.Sprintf("replications are block bootstraps of %d windows of %v", r.windows(s.span), r.block()))
	}
	return out
}

// digest is a hash of all that determines the arrivals but the seed.
func (r *recording) digest() string {
	files := fmt.Sprint(r.header.Files)
	if r.bare {
		sum, err := fileDigest(r.path)
		if err != nil {
			sum = "unreadable"
		}
		files = sum
	}
	size := ""
	if r.o.Size != nil {
		size = fmt.Sprint(r.o.Size)
	}
	return textDigest(fmt.Sprint(filepath.Base(r.path), files, size, r.o.WorkFrom, r.o.Placement, r.o.Replicate, r.o.Block, r.o.Thin))
}
