package shadow

import (
	"fmt"
	"slices"
	"time"

	"cnv/policy"
)

// keptExamples bounds the differences that are kept in full.
// Text shows five of them.
const keptExamples = 20

// Other is the policies that are asked. Router may be nil where only the Spill is.
//
// It learns from the history of the policy that decides: what it would have caused itself, a queue
// that it builds up say, it never sees. So a Shadow answers "what next", and a simulation "what then".
type Other struct {
	Name   string
	Router policy.Router
	Spill  policy.Spill // nil: never
}

// Start gives the policies the streams that they would have had in a run of that seed
// by that gateway.
// Its draws do not disturb those of the run: streams are independent.
func (o *Other) Start(e policy.Env, seed uint64, gateway int) error {
	for _, p := range []struct {
		role   string
		policy any
	}{{"router", o.Router}, {"spill", o.Spill}} {
		if st, ok := p.policy.(policy.Starter); ok {
			e.Rand = policy.NewRand(seed, p.role, gateway)
			if err := st.Start(e); err != nil {
				return fmt.Errorf("%s: %w", o.Name, err)
			}
		}
	}
	return nil
}

// Done tells the policies how attempts ended.
func (o *Other) Done(v *policy.View, out *policy.Outcome) {
	for _, p := range []any{o.Router, o.Spill} {
		if ob, ok := p.(policy.Observer); ok {
			ob.Done(v, out)
		}
	}
}

// WorkerChanged tells them of the fleet.
func (o *Other) WorkerChanged(v *policy.View, w policy.WorkerID) {
	for _, p := range []any{o.Router, o.Spill} {
		if ob, ok := p.(policy.WorkerObserver); ok {
			ob.WorkerChanged(v, w)
		}
	}
}

// A Shadow is a policy.Witness.
type Shadow struct {
	other   Other
	seed    uint64
	gateway int
	report  Report
}

// A Report is how often, and how, the two policies parted. It has neither money
// nor totals: the other policy made no history of its own, so whatever it would
// have cost or taken in the end is not known.
type Report struct {
	Name     string
	Kinds    []Kind      // of what was done, in order of appearance
	Cells    [][2]string // (done, would have been), in order of appearance
	Counts   []uint64    // how often each
	Examples []Example   // the first differences, but for workers that were as busy

	// Over the placements where both named a worker, and not the same: sums
	// of what was there.
	Workers                 uint64
	InFlight, OtherInFlight float64
	WorkLeft, OtherWorkLeft float64 // CPU-seconds on the reference vCPU
}

// A Kind is the placements of one kind: on a worker, on a function, ...
type Kind struct {
	Name        string
	Asked, Same uint64 // placements, of retries too
}

// Agreed is how many placements there were, and how many were the same.
func (r *Report) Agreed() (same, asked uint64) {
	for _, k := range r.Kinds {
		same, asked = same+k.Same, asked+k.Asked
	}
	return same, asked
}

// An Example is one difference with what the policies saw.
type Example struct {
	Request           policy.RequestID
	At                time.Duration
	Predicted         float64 // work, CPU-seconds on the reference vCPU
	Done, Would       string
	DoneSaw, WouldSaw string // what they saw there
}

// New returns a Shadow; seed and gateway are those of the run, so that the other policy
// draws what it would have drawn in its own.
func New(o Other, seed uint64, gateway int) *Shadow {
	policy.Couple(o.Router, o.Spill)
	return &Shadow{other: o, seed: seed, gateway: gateway, report: Report{Name: o.Name}}
}

// Start implements policy.Starter.
func (s *Shadow) Start(e policy.Env) error { return s.other.Start(e, s.seed, s.gateway) }

// Done implements policy.Observer.
func (s *Shadow) Done(v *policy.View, o *policy.Outcome) { s.other.Done(v, o) }

// WorkerChanged implements policy.WorkerObserver.
func (s *Shadow) WorkerChanged(v *policy.View, w policy.WorkerID) { s.other.WorkerChanged(v, w) }

// Decided compares one placement.
// It decides nothing: commands are the same with and without it.
func (s *Shadow) Decided(v *policy.View, r *policy.Request, p policy.Placement) {
	choice, other := v.WouldChoose(s.other.Router, s.other.Spill, r)
	c, w := p.Choice, p.Worker
	rep := &s.report
	done, would := kind(c, w), kind(choice, other)
	same := c == choice && w == other
	if rep.placed(done, same); same {
		return
	}
	if w >= 0 && other >= 0 {
		would = compared(v.Worker(w).InFlight, v.Worker(other).InFlight)
		rep.Workers++
		rep.InFlight += float64(v.Worker(w).InFlight)
		rep.OtherInFlight += float64(v.Worker(other).InFlight)
		rep.WorkLeft += v.WorkLeft(w)
		rep.OtherWorkLeft += v.WorkLeft(other)
	}
	rep.count(done, would)
	if would != asBusy && len(rep.Examples) < keptExamples {
		rep.Examples = append(rep.Examples, Example{
			Request: r.ID, At: v.Now, Predicted: r.Work,
			Done: Name(c, w), Would: Name(choice, other), DoneSaw: there(v, r, c, w), WouldSaw: there(v, r, choice, other),
		})
	}
}

// asBusy is a difference of no consequence that a policy could see.
const asBusy = "another worker, as busy,"

// compared says what it would have meant to go elsewhere.
func compared(here, there int32) string {
	switch {
	case there > here:
		return "a busier worker"
	case there < here:
		return "a less busy worker"
	}
	return asBusy
}

// Report is what was counted so far.
func (s *Shadow) Report() Report { return s.report }

// placed counts a placement.
func (r *Report) placed(name string, same bool) {
	i := slices.IndexFunc(r.Kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		i, r.Kinds = len(r.Kinds), append(r.Kinds, Kind{Name: name})
	}
	r.Kinds[i].Asked++
	if same {
		r.Kinds[i].Same++
	}
}

// There are a handful of pairs, so a list does, and keeps the order of appearance.
func (r *Report) count(done, would string) {
	pair := [2]string{done, would}
	for i := range r.Cells {
		if r.Cells[i] == pair {
			r.Counts[i]++
			return
		}
	}
	r.Cells = append(r.Cells, pair)
	r.Counts = append(r.Counts, 1)
}

// Name is a choice in words, the worker by its number.
func Name(c policy.Choice, w policy.WorkerID) string {
	if c == policy.ToWorker && w >= 0 {
		return fmt.Sprintf("worker %d", w)
	}
	return kind(c, w)
}

// kind is a choice in words; of a worker that there is not it is the queue.
func kind(c policy.Choice, w policy.WorkerID) string {
	if c == policy.ToWorker && w < 0 {
		c = policy.ToQueue
	}
	return c.String()
}

// Saw is what a policy saw of where a request might go, and what a call costs.
func Saw(v *policy.View, r *policy.Request, c policy.Choice, w policy.WorkerID) string {
	if c == policy.ToFunction && v.Functions() != nil {
		return fmt.Sprintf("%s, for $%.3g", there(v, r, c, w), v.FunctionUSD(r))
	}
	return there(v, r, c, w)
}

// there is what was seen of a place.
func there(v *policy.View, r *policy.Request, c policy.Choice, w policy.WorkerID) string {
	switch {
	case c == policy.ToFunction && v.Functions() != nil:
		return fmt.Sprintf("%s in flight, %d warm", policy.Count(v.FunctionsBusy(), "call"), v.FunctionsWarm(r.Class)) + predicted(r, v.FunctionResponse(r))
	case c == policy.ToWorker && w >= 0:
		k := v.Worker(w)
		cpu := "never reported"
		if k.AsOf >= 0 {
			cpu = fmt.Sprintf("%.0f %% reported %v ago", k.CPU*100, (v.Now - k.AsOf).Round(time.Millisecond))
		}
		return fmt.Sprintf("%d in flight, %.3g s of work left, CPU %s", k.InFlight, v.WorkLeft(w), cpu) + predicted(r, v.Response(w, r))
	}
	return fmt.Sprintf("%d waiting at the gateway, %s ready", v.Queued(), policy.Count(len(v.Ready()), "worker"))
}

// predicted says when an answer was predicted; nothing of a request of whose work
// nothing is known.
func predicted(r *policy.Request, response time.Duration) string {
	if r.Work == 0 && !r.Known {
		return ""
	}
	return fmt.Sprintf(", answer predicted in %v", response.Round(time.Millisecond))
}
