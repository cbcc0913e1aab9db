// Instructions counts the machine instructions that the simulator takes for a request, and
// fails where they are more than 5 % above what recorded.txt says.
//
//	go run ./internal/instructions           # count and compare
//	go run ./internal/instructions --record  # count and write recorded.txt
//
// A count is the same on a machine that does other things at the same time; a time is not.
// Each case is a BenchmarkRequest of experiments/plan, run by valgrind's callgrind with two
// numbers of requests: what the larger one takes more, divided by the requests more, has no
// part of what a run takes to begin. Exit code 77 where there is nothing to count with, or
// where the figures were recorded with another version of Go.
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// few and many are the requests of the two runs.
const few, many = 10_000, 40_000

// cases are the sub-benchmarks of BenchmarkRequest.
var cases = []string{"w1", "jsq", "ps", "rls", "functions", "nova-original"}

// file is what is recorded, seen from the root of the repository.
const file = "internal/instructions/recorded.txt"

// errSkip is why nothing can be judged here.
var errSkip = errors.New("skipped")

func main() {
	err := run(os.Args[1:])
	switch {
	case errors.Is(err, errSkip):
		fmt.Println(err)
		os.Exit(77)
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	record := slices.Equal(args, []string{"--record"})
	if len(args) > 0 && !record {
		return fmt.Errorf("instructions: %q: want --record, or nothing", args)
	}
	if runtime.GOARCH != "amd64" {
		return fmt.Errorf("%w: the figures are of amd64, this is %s", errSkip, runtime.GOARCH)
	}
	if _, err := exec.LookPath("valgrind"); err != nil {
		return fmt.Errorf("%w: valgrind, which counts instructions, is not here (optional)", errSkip)
	}
	var old recorded
	if !record {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		if old, err = parse(string(text)); err != nil {
			return err
		}
		if old.version != runtime.Version() {
			return fmt.Errorf("%w: the figures were recorded with %s, this is %s: %s", errSkip, old.version, runtime.Version(), howToRecord)
		}
	}
	now, err := measure()
	if err != nil {
		return err
	}
	if record {
		return os.WriteFile(file, []byte(now.String()), 0o644)
	}
	report, ok := compare(old, now)
	fmt.Print(report)
	if !ok {
		return fmt.Errorf("a request takes more instructions than recorded: find out why, or, if it is worth it, say so in DECISIONS.md; %s", howToRecord)
	}
	return nil
}

const howToRecord = "go run ./internal/instructions --record writes " + file

// measure counts the instructions per request of every case.
func measure() (recorded, error) {
	now := recorded{runtime.Version(), map[string]float64{}}
	dir, err := os.MkdirTemp("", "instructions")
	if err != nil {
		return now, err
	}
	defer os.RemoveAll(dir)
	program := filepath.Join(dir, "plan.test")
	if out, err := exec.Command("go", "test", "-c", "-o", program, "./experiments/plan").CombinedOutput(); err != nil {
		return now, fmt.Errorf("instructions: cannot build: %w\n%s", err, out)
	}
	for _, name := range cases {
		a, err := count(program, name, few)
		if err != nil {
			return now, err
		}
		b, err := count(program, name, many)
		if err != nil {
			return now, err
		}
		now.figures[name] = (b - a) / (many - few)
	}
	return now, nil
}

// collected is the line in which callgrind says how many instructions it has counted.
var collected = regexp.MustCompile(`Collected : (\d+)`)

// count is the instructions of a run of so many requests.
// Valgrind 3.19 does not survive the signals of preemption and does not know RDTSCP, which
// locks of the runtime use; garbage would be collected at no certain time.
func count(program, name string, requests int) (float64, error) {
	cmd := exec.Command("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
		"-test.run=^$", "-test.bench=^BenchmarkRequest$/^"+name+"$", "-test.benchtime="+strconv.Itoa(requests)+"x")
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "GOGC=off", "GODEBUG=asyncpreemptoff=1,cpu.rdtscp=off")
	out, err := cmd.CombinedOutput()
	m := collected.FindSubmatch(out)
	if err != nil || m == nil || !strings.Contains(string(out), "BenchmarkRequest/"+name) {
		return 0, fmt.Errorf("instructions: %s with %d requests: %v\n%s", name, requests, err, out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// recorded is instructions per request by case, and the version of Go that made the program.
type recorded struct {
	version string
	figures map[string]float64
}

// String is the text of the file.
func (r recorded) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", r.version)
	for _, name := range slices.Sorted(maps.Keys(r.figures)) {
		fmt.Fprintf(&b, "%s %.0f\n", name, r.figures[name])
	}
	return b.String()
}

// parse reads the file: the version of Go, then a case and its figure a line.
func parse(text string) (recorded, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	r := recorded{lines[0], map[string]float64{}}
	for i, line := range lines[1:] {
		name, value, _ := strings.Cut(line, " ")
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || !(n > 0) {
			return r, fmt.Errorf("%s:%d: %q: want a case and its instructions per request", file, i+2, line)
		}
		r.figures[name] = n
	}
	return r, nil
}

// tolerance is by which share a figure may be above what is recorded.
const tolerance = 0.05

// compare says how each case compares with what is recorded, and whether none takes too
// many instructions or is not recorded.
func compare(old, now recorded) (report string, ok bool) {
	ok = true
	for _, name := range slices.Sorted(maps.Keys(now.figures)) {
		got, want := now.figures[name], old.figures[name]
		line := fmt.Sprintf("%-14s %6.0f instructions per request, recorded %6.0f", name, got, want)
		switch {
		case want == 0:
			line, ok = fmt.Sprintf("%-14s %6.0f instructions per request: NOT RECORDED", name, got), false
		case got > want*(1+tolerance):
			line, ok = fmt.Sprintf("%s: %.1f %% MORE", line, 100*(got/want-1)), false
		case got < want*(1-tolerance):
			line += fmt.Sprintf(": %.1f %% less, so record it", 100*(1-got/want))
		}
		report += line + "\n"
	}
	return report, ok
}
