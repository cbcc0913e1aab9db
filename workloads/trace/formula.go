package trace

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"cnv/policy/nearest"
	"cnv/workloads"
)

// A Formula makes the work of a request of what was recorded of it:
//
//	0.2ms * tokens_in + 5ms * tokens_out
//	min(duration - 5ms, 2s)
//
// It adds, subtracts and multiplies numbers, durations, fields of an arrival and
// features of its class, takes the less or the more of two (min, max), and must
// come out as a time: CPU time on the reference vCPU. Less than none is none.
type Formula struct {
	text  string
	names []string // that it uses, in order of appearance
	value func(known *values) float64
}

// values are the numbers that names stand for, in the order of Formula.names.
type values []float64

// maxFormula bounds the text of a formula, bytes.
const maxFormula = 1000

// formulaFields are the fields of an arrival that a formula may use.
var formulaFields = []struct {
	name string
	time bool
	get  func(a *workloads.Arrival) (float64, bool)
}{
	{"duration", true, func(a *workloads.Arrival) (float64, bool) { return a.Wall.Seconds(), a.Wall >= 0 }},
	{"bytes_in", false, func(a *workloads.Arrival) (float64, bool) { return float64(a.BytesIn), a.BytesIn >= 0 }},
	{"bytes_out", false, func(a *workloads.Arrival) (float64, bool) { return float64(a.BytesOut), a.BytesOut >= 0 }},
	{"memory_kib", false, func(a *workloads.Arrival) (float64, bool) { return float64(a.Memory), a.Memory >= 0 }},
}

// ParseFormula reads a formula. Errors name the column in it.
func ParseFormula(text string) (*Formula, error) {
	if len(text) > maxFormula {
		return nil, fmt.Errorf("a formula of %d bytes, at most %d", len(text), maxFormula)
	}
	p := &formulaParser{text: text, f: &Formula{text: strings.TrimSpace(text)}}
	e, err := p.sum()
	if err == nil && p.skip() < len(text) {
		err = p.fail(p.at, "%q is one too many: want + - * or the end", p.rest())
	}
	if err == nil && !e.time {
		err = p.fail(0, "it comes out as a number, want a time: multiply by one, as in 0.2ms * tokens_in")
	}
	if err != nil {
		return nil, err
	}
	p.f.value = e.value
	return p.f, nil
}

// String is the formula as it was written.
func (f *Formula) String() string {
	if f == nil {
		return ""
	}
	return f.text
}

// uses says whether the formula uses a name.
func (f *Formula) uses(name string) bool { return f != nil && slices.Contains(f.names, name) }

// of is the work of an arrival; false where something that it uses is not known.
func (f *Formula) of(a *workloads.Arrival, features []string, room *values) (float64, bool) {
	*room = (*room)[:0]
	for _, name := range f.names {
		v, ok := 0.0, false
		if i := fieldOf(name); i >= 0 { // before features, as the type of the name is the field's
			v, ok = formulaFields[i].get(a)
		} else if i := slices.Index(features, name); i >= 0 && i < len(a.Features) {
			v, ok = a.Features[i], true
		}
		if !ok {
			return 0, false
		}
		*room = append(*room, v)
	}
	w := f.value(room)
	return w, !math.IsNaN(w)
}

// fieldOf is the place of a name among formulaFields; -1: it is none.
func fieldOf(name string) int {
	for i := range formulaFields {
		if formulaFields[i].name == name {
			return i
		}
	}
	return -1
}

// makeWork makes the work of an arrival by the formula, where it was not recorded and
// all that the formula uses is known.
func (r *eventReader) makeWork(a *workloads.Arrival) {
	r.made = false
	if r.formula == nil || a.Work >= 0 {
		return
	}
	if w, ok := r.formula.of(a, r.classes[a.Class].Features, &r.room); ok {
		a.Work, r.made = microseconds(w), true
	}
}

// checkFormula refuses names that no arrival has.
func (r *recording) checkFormula() error {
	if r.o.Work == nil {
		return nil
	}
	if r.header.Kind == Counts {
		return errors.New(`work: a trace of counts has no fields for a formula; work_from = "duration" takes the durations of their classes`)
	}
	var known []string
	for _, f := range formulaFields {
		known = append(known, f.name)
	}
	for i := range r.classes {
		known = append(known, r.classes[i].Features...)
	}
	for _, name := range r.o.Work.names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("work = %q: %q is neither a field nor a feature of any class (nearest valid name %q)", r.o.Work, name, nearest.Names(name, known, 1)[0])
		}
	}
	return nil
}
