package plan

import (
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// A workloadTable is the keys of [[workload]] that generators and traces
// share. The generator's own parameters, and for generated requests those of
// workloads.Requests, stand beside them.
type workloadTable struct {
	Name      string  `toml:"name" axis:"no" doc:"in tables and figures; the generator's, or the last part of the trace's path"`
	Generator string  `toml:"generator" doc:"makes arrivals up; one of generator and trace is required"`
	Trace     string  `toml:"trace" doc:"recorded arrivals: a folder or CSV file, relative to this file, or one that comes with the program, such as \"cnv:recorded\""`
	Load      float64 `toml:"load" doc:"so many arrivals for each one: the rates of a generator are multiplied, of a recording further resamples come on top or arrivals are thinned; 1"`
}

// A Workload is one variant of a [[workload]]: a block of the comparison.
type Workload struct {
	Name   string
	Made   *workloads.Workload
	scaled func(load float64) (*workloads.Workload, error) // Made at another load
	learnt map[string]float64                              // mean work of classes, CPU-seconds, from training or another recording
	Inputs float64                                         // live: the scale of the recorded inputs that are sent themselves; 0: none are
	table  table                                           // free of axes
	label  string                                          // " rate=5", behind its name: its values on the axes of the file
	keys   []any                                           // what the table was decoded into, for the manifest
}

// duration is how long the system runs at least: the span of the workload,
// or 0 where a number of requests decides.
func (w *Workload) duration() time.Duration {
	if w.table.has("requests") {
		return 0
	}
	return w.Made.Span
}

// Recorded says whether arrivals are read from a trace.
func (w *Workload) Recorded() bool { return w.table.has("trace") }

// readWorkloads reads all variants of all [[workload]] tables.
func (r *reader) readWorkloads(top topTable) []*Workload {
	tables := r.list(r.root, "workload")
	r.wrong(len(tables) == 0, "workload", `missing: give at least one [[workload]] with generator = "poisson" or trace = "path"`)
	if top.Prior.Trace != "" {
		r.learnt = r.learnFrom(&top.Prior)
	}
	var out []*Workload
	for _, t := range tables {
		for _, v := range r.cross(r.axes(t, &workloadTable{})) {
			named := v.apply(t)
			for _, w := range r.cross(r.axes(named, r.targets(named)...)) {
				out = append(out, r.placed(w.apply(named), v.label+w.label, top)...)
			}
		}
	}
	return out
}

// targets is what a [[workload]] is decoded into, beside the common keys.
func (r *reader) targets(t table) []any {
	if t.has("trace") {
		return []any{&traceTable{}}
	}
	name, _ := t.keys["generator"].(string)
	spec, ok := find(workloads.Generators, name)
	if !ok {
		return nil
	}
	return []any{spec.New(), &workloads.Requests{}}
}

// readWorkload reads one variant; nil if it is unusable.
func (r *reader) readWorkload(t table, label string, top topTable) *Workload {
	var common workloadTable
	common.Load = 1
	w := &Workload{table: t}
	before := len(r.problems)
	(&reader{}).decode(t, nil, &common)
	targets := r.targets(t)
	w.keys = append([]any{&common}, targets...)
	r.wrong(!common.loadable(), join(t.path, "load"), "%v, must be in (0, %v]", common.Load, workloads.MostLoad)
	switch generator := t.keys["generator"]; {
	case t.has("trace") && t.has("generator"):
		r.problem(join(t.path, "trace"), "there is a generator too: give one of them")
		return nil
	case t.has("trace"):
		r.readTrace(w, &common, targets[0].(*traceTable), top)
	case targets == nil && !t.has("generator"):
		r.problem(t.path, "neither generator (one of %s) nor trace", list(specNames(workloads.Generators)))
		return nil
	case targets == nil:
		name, ok := generator.(string)
		if !ok {
			r.problem(join(t.path, "generator"), "%v", mismatch("a string", generator)[0])
			return nil
		}
		r.problem(join(t.path, "generator"), "unknown generator %q%s", name, hint(name, specNames(workloads.Generators)))
		return nil
	default:
		r.readGenerator(w, &common, targets[0].(workloads.Generator), targets[1].(*workloads.Requests))
	}
	r.checkName(t, w.Name)
	w.Name, w.label = w.Name+label, label
	if len(r.problems) > before || w.Made == nil {
		return nil
	}
	w.Made.Name = w.Name
	if top.Prior.Train > 0 && !w.Recorded() {
		r.learnFromOthers(w, &top)
	} else if top.Prior.Trace != "" {
		w.learnt = r.learnt
		r.checkFuture(w, &common, &top.Prior)
	}
	return w
}

// loadable says whether the load is one that a workload can have.
func (t *workloadTable) loadable() bool { return t.Load > 0 && t.Load <= workloads.MostLoad }

// readGenerator makes a generated workload.
func (r *reader) readGenerator(w *Workload, common *workloadTable, g workloads.Generator, q *workloads.Requests) {
	w.Name = common.Name
	if w.Name == "" {
		w.Name = common.Generator
	}
	ok := r.decode(w.table, nil, common, g, q)
	mix, err := q.Mix()
	r.blame(w.table, err)
	invalid := g.Validate()
	r.blame(w.table, invalid)
	if !ok || err != nil || invalid != nil || !common.loadable() {
		return
	}
	w.scaled = func(load float64) (*workloads.Workload, error) {
		scaled := reflect.New(reflect.TypeOf(g).Elem())
		scaled.Elem().Set(reflect.ValueOf(g).Elem()) // g stays as the file has it
		scaled.Interface().(workloads.Generator).Scale(load * common.Load)
		return scaled.Interface().(workloads.Generator).Workload(w.Name, mix)
	}
	w.Made, err = w.scaled(1)
	r.blame(w.table, err)
}

// stem is the last part of a path without its extensions.
func stem(path string) string {
	base := filepath.Base(filepath.ToSlash(path))
	name, _, _ := strings.Cut(base, ".")
	if name == "" {
		return base
	}
	return name
}

// classes is the classes of the workload as the control plane knows them,
// with the bounds of the SLO and the prior. What the workload itself says of the
// mean work of a class is the future, which nobody knows.
func (w *Workload) classes(top *topTable) []policy.Class {
	var out []policy.Class
	for _, c := range w.Made.Classes {
		b := top.SLO.of(c.Name)
		out = append(out, policy.Class{
			Name: c.Name, Bound: b.Time, Factor: b.Factor,
			Prior: top.Prior.of(c.Name, w.learnt), Features: c.Features,
		})
	}
	return out
}
