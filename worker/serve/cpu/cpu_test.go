package cpu

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// machine is a root folder with these files.
func machine(t *testing.T, files map[string]string) string {
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

const stat = "cpu  100 20 30 800 50 0 5 15 7 7\ncpu0 1 1 1 1 1\n"

func TestSources(t *testing.T) {
	inGroup := map[string]string{
		"proc/stat": stat, "proc/self/cgroup": "1:cpu:/old\n0::/a/b\n",
		"sys/fs/cgroup/a/b/cpu.max": "50000 100000\n", "sys/fs/cgroup/a/b/cpu.stat": "nr_periods 3\nusage_usec 1500000\n",
	}
	for _, c := range []struct {
		about, name string
		files       map[string]string
		source      string
		used        time.Duration
		problem     string
	}{
		{"a container", "auto", inGroup, "cgroup", 1500 * time.Millisecond, ""},
		{"a container, asked for the host", "host", inGroup, "host", 1700 * time.Millisecond, ""},
		{"a machine", "auto", map[string]string{"proc/stat": stat}, "host", 1700 * time.Millisecond, ""},
		{"no quota", "auto", map[string]string{"proc/stat": stat, "proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, "host", 1700 * time.Millisecond, ""},
		{"no quota, but asked", "cgroup", map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "max 100000\n"}, "", 0, "no quota in"},
		{"version 1", "cgroup", map[string]string{"proc/self/cgroup": "3:cpu:/x\n"}, "", 0, "in none of version 2"},
		{"no statistics", "cgroup", map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "1 1\n", "sys/fs/cgroup/cpu.stat": "x 1\n"}, "", 0, "no usage_usec"},
		{"words", "host", map[string]string{"proc/stat": "cpu 1 2 x 4 5\n"}, "", 0, `"x" is not a number`},
		{"another file", "host", map[string]string{"proc/stat": "intr 1 2 3 4 5\n"}, "", 0, "stat:1: want cpu"},
		{"a word", "gpu", nil, "", 0, "there are auto, cgroup, host and process"},
	} {
		s, err := Choose(c.name, machine(t, c.files))
		if c.problem != "" {
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("%s: %v, want %q", c.about, err, c.problem)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.about, err)
			continue
		}
		used, _, err := s.Read()
		if s.Name != c.source || used != c.used || err != nil {
			t.Errorf("%s: %s used %v, %v, want %s and %v", c.about, s.Name, used, err, c.source, c.used)
		}
	}
}

// TestHostCapacity: all columns but the guests', which are in user already.
func TestHostCapacity(t *testing.T) {
	used, capacity, err := parseStat("stat", stat)
	if used != 1700*time.Millisecond || capacity != 10200*time.Millisecond || err != nil {
		t.Errorf("used %v of %v, %v, want 1.7s of 10.2s", used, capacity, err)
	}
}

func TestUtilisationOfTheLastSamples(t *testing.T) {
	var used, capacity time.Duration
	var broken error
	g := Gauge{Source: Source{"scripted", func() (time.Duration, time.Duration, error) { return used, capacity, broken }}, Samples: 2}
	for i, step := range []struct {
		used, capacity time.Duration
		err            error
		want           float64
	}{
		{0, 0, nil, Unknown},
		{1, 2, nil, 0.5},
		{0, 2, nil, 0.25},
		{0, 2, nil, 0}, // the first is forgotten
		{9, 9, errors.New("no"), 0},
		{5, 2, nil, 1}, // clocks differ: bounded
	} {
		used, capacity, broken = used+step.used*time.Second, capacity+step.capacity*time.Second, step.err
		g.Sample()
		if got := g.Utilisation(); math.Abs(got-step.want) > 1e-12 {
			t.Errorf("after sample %d: %v, want %v", i, got, step.want)
		}
	}
	if none := new(Gauge); none.Utilisation() != Unknown {
		t.Error("a gauge without a source knows its utilisation")
	}
}

// TestBusyThreadUsesCPU: the thread's clock goes on while it computes and
// stands still while it waits.
func TestBusyThreadUsesCPU(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, ok := Thread()
	if !ok {
		t.Skip("this system has no clock of a thread's CPU time")
	}
	time.Sleep(30 * time.Millisecond)
	slept, _ := Thread()
	for x, until := 1.0, slept+20*time.Millisecond; ; x = math.Sqrt(x + 1) {
		if now, _ := Thread(); now >= until {
			break
		}
	}
	if idle := slept - before; idle > 15*time.Millisecond {
		t.Errorf("30ms of sleep used %v of CPU", idle)
	}
	s, err := Choose("process", "/")
	if err != nil {
		t.Fatal(err)
	}
	if used, _, err := s.Read(); err != nil || used < 20*time.Millisecond {
		t.Errorf("the process used %v, %v, want at least its thread's 20ms", used, err)
	}
}
