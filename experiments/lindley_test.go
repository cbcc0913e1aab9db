package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// lindleyFile replays trace.csv, first come first served, on three one-core
// workers in turn.
const lindleyFile = `question = "Does the simulator queue as Lindley says?"
seeds = 1
replicate = "none"
[cluster]
instance = { cores = 1, speed = 1.0 }
discipline = "fcfs"
initial = 3
[[workload]]
trace = "trace.csv"
[[policy]]
router = "roundrobin"
`

// First come, first served behind round robin is Lindley's recursion: each
// worker serves every third request, which starts when it has arrived and the
// one before it on that worker is done. The public command must give the
// same instants to 1 µs for any CSV trace: steady ones, bursts, ties, works of 0.
func TestCommandFollowsLindley(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for name, draw := range map[string]func() (gap, work int64){
		"exponential": func() (int64, int64) { return int64(rng.ExpFloat64() * 4e5), int64(rng.ExpFloat64() * 1e6) },
		"bursts":      func() (int64, int64) { return rng.Int64N(2) * rng.Int64N(3_000_000), rng.Int64N(1_500_000) },
		"saturated":   func() (int64, int64) { return rng.Int64N(3), 1 + rng.Int64N(1_000_000) },
		"tiny":        func() (int64, int64) { return rng.Int64N(4), rng.Int64N(8) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var trace bytes.Buffer
			fmt.Fprintln(&trace, "arrival_us,class,work_us")
			at := int64(0)
			for range 2000 {
				gap, work := draw()
				at += gap
				fmt.Fprintf(&trace, "%d,a,%d\n", at, work)
			}
			save(t, filepath.Join(dir, "trace.csv"), trace.String())
			save(t, filepath.Join(dir, "lindley.toml"), lindleyFile)
			var out, errs bytes.Buffer
			if code := run([]string{"compare", filepath.Join(dir, "lindley.toml"), "--requests", "--format", "csv",
				"--no-figures", "--out", dir}, &out, &errs); code != 0 {
				t.Fatalf("exit code %d: %s", code, errs.String())
			}
			checkLindley(t, read(t, filepath.Join(dir, "lindley", "requests.csv")))
		})
	}
}

// checkLindley compares start and finish of every request with the recursion.
func checkLindley(t *testing.T, rows [][]string) {
	t.Helper()
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var free [3]int64
	for i, row := range rows[1:] {
		number := func(name string) int64 {
			n, err := strconv.ParseInt(row[column[name]], 10, 64)
			if err != nil {
				t.Fatalf("request %d: %s: %v", i, name, err)
			}
			return n
		}
		worker := i % len(free)
		start := max(number("arrival_us"), free[worker])
		free[worker] = start + number("work_us")
		for _, c := range []struct {
			name        string
			want, slack int64
		}{{"request", int64(i), 0}, {"worker", int64(worker), 0}, {"start_us", start, 1}, {"finish_us", free[worker], 1}} {
			if got := number(c.name); got < c.want-c.slack || got > c.want+c.slack {
				t.Fatalf("request %d: %s = %d, want %d", i, c.name, got, c.want)
			}
		}
	}
	if n := len(rows) - 1; n != 2000 {
		t.Errorf("%d requests, want 2000", n)
	}
}

// save writes a file.
func save(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// read reads a CSV file.
func read(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
