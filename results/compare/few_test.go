package compare

import (
	"math/rand/v2"
	"testing"

	"cnv/results"
	"cnv/results/stat"
)

// countedRow is a run of which only these are known.
func countedRow(requests, missed float64) results.Row {
	r := results.Row{Values: make([]float64, len(results.Columns))}
	r.Values[results.ColumnOf("requests")], r.Values[results.ColumnOf("missed_avoidable")] = requests, missed
	r.Values[results.ColumnOf(results.AvoidableMisses)] = missed / requests
	return r
}

// TestRareMissesOfARecording: a recording of 168 blocks meets some four bursts of misses of
// any size, and is resampled ten times. Intervals of the share, and of the difference to
// a policy that misses 0.3 times as many, hold the truth; Student's did in 83 and 81 % of cases.
func TestRareMissesOfARecording(t *testing.T) {
	const recordings, blocks, resamples, bursts, size, per = 1000, 168, 10, 4, 7.0, 70
	about := stat.Basis{Over: stat.OverWindows, Windows: blocks}
	truth := bursts * size / (blocks * per)
	rng := rand.New(rand.NewPCG(15, 4))
	level, diff := 0, 0
	for range recordings {
		var missed [blocks]float64
		for i := range missed {
			if rng.Float64() < bursts/float64(blocks) {
				missed[i] = size * rng.ExpFloat64()
			}
		}
		var rows [2][]results.Row
		for range resamples {
			sum := 0.0
			for range blocks {
				sum += missed[rng.IntN(blocks)]
			}
			rows[0], rows[1] = append(rows[0], countedRow(blocks*per, sum)), append(rows[1], countedRow(blocks*per, 0.3*sum))
		}
		c := newComparison(&Plan{Design: results.Design{Replications: resamples}}, [][]cell{{{rows: rows[0], Basis: about}, {rows: rows[1], Basis: about}}})
		column := results.ColumnOf(results.AvoidableMisses)
		if m := c.cells[0][0].measure(column); m.low <= truth && truth <= m.high {
			level++
		}
		if d := c.difference(0, 1, 0, column); d.low <= -0.7*truth && -0.7*truth <= d.high {
			diff++
			if d.jointLow > d.low || d.jointHigh < d.high {
				t.Fatalf("the joint interval is shorter than its own: %+v", d)
			}
		}
	}
	for what, k := range map[string]int{"the share": level, "the difference": diff} {
		if held := float64(k) / recordings; held < 0.93 {
			t.Errorf("intervals of %s hold in %.1f %%", what, 100*held)
		}
	}
}

// TestSharesOfUnequalRuns: of ten runs of on-off traffic, of which those with most requests
// miss most, intervals of the share of misses hold; Student's did in 89 %. Where runs
// are alike, in what they miss too, they are Student's.
func TestSharesOfUnequalRuns(t *testing.T) {
	const experiments, runs = 1000, 10
	rng := rand.New(rand.NewPCG(15, 10))
	draw := func() (n, missed float64) {
		n = 20
		for range 10 {
			if rng.Float64() < 0.15 {
				n += 100 * rng.ExpFloat64()
			}
		}
		return n, n * n / (n + 200)
	}
	all, missed := 0.0, 0.0
	for range 200_000 {
		n, m := draw()
		all, missed = all+n, missed+m
	}
	truth, held := missed/all, 0
	for range experiments {
		var rows []results.Row
		for range runs {
			rows = append(rows, countedRow(draw()))
		}
		if _, low, high := Estimate(rows, results.AvoidableMisses); low <= truth && truth <= high {
			held++
		}
	}
	if share := float64(held) / experiments; share < 0.93 || share > 0.975 {
		t.Errorf("intervals hold in %.1f %%", 100*share)
	}
	var alike []results.Row
	var shares []float64
	for i := range runs {
		alike = append(alike, countedRow(1000, 100+float64(i*i)))
		shares = append(shares, (100+float64(i*i))/1000)
	}
	_, low, high := Estimate(alike, results.AvoidableMisses)
	if _, wantLow, wantHigh := stat.Interval(shares); low-wantLow > 1e-12 || wantLow-low > 1e-12 || high-wantHigh > 1e-12 || wantHigh-high > 1e-12 {
		t.Errorf("%v to %v, want Student's %v to %v", low, high, wantLow, wantHigh)
	}
}

// TestEventsOfOneLargeRun: nine runs of 100 requests have no failure and one of 10,000 has
// 9,000. So many per run are more than there are requests in the mean, and the upper end
// is by their size all the same, of the count and of its difference to none.
func TestEventsOfOneLargeRun(t *testing.T) {
	var rows [2][]results.Row
	for i := range 10 {
		requests, failed := 100.0, 0.0
		if i == 3 {
			requests, failed = 10_000, 9_000
		}
		for k := range rows {
			rows[k] = append(rows[k], countedRow(requests, 0))
		}
		rows[1][i].Values[results.ColumnOf("failed")] = failed
	}
	about := stat.Basis{Over: stat.OverSeeds}
	c := newComparison(&Plan{Design: results.Design{Replications: 10}}, [][]cell{{{rows: rows[0], Basis: about}, {rows: rows[1], Basis: about}}})
	column := results.ColumnOf("failed")
	// One run of ten: at most 39 of 100, by Clopper and Pearson, each with at most what
	// 90 % confidence says of an exponential size that was seen once, 9.5 times as many.
	const want = 0.394 * 9_000 * 9.49
	if m := c.cells[0][1].measure(column); m.high < 0.99*want || m.high > 1.01*want {
		t.Errorf("up to %.0f, want %.0f", m.high, want)
	}
	if d := c.difference(0, 1, 0, column); d.high < 0.99*want || d.low > -0.99*want {
		t.Errorf("difference %.0f to %.0f, want %.0f either way", d.low, d.high, want)
	}
}
