package plan

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/trace"
)

// A Prior is what the gateway knows of the mean work of each class before
// anything ran: nothing, what the file says, or what was measured of other
// requests than those that the run brings. It is never taken from these.
//
//	prior = "none"
//	prior = "200ms"
//	prior = { raytracer = "800ms", default = "none" }
//	prior = { train = "10m" }        # of a recording: its beginning, which is not replayed
//	prior = { trace = "yesterday" }  # another recording
type Prior struct {
	Default time.Duration            // 0: nothing is known
	ByClass map[string]time.Duration // may be nil
	Train   time.Duration            // 0: no training
	Trace   string                   // "": none
}

// UnmarshalTOML takes a mean work or "none", a table of them by class, or where
// they are learnt.
func (p *Prior) UnmarshalTOML(x any) error {
	keys, ok := x.(map[string]any)
	if !ok {
		mean, err := parseMean(x)
		*p = Prior{Default: mean}
		if err != nil {
			err = fmt.Errorf("%w; or a table: { train = \"10m\" }, { trace = \"path\" }, or means by class such as { raytracer = \"800ms\", default = \"none\" }", err)
		}
		return err
	}
	*p = Prior{ByClass: map[string]time.Duration{}}
	var errs []error
	for _, key := range sortedNames(keys) {
		name, isName := keys[key].(string)
		if (key == "train" || key == "trace") && len(keys) > 1 {
			errs = append(errs, fmt.Errorf("%s stands alone: what it does not know begins unknown", key))
		}
		if key == "trace" {
			if p.Trace = name; !isName || name == "" {
				errs = append(errs, errors.New("trace: want the path of a recording, relative to this file"))
			}
			continue
		}
		mean, err := parseMean(keys[key])
		switch {
		case err != nil && key != "train" && key != "default":
			errs = append(errs, fmt.Errorf("%s: unknown key, and no class with a mean work: want train, trace, default, or a class with a mean work such as \"200ms\", got %s", key, describe(keys[key])))
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		case key == "train" && mean == 0:
			errs = append(errs, errors.New(`train: want how long to learn, such as "10m"`))
		case key == "train":
			p.Train = mean
		case key == "default":
			p.Default = mean
		default:
			p.ByClass[key] = mean
		}
	}
	return errors.Join(errs...)
}

// parseMean reads a mean work, "none" as 0.
func parseMean(x any) (time.Duration, error) {
	if x == "none" {
		return 0, nil
	}
	s, _ := x.(string)
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, errors.Join(mismatch(`"none", or a mean work such as "200ms"`, x)...)
	}
	if d <= 0 || d > maxDuration {
		return 0, fmt.Errorf("%q: must be positive, and at most ten years", s)
	}
	return d, nil
}

// String is the prior as the file may write it.
func (p Prior) String() string {
	switch {
	case p.Train > 0:
		return fmt.Sprintf("{ train = %q }", lasting(p.Train))
	case p.Trace != "":
		return "{ trace = " + strconv.Quote(p.Trace) + " }"
	case len(p.ByClass) == 0:
		return meanText(p.Default)
	}
	var parts []string
	for _, class := range sortedNames(p.ByClass) {
		parts = append(parts, fmt.Sprintf("%s = %q", class, meanText(p.ByClass[class])))
	}
	return fmt.Sprintf("{ %s, default = %q }", strings.Join(parts, ", "), meanText(p.Default))
}

func meanText(mean time.Duration) string {
	if mean == 0 {
		return "none"
	}
	return lasting(mean)
}

// of is the mean work that a class begins with, CPU-seconds, where learnt is what
// training or another recording told; 0: nothing is known.
func (p *Prior) of(class string, learnt map[string]float64) float64 {
	if p.Train > 0 || p.Trace != "" {
		return learnt[class]
	}
	if mean, ok := p.ByClass[class]; ok {
		return mean.Seconds()
	}
	return p.Default.Seconds()
}

// note says with what the classes of a workload begin, and what that counts.
func (p *Prior) note(recorded bool) string {
	counts := fmt.Sprintf("; it counts as %d measurements of its class", policy.PriorWeight)
	switch {
	case p.Train > 0 && recorded:
		return fmt.Sprintf("classes begin with their mean work in the first %s of the recording, which is not replayed; what did not occur there begins unknown%s", lasting(p.Train), counts)
	case p.Train > 0:
		return fmt.Sprintf("classes begin with their mean work in %s of other arrivals of the same kind%s", lasting(p.Train), counts)
	case p.Trace != "":
		return fmt.Sprintf("classes begin with their mean work in the recording %s; what does not occur there begins unknown%s", p.Trace, counts)
	case p.Default == 0 && len(p.ByClass) == 0:
		return `classes begin unknown (prior = "none"); their mean work is learnt from answers`
	}
	return fmt.Sprintf("classes begin with the mean work that the experiment says: %s%s", p, counts)
}

// meansOf is the mean work of each class of a workload that was measured,
// CPU-seconds.
func meansOf(w *workloads.Workload) map[string]float64 {
	out := map[string]float64{}
	for _, c := range w.Classes {
		if c.MeanWork > 0 {
			out[c.Name] = c.MeanWork.Seconds()
		}
	}
	return out
}

// learnFrom reads the recording that a prior names.
func (r *reader) learnFrom(p *Prior) map[string]float64 {
	w, err := trace.Open(r.tracePath(p.Trace), trace.Options{Replicate: trace.None})
	for _, e := range flatten(err) {
		r.problem("prior", "trace: %v", e)
	}
	if err != nil {
		return nil
	}
	learnt := meansOf(w)
	r.wrong(len(learnt) == 0, "prior", "trace: %s tells the work of no class", p.Trace)
	return learnt
}

// checkFuture refuses a prior that was measured of the arrivals which the
// workload brings.
func (r *reader) checkFuture(w *Workload, common *workloadTable, p *Prior) {
	if !w.Recorded() || r.learnt == nil {
		return
	}
	same, err := trace.SameData(r.tracePath(p.Trace), r.tracePath(common.Trace))
	if err != nil {
		r.problem("prior", "trace: %v", err)
		return
	}
	at := join(w.table.path, "trace")
	r.wrong(same, "prior", "trace: %s has the arrivals of %s = %q (line %d), so that it tells the future: give { train = %q }, which learns from the beginning and replays the rest, or another recording",
		p.Trace, plain(at), common.Trace, r.lines.line(at), lasting(max(w.Made.Span/4, 1).Round(beginning(w.Made.Span))))
}

// beginning is to what the length of a training part is rounded of a recording of
// such a span.
func beginning(span time.Duration) time.Duration {
	for _, unit := range []time.Duration{time.Hour, time.Minute, time.Second} {
		if span/4 >= unit {
			return unit
		}
	}
	return time.Millisecond
}

// learnFromStart opens the beginning of a recording, learns from it, and leaves
// the rest in the options.
func (r *reader) learnFromStart(w *Workload, path string, o *trace.Options, train time.Duration) error {
	whole := *o
	whole.Replicate = trace.None
	all, err := trace.Open(path, whole)
	if err != nil {
		return err
	}
	from, to := o.Slice[0], o.Slice[1]
	if to == 0 {
		to = 1
	}
	at := from + (to-from)*float64(train)/float64(all.Span)
	if !(at < to) {
		r.problem("prior", "train = %q is not shorter than the recording %s of %v", lasting(train), w.Name, all.Span)
		return nil
	}
	whole.Slice = [2]float64{from, at}
	begin, err := trace.Open(path, whole)
	if err != nil {
		return fmt.Errorf("prior: training: %w", err)
	}
	w.learnt, o.Slice = meansOf(begin), [2]float64{at, to}
	return nil
}

// learnFromOthers makes arrivals up that no run brings, and learns from them.
func (r *reader) learnFromOthers(w *Workload, top *topTable) {
	src, err := w.Made.Open(policy.NewRand(top.Seed, "prior", 0).Uint64())
	if err != nil {
		r.problem("prior", "train: %v", err)
		return
	}
	if _, closed := src.(workloads.ClosedSource); closed {
		r.problem("prior", "train needs arrivals that do not wait for answers, which those of %s do: give the mean work itself", w.Name)
		return
	}
	sums, counts := map[string]float64{}, map[string]float64{}
	for a := (workloads.Arrival{}); src.Next(&a) && a.At < top.Prior.Train; {
		class := w.Made.Classes[a.Class].Name
		sums[class] += a.Work.Seconds()
		counts[class]++
	}
	w.learnt = map[string]float64{}
	for class, sum := range sums {
		w.learnt[class] = sum / counts[class]
	}
}

// checkPrior refuses means for classes that no workload has, and a recording that
// has none of theirs.
func (r *reader) checkPrior(made []*Workload, p *Prior) {
	var classes []string
	for _, w := range made {
		for _, c := range w.Made.Classes {
			classes = append(classes, c.Name)
		}
	}
	shared := func(class string) bool { return contains(classes, class) }
	r.wrong(len(made) > 0 && len(r.learnt) > 0 && !slices.ContainsFunc(sortedNames(r.learnt), shared), "prior",
		"trace: the classes of %s (%s) are none of those of the workloads (%s): name a recording of the same classes", p.Trace, list(sortedNames(r.learnt)), list(slices.Compact(slices.Sorted(slices.Values(classes)))))
	for _, class := range sortedNames(p.ByClass) {
		r.wrong(len(made) > 0 && !contains(classes, class), join("prior", class), "no workload has a class %q%s", class, hint(class, classes))
	}
}
