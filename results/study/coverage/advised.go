package coverage

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"cnv/results"
	"cnv/results/compare"
)

// An advisedCase is two policies whose difference is not known after so many seeds,
// and by what the second costs more.
type advisedCase struct {
	name  string
	seeds int
	more  func(*rand.Rand) float64
}

// advisedCases cost 1 on average.
func advisedCases() []advisedCase {
	return []advisedCase{
		{"advice: equal laws", 20, func(r *rand.Rand) float64 { return 0.05 * r.NormFloat64() }},
		{"advice: half of delta more", 20, func(r *rand.Rand) float64 { return 0.01 + 0.05*r.NormFloat64() }},
		{"advice: delta more", 20, func(r *rand.Rand) float64 { return 0.02 + 0.05*r.NormFloat64() }},
		{"advice: equal laws, skewed", 20, func(r *rand.Rand) float64 { return 0.05 * (r.ExpFloat64() - r.ExpFloat64()) }},
		{"advice: bursts in 10 % of runs", 20, burst},
		{"advice: the same, 40 seeds", 40, burst},
	}
}

// burst is 0.1 more on average in one run of ten.
func burst(r *rand.Rand) float64 {
	noise, met, size := 0.01*r.NormFloat64(), r.Float64() < 0.1, 0.1*r.ExpFloat64()
	if met {
		return noise + size
	}
	return noise
}

// set is seeds of an experiment from the first one on.
func (a *advisedCase) set(e, from, seeds int) (*compare.Set, error) {
	p := compare.Plan{Design: results.Design{Workloads: []string{"w"}, Policies: []string{"a", "b"}, Replications: seeds}, Name: "advice", Primary: []string{"cost_per_1000_usd"}}
	return setOf(p, func(_, policy, i int) made {
		m := requests(20, 0)
		m.usd = 1 + 0.2*drawn(uint64(e), uint64(from+i), 21).NormFloat64()
		if policy == 1 {
			m.usd += a.more(drawn(uint64(e), uint64(from+i), 22))
		}
		return m
	})
}

var seedsAdvised = regexp.MustCompile(`--seeds (\d+)\)`)

// advised prints how often the seeds that are advised, when drawn again, give a verdict.
func advised(only string, n int, share time.Duration, fault func(format string, args ...any)) error {
	if n < fewForLarge { // go test ./results tries the same rule without runs
		return nil
	}
	fmt.Printf("\nAdvice on seeds, where a difference is not known: how often there is some, and how often as many fresh seeds then give a verdict.\n\n")
	fmt.Printf("%-44s %5s %10s %9s %9s %9s %6s\n", "", "runs", "not known", "advised", "seeds", "verdict", "n")
	n = max(n/sequentialPart, 1)
	for _, a := range advisedCases() {
		if !strings.Contains(a.name, only) {
			continue
		}
		var mu sync.Mutex
		open, given, known, seeds := 0, 0, 0, 0.0
		done, err := each(n, share, func(e int) error {
			set, err := a.set(e, 0, a.seeds)
			if err != nil || verdict(set) != compare.NotKnown {
				return err
			}
			more := 0
			for _, w := range set.Warnings() {
				if found := seedsAdvised.FindStringSubmatch(w.Text); found != nil && strings.Contains(w.Text, "give it a verdict") {
					more, _ = strconv.Atoi(found[1]) // digits
				}
			}
			verdictThen := ""
			if more > 0 {
				fresh, err := a.set(e, 1<<20, more)
				if err != nil {
					return err
				}
				verdictThen = verdict(fresh)
			}
			mu.Lock()
			defer mu.Unlock()
			if open++; more > 0 {
				given, seeds = given+1, seeds+float64(more)
				if verdictThen != compare.NotKnown {
					known++
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if tooMany(given-known, given, 0.1) {
			fault("%s: as many as advised give a verdict in %s", a.name, percent(known, given))
		}
		fmt.Printf("%-44s %5d %10s %9s %9.0f %9s %6d\n", a.name, a.seeds, percent(open, done), percent(given, open), seeds/math.Max(float64(given), 1), percent(known, given), done)
	}
	return nil
}

// verdict is that of the only primary difference.
func verdict(set *compare.Set) string {
	rows := set.Comparison()
	return rows[slices.IndexFunc(rows, func(r compare.Compared) bool { return r.Primary && r.Against != "" })].Verdict
}
