package workloads

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cnv/policy"
	"cnv/policy/nearest"
)

// A Mix says what the requests of a generated workload are: of which class,
// how much work, with which features. When they arrive is the generator's
// business, so that neither moves the other.
type Mix interface {
	Classes() []Class
	// MeanWork is the expected work of a request, CPU-seconds.
	MeanWork() float64
	// Fields are the fields of a trace that the mix makes up.
	Fields() []string
	// Notes are what a reader of results must know about the mix.
	Notes() []string
	// Open starts the mix under a seed.
	Open(seed uint64) Filler
	// String holds everything that decides what Fill does but the seed.
	String() string
}

// A Filler fills in requests for one goroutine.
type Filler interface {
	// Fill sets all of a but At. The same id gets the same request, whatever
	// was filled before.
	Fill(id policy.RequestID, a *Arrival)
}

// Requests is how an experiment file says what the requests of a generated
// workload are. Its fields are keys of [[workload]]:
//
//   - nothing, or classes = "own": the project's own mix ([Own]);
//   - classes = "recorded": requests that were recorded ([RecordedMix]);
//   - class = "blurimage" (or another class of the own mix): that class alone,
//     with its own sizes, features and repeats;
//   - size = "pareto", mean_work = "1s", cv2 = 10: requests of one class
//     without features or repeats, called class, or "request".
type Requests struct {
	Classes  string        `toml:"classes" doc:"set of classes: recorded, measured of the project's worker, or own, made up; own, where neither class nor size is given"`
	Class    string        `toml:"class" doc:"one class of the own mix, or the name of the requests that size describes"`
	Size     SizeKey       `toml:"size" doc:"distribution of the work: constant, exponential, lognormal or pareto (bounded), or { dist = ... }, CPU time on the reference vCPU"`
	MeanWork time.Duration `toml:"mean_work" doc:"mean work of a request, CPU time on the reference vCPU, with size"`
	CV2      float64       `toml:"cv2" doc:"squared coefficient of variation of the work, with size = lognormal or pareto"`
	Alpha    float64       `toml:"alpha" doc:"tail index of size = pareto; 1.1"`
}

// Mix is the mix that q describes. The error holds all problems.
func (q Requests) Mix() (Mix, error) {
	if q.Size.Given() {
		return q.sized()
	}
	var errs []error
	for _, k := range []struct {
		key string
		set bool
	}{{"mean_work", q.MeanWork != 0}, {"cv2", q.CV2 != 0}, {"alpha", q.Alpha != 0}} {
		if k.set {
			errs = append(errs, fmt.Errorf("%s: needs size (one of %s)", k.key, strings.Join(sizeLaws, ", ")))
		}
	}
	if q.Classes != "" && !slices.Contains(sets, q.Classes) {
		errs = append(errs, fmt.Errorf("classes: unknown set %q%s", q.Classes, nearest.Hint(q.Classes, sets)))
	}
	if q.Classes != "" && q.Class != "" {
		errs = append(errs, errors.New("class: cannot be combined with classes"))
	}
	own := Own()
	if q.Class != "" {
		one, err := own.Only(q.Class)
		if err != nil {
			errs = append(errs, err)
		}
		own = one
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	if q.Classes == "recorded" {
		return RecordedMix()
	}
	return own, nil
}

// sets are the sets of classes that can be named.
var sets = []string{"own", "recorded"}

// sized is a mix of one class with sizes by name.
func (q Requests) sized() (Mix, error) {
	size, err := q.Size.Law(q.MeanWork, q.CV2, q.Alpha)
	if q.Classes != "" {
		err = errors.Join(errors.New("classes: cannot be combined with size; every class of a set has its own sizes"), err)
	}
	if err != nil {
		return nil, err
	}
	name := q.Class
	if name == "" {
		name = "request"
	}
	return Uniformly(name, size), nil
}

// A single is the mix of one class without features.
type single struct {
	class Class
	size  Dist
}

// Uniformly is the mix of one class of requests whose work is drawn from a
// distribution, in CPU-seconds.
func Uniformly(class string, size Dist) Mix {
	return single{Class{Name: class, Memory: Unknown, MeanWork: seconds(size.Mean())}, size}
}

func (m single) Classes() []Class  { return []Class{m.class} }
func (m single) MeanWork() float64 { return m.size.Mean() }
func (m single) Fields() []string  { return []string{"class", "work_us"} }
func (m single) Notes() []string   { return nil }
func (m single) String() string    { return m.class.Name + " " + m.size.String() }

func (m single) Open(seed uint64) Filler {
	return &singleFiller{m.size, policy.NewRand(seed, "size", 0)}
}

type singleFiller struct {
	size Dist
	rand *policy.Rand
}

func (f *singleFiller) Fill(id policy.RequestID, a *Arrival) {
	work := seconds(f.size.Draw(f.rand.At(uint64(id))))
	*a = Arrival{At: a.At, Work: work, Wall: Unknown, Memory: Unknown, BytesIn: Unknown, BytesOut: Unknown, Status: Unknown}
}
