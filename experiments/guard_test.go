package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"cnv/experiments/outcome"
	"cnv/experiments/plan"
	"cnv/internal/testtime"
	"cnv/policy"
	"cnv/results"
)

// A badRouter is a router that is not to be relied on, in one way.
type badRouter struct{ way string }

// fickle is what a router must not have: state that outlives a run.
var fickle int

func (b *badRouter) Route(v *policy.View, r *policy.Request) (policy.WorkerID, bool) {
	ready := v.Ready()
	late := v.Now > 20*time.Second
	switch {
	case b.way == "panics" && late:
		return ready[len(ready)+3], true
	case b.way == "loops" && late:
		os.WriteFile(os.Getenv("CNV_TEST_LOOPS"), nil, 0o600)
		for { // for ever
			late = !late
		}
	case b.way == "nowhere" && late:
		return 4711, true
	case b.way == "fickle":
		fickle++
		return ready[(fickle/7)%len(ready)], true
	}
	return ready[int(r.ID)%len(ready)], true
}

// A silent spill refuses every request.
type silent struct{}

func (*silent) Decide(*policy.View, *policy.Request, policy.WorkerID, bool) policy.Choice {
	return policy.ToReject
}

// mainWithBadPolicies is the program with routers that are not to be relied on.
func mainWithBadPolicies() {
	for _, way := range []string{"panics", "loops", "nowhere", "fickle"} {
		plan.Roles[1].Specs = append(plan.Roles[1].Specs, policy.Spec{Name: "test-" + way, New: func() any { return &badRouter{way} }})
	}
	plan.Roles[2].Specs = append(plan.Roles[2].Specs, policy.Spec{Name: "test-silent", New: func() any { return &silent{} }})
	if os.Getenv("CNV_TEST_IMPATIENT") != "" {
		outcome.Patience = 2 * time.Second
	}
	if os.Getenv("CNV_TEST_STUBBORN") != "" {
		endsWithin = 24 * time.Hour
	}
	main()
}

const loopsForEver = `question = "q"
seeds = 2
[cluster]
instance = "c7g.large"
initial = 2
[[workload]]
generator = "poisson"
rate = 4
requests = 200
[[policy]]
router = "jsq"
[[policy]]
router = "ROUTER"
`

// TestSignalsEnd: Ctrl-C and SIGTERM end a program whose policy loops for ever, after a
// moment, and the second one at once: also a program whose moment is a day. Earlier results
// and finished runs stay.
func TestSignalsEnd(t *testing.T) {
	program, err := exec.LookPath("cnv-bad")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		signal   syscall.Signal
		stubborn bool
	}{{syscall.SIGINT, false}, {syscall.SIGTERM, true}} {
		dir := t.TempDir()
		loops := filepath.Join(dir, "loops")
		run := func(router string) *exec.Cmd {
			text := strings.Replace(loopsForEver, "ROUTER", router, 1)
			if err := os.WriteFile(filepath.Join(dir, "x.toml"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.Command(program, "compare", "x.toml", "--no-figures", "--quiet")
			cmd.Dir = dir
			return cmd
		}
		if out, err := run("p2c").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		before, err := os.ReadFile(filepath.Join(dir, "results", "x", "runs.csv"))
		if err != nil {
			t.Fatal(err)
		}
		cmd := run("test-loops")
		cmd.Env = append(os.Environ(), "CNV_TEST_LOOPS="+loops)
		if s.stubborn {
			cmd.Env = append(cmd.Env, "CNV_TEST_STUBBORN=1")
		}
		var told bytes.Buffer
		cmd.Stderr = &told
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kept := func() int {
			runs, _ := filepath.Glob(filepath.Join(dir, "results", ".runs", "x", "*.run"))
			return len(runs)
		}
		testtime.Until(t, "a policy that loops, and runs that are kept", func() bool {
			_, err := os.Stat(loops)
			return err == nil && kept() >= 2
		})
		end(t, cmd, s.signal, s.stubborn)
		if code := cmd.ProcessState.ExitCode(); code != 1 {
			t.Errorf("%v: exit code %d, want 1", s.signal, code)
		}
		if want := "interrupted: unfinished results were not written, earlier results are as they were; finished runs are kept, and the same command uses them"; !strings.Contains(told.String(), want) {
			t.Errorf("%v: it says %q", s.signal, told.String())
		}
		after, err := os.ReadFile(filepath.Join(dir, "results", "x", "runs.csv"))
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("%v: earlier results have changed: %v", s.signal, err)
		}
		if n := kept(); n < 2 {
			t.Errorf("%v: %d finished runs are kept, want those of jsq at least", s.signal, n)
		}
	}
}

// end sends a program a signal, or one after the other, until it has ended.
func end(t *testing.T, cmd *exec.Cmd, signal syscall.Signal, again bool) {
	t.Helper()
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for over := testtime.Over(t); ; {
		select {
		case <-ended:
			return
		case <-over:
			_ = cmd.Process.Kill()
			t.Fatalf("%v: it goes on for ever", signal)
		case <-time.After(200 * time.Millisecond):
			if again {
				_ = cmd.Process.Signal(signal)
			}
		}
	}
}

// TestEveryPolicyIsRunTwice: of every policy that was run one run is repeated, however
// long all of them take, and none of a policy whose runs were kept.
func TestEveryPolicyIsRunTwice(t *testing.T) {
	p, err := plan.Parse("x.toml", ".", strings.Replace(loopsForEver, "ROUTER", "p2c", 1)+"[[policy]]\nrouter = \"random\"\n", plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := newRepeats(p)
	for pol := range 2 {
		for i := range 2 {
			r.ran(0, pol, i, time.Duration(10-i)*time.Second, results.Row{})
		}
	}
	chosen := r.chosen()
	for pol := range 2 {
		if len(chosen[pol]) != 1 || chosen[pol][0].took != 9*time.Second {
			t.Errorf("policy %d: %v, want the run that took 9s", pol, chosen[pol])
		}
	}
	if len(chosen[2]) != 0 {
		t.Errorf("a policy that was not run: %v", chosen[2])
	}
}
