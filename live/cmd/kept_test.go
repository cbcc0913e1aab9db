package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestGoesOn: runs that a try has finished before it was ended are not measured
// again, with their journals if they have some, and results say so. Once all are
// there, another try measures all.
func TestGoesOn(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "interrupted": syscall.SIGINT} {
		for _, journal := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, journal %v", name, journal), func(t *testing.T) {
				t.Parallel()
				goesOn(t, end, journal)
			})
		}
	}
}

func goesOn(t *testing.T, end syscall.Signal, journal bool) {
	a, na := worker(t)
	b, nb := worker(t)
	file, out := write(t, experiment), t.TempDir()
	begin := func(more ...string) (*exec.Cmd, *lines) {
		said := &lines{}
		cmd := exec.Command(program(t), append(more, file, "--workers", a+","+b, "--out", out, "--no-figures", "--requests", "--format", "csv", fmt.Sprint("--journal=", journal))...)
		cmd.Stderr = said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill() })
		return cmd, said
	}
	cmd, said := begin("--fresh") // nothing is used of an earlier try, and as much is kept
	said.wait(t, "steady / rr, seed 1: gateway")
	if err := cmd.Process.Signal(end); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("it ended well although somebody ended it")
	}
	if end == syscall.SIGINT && !strings.Contains(said.text(), "1 of 2 runs are kept: the same command without --fresh goes on with the others") {
		t.Errorf("it said\n%s", said.text())
	}
	for round, want := range []struct {
		kept     bool
		requests int64
	}{{true, 200}, {false, 400}} {
		na.Store(0)
		nb.Store(0)
		cmd, said := begin()
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, said.text())
		}
		if kept := strings.Contains(said.text(), "1 of 2 runs are kept of an earlier try"); kept != want.kept {
			t.Errorf("try %d after that: kept runs %v, want %v:\n%s", round+1, kept, want.kept, said.text())
		}
		if n := na.Load() + nb.Load(); n < want.requests*3/4 || n > want.requests*5/4 {
			t.Errorf("try %d after that: %d requests, want about %d", round+1, n, want.requests)
		}
		for _, policy := range []string{"jsq", "rr"} {
			if dir := filepath.Join(out, "tiny", "journals", "steady", policy, "seed-1"); journal && replay(t, dir) < 100 {
				t.Errorf("try %d after that: the journal of %s is not complete", round+1, policy)
			}
		}
		if left, err := os.ReadDir(filepath.Join(out, ".runs", "tiny.live")); err != nil || len(left) > 0 {
			t.Errorf("try %d after that: %v is kept although all runs are there (%v)", round+1, left, err)
		}
		if n := len(requests(t, filepath.Join(out, "tiny", "requests.csv"))); n < 300 || n > 500 {
			t.Errorf("%d requests are in the results, want about 400 of two runs", n)
		}
	}
}

// TestUnwritten: where results cannot be written all runs are kept, and the same
// command writes them without measuring anything.
func TestUnwritten(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		a, _ := m.worker(t)
		b, n := m.worker(t)
		file, out := write(t, experiment), t.TempDir()
		args := []string{file, "--workers", a + "," + b, "--out", out, "--journal", "--requests"}
		said := m.begin(args...)
		said.wait(t, "steady / rr, seed 1: gateway")
		rows, err := filepath.Glob(filepath.Join(out, ".unfinished-*", "000000-*.csv"))
		if err != nil || len(rows) != 1 || os.Remove(rows[0]) != nil {
			t.Fatalf("requests of the first run: %v (%v)", rows, err)
		}
		if code := said.end(); code == exitDone || !strings.Contains(said.text(), "2 of 2 runs are kept: the same command measures none of them again") {
			t.Errorf("exit %d\n%s", code, said.text())
		}
		if text := said.printed.text(); !strings.Contains(text, "Answer") || strings.Contains(text, "Results in") {
			t.Errorf("what was measured is not printed, or results are claimed that are nowhere:\n%s", text)
		}
		n.Store(0)
		if code, text := m.run(args...); code != exitDone || n.Load() > 0 {
			t.Errorf("%d requests: exit %d\n%s", n.Load(), code, text)
		}
		for _, policy := range []string{"jsq", "rr"} {
			replay(t, filepath.Join(out, "tiny", "journals", "steady", policy, "seed-1"))
		}
	})
}

// TestNotBegun: what does not fit into the time of a command, or has no folder for its
// results, is refused before the worker is looked at or built.
func TestNotBegun(t *testing.T) {
	t.Parallel()
	file := write(t, brief)
	for _, c := range []struct {
		flags []string
		says  string
	}{
		{[]string{"--seeds", "4", "--max-time", "11s", "--out", t.TempDir()}, "4 runs: about 12s of arrivals, more than --max-time 11s"},
		{[]string{"--out", file}, "cannot write results"},
	} {
		var out, errs bytes.Buffer
		if code := command(append([]string{file, "--worker", "nowhere"}, c.flags...), &out, &errs); code != exitInput || !strings.Contains(errs.String(), c.says) {
			t.Errorf("exit %d, want %q:\n%s", code, c.says, errs.String())
		}
	}
}

// TestServedJournals: a gateway that is begun again keeps a journal of its own.
func TestServedJournals(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		a, _ := m.worker(t)
		b, _ := m.worker(t)
		file, out := write(t, experiment), t.TempDir()
		for range 2 {
			gateway := m.begin(file, "--workers", a+","+b, "--out", out, "--serve", "--journal")
			gateway.wait(t, "journal in")
			gateway.stop()
			if code := gateway.end(); code != exitDone {
				t.Fatalf("exit %d\n%s", code, gateway.text())
			}
		}
		kept, err := filepath.Glob(filepath.Join(out, "tiny.served", "*"))
		if err != nil || len(kept) != 2 {
			t.Fatalf("%v, want two journals (%v)", kept, err)
		}
		for _, dir := range kept {
			replay(t, dir)
		}
	})
}
