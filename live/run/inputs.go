package run

import (
	"fmt"

	"cnv/experiments/plan"
	"cnv/experiments/scenarios"
	"cnv/live/load"
	"cnv/policy"
	"cnv/workloads"
)

// inputs makes the requests of workloads that send what trace record has sent:
// the scenes and pictures themselves, found by the keys of the arrivals.
type inputs map[float64]map[policy.Key]load.Request // by the scale of the pictures

// of makes the requests of a workload; nil: it has none of its own.
func (in inputs) of(w *plan.Workload) func(*workloads.Arrival) load.Request {
	known := in[w.Inputs]
	if known == nil {
		return nil
	}
	return func(a *workloads.Arrival) load.Request { return known[a.Key] }
}

// newInputs makes the inputs that the cells need, and checks that they are all
// that arrives.
func newInputs(cells []plan.Cell) (inputs, error) {
	in := inputs{}
	checked := map[*plan.Workload]bool{}
	for _, c := range cells {
		w := c.Scenario.Workload
		if w.Inputs == 0 || checked[w] {
			continue
		}
		checked[w] = true
		if in[w.Inputs] == nil {
			made, err := scenarios.Make(w.Inputs)
			if err != nil {
				return nil, err
			}
			in[w.Inputs] = map[policy.Key]load.Request{}
			for _, c := range made.Cases {
				in[w.Inputs][c.Key] = load.Request{Path: c.Path, Class: c.Class, Type: c.Type, Body: c.Body}
			}
		}
		if err := in.check(w); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// check plays a workload once, looking for what is not among its inputs.
func (in inputs) check(w *plan.Workload) error {
	src, err := w.Made.Open(1)
	if err != nil {
		return err
	}
	var a workloads.Arrival
	for n := 1; src.Next(&a); n++ {
		if _, ok := in[w.Inputs][a.Key]; !ok {
			return fmt.Errorf("cnv: workload %q: inputs = %v: request %d (at %v) is none of the inputs that `trace record --scale %v` makes: "+
				"give the scale that the trace was recorded with", w.Name, w.Inputs, n, a.At, w.Inputs)
		}
	}
	return src.Err()
}
