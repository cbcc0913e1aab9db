package trace

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/workloads"
	"cnv/workloads/logs"
)

// endsLogged is a log of Poisson arrivals at a rate per second that take 50 ms in the
// mean, written at their ends, to the second, as nginx writes them.
func endsLogged(rate float64, n int) string {
	rng := rand.New(rand.NewPCG(5, 6))
	var b strings.Builder
	b.WriteString("end,took_ms\n")
	at := 1740909600.0
	for range n {
		at += rng.ExpFloat64() / rate
		took := int(rng.ExpFloat64()*50) + 1
		fmt.Fprintf(&b, "%d,%d\n", int64(at+float64(took)/1000), took)
	}
	return b.String()
}

// TestEndsToTheSecond: arrivals that are known by ends to the second, less durations
// to the millisecond, lie within a few milliseconds of each second. A replay spreads
// them over it, as Poisson arrivals are, and says so.
func TestEndsToTheSecond(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	done, err := ImportFiles("csv", []string{file(t, "x.csv", endsLogged(20, 20_000))}, dir, ImportOptions{Options: logs.Options{End: "end", Duration: "took_ms"}})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(done.String(), "ends are logged in whole multiples of 1s, so that") || strings.Contains(done.String(), "coefficient of variation") || done.Header.EndStepUS != 1e6 {
		t.Errorf("step %d; %s", done.Header.EndStepUS, done)
	}
	d, err := Describe(dir)
	if err != nil || !strings.Contains(d.Resolution, "ends are logged in whole multiples of 1s") {
		t.Errorf("described as %q (error: %v)", d.Resolution, err)
	}
	for _, c := range []struct {
		how, spread string
		low, high   float64
	}{{None, "", 0.95, 1.05}, {Local, "", 0.95, 1.05}, {Blocks, "", 0.95, 1.05}, {None, SpreadNone, 4, 9}} {
		w, err := Open(dir, Options{Replicate: c.how, Spread: c.spread, WorkFrom: "duration"})
		if err != nil {
			t.Fatal(err)
		}
		n := make([]int32, int(w.Span/(50*time.Millisecond))+1)
		last := time.Duration(0)
		for _, a := range all(t, w, 2) {
			if a.At < last || a.At >= w.Span {
				t.Fatalf("%s: %v after %v, span %v", c.how, a.At, last, w.Span)
			}
			last = a.At
			n[a.At/(50*time.Millisecond)]++
		}
		if got := dispersionOf(n, 1); got < c.low || got > c.high {
			t.Errorf("%s, spread %q: dispersion at 50 ms is %.3g, want %v to %v", c.how, c.spread, got, c.low, c.high)
		}
		notes := strings.Join(append(w.Notes, w.Assumed...), "\n")
		if want := map[string]string{"": "arrivals are spread uniformly within it", SpreadNone: "lie closer together than they were"}[c.spread]; !strings.Contains(notes, want) {
			t.Errorf("spread %q: %q does not say %q", c.spread, notes, want)
		}
	}
}

// TestStepOfEndsAfterTransforms: a window keeps the step, another pace changes it, and
// counts have none.
func TestStepOfEndsAfterTransforms(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	if _, err := Import("csv", []string{file(t, "x.csv", endsLogged(20, 2000))}, dir, ImportOptions{Options: logs.Options{End: "end", Duration: "took_ms"}}); err != nil {
		t.Fatal(err)
	}
	size, err := workloads.NewSize("constant", time.Second, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		t    Transform
		want int64
	}{
		"window":  {Transform{From: 10 * time.Second, To: 40 * time.Second}, 1e6},
		"instant": {Transform{From: 10 * time.Second, To: 10*time.Second + 200*time.Millisecond}, 1e6},
		"pace":    {Transform{TimeCompress: 4}, 250e3},
		"counts":  {Transform{Bin: time.Second}, 0},
	} {
		out := filepath.Join(t.TempDir(), name)
		done, err := c.t.Apply(dir, out)
		if err != nil {
			t.Fatal(err)
		}
		if done.Header.EndStepUS != c.want {
			t.Errorf("%s: step %d, want %d", name, done.Header.EndStepUS, c.want)
		}
		w, err := Open(out, Options{Replicate: Blocks, WorkFrom: "duration", Size: size})
		if err != nil {
			t.Fatal(err)
		}
		all(t, w, 1)
	}
}
