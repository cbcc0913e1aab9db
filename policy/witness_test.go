package policy

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A sight is what a policy saw when it was asked about a request.
type sight struct {
	queued   int
	line     float64
	attempts uint8
}

// A seer is a Spill that notes what it saw last of each request, and wants a function
// where little waits before one: its answer hangs on the line.
type seer struct{ saw map[RequestID]sight }

func (p seer) Decide(v *View, r *Request, _ WorkerID, ok bool) Choice {
	p.saw[r.ID] = sight{v.Queued(), v.c.line(), r.Attempts}
	switch {
	case v.c.line() < 3 && v.FunctionFits(r):
		return ToFunction
	case ok:
		return ToWorker
	}
	return ToQueue
}

// A mirror is a Witness that asks another Spill, and compares what both saw.
type mirror struct {
	t        *rapid.T
	own      seer
	other    seer
	compared int
}

func (m *mirror) Decided(v *View, r *Request, p Placement) {
	choice, w := v.WouldChoose(first{}, m.other, r)
	m.compared++
	if got, want := m.other.saw[r.ID], m.own.saw[r.ID]; got != want {
		m.t.Fatalf("request %d: the other policy saw %+v, the one that decided %+v", r.ID, got, want)
	}
	if choice != p.Choice || w != p.Worker {
		m.t.Fatalf("request %d: the same policy would choose %v %d, and has chosen %v %d", r.ID, choice, w, p.Choice, p.Worker)
	}
}

// TestWitnessSeesWhatThePolicySaw: at each placement, of what has just come, has waited or
// was refused, a Witness that asks the same policies sees what these saw, and gets the
// same answer.
func TestWitnessSeesWhatThePolicySaw(t *testing.T) {
	compared, worlds := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		worlds++
		m := &mirror{t: rt, own: seer{map[RequestID]sight{}}, other: seer{map[RequestID]sight{}}}
		limit := rapid.IntRange(0, 2).Draw(rt, "limit")
		l := newLab(t, rapid.IntRange(0, 2).Draw(rt, "workers"), Config{
			Spill: m.own, Witness: m, Pools: []Pool{{Cores: 1, Speed: 1, Limit: limit, Initial: 2, Max: 2}},
			Functions: &Functions{Share: 1, Concurrency: 2, Full: rapid.SampledFrom([]Full{Refuse, Wait}).Draw(rt, "full")},
		})
		var flight []Command
		for id := RequestID(0); id < 40; {
			e := Event{Kind: Arrival, Request: id, Class: ClassID(id % 2), Idempotent: true, Streamed: rapid.IntRange(0, 3).Draw(rt, "streamed") == 0}
			if n := len(flight); n > 0 && rapid.Bool().Draw(rt, "ends") {
				i := rapid.IntRange(0, n-1).Draw(rt, "attempt")
				e = ended(flight[i].Request, flight[i].Attempt, OK)
				if flight[i].Kind == Invoke && rapid.IntRange(0, 3).Draw(rt, "throttled") == 0 {
					e.Status = Throttled
				}
				flight[i] = flight[n-1]
				flight = flight[:n-1]
			} else {
				id++
			}
			l.out = l.c.Step(time.Duration(id)*time.Second, &e, l.out[:0])
			for _, cmd := range l.out {
				if cmd.Kind == Dispatch || cmd.Kind == Invoke {
					flight = append(flight, cmd)
				}
			}
		}
		compared += m.compared
	})
	if compared < 10*worlds { // -short draws a fifth of the worlds
		t.Errorf("%d placements were compared in %d worlds, want more", compared, worlds)
	}
}

// TestPlacedInOrderAfterAStall: what a stall held up is placed in order, and no request
// sees those behind it in the line.
func TestPlacedInOrderAfterAStall(t *testing.T) {
	p := seer{map[RequestID]sight{}}
	l := newLab(t, 1, Config{Router: reckless{}, Spill: p, Pools: []Pool{{Cores: 1, Speed: 1, Max: 2, Replace: ReplaceNever}}})
	l.step(0, arrival(0), "launch 1")
	for id := RequestID(1); id < 4; id++ {
		l.step(1, Event{Kind: Arrival, Request: id, Class: 1}, "")
	}
	l.step(2, Event{Kind: LaunchFailed, N: 1}, "reject r0 503, r1.0 -> w0, r2.0 -> w0, r3.0 -> w0")
	for id := RequestID(1); id < 4; id++ {
		if got := p.saw[id]; got != (sight{}) {
			t.Errorf("request %d saw %+v, want nothing before it", id, got)
		}
	}
}
