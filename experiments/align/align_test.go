package align

import (
	"strings"
	"testing"
	"time"

	"cnv/policy"
)

// ms is so many milliseconds.
func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// A made is a story made up by hand: its requests are numbered as they come.
type made struct{ *Story }

func begun() made { return made{NewStory()} }

// worker makes one that is launched and ready at instants; called before the first arrival,
// these are before it.
func (m made) worker(id policy.WorkerID, known, ready time.Duration) {
	m.Before(known, &policy.Event{Kind: policy.WorkerPending, Worker: id})
	m.Before(ready, &policy.Event{Kind: policy.WorkerReady, Worker: id})
}

// request arrives, sees the workers, and goes to one of them.
func (m made) request(at time.Duration, to policy.WorkerID, saw ...Seen) {
	id := policy.RequestID(m.Requests())
	m.Before(at, &policy.Event{Kind: policy.Arrival, Request: id})
	m.Looks[id] = Look{At: at - m.zero, Choice: policy.ToWorker, Worker: to, Workers: saw}
	m.After(at, []policy.Command{{Kind: policy.Dispatch, Request: id, Worker: to}})
}

// end ends the attempt of a request.
func (m made) end(at time.Duration, id policy.RequestID, work float64) {
	m.Before(at, &policy.Event{Kind: policy.Done, Request: id, Work: work})
}

// two makes the pair of stories in which nothing differs but what change does to the second.
func two(change func(live bool, m made)) Comparison {
	a, b := begun(), begun()
	change(true, a)
	change(false, b)
	return Compare(a.Story, b.Story)
}

// pick is the first where live, else the second.
func pick[T any](live bool, x, y T) T {
	if live {
		return x
	}
	return y
}

// TestCauses: each cause is named where it alone makes two journals part.
func TestCauses(t *testing.T) {
	idle := func(id policy.WorkerID) Seen { return Seen{ID: id, Age: never} }
	busy := func(id policy.WorkerID) Seen { return Seen{ID: id, InFlight: 1, Age: never} }
	for _, c := range []struct {
		cause  Cause
		view   bool // else of the placement
		says   string
		change func(live bool, m made)
	}{
		{Service, true, "request 0 took 400ms live, 200ms simulated, for the same work of 0.2 s of CPU", func(live bool, m made) {
			m.request(0, 0, idle(0), idle(1))
			m.end(pick(live, ms(400), ms(200)), 0, 0.2)
			m.request(ms(300), pick(live, policy.WorkerID(1), 0), pick(live, busy(0), idle(0)), idle(1))
		}},
		{Work, true, "its work was 0.4 s of CPU live, 0.2 s simulated", func(live bool, m made) {
			m.request(0, 0, idle(0), idle(1))
			m.end(pick(live, ms(400), ms(200)), 0, pick(live, 0.4, 0.2))
			m.request(ms(300), 0, pick(live, busy(0), idle(0)), idle(1))
		}},
		{Arrival, true, "request 1 came -20ms later after request 0 than simulated", func(live bool, m made) {
			m.request(0, 0, idle(0), idle(1))
			m.end(ms(300), 0, 0.3)
			m.request(pick(live, ms(290), ms(310)), 0, pick(live, busy(0), idle(0)), idle(1))
		}},
		{Boot, true, "worker 1 took 1s to be ready live, 3s simulated", func(live bool, m made) {
			m.request(0, 0, idle(0))
			m.worker(1, ms(500), pick(live, ms(1500), ms(3500)))
			saw := []Seen{idle(0)}
			if live {
				saw = append(saw, idle(1))
			}
			m.end(ms(100), 0, 0.1)
			m.request(ms(2000), 0, saw...)
		}},
		{Launch, true, "launch 1 was commanded at 1s live only", func(live bool, m made) {
			m.request(0, 0, idle(0))
			m.end(ms(100), 0, 0.1)
			saw := []Seen{idle(0)}
			if live {
				m.After(ms(1000), []policy.Command{{Kind: policy.Launch, N: 1}})
				m.worker(1, ms(1100), ms(1200))
				saw = append(saw, idle(1))
			}
			m.request(ms(2000), 0, saw...)
		}},
		{End, true, "worker 1 ended at 1s live, never simulated", func(live bool, m made) {
			m.worker(1, ms(-2000), ms(-1000))
			m.request(0, 0, idle(0), idle(1))
			m.end(ms(100), 0, 0.1)
			saw := []Seen{idle(0)}
			if live {
				m.Before(ms(1000), &policy.Event{Kind: policy.WorkerLost, Worker: 1})
			} else {
				saw = append(saw, idle(1))
			}
			m.request(ms(2000), 0, saw...)
		}},
		{Report, false, "worker 0: 90 % of CPU reported 1s before live, 50 % of CPU reported 1s before simulated", func(live bool, m made) {
			m.request(0, pick(live, policy.WorkerID(1), 0), Seen{ID: 0, CPU: pick(live, 0.9, 0.5), Age: time.Second}, Seen{ID: 1, CPU: 0.7, Age: time.Second})
		}},
		{Age, false, "worker 0: 50 % of CPU reported 9s before live, 50 % of CPU reported 1s before simulated", func(live bool, m made) {
			m.request(0, pick(live, policy.WorkerID(1), 0), Seen{ID: 0, CPU: 0.5, Age: pick(live, 9*time.Second, time.Second)}, Seen{ID: 1, CPU: 0.7, Age: time.Second})
		}},
		{Left, false, "worker 0 has 0.4 s of work left live, 0.2 s simulated", func(live bool, m made) {
			m.request(0, pick(live, policy.WorkerID(1), 0), Seen{ID: 0, Age: never, Left: pick(live, 0.4, 0.2)}, idle(1))
		}},
		{Draw, false, "nothing that policies see differs", func(live bool, m made) {
			m.request(0, pick(live, policy.WorkerID(1), 0), idle(0), idle(1))
		}},
	} {
		got := two(c.change)
		split := got.Placement
		if c.view {
			split = got.View
		}
		if split.Cause != c.cause || !strings.Contains(split.Says, c.says) {
			t.Errorf("%v: got %v, %q (%s), want %q", c.cause, split.Cause, split.Says, split.Differs, c.says)
		}
	}
}

// TestAlike: two journals that are the same do not part.
func TestAlike(t *testing.T) {
	got := two(func(_ bool, m made) {
		m.request(0, 0, Seen{ID: 0, Age: never})
		m.end(ms(100), 0, 0.1)
		m.request(ms(200), 0, Seen{ID: 0, Age: never})
	})
	if got.Requests != 2 || got.Alike != 2 || got.View.Request != -1 || got.Placement.Request != -1 {
		t.Errorf("%+v", got)
	}
}
