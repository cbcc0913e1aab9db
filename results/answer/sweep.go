package answer

import (
	"math"
	"strconv"

	"cnv/results/compare"
	"cnv/results/words"
)

// sweepAnswer says what each key that the experiment gives several numbers does to each primary
// metric: from its least value to its greatest, on average over all that is otherwise alike (the
// main effect), and under which policy most and least (how policies and the key act together).
// Nothing is tested: intervals are in the figures and tables of each value.
//
// "From boot = 2s to 90s avoidable misses change by 30 percentage points on average over 9 pairs of runs that
// are otherwise alike: most under vms (55), least under lambda-only (0)."
func sweepAnswer(fs Findings, factors []compare.Factor) (out []string) {
	at := fs.index()
	for _, f := range factors {
		low, high, ok := endsOf(f)
		if !ok {
			continue
		}
		pairs := alongKey(f, low, high, factors)
		for _, q := range fs.Primary() {
			if text := sweepSentence(at, fs.Policies(), f.Key, low, high, pairs, q); text != "" {
				out = append(out, text)
			}
		}
	}
	return out
}

// endsOf are the least and the greatest value of a key, as texts; false where they are not all
// numbers, or all alike.
func endsOf(f compare.Factor) (low, high string, ok bool) {
	least, most := math.Inf(1), math.Inf(-1)
	// The order of this map does not matter: two texts of one number are the same length of an
	// axis, and the shorter one stands for both.
	for _, text := range f.Of {
		v, is := words.ParseNumber(text)
		if text == "" {
			continue
		}
		if !is {
			return "", "", false
		}
		if v < least || v == least && text < low {
			least, low = v, text
		}
		if v > most || v == most && text < high {
			most, high = v, text
		}
	}
	return low, high, least < most
}

// alongKey are the pairs of workloads of one policy that differ in the key alone, from its least
// value to its greatest. Keys of policies have none: their contrasts say what they do.
func alongKey(f compare.Factor, low, high string, factors []compare.Factor) map[[2]string]string {
	s, bases := Stored{Factors: factors}, map[string]string{}
	base := func(cell [2]string) [2]string {
		if bases[cell[0]] == "" {
			bases[cell[0]] = s.Base(cell[0], f.Key)
		}
		return [2]string{bases[cell[0]], cell[1]}
	}
	// The order of this map does not matter: a name without the key, and a policy, have one
	// cell with each value.
	ends := map[[2]string]string{}
	for cell, v := range f.Of {
		if v == high && base(cell)[0] != cell[0] {
			ends[base(cell)] = cell[0]
		}
	}
	pairs := map[[2]string]string{}
	for cell, v := range f.Of {
		if to := ends[base(cell)]; v == low && to != "" {
			pairs[cell] = to
		}
	}
	return pairs
}

// sweepSentence tells of one key and metric; "" where no pair has two finite values.
func sweepSentence(at *index, policies []string, key, low, high string, pairs map[[2]string]string, q Quantity) string {
	sum, n := 0.0, 0
	var most, least Part // of policies: the mean of its pairs
	shown := 0
	for _, p := range policies {
		own, of := 0.0, 0
		for _, w := range at.all.Workloads() {
			other, ok := pairs[[2]string{w, p}]
			a, known := at.value(w, p, q.Metric)
			b, also := at.value(other, p, q.Metric)
			if ok && known && also && a.Value.Finite() && b.Value.Finite() {
				own, of = own+b.Value.Mean-a.Value.Mean, of+1
			}
		}
		if of == 0 {
			continue
		}
		sum, n = sum+own, n+of
		mean := Part{p, own / float64(of)}
		if shown == 0 || math.Abs(mean.Value) > math.Abs(most.Value) {
			most = mean
		}
		if shown == 0 || math.Abs(mean.Value) < math.Abs(least.Value) {
			least = mean
		}
		shown++
	}
	if n == 0 {
		return ""
	}
	text := "From " + key + " = " + low + " to " + high + ", " + q.Name + words.IfElse(q.be() == "are", " change by ", " changes by ") + q.point(sum/float64(n))
	if n > 1 {
		text += " on average over " + strconv.Itoa(n) + " pairs of cells that are otherwise alike"
	}
	if shown > 1 {
		text += ": most under " + words.InQuotes(most.Name) + " (" + q.point(most.Value) + "), least under " + words.InQuotes(least.Name) + " (" + q.point(least.Value) + ")"
	}
	return text + "."
}
