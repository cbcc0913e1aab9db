package coverage

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// mostFalse is in what share of experiments without any difference one may be found.
const mostFalse = 0.065

// unlikely is how many standard deviations from what is wanted are not luck.
const unlikely = 3.5

// answers prints the table over what answers are made of, and says what is not as it
// should be.
func answers(only string, n int, share time.Duration) (faults []string, err error) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	fmt.Printf("\nWhat an Answer is made of, where the truth is known. A 95 %% interval should hold it 95 times of 100.\n\n")
	fmt.Printf("%-44s %5s %10s %9s %13s %6s\n", "", "runs", "truth", "held", "wrongly sure", "n")
	for _, l := range laws() {
		if !strings.Contains(l.name, only) {
			continue
		}
		got, err := l.cover(n, share)
		if err != nil {
			return nil, err
		}
		sure := ""
		if l.wrong > 0 {
			sure = percent(got.sure, got.n)
			if tooMany(got.sure, got.n, 0.05) {
				fault("%s: sure of a bound that is not kept in %s", l.name, sure)
			}
		}
		if tooMany(got.n-got.covered, got.n, 1-leastHeld) {
			fault("%s: intervals hold the truth in %s", l.name, percent(got.covered, got.n))
		}
		fmt.Printf("%-44s %5d %10.4g %9s %13s %6d\n", l.name, l.runs, l.truth, percent(got.covered, got.n), sure, got.n)
	}
	fmt.Printf("\n8 policies, 4 workloads, misses and cost: how often a difference is found. The last policy's misses are higher\nby so many standard deviations of a policy's own draws; 0: all have one law, and what is found is false.\n\n")
	fmt.Printf("%-44s %5s %10s %23s %6s\n", "", "runs", "any found", "of its pairs", "n")
	for _, q := range []equal{{10, 0}, {10, 2}, {10, 4}, {5, 0}, {40, 0}, {40, 1}, {40, 2}} {
		name := fmt.Sprintf("equal laws, shifted by %g", q.shift)
		if !strings.Contains(name, only) || n < fewForLarge && (q.seeds != 10 || q.shift > 2) {
			continue
		}
		got, err := q.repeat(n, share)
		if err != nil {
			return nil, err
		}
		if q.shift == 0 && tooMany(got.any, got.n, mostFalse) {
			fault("%s, %d runs: a difference is found in %s of experiments without one", name, q.seeds, percent(got.any, got.n))
		}
		fmt.Printf("%-44s %5d %10s %23s %6d\n", name, q.seeds, percent(got.any, got.n), percent(got.pairs, got.of), got.n)
	}
	for _, table := range []func(string, int, time.Duration, func(string, ...any)) error{oneRun, saturation, sequential, advised} {
		if err := table(only, n, share, fault); err != nil {
			return nil, err
		}
	}
	return faults, nil
}

// leastHeld is how often an interval has to hold the truth in the long run.
const leastHeld = 0.93

// fewForLarge is below how many experiments the largest ones are left out.
const fewForLarge = 500

// tooMany says that k of n is more than chance makes of a share.
func tooMany(k, n int, share float64) bool {
	return float64(k) > share*float64(n)+unlikely*math.Sqrt(share*(1-share)*float64(n))
}

func percent(k, n int) string { return fmt.Sprintf("%.1f %%", 100*float64(k)/float64(n)) }
