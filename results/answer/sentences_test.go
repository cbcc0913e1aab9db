package answer

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"cnv/results"
	"cnv/results/compare"
	"cnv/results/stat"
	"cnv/results/words"
)

// shares adds to a pair of policies on one workload what share of their answers
// functions gave, and how many VMs the second had.
func shares(fs Findings, first, second, vms float64) Findings {
	b := board{fs}
	for i, policy := range fs.Policies() {
		b.add("steady", policy, results.MetricFunction, exactly([]float64{first, second}[i]), "", words.NoEstimate(), 10)
		b.add("steady", policy, results.MetricVMs, exactly([]float64{1, vms}[i]), "", words.NoEstimate(), 10)
	}
	return b.Findings
}

// TestFunctionsAlone is said where functions gave all answers of the one policy, and not
// all of the other; and what else is in the price.
func TestFunctionsAlone(t *testing.T) {
	fs := func() Findings {
		return pairOf(about(0.05, 0.01), about(0.03, 0.001), about(-0.02, 0.003), about(-0.02, 0.004), 10)
	}
	for _, c := range []struct {
		first, second, vms float64
		want               string
	}{
		{0, 1, 0, "Functions alone (jsq) are cheaper"},
		{0.9, 1, 2, "Functions alone (jsq, whose cost includes the VMs beside them) are cheaper"},
		{0, 0.99, 0, ""}, // a machine answered some
		{1, 1, 0, ""},    // functions are compared to functions
	} {
		got := strings.Join(functionsAnswer(shares(fs(), c.first, c.second, c.vms), "jsq"), "\n")
		if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("functions %v and %v, %v VMs: %q, want %q", c.first, c.second, c.vms, got, c.want)
		}
	}
	none := pairOf(exactly(math.Inf(1)), about(0.03, 0.001), words.NoEstimate(), words.NoEstimate(), 10)
	if got := functionsAnswer(shares(none, 0, 1, 0), "jsq"); got != nil {
		t.Errorf("compared with a cost that does not exist: %q", got)
	}
	if got := functionsAnswer(fs(), "jsq"); got != nil {
		t.Errorf("nobody knows who answered: %q", got)
	}
}

// TestFunctionsAloneTwice: where only functions answered under two of four policies, or
// under other ones on another workload, the answer speaks of the cheapest of them, and
// counts and prices the policies whose VMs answered. A policy without a request in SLO is one
// of those that are counted.
func TestFunctionsAloneTwice(t *testing.T) {
	var b board
	policies := []string{"vm", "fn", "fn0", "busyfn"}
	add := func(w string, cost, share, vms []float64) {
		for i, p := range policies {
			b.add(w, p, results.MetricFunction, exactly(share[i]), "", words.NoEstimate(), 10)
			b.add(w, p, results.MetricVMs, exactly(vms[i]), "", words.NoEstimate(), 10)
			b.add(w, p, results.CostInSLO, about(cost[i], 0.0001), "", words.NoEstimate(), 10)
			for k := range i {
				b.add(w, p, results.CostInSLO, about(cost[i], 0.0001), policies[k], about(cost[i]-cost[k], 0.0001), 10)
			}
		}
	}
	add("w", []float64{0.0817, 0.0497, 0.00887, 0.0409}, []float64{0, 1, 1, 0.001}, []float64{4, 2, 0, 2})
	add("dear", []float64{0.0817, 0.0497, 0.0600, 0.0409}, []float64{0, 1, 1, 0.001}, []float64{4, 2, 0, 2})
	add("one", []float64{math.Inf(1), 0.0497, 0.0600, 0.0700}, []float64{0, 1, 0.5, 0.001}, []float64{4, 2, 0, 2})
	want := []string{
		"Functions alone (fn, whose cost includes the VMs beside them, the cheapest policy on functions alone) are cheaper per 1,000 requests in SLO " +
			"than 1 of the 2 policies whose VMs answer requests on dear ($0.0497 against $0.0409 for busyfn, the cheapest of them) " +
			"and than 2 of the 3 policies whose VMs answer requests on one ($0.0497 against $0.0600 for fn0, the cheapest of the others).",
		"Functions alone (fn0, the cheapest policy on functions alone) are cheaper per 1,000 requests in SLO " +
			"than all 2 policies whose VMs answer requests on w ($0.00887 against $0.0409 for busyfn, the cheapest of them).",
	}
	if got := functionsAnswer(b.Findings, "fn"); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestCountsAreOverAllPairs: of three routers on two workloads, on one of which all runs
// agree, every pair is counted once.
func TestCountsAreOverAllPairs(t *testing.T) {
	var b board
	pairs := []Pair{{"a", "b"}, {"a", "c"}, {"b", "c"}}
	for _, w := range []string{"varies", "agrees"} {
		for _, p := range []string{"a", "b", "c"} {
			b.add(w, p, results.AvoidableMisses, about(0.1, 0.01), "", words.NoEstimate(), 10)
		}
		for i, p := range pairs {
			change := about(0.05*float64(i), 0.01) // not known, then twice worse
			if w == "agrees" {
				change = exactly(0)
			}
			b.add(w, p.To, results.AvoidableMisses, about(0.1, 0.01), p.From, change, 10)
			if w == "agrees" {
				last := &b.Findings[len(b.Findings)-1]
				last.Over, last.says = stat.OverEqual, Equal
			}
		}
	}
	want := "Of 6 comparisons of two policies that differ in the router, or in what it knows, alone (3 pairs on 2 workloads), " +
		"2 found a difference in avoidable misses or in the cost per 1,000 requests in SLO, 3 found them equal in every run and 1 is not known."
	if got := routersAnswer(b.Findings, pairs); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := routersAnswer(b.Findings.only("varies", results.AvoidableMisses), pairs[:1]); got != "" {
		t.Errorf("one comparison is no count: %q", got)
	}
}

// TestIntervalsAreExplained as they are: over seeds, equal runs, or nothing finite; a
// zero with an upper end, only where there is one.
func TestIntervalsAreExplained(t *testing.T) {
	zero := words.Estimate{Mean: 0, Low: 0, High: 0.259}
	fs := func(value words.Estimate, over string, n int) Findings {
		fs := pairOf(value, value, words.NoEstimate(), words.NoEstimate(), n)
		for i := range fs {
			fs[i].Over, fs[i].primary = over, true
		}
		return fs
	}
	const upper = "0 % (0 to 26): none was seen in 10 seeds. The upper end is what so few cannot rule out, 26 runs in 100 in which all requests miss; more seeds lower it."
	for _, c := range []struct {
		fs        Findings
		want, not string
	}{
		{fs(about(0.5, 0.1), stat.OverSeeds, 10), "95 % intervals, over 10 seeds.", "upper end"},
		{fs(zero, stat.OverSeeds, 10), upper, "agree"},
		{fs(exactly(0.5), stat.OverEqual, 1), "All runs of a policy agree in every number", "same arrivals"},
		{fs(exactly(0.5), stat.OverNothing, 1), "one run per policy", "agree"},
		{fs(exactly(0.5), stat.OverNothing, 3), "All runs met the same arrivals", "agree"},
		{fs(exactly(0.5), stat.OverSeeds, 3), "No value is finite", "same arrivals"},
	} {
		if got := IntervalAnswer(c.fs); !strings.Contains(got, c.want) || strings.Contains(got, c.not) {
			t.Errorf("%s; want %q, not %q", got, c.want, c.not)
		}
	}
}

// TestUpperEndsThatNobodyTellsAreNotExplained: a 0 that is only in the tables is not
// explained in the answer.
func TestUpperEndsThatNobodyTellsAreNotExplained(t *testing.T) {
	zero := words.Estimate{Mean: 0, Low: 0, High: 0.259}
	fs := pairOf(zero, zero, words.NoEstimate(), words.NoEstimate(), 10)
	for i := range fs {
		fs[i].Over, fs[i].primary = stat.OverSeeds, true
	}
	about := IntervalAnswer(fs)
	if got := fs.withoutUnsaidZero(about, []string{"Fewest misses: a, 0 % (0 to 26)."}); got != about {
		t.Errorf("told, it is explained by %q", got)
	}
	if got := fs.withoutUnsaidZero(about, []string{"Fewest misses: a."}); strings.Contains(got, "upper end") || !strings.Contains(got, "over 10 seeds.") {
		t.Errorf("not told, it is explained by %q", got)
	}
}

// TestLongListsAreCounted: of many policies some are named.
func TestLongListsAreCounted(t *testing.T) {
	var names []string
	for p := range 400 {
		names = append(names, fmt.Sprint("p", p))
	}
	for n, want := range map[int]string{2: "p0 and p1", 13: "p0, p1, p2, p3, p4, p5, p6, p7 and 5 others", 400: "p0, p1, p2, p3, p4, p5, p6, p7 and 392 others"} {
		if got := policyList(names[:n]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := policyList(names[:12]); !strings.HasSuffix(got, "p10 and p11") {
		t.Errorf("%q of twelve", got)
	}
}

// TestDifferencesWithoutIntervals name the runs in which they were seen; equal runs beside
// others of the same arrivals are not all that there is.
func TestDifferencesWithoutIntervals(t *testing.T) {
	for _, c := range []struct {
		over string
		n    int
		want string
	}{
		{stat.OverNothing, 1, "in one run (n = 1, no interval): down by"},
		{stat.OverNothing, 3, "in the mean of 3 runs of the same arrivals (no interval): down by"},
		{stat.OverEqual, 1, "in every run alike (no interval): down by"},
	} {
		fs := pairOf(exactly(0.05), exactly(0.03), exactly(-0.02), exactly(-0.01), c.n)
		for i := range fs {
			fs[i].Over = c.over
			fs[i].says = fs[i].judged(compare.NotKnown)
		}
		if got := strings.Join(answer(fs, nil, theRouter), " "); !strings.Contains(got, "avoidable misses "+c.want) {
			t.Errorf("%s; want %q", got, c.want)
		}
	}
	mixed := pairOf(exactly(0.05), exactly(0.03), exactly(-0.02), exactly(-0.01), 3)
	mixed[0].Over, mixed[1].Over, mixed[2].Over, mixed[3].Over = stat.OverEqual, stat.OverEqual, stat.OverNothing, stat.OverNothing
	if got := IntervalAnswer(mixed); !strings.HasPrefix(got, "All runs met the same arrivals") {
		t.Errorf("%s; one policy varies", got)
	}
	beside := pairOf(about(0.05, 0.01), about(0.03, 0.01), about(-0.02, 0.01), about(-0.01, 0.01), 3)
	for i := range beside {
		beside[i].workload, beside[i].Over = "drawn", stat.OverSeeds
	}
	if got := IntervalAnswer(append(beside, mixed...)); !strings.Contains(got, "on steady: means over runs that met the same arrivals") || strings.Contains(got, "one run") {
		t.Errorf("%s; there are three runs of each", got)
	}
}
