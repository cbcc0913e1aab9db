package workloads

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// A Generator makes arrivals up. The exported fields of an implementation are
// its parameters.
type Generator interface {
	// Validate returns all unusable parameters, joined.
	Validate() error
	// Workload is the generated workload with requests of a mix.
	Workload(name string, m Mix) (*Workload, error)
	// Scale multiplies the load, the shape of which stays.
	Scale(load float64)
}

// Generators are the generators by name. New returns a [Generator].
var Generators = []policy.Spec{
	{Name: "poisson", Stable: true, Doc: "independent arrivals at a steady rate",
		New: func() any { return &Poisson{Rate: 10} }},
	{Name: "diurnal", Stable: true, Doc: "a rate that swings between night and day like a sine",
		New: func() any { return &Diurnal{Rate: 10, Ratio: 9, Period: 24 * time.Hour} }},
	{Name: "flash", Stable: true, Doc: "a flash crowd: a steady rate that climbs to a peak, stays there and falls back",
		New: func() any {
			return &Flash{Rate: 6, Peak: 40, At: 20 * time.Minute, Rise: time.Minute, Hold: 10 * time.Minute, Fall: time.Minute}
		}},
	{Name: "onoff", Stable: true, Doc: "bursts: the rate jumps between two levels after random times (MMPP-2)",
		New: func() any {
			return &OnOff{High: 50, Low: 1, HighFor: 10 * time.Second, LowFor: time.Minute}
		}},
	{Name: "clients", Stable: true, Doc: "a closed loop: each of N clients thinks, sends, and waits for the answer",
		New: func() any { return &Clients{Clients: 10, Think: Dist{Law: Exponential{1}}} }},
}

// defaultDuration is how long a generator runs that is told neither a duration
// nor a number of requests.
const defaultDuration = time.Hour

// A length is where a generator stops: at a duration or a number of requests,
// whichever comes first. 0 is no limit; both 0 is the default duration.
type length struct {
	duration time.Duration
	requests int
}

func (l length) validate() []error {
	var errs []error
	if l.duration < 0 {
		errs = append(errs, fmt.Errorf("duration = %v: must be positive", l.duration))
	}
	if l.requests < 0 {
		errs = append(errs, fmt.Errorf("requests = %d: must be positive", l.requests))
	}
	return errs
}

// bounds are the limits with defaults, in the form a source compares with.
func (l length) bounds() (until time.Duration, requests policy.RequestID) {
	until, requests = l.duration, policy.RequestID(l.requests)
	if until == 0 {
		until = math.MaxInt64
		if requests == 0 {
			until = defaultDuration
		}
	}
	if requests == 0 {
		requests = math.MaxUint64
	}
	return until, requests
}

// span is when a generator stops if as many requests have arrived by t seconds
// as expected says, a function that does not decrease.
func (l length) span(expected func(t float64) float64) time.Duration {
	until, requests := l.bounds()
	most := until.Seconds()
	if expected(most) <= float64(requests) {
		return until
	}
	lo, hi := 0.0, most
	for range 100 {
		if mid := (lo + hi) / 2; expected(mid) < float64(requests) {
			lo = mid
		} else {
			hi = mid
		}
	}
	return seconds(hi)
}

// A process yields the instants of arrivals in nanoseconds since the start,
// never decreasing.
type process interface {
	next() float64
}

// A source joins instants and requests. It implements Source.
type source struct {
	process  process
	filler   Filler
	until    float64 // nanoseconds
	requests policy.RequestID
	id       policy.RequestID
}

// Next fills in the next arrival, in [0, until).
func (s *source) Next(a *Arrival) bool {
	if s.id >= s.requests {
		return false
	}
	at := s.process.next()
	if at >= s.until {
		s.requests = s.id // stay at the end
		return false
	}
	a.At = time.Duration(at)
	s.filler.Fill(s.id, a)
	s.id++
	return true
}

// Err is always nil: nothing can go wrong.
func (s *source) Err() error { return nil }

// A recipe is what generators have in common.
type recipe struct {
	name     string
	gen      fmt.Stringer // everything that decides the arrivals but seed and mix
	mix      Mix
	length   length
	expected func(t float64) float64             // arrivals until t seconds, on average
	process  func(arrivals *policy.Rand) process // opens the instants
}

// workload is the open-loop workload of a recipe.
func (r recipe) workload() *Workload {
	span := r.length.span(r.expected)
	rate := r.expected(span.Seconds()) / span.Seconds()
	until, requests := r.length.bounds()
	w := describe(r.name, r.gen, r.mix, rate, span)
	w.Open = func(seed uint64) (Source, error) {
		return &source{
			process:  r.process(policy.NewRand(seed, "arrivals", 0)),
			filler:   r.mix.Open(seed),
			until:    float64(until),
			requests: requests,
		}, nil
	}
	return w
}

// describe is a generated workload without Open.
func describe(name string, gen fmt.Stringer, m Mix, rate float64, span time.Duration) *Workload {
	sum := sha256.Sum256([]byte(gen.String() + "\n" + m.String()))
	return &Workload{
		Name: name, Classes: m.Classes(), Span: span, Rate: rate, Load: rate * m.MeanWork(),
		Replicates:  "seeds",
		Synthesised: append([]string{"arrival_us"}, m.Fields()...),
		Assumed:     m.Notes(),
		Counted:     counted(m),
		Tail:        tailOf(m),
		Digest:      hex.EncodeToString(sum[:]),
	}
}

// counted says whether the requests of a mix come with counts.
func counted(m Mix) bool {
	_, ok := m.(*Recorded)
	return ok
}

// fastest is the highest rate, requests/s: one a nanosecond, the resolution of
// instants.
const fastest = 1e9

// rateError refuses a rate outside (0, fastest], or [0, fastest] if it may be 0.
func rateErrors(name string, v float64, zero bool) []error {
	if v > 0 && v <= fastest || zero && v == 0 {
		return nil
	}
	if zero {
		return []error{fmt.Errorf("%s = %v: must be within [0, 1e9] requests/s", name, v)}
	}
	return []error{fmt.Errorf("%s = %v: must be positive and at most 1e9 requests/s", name, v)}
}

// lastingErrors refuses a duration that is not positive.
func lastingErrors(name string, d time.Duration) []error {
	if d > 0 {
		return nil
	}
	return []error{fmt.Errorf("%s = %v: must be positive", name, d)}
}

// sinceErrors refuses a duration that is negative.
func sinceErrors(name string, d time.Duration) []error {
	if d >= 0 {
		return nil
	}
	return []error{fmt.Errorf("%s = %v: must not be negative", name, d)}
}

// joined is errors.Join of lists.
func joined(lists ...[]error) error {
	var all []error
	for _, l := range lists {
		all = append(all, l...)
	}
	return errors.Join(all...)
}
