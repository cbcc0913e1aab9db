package calibrate

import (
	"math"
	"slices"
	"sort"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// An Unsized is a request whose work nobody measured.
type Unsized struct {
	Index   int // of the arrival, from 0
	Class   policy.ClassID
	AtLeast float64 // what it was given before it was cut off, CPU-seconds on the reference vCPU
	Implied bool    // it was answered, and AtLeast is what it was given until then
}

// Unsized are the requests whose work nobody measured, in order of arrival.
func (s *Seen) Unsized() []Unsized {
	var out []Unsized
	for i, r := range s.requests {
		if !r.sized {
			out = append(out, Unsized{i, r.class, r.given, r.answered})
		}
	}
	return out
}

// Sizes are the laws of the work of requests by class, and of all together, which stands in
// for a class of which too little is known.
type Sizes struct {
	classes [][]float64 // in order
	all     []float64
}

// Sizes are fitted to what was measured or, where no answer tells it, to what attempts were
// given; those that were cut off count as larger than what they were given.
func (s *Seen) Sizes() *Sizes {
	all := make([]span, 0, len(s.Attempts))
	classes := make([][]span, len(s.Config.Classes))
	for _, a := range s.Attempts {
		var x span
		switch {
		case a.Status == policy.OK && a.Work > 0:
			x = span{s: a.Work}
		case a.Status == policy.OK && a.Served > 0:
			x = span{s: a.Served}
		case a.Status == policy.Timeout || a.Status == policy.Cancelled:
			x = span{s: a.Served, censored: true}
		default:
			continue
		}
		all = append(all, x)
		if int(a.Class) < len(classes) {
			classes[a.Class] = append(classes[a.Class], x)
		}
	}
	out := &Sizes{all: law(all), classes: make([][]float64, len(classes))}
	for i, spans := range classes {
		if len(spans) >= fewestOfClass {
			out.classes[i] = law(spans)
		}
	}
	return out
}

// fewestOfClass is how many attempts a class takes to have a law of its own.
const fewestOfClass = 20

// law are samples of the law behind spans, in order; none if none has ended.
func law(spans []span) []float64 {
	if !slices.ContainsFunc(spans, func(x span) bool { return !x.censored }) {
		return nil
	}
	return survivors(spans)
}

// Known says whether there is any law.
func (z *Sizes) Known() bool { return len(z.all) > 0 }

// Draw is work for a request, seconds: of its class, and more than it was given.
func (z *Sizes) Draw(r *policy.Rand, u *Unsized) float64 {
	if u.Implied {
		return u.AtLeast
	}
	values := z.all
	if int(u.Class) < len(z.classes) && z.classes[u.Class] != nil {
		values = z.classes[u.Class]
	}
	from := sort.Search(len(values), func(i int) bool { return values[i] > u.AtLeast })
	if from == len(values) {
		return u.AtLeast
	}
	return values[from+int(r.Float64()*float64(len(values)-from))]
}

// A Resized is a source of arrivals in which the work of some is drawn again.
type Resized struct {
	workloads.Source
	Of     []Unsized // in order of arrival
	By     *Sizes
	Rand   *policy.Rand
	index  int
	passed int // of Of
}

// Next implements workloads.Source.
func (z *Resized) Next(a *workloads.Arrival) bool {
	if !z.Source.Next(a) {
		return false
	}
	if z.passed < len(z.Of) && z.Of[z.passed].Index == z.index {
		a.Work = time.Duration(math.Round(z.By.Draw(z.Rand, &z.Of[z.passed]) * 1e9))
		z.passed++
	}
	z.index++
	return true
}
