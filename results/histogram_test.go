package results

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	"pgregory.net/rapid"
)

// TestQuantilesAreThoseOfASort: the histogram's quantile is that of all values
// sorted, misses as infinite ones, at most 0.1 % above; split over packed
// histograms and joined it is the very same.
func TestQuantilesAreThoseOfASort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, maxMicros), 0, 200).Draw(t, "values")
		misses := rapid.IntRange(0, 20).Draw(t, "misses")
		p := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 0.5, 0.9, 0.99, 0.999, 1})).Draw(t, "p")
		dense, left, right := &tally{}, &tally{}, &tally{}
		var all []float64
		for i, v := range values {
			half := left
			if i%2 == 1 {
				half = right
			}
			dense.add(v, 1)
			half.add(v, 1)
			all = append(all, float64(v))
		}
		for range misses {
			all = append(all, math.Inf(1))
		}
		slices.Sort(all)
		n := float64(len(all))
		got := quantileOf(dense, p, n)
		if len(all) == 0 {
			if !math.IsNaN(got) {
				t.Fatalf("quantile of nothing = %v", got)
			}
			return
		}
		want := all[max(int(math.Ceil(p*n*(1-1e-12))), 1)-1]
		if got != want && (got < want || got > want*1.001) {
			t.Fatalf("%v-quantile = %v, want %v to 0.1 %%", p, got, want)
		}
		if packed := quantileOf(merged(merged(nil, right), left), p, n); packed != got {
			t.Fatalf("packed: %v, else: %v", packed, got)
		}
		if left.merge(right); quantileOf(left, p, n) != got {
			t.Fatalf("joined: %v, of all: %v", quantileOf(left, p, n), got)
		}
	})
}

// TestRankIsExact: 55 % of 100 is the 55th value, though 0.55*100 is
// 55.00000000000001, which must not ask for the next one, a miss.
func TestRankIsExact(t *testing.T) {
	for _, part := range []struct{ p, n float64 }{{0.55, 100}, {0.07, 100}, {0.99, 1e6}, {0.999, 1e6}, {0.95, 1e7}, {0.9, 1e9}} {
		h := &tally{}
		h.add(1000, int64(math.Round(part.p*part.n)))
		if got := quantileOf(h, part.p, part.n); got != 1000 {
			t.Errorf("p = %v of %v: %v, want the last answer", part.p, part.n, got)
		}
		if got := quantileOf(h, part.p+1/part.n, part.n); !math.IsInf(got, 1) {
			t.Errorf("p = %v and one more of %v: %v, want a miss", part.p, part.n, got)
		}
	}
}

// TestOddRecordsDoNoHarm: an answer before its arrival, one that took longer
// than a histogram can hold, and a class nobody declared.
func TestOddRecordsDoNoHarm(t *testing.T) {
	r := NewRun(RunInfo{Classes: []string{"a"}})
	r.Add(&Request{Arrival: time.Second, Start: Never, Finish: 0})
	r.Add(&Request{Finish: math.MaxInt64, Ideal: 1})
	r.Add(&Request{Class: 9, Finish: time.Second})
	row := r.Finish(time.Hour, Ledger{}, Counts{})
	if got := row.Values[ColumnOf("requests")]; got != 3 {
		t.Errorf("requests = %v, want 3", got)
	}
	if got := row.Values[ColumnOf("response_p50_s")]; math.Abs(got-1) > 0.001 {
		t.Errorf("median = %v, want 1", got)
	}
}

// TestMissesAreSplit: a miss is unavoidable if the service alone takes longer
// than the bound; one that takes just as long could have been in time. An
// answer in time is none, whatever an idle worker would have taken.
func TestMissesAreSplit(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		q    Request
		want string
	}{
		{Request{Finish: 2 * s, Ideal: s, Bound: 2 * s}, "slo_attainment"},
		{Request{Finish: 2*s + 1, Ideal: s, Bound: 2 * s}, "miss_avoidable"},
		{Request{Finish: 3 * s, Ideal: 2 * s, Bound: 2 * s}, "miss_avoidable"},
		{Request{Finish: 3 * s, Ideal: 2*s + 1, Bound: 2 * s}, "miss_unavoidable"},
		{Request{Ending: TimedOut, Finish: Never, Ideal: 3 * s, Bound: 20 * s, Limit: 2 * s}, "miss_unavoidable"},
		{Request{Ending: TimedOut, Finish: Never, Ideal: 2 * s, Bound: 20 * s, Limit: 2 * s}, "miss_avoidable"},
		{Request{Finish: 3 * s, Ideal: 2 * s, Bound: 20 * s, Limit: 2 * s}, "slo_attainment"}, // it waited for longer before its attempt
		{Request{Finish: s, Ideal: 3 * s, Bound: 2 * s}, "slo_attainment"},
		{Request{Finish: 900 * s, Ideal: s}, "slo_attainment"},
		{Request{Ending: Rejected, Finish: Never, Ideal: s, Bound: 2 * s}, "miss_avoidable"},
		{Request{Ending: Unfinished, Finish: Never, Ideal: 3 * s, Bound: 2 * s}, "miss_unavoidable"},
		{Request{Ending: TimedOut, Finish: Never, Ideal: s}, "miss_avoidable"},
		{Request{Ending: Failed, Finish: Never, Ideal: s}, "miss_avoidable"},
	} {
		r := NewRun(RunInfo{})
		r.Add(&c.q)
		row := r.Finish(s, Ledger{}, Counts{})
		for _, name := range []string{"slo_attainment", "miss_avoidable", "miss_unavoidable"} {
			if got := row.Values[ColumnOf(name)]; (got == 1) != (name == c.want) {
				t.Errorf("%+v: %s = %v, want 1 for %s", c.q, name, got, c.want)
			}
		}
	}
}

// TestBucketsAreTheLibrarys: the largest value of a bucket is what the library tells of
// a value in it, up to the very largest.
func TestBucketsAreTheLibrarys(t *testing.T) {
	library := hdrhistogram.New(1, maxMicros, digits)
	for v := int64(0); v <= maxMicros; v = max(v+1, min(v+v/7, maxMicros)) {
		library.Reset()
		if err := library.RecordValue(v); err != nil {
			t.Fatal(err)
		}
		h := &tally{}
		h.add(v, 1)
		k := keep(h)
		if got, want := BucketValue(int(k.At[0])), float64(library.ValueAtPercentile(100)); got != want || k.damaged() {
			t.Fatalf("%d is in bucket %d, of %v; the library says %v", v, k.At[0], got, want)
		}
	}
}

// TestPercentilesAreTheLibrarys: of any values and any percentile.
func TestPercentilesAreTheLibrarys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		library, h := hdrhistogram.New(1, maxMicros, digits), &tally{}
		for _, v := range rapid.SliceOfN(rapid.Int64Range(0, maxMicros), 0, 200).Draw(t, "values") {
			n := rapid.Int64Range(1, 1<<30).Draw(t, "times")
			if err := library.RecordValues(v, n); err != nil {
				t.Fatal(err)
			}
			h.add(v, n)
		}
		p := rapid.Float64Range(1e-6, 100).Draw(t, "percent")
		if got, want := h.ValueAtPercentile(p), library.ValueAtPercentile(p); got != want || h.TotalCount() != library.TotalCount() {
			t.Fatalf("%v %%: %d of %d values, the library says %d of %d", p, got, h.TotalCount(), want, library.TotalCount())
		}
	})
}
