package results

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestMissesHaveOneCause: the causes of any requests add up to the misses that an idle worker
// would have avoided.
func TestMissesHaveOneCause(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := NewRun(RunInfo{Classes: []string{"a"}})
		for i := range rapid.IntRange(0, 40).Draw(t, "n") {
			at := time.Duration(i) * time.Second
			if rapid.Bool().Draw(t, "point") {
				r.Tick(Sample{At: at, Booting: rapid.IntRange(0, 1).Draw(t, "booting")})
			}
			q := Request{
				ID: uint64(i), Worker: -1, Arrival: at, Start: Never, Finish: Never, Ideal: time.Second, Bound: 5 * time.Second, Work: time.Second,
				Ending: Ending(rapid.IntRange(0, int(Unfinished)).Draw(t, "ending")), Cold: rapid.Bool().Draw(t, "cold"),
			}
			if q.Ending == Answered {
				q.Start, q.Finish = at, at+time.Duration(rapid.IntRange(1, 9).Draw(t, "took"))*time.Second
			}
			if rapid.Bool().Draw(t, "unavoidable") {
				q.Ideal = 6 * time.Second
			}
			r.Add(&q)
		}
		row, sum := r.Finish(time.Hour, Ledger{}, Counts{}), 0.0
		for _, c := range missColumns() {
			sum += row.Value(c.Name)
		}
		if all := row.Value("missed_avoidable"); sum != all {
			t.Fatalf("causes add up to %v of %v", sum, all)
		}
	})
}

// TestCauseOfAMiss: what failed or was refused is that, whatever boots; a late answer is a cold
// start's, else that of machines that booted while the request was there, else queueing.
func TestCauseOfAMiss(t *testing.T) {
	const second = time.Second
	late := func(at time.Duration) Request {
		return Request{Arrival: at, Start: at, Finish: at + 9*second, Ideal: second, Bound: 5 * second}
	}
	cold, refused, lost, left := late(0), late(0), late(0), late(0)
	cold.Cold = true
	for q, e := range map[*Request]Ending{&refused: Rejected, &lost: Failed, &left: TimedOut} {
		q.Ending, q.Finish = e, Never
	}
	for name, c := range map[string]struct {
		booting []int // at 0 s, 10 s, 20 s ...
		of      Request
		want    missCause
	}{
		"refused":                     {[]int{1}, refused, missRefused},
		"lost":                        {[]int{1}, lost, missLost},
		"cold":                        {[]int{1}, cold, missCold},
		"left while machines boot":    {[]int{0, 2, 2}, left, missBoot},
		"late while machines boot":    {[]int{0, 2, 2}, late(5 * second), missBoot},
		"late, ready since it came":   {[]int{0, 2, 0}, late(5 * second), missBoot},
		"late, ready before it came":  {[]int{0, 2, 0}, late(15 * second), missQueueing},
		"late, boots since the point": {[]int{0, 2}, late(15 * second), missBoot},
		"late, nothing boots":         {[]int{0, 0}, late(5 * second), missQueueing},
		"late, before any point":      {nil, late(0), missQueueing},
	} {
		r := NewRun(RunInfo{Classes: []string{"a"}})
		for i, n := range c.booting {
			r.Tick(Sample{At: time.Duration(i) * 10 * second, Booting: n})
		}
		if got := r.causeOf(&c.of); got != c.want {
			t.Errorf("%s: %s, want %s", name, missCauseTexts[got][0], missCauseTexts[c.want][0])
		}
	}
}
