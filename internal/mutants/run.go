package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A test is one top-level test of a binary.
type test struct {
	of      *binary
	name    string
	took    time.Duration // CPU time
	reached []byte        // by ID of a mutant
	fails   string        // what it says without any mutant, if it fails
}

// A runner runs tests.
type runner struct {
	jobs    int
	names   string // only tests that match, if not empty
	short   bool
	longest time.Duration // tests that take more CPU time are left out; 0 means none is
	until   time.Time     // watch no further test then; zero means no limit
	limit   time.Duration // the CPU time that a test may take with a mutant, beside ten times what it takes without
}

// inParallel calls do for 0 to n-1, some at a time, and returns when all have ended.
func (r *runner) inParallel(n int, do func(int)) {
	var all sync.WaitGroup
	free := make(chan struct{}, r.jobs)
	for i := range n {
		free <- struct{}{}
		all.Go(func() {
			do(i)
			<-free
		})
	}
	all.Wait()
}

// drawn lets tests that draw their inputs with rapid draw the same ones each time, so that
// a verdict can be had again, and not look for a shorter input that fails, nor keep it in
// the source.
var drawn = []string{"RAPID_SEED=1", "RAPID_NOFAILFILE=true", "RAPID_SHRINKTIME=1ms"}

// patience is how many times its limit of CPU time a test may take where it waits, or where
// others use the machine: a busy machine kills no mutant.
const patience = 10

// leastWait is what a test with a low limit of CPU time may wait all the same.
const leastWait = time.Minute

// run runs tests of one binary with something in its environment, and returns what they
// say and the CPU time they took. They have a limit of CPU time. The processes that a test
// starts end with it.
func (r *runner) run(ctx context.Context, limit time.Duration, env string, tests ...*test) (said []byte, took time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, max(patience*limit, leastWait))
	defer cancel()
	names := make([]string, len(tests))
	for i, t := range tests {
		names[i] = regexp.QuoteMeta(t.name)
	}
	args := []string{"-test.run", "^(" + strings.Join(names, "|") + ")$", "-test.failfast"}
	if r.short {
		args = append(args, "-test.short")
	}
	cmd := exec.CommandContext(ctx, tests[0].of.path, args...)
	cmd.Dir = tests[0].of.dir
	cmd.Env = append(append(os.Environ(), drawn...), env, envCPU+"="+itoa(int(math.Ceil(limit.Seconds()))))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	said, err = cmd.CombinedOutput()
	if s := cmd.ProcessState; s != nil {
		took = s.UserTime() + s.SystemTime()
	}
	return said, took, err
}

// list asks the binaries for their tests.
func (r *runner) list(ctx context.Context, binaries []*binary) ([]*test, error) {
	var out []*test
	for _, b := range binaries {
		cmd := exec.CommandContext(ctx, b.path, "-test.list", cmp.Or(r.names, "."))
		cmd.Dir = b.dir
		said, err := cmd.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("the tests of %s: %w\n%s", b.pkg, err, said)
		}
		for lines := bufio.NewScanner(bytes.NewReader(said)); lines.Scan(); {
			if name := lines.Text(); !strings.HasPrefix(name, "Benchmark") {
				out = append(out, &test{of: b, name: name})
			}
		}
	}
	return out, nil
}

// watch runs each test once by itself, without a mutant, and keeps which places it
// reaches and what CPU time it takes.
func (r *runner) watch(ctx context.Context, dir string, tests []*test, mutants int) error {
	var mu sync.Mutex
	var failed error
	limit := 10 * time.Minute
	if r.longest > 0 {
		limit = r.longest
	}
	r.inParallel(len(tests), func(i int) {
		t := tests[i]
		if !r.until.IsZero() && time.Now().After(r.until) {
			t.fails, t.reached = late, make([]byte, mutants+1)
			return
		}
		path := fmt.Sprintf("%s/reached-%d", dir, i)
		err := os.WriteFile(path, make([]byte, mutants+1), 0o666)
		if err == nil {
			said, took, bad := r.run(ctx, limit, envReached+"="+path, t)
			switch {
			case bad != nil && took >= limit*9/10: // the kernel counts whole seconds in its own way
				t.fails = fmt.Sprintf("%v of CPU time are not enough for it", limit)
			case bad != nil:
				t.fails = fmt.Sprintf("%v: %s", bad, lastLines(said))
			}
			t.took = took
			t.reached, err = os.ReadFile(path)
		}
		if err != nil {
			mu.Lock()
			failed = err
			mu.Unlock()
		}
	})
	return failed
}

// late is why a test was not run without a mutant.
const late = "the time was up"

// batch is how long tests that run in one process take together, at least.
const batch = time.Second

// judge runs the tests that reach a mutant, the quickest first, until one fails. It
// returns which ones did.
func (r *runner) judge(ctx context.Context, id int, tests []*test) (killed bool, by string) {
	var reach []*test
	for _, t := range tests {
		if t.fails == "" && t.reached[id] != 0 {
			reach = append(reach, t)
		}
	}
	slices.SortStableFunc(reach, func(a, b *test) int { return int(a.took - b.took) })
	for len(reach) > 0 && ctx.Err() == nil {
		n, took := 0, time.Duration(0)
		for ; n < len(reach) && reach[n].of == reach[0].of && took < batch; n++ {
			took += reach[n].took
		}
		if said, _, err := r.run(ctx, r.limit+10*took, envMutant+"="+itoa(id), reach[:n]...); err != nil {
			return ctx.Err() == nil, failing(said, err)
		}
		reach = reach[n:]
	}
	return false, ""
}

// failing names the test that failed.
func failing(said []byte, err error) string {
	for lines := bufio.NewScanner(bytes.NewReader(said)); lines.Scan(); {
		if name, ok := strings.CutPrefix(lines.Text(), "--- FAIL: "); ok {
			return strings.Fields(name)[0]
		}
	}
	return err.Error()
}

// lastLines is the end of what a test said.
func lastLines(said []byte) string {
	lines := strings.Split(strings.TrimSpace(string(said)), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}
