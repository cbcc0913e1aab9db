// Command coverage checks the statistics of comparisons against known truth.
// It repeats whole experiments, of which theory knows the answer, and counts
// how often their 95 % intervals contain it; and it compares a policy with itself
// under other seeds, and counts how often a difference is found.
//
//	go run ./results/coverage                  # 1,000 of each, some minutes
//	go run ./results/coverage --experiments 100
//
// Coverage of 93 to 97 % is what one may expect of 1,000 experiments (a binomial
// share of 95 % is within 1.4 points of it in 19 cases of 20).
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"sync"
	"time"

	"cnv/experiments/plan"
	"cnv/results"
)

func main() {
	n := flag.Int("experiments", 1000, "of each kind")
	seeds := flag.Int("seeds", 10, "replications of an experiment")
	requests := flag.Int("requests", 20_000, "of a replication; 16 times as many at 95 % load")
	flag.Parse()
	if *n < 1 || *seeds < 2 || *requests < 100 {
		fmt.Fprintln(os.Stderr, "want --experiments of at least 1, --seeds of 2, --requests of 100")
		os.Exit(2)
	}
	if err := run(*n, *seeds, *requests); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run prints a line for each kind of experiment.
func run(n, seeds, requests int) error {
	began := time.Now()
	fmt.Printf("%d experiments of %d seeds with %d requests or more each; share of the 95 %% intervals that contain the truth\n\n", n, seeds, requests)
	fmt.Printf("%-14s %8s %10s %10s\n", "", "truth, s", "mean", "99th pct")
	for _, q := range queues() {
		mean, p99, err := cover(q, n, seeds, requests*q.longer)
		if err != nil {
			return err
		}
		fmt.Printf("%-14s %8.3f %8.1f %% %8.1f %%\n", q.name, q.mean, 100*mean, 100*p99)
	}
	differ, err := itself(n, seeds, requests)
	if err != nil {
		return err
	}
	fmt.Printf("\nA policy against itself under other seeds: a difference was found in %.1f %% of %d comparisons.\n", 100*differ, n)
	fmt.Printf("%v on %d cores\n", time.Since(began).Round(time.Second), runtime.NumCPU())
	return nil
}

// A queue is an M/M/c system: Poisson arrivals, exponential service of mean
// 1 s, c servers, one line.
type queue struct {
	name      string
	c         int
	rho       float64
	mean, p99 float64 // of the response time, s
	// longer is how many times as many requests a run has. What happens at the
	// start is forgotten after a time that grows with 1/(1-ρ)², and runs that
	// are not much longer are biased: they begin with an empty system.
	longer int
}

// queues are the systems looked at.
func queues() []queue {
	var out []queue
	for _, c := range []int{1, 4} {
		for _, rho := range []float64{0.5, 0.8, 0.95} {
			q := queue{name: fmt.Sprintf("M/M/%d ρ=%g", c, rho), c: c, rho: rho, longer: 1}
			if rho > 0.9 {
				q.longer = 16
			}
			q.solve()
			out = append(out, q)
		}
	}
	return out
}

// solve computes the truth by Erlang C (Kleinrock, Queueing Systems I, 3.5).
func (q *queue) solve() {
	a, theta := q.rho*float64(q.c), float64(q.c)*(1-q.rho) // offered load; rate at which waiting ends
	b := 1.0                                               // Erlang B by recursion
	for i := 1; i <= q.c; i++ {
		b = a * b / (float64(i) + a*b)
	}
	wait := b / (1 - q.rho*(1-b)) // the probability of waiting
	q.mean = 1 + wait/theta
	beyond := func(t float64) float64 { // P(response > t)
		if math.Abs(theta-1) < 1e-9 {
			return (1-wait)*math.Exp(-t) + wait*(1+t)*math.Exp(-t)
		}
		return (1-wait)*math.Exp(-t) + wait*(theta*math.Exp(-t)-math.Exp(-theta*t))/(theta-1)
	}
	low, high := 0.0, 1e4
	for range 100 {
		if m := (low + high) / 2; beyond(m) > 0.01 {
			low = m
		} else {
			high = m
		}
	}
	q.p99 = low
}

// cell is the experiment of a queue, whose router does not matter.
func (q *queue) cell(requests int) (plan.Cell, error) {
	p, err := plan.Parse("coverage", ".", fmt.Sprintf(`question = "Does the interval contain the truth?"
seeds = 2
slo = "1000x"
[cluster]
instance = { cores = %d, speed = 1.0, usd_per_hour = 0.0 }
discipline = "fcfs"
initial = 1
[[workload]]
generator = "poisson"
rate = %g
size = "exponential"
mean_work = "1s"
requests = %d
[[policy]]
router = "random"
`, q.c, q.rho*float64(q.c), requests), plan.Options{})
	if err != nil {
		return plan.Cell{}, err
	}
	return p.Cells()[0], nil
}

// measure runs one replication.
func measure(cell plan.Cell, seed uint64) (mean, p99 float64, err error) {
	rec := results.NewRun(results.RunInfo{Workload: "w", Policy: "p", Seed: seed, Classes: []string{"request"}})
	row, err := cell.Run(context.Background(), seed, rec, nil)
	return row.Value("answered_response_mean_s"), row.Value("response_p99_s"), err
}

// each runs n experiments on all cores. Experiment e has seeds of its own.
func each(n int, one func(e int) error) error {
	var group sync.WaitGroup
	next, errs := make(chan int), make(chan error, runtime.NumCPU())
	for range runtime.NumCPU() {
		group.Go(func() {
			var failed error
			for e := range next {
				if failed == nil {
					failed = one(e)
				}
			}
			errs <- failed
		})
	}
	for e := range n {
		next <- e
	}
	close(next)
	group.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// cover is how often the intervals of the mean and of the 99th percentile
// contain the truth.
func cover(q queue, n, seeds, requests int) (mean, p99 float64, err error) {
	cell, err := q.cell(requests)
	if err != nil {
		return 0, 0, err
	}
	var mu sync.Mutex
	err = each(n, func(e int) error {
		var means, p99s []float64
		for i := range seeds {
			m, p, err := measure(cell, uint64(1+e*seeds+i))
			if err != nil {
				return err
			}
			means, p99s = append(means, m), append(p99s, p)
		}
		mu.Lock()
		defer mu.Unlock()
		mean += contains(means, q.mean)
		p99 += contains(p99s, q.p99)
		return nil
	})
	return mean / float64(n), p99 / float64(n), err
}

// contains is 1 if the interval of xs contains the truth, else 0.
func contains(xs []float64, truth float64) float64 {
	_, low, high := results.Interval(xs)
	if low <= truth && truth <= high {
		return 1
	}
	return 0
}

// itself is how often a policy differs from itself: the interval of the
// differences of runs that have nothing in common does not contain 0.
func itself(n, seeds, requests int) (float64, error) {
	q := queue{c: 4, rho: 0.8}
	cell, err := q.cell(requests)
	if err != nil {
		return 0, err
	}
	var mu sync.Mutex
	found := 0.0
	err = each(n, func(e int) error {
		var differences []float64
		for i := range seeds {
			a, _, err := measure(cell, uint64(1+2*(e*seeds+i)))
			if err != nil {
				return err
			}
			b, _, err := measure(cell, uint64(2+2*(e*seeds+i)))
			if err != nil {
				return err
			}
			differences = append(differences, a-b)
		}
		mu.Lock()
		defer mu.Unlock()
		found += 1 - contains(differences, 0)
		return nil
	})
	return found / float64(n), err
}
