package results

import (
	"math"
	"slices"
	"testing"
	"time"

	"cnv/results/stat"
)

// stretchesOf is a run with a batch for each mean response time, in seconds.
func stretchesOf(every time.Duration, means ...float64) *Series {
	s := &Series{Width: 1}
	for i, x := range means {
		b := Batch{Requests: 1, Answered: 1, Response: x * 1e9, From: time.Duration(i) * every}
		if math.IsNaN(x) {
			b.Answered, b.Response = 0, 0
		}
		s.Batches = append(s.Batches, b)
	}
	return s
}

// TestFirstHourUnlike: the first hour is unlike the others where it is further from their
// mean than the 99 % prediction interval, which for three others of standard deviation 1
// is 9.9248 √(1 + 1/3), and nothing is said of fewer than four hours, or of too few with
// answers.
func TestFirstHourUnlike(t *testing.T) {
	const far, none = 11.4602, 0
	for _, c := range []struct {
		hours  []float64
		unlike bool
	}{
		{[]float64{100 + far - 0.01, 99, 100, 101}, false},
		{[]float64{100 + far + 0.01, 99, 100, 101}, true},
		{[]float64{100 - far + 0.01, 99, 100, 101}, false},
		{[]float64{100 - far - 0.01, 99, 100, 101}, true},
		{[]float64{500, 99, 101}, false},
		{[]float64{500, 99, math.NaN(), 101}, false},
		{[]float64{500, 99, math.NaN(), 101, 100}, true},
		{[]float64{math.NaN(), 99, 100, 101}, false},
	} {
		var trend Trend
		trend.hours(stretchesOf(time.Hour, c.hours...))
		if trend.Hours != len(c.hours) || trend.Unlike != c.unlike {
			t.Errorf("hours %v: %+v, want %d hours, unlike %v", c.hours, trend, len(c.hours), c.unlike)
		}
	}
	var trend Trend
	trend.hours(stretchesOf(20*time.Minute, 1, 2, 3, 10, 10, 10, 20, 20, 20, 30, 30, 30)) // three stretches per hour
	if trend.Hours != 4 || trend.First != 2 || trend.Rest != 20 {
		t.Errorf("%+v, want 4 hours, 2 s in the first and 20 s in the rest", trend)
	}
}

// TestDriftIsATest: halves of ten stretches each differ where Student's t with 18 degrees
// of freedom says so with 99 %, by an error that grows with how alike neighbours are.
func TestDriftIsATest(t *testing.T) {
	const quantile = 2.878440 // of t(18) at 0.995
	for name, noise := range map[string][]float64{
		"neighbours differ":   {-1, 1, -1, 1, -1, 1, -1, 1, -1, 1},
		"neighbours are like": {-1, -1, -1, 1, 1, 1, 1, 1, -1, -1},
	} {
		halves := func(apart float64) []float64 {
			out := make([]float64, 0, 20)
			for _, x := range noise {
				out = append(out, 50+x)
			}
			for _, x := range noise {
				out = append(out, 50+apart+x)
			}
			return out
		}
		for apart := 0.05; apart < 20; apart += 0.05 {
			all := halves(apart)
			r := min(max(stat.Lag(all), 0), 0.9)
			error := math.Sqrt((10.0/9 + 10.0/9) / 10 * (1 + r) / (1 - r))
			var trend Trend
			trend.course(stretchesOf(time.Minute, all...))
			if far := apart / (quantile * error); math.Abs(far-1) > 1e-4 && trend.Drift != (far > 1) {
				t.Fatalf("%s, halves %.2f apart, lag %.3f: drift %v, want %v", name, apart, r, trend.Drift, far > 1)
			}
		}
	}
	var trend Trend
	if trend.course(stretchesOf(time.Minute, slices.Repeat([]float64{1, 2}, 9)...)); trend.Drift || !math.IsNaN(trend.Lag) {
		t.Errorf("a run of 18 stretches: %+v, want that nothing is said", trend)
	}
}

// TestAWarmUpIsJudgedWhereItCanBe: one stretch before sixteen others is a warm-up only
// where it is unlike them; before fewer there is nothing to judge it by.
func TestAWarmUpIsJudgedWhereItCanBe(t *testing.T) {
	rest := slices.Repeat([]float64{9.9, 10.1}, 8)
	for _, c := range []struct {
		first []float64
		rest  []float64
		want  bool
	}{
		{[]float64{10}, rest, false}, {[]float64{40}, rest, true}, {[]float64{0}, rest, true}, {nil, rest, false},
		{[]float64{10}, rest[:15], true}, {nil, rest[:3], false}, {[]float64{10, 10}, rest, false}, {[]float64{40, 40}, rest, true},
		{[]float64{math.NaN()}, rest, true},
	} {
		if got := stretchesOf(time.Minute, append(slices.Clone(c.first), c.rest...)...).begins(len(c.first)); got != c.want {
			t.Errorf("%v before %d others: begins %v, want %v", c.first, len(c.rest), got, c.want)
		}
	}
}

// TestStretchesAreFew: successive arrivals are in stretches of one width, at most
// maxStretches of them, however many come, and none is lost.
func TestStretchesAreFew(t *testing.T) {
	for _, n := range []uint64{1, 64, 65, 64*maxStretches - 1, 64 * maxStretches, 64*maxStretches + 1, 128*maxStretches + 1} {
		var s stretches
		for id := range n {
			s.add(&Request{ID: id, Arrival: time.Second, Finish: time.Second + time.Millisecond, Ending: Answered})
		}
		want := uint64(64)
		for (n-1)/want >= maxStretches {
			want *= 2
		}
		if s.width != want || len(s.response) != int((n+want-1)/want) || len(s.requests) != len(s.response) {
			t.Errorf("%d requests: %d stretches of %d, want %d of %d", n, len(s.response), s.width, (n+want-1)/want, want)
		}
		for i := range s.requests {
			if in := min(want, n-uint64(i)*want); s.requests[i] != float64(in) || s.response[i].TotalCount() != int64(in) {
				t.Errorf("%d requests: stretch %d has %v and %d answers, want %d", n, i, s.requests[i], s.response[i].TotalCount(), in)
			}
		}
	}
}

// TestASingleRunHasItsOwnDrift: what is said of the only run of a cell is said of it alone.
func TestASingleRunHasItsOwnDrift(t *testing.T) {
	for _, rises := range []bool{false, true} {
		runs := NewRuns(Design{Workloads: []string{"w"}, Policies: []string{"p"}, Replications: 1, Steady: true}, "")
		r, err := runs.Open(0, 0, 0, 1, []string{"a"})
		if err != nil {
			t.Fatal(err)
		}
		for id := range uint64(4000) {
			at, took := time.Duration(id)*time.Second, time.Duration(9+id%3)*time.Second
			if rises && id >= 2000 {
				took += 5 * time.Second
			}
			r.Add(&Request{ID: id, User: id, Arrival: at, Start: at, Finish: at + took, Ending: Answered, Ideal: time.Second, Status: 200})
		}
		if err := runs.Add(0, 0, r, r.Finish(4000*time.Second, Ledger{}, Counts{})); err != nil {
			t.Fatal(err)
		}
		if trend := runs.Rows(0, 0)[0].Trend; (trend.Drift || trend.Endless) != rises {
			t.Errorf("response times rise %v: %+v", rises, trend)
		}
	}
}

// TestRunsDifferByStudent: the beginnings of three runs are unlike their rest where the mean
// difference is beyond 9.9248 standard errors, in whatever unit they vary.
func TestRunsDifferByStudent(t *testing.T) {
	for _, deviation := range []float64{0.1, 1, 5} {
		far := 9.924843 * deviation / math.Sqrt(3)
		for _, c := range []struct {
			apart float64
			want  bool
		}{{0.999 * far, false}, {1.001 * far, true}, {-0.999 * far, false}, {-1.001 * far, true}} {
			var runs []*Series
			for i := range 3 {
				runs = append(runs, stretchesOf(time.Minute, 100+c.apart+deviation*float64(i-1), 100, 100, 100))
			}
			if got := differ(runs, 0, 1, 0.99, func(*Series) int { return 1 }); got != c.want {
				t.Errorf("%v apart, deviation %v: differ %v, want %v", c.apart, deviation, got, c.want)
			}
			if differ(runs[:1], 0, 1, 0.99, func(*Series) int { return 1 }) {
				t.Errorf("one run differs from nothing")
			}
		}
	}
}
