// Package tricky_test is run metered by the tests of package meter, with the
// kernels here as the registry.
package tricky_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"testing"

	"cnv/worker/kernel"
	"cnv/worker/meter/testdata/tricky/kernels"
	"cnv/worker/metered"
	"cnv/worker/metered/count"
	"cnv/worker/metered/meteredtest"
)

// weigh is what a metered kernel executes for n.
func weigh(t *testing.T, name string, n int) count.Weight {
	t.Helper()
	if !metered.Available() {
		t.Skip("a plain build")
	}
	f := metered.All()[name]
	return count.Measure(func() {
		if _, err := f(context.Background(), kernels.Request(n)); err != nil {
			t.Error(err)
		}
	})
}

// TestHand compares counts with those worked out from the comments of package
// hand and the rules of package meter.
func TestHand(t *testing.T) {
	const leaves = 89 // of the tree of calls of fib(10), which has one fork less
	for _, c := range []struct {
		name                                    string
		n                                       int
		instructions, blocks, calls, statements int64
	}{
		{"straight", 1, 2 + 2 + 1, 1, 1, 3},
		{"branch", 2, 3 + 1, 2, 1, 2}, // entry, then
		{"branch", 3, 3 + 1, 2, 1, 2}, // entry, what follows the if
		{"loop", 0, 1 + 1 + 2 + 1, 1 + 1 + 1, 1, 3},
		{"loop", 10, 1 + 1 + 11*2 + 10*(2+2) + 1, 1 + 11 + 10 + 1, 1, 3 + 10},
		{"short", 3, 3 + 1, 2, 1, 2},
		{"short", 4, 3 + 1 + 1, 3, 1, 2}, // entry, right side, then
		{"short", 9, 3 + 1 + 1, 3, 1, 2},
		{"choose", 1, 1 + 1 + 1 + 1, 1 + 1 + 1 + 1, 1, 3 + 1}, // entry, one test, body, rest
		{"choose", 2, 1 + 2 + 1 + 2 + 1, 1 + 2 + 2 + 1, 1, 3 + 2 + 1},
		{"choose", 3, 1 + 3 + 2 + 1, 1 + 3 + 1 + 1, 1, 3 + 1},
		{"choose", 5, 1 + 3 + 1 + 1, 1 + 3 + 1 + 1, 1, 3 + 1},
		{"fib", 10, leaves*(2+1) + (leaves-1)*(2+6), 2 * (2*leaves - 1), 2*leaves - 1, 2 * (2*leaves - 1)},
		{"areas", 3, 6 + (1 + 3*3 + 2*3 + 1) + 2*5, 1 + (1 + 3 + 2 + 1) + 2, 1 + 1 + 2, 1 + 5 + 2},
		{"closure", 7, 1 + 2 + 8*2 + 7*(1+2) + 1, 1 + 8 + 7 + 7 + 1, 1 + 7, 4 + 7 + 7},
		{"jump", 6, 1 + 6*(2+2) + 5 + 1, 1 + 6 + 5 + 1, 1, 1 + 1 + 6*2 + 5 + 1},
		{"twice", 6, 3 + 2*2, 1 + 2, 1 + 2, 1 + 2},
		// 2 goes to 1, 0 and continues, -1 and breaks: three bodies, two of
		// them past the first if, one continue.
		{"forever", 2, 3*(2+3) + 1 + 2*2 + 1 + 1, 1 + 3 + 1 + 2 + 1 + 1 + 1, 1, 2 + 3*2 + 1 + 2 + 1},
		{"defers", 2, (1 + 1) + (2 + 1 - 1) + 2, 3, 3, 2 + 1 + 1},
	} {
		base, w := weigh(t, "nothing", c.n), weigh(t, c.name, c.n)
		got := count.Weight{
			Instructions: w.Instructions - base.Instructions + 1, // nothing is a function of one instruction
			Blocks:       w.Blocks - base.Blocks + 1,
			Calls:        w.Calls - base.Calls + 1,
			Statements:   w.Statements - base.Statements + 1,
		}
		if want := (count.Weight{Instructions: c.instructions, Blocks: c.blocks, Calls: c.calls, Statements: c.statements}); got != want {
			t.Errorf("%s(%d):\n got %+v,\nwant %+v", c.name, c.n, got, want)
		}
	}
}

// TestSame: every case answers as the plain one, and has the same counts alone
// and among others, also while a profiler reads the labels.
func TestSame(t *testing.T) {
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Fatal(err)
	}
	defer pprof.StopCPUProfile()
	for _, name := range kernels.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			meteredtest.Same(t, kernels.All()[name], metered.All()[name], kernels.Request(12))
		})
	}
}

// TestErrorsCross: the border's types are the same on both sides.
func TestErrorsCross(t *testing.T) {
	if !metered.Available() {
		t.Skip("a plain build")
	}
	_, err := metered.All()["nothing"](context.Background(), &kernel.Request{})
	if _, ok := err.(*kernel.Error); !ok {
		t.Errorf("error %T, want *kernel.Error", err)
	}
}

// TestPanicLeavesMeasure: a panic shows the original files, and the caller's
// labels come back.
func TestPanicLeavesMeasure(t *testing.T) {
	if !metered.Available() {
		t.Skip("a plain build")
	}
	labels := func() string {
		var b bytes.Buffer
		if err := pprof.Lookup("goroutine").WriteTo(&b, 1); err != nil {
			t.Error(err)
		}
		return strings.Join(regexp.MustCompile(`# labels: .*`).FindAllString(b.String(), -1), "\n")
	}
	var trace, inside, after string
	pprof.Do(context.Background(), pprof.Labels("who", "caller"), func(ctx context.Context) {
		defer func() {
			trace = fmt.Sprint(recover(), string(debug.Stack()))
			after = labels()
		}()
		metered.Measure(func() {
			inside = labels()
			r := kernels.Request(0)
			r.Query = nil // fails in strconv, no panic
			if _, err := metered.All()["nothing"](ctx, r); err == nil {
				t.Error("no error without n")
			}
			_, err := metered.All()["fails"](ctx, kernels.Request(3))
			t.Errorf("no panic but %v", err)
		})
	})
	for _, want := range []string{"at 3", "tricky/cases/functions.go:", "tricky/kernels/kernels.go:"} {
		if !strings.Contains(trace, want) {
			t.Errorf("no %q in\n%s", want, trace)
		}
	}
	if !strings.Contains(inside, `"metered":"true"`) || strings.Contains(inside, "caller") {
		t.Errorf("labels inside Measure: %s", inside)
	}
	if !strings.Contains(after, `"who":"caller"`) {
		t.Errorf("labels after Measure: %s", after)
	}
}

// TestStatements prints the statements of each case, for the test of package
// meter that compares them with Go's coverage.
func TestStatements(t *testing.T) {
	if os.Getenv("METER_STATEMENTS") == "" {
		t.Skip("run by TestCoverage of package meter")
	}
	statements := map[string]int64{}
	for _, name := range kernels.Names() {
		statements[name] = weigh(t, name, 12).Statements
	}
	if err := json.NewEncoder(os.Stdout).Encode(statements); err != nil {
		t.Error(err)
	}
}

// TestPlainCase runs one plain case, for the same.
func TestPlainCase(t *testing.T) {
	name := os.Getenv("METER_CASE")
	if name == "" {
		t.Skip("run by TestCoverage of package meter")
	}
	if _, err := kernels.All()[name](context.Background(), kernels.Request(12)); err != nil {
		t.Error(err)
	}
}

func BenchmarkOverhead(b *testing.B) {
	for name, n := range map[string]int{"pictures": 150, "solids": 50_000, "fib": 25, "groups": 2000} {
		b.Run(name, func(b *testing.B) {
			meteredtest.Overhead(b, kernels.All()[name], metered.All()[name], kernels.Request(n))
		})
	}
}

func BenchmarkMeasure(b *testing.B) {
	for b.Loop() {
		metered.Measure(func() {})
	}
}
