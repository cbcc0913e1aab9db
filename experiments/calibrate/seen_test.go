package calibrate

import (
	"strings"
	"testing"
	"time"

	"cnv/policy"
)

// calls are what was seen of calls of functions: environment, begin and end in seconds, and
// whether it was cold.
func calls(all ...[4]float64) *Seen {
	s := NewSeen(policy.Config{Functions: &policy.Functions{Share: 1, KeepAlive: 10 * time.Minute}}, nil)
	at := func(s float64) time.Duration { return time.Duration(s * 1e9) }
	for i, c := range all {
		id := policy.RequestID(i)
		s.Add(at(c[1]), &policy.Event{Kind: policy.Arrival, Request: id}, []policy.Command{{Kind: policy.Invoke, Request: id}})
		s.Add(at(c[2]), &policy.Event{Kind: policy.Done, Request: id, Instance: uint64(c[0]), Cold: c[3] > 0, Work: c[2] - c[1]}, nil)
	}
	return s
}

// TestKeepAliveIsBounded: it is longer than the longest pause after which an environment
// was warm, and shorter than the shortest after which one that was free was not used.
func TestKeepAliveIsBounded(t *testing.T) {
	for name, c := range map[string]struct {
		seen *Seen
		want string
	}{
		"bounded":  {calls([4]float64{1, 0, 1, 1}, [4]float64{1, 60, 61, 0}, [4]float64{2, 361, 362, 1}), `"3m0s"`}, // between 59 s and 300 s
		"as taken": {calls([4]float64{1, 0, 1, 1}, [4]float64{1, 500, 501, 0}, [4]float64{2, 1501, 1502, 1}), ""},
		"longer":   {calls([4]float64{1, 0, 1, 1}, [4]float64{1, 901, 902, 0}), `"15m0s"`},
	} {
		f := &Fits{Samples: map[string][]float64{}}
		c.seen.fitKeepAlive(f)
		if len(f.Known) != 1 || f.Known[0].Value != c.want {
			t.Errorf("%s: %+v, %+v, want %s", name, f.Known, f.Unknown, c.want)
		}
	}
	f := &Fits{Samples: map[string][]float64{}}
	calls([4]float64{1, 0, 1, 1}, [4]float64{1, 500, 501, 0}, [4]float64{2, 502, 503, 1}).fitKeepAlive(f)
	if len(f.Known) != 0 || len(f.Unknown) != 1 || !strings.Contains(f.Unknown[0].Why, "no constant") {
		t.Errorf("warm after 499 s and gone after 1 s: %+v, %+v", f.Known, f.Unknown)
	}
}

// TestWhatAttemptsWereGiven: under processor sharing two requests on one core have half of
// it each; in line the second has nothing until the first has ended.
func TestWhatAttemptsWereGiven(t *testing.T) {
	for _, ps := range []bool{true, false} {
		s := NewSeen(policy.Config{PS: ps, Pools: []policy.Pool{{Cores: 1, Speed: 2}}, Classes: []policy.Class{{}}}, nil)
		s.Add(0, &policy.Event{Kind: policy.WorkerPending}, nil)
		for id := range policy.RequestID(2) {
			s.Add(0, &policy.Event{Kind: policy.Arrival, Request: id}, []policy.Command{{Kind: policy.Dispatch, Request: id}})
		}
		s.Add(2*time.Second, &policy.Event{Kind: policy.Done, Request: 0, Work: 1}, nil)
		s.Add(3*time.Second, &policy.Event{Kind: policy.Done, Request: 1, Status: policy.Cancelled}, nil)
		want := [2]float64{4, 2}
		if ps {
			want = [2]float64{2, 4}
		}
		if a, b := s.Attempts[0].Served, s.Attempts[1].Served; a != want[0] || b != want[1] {
			t.Errorf("ps %v: given %v and %v, want %v", ps, a, b, want)
		}
		if lack := s.Unsized(); len(lack) != 1 || lack[0].Index != 1 || lack[0].AtLeast != want[1] || lack[0].Implied {
			t.Errorf("ps %v: not measured are %+v, want the second", ps, lack)
		}
	}
}
