package meteredtest

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"testing"

	"cnv/worker/kernel"
	"cnv/worker/metered"
)

// together is how many requests Same sends at once.
const together = 20

// Same fails t unless a metered kernel answers a request as the plain one
// does, and with the same counts alone and among others at once. It returns
// the counts. A first answer is not compared: it may fill caches.
func Same(t *testing.T, plain, copied kernel.Func, r *kernel.Request) metered.Counts {
	t.Helper()
	if !metered.Available() {
		t.Skip("a plain build: run it with go run ./worker/meter/cmd test")
	}
	want := answer(plain, r)
	var alone metered.Counts
	ask := func(what string) {
		var got string
		counts := metered.Measure(func() { got = answer(copied, r) })
		if got != want {
			t.Errorf("%v %s: the metered kernel answers %.100q, the plain one %.100q", r.Query, what, got, want)
		}
		if what == "alone" {
			alone = counts
		}
		if counts != alone {
			t.Errorf("%v %s: %+v, alone %+v", r.Query, what, counts, alone)
		}
	}
	metered.Measure(func() { answer(copied, r) })
	ask("alone")
	ask("again")
	var all sync.WaitGroup
	for i := range together {
		all.Go(func() { ask(fmt.Sprintf("as number %d of %d", i+1, together)) })
	}
	all.Wait()
	return alone
}

// answer is all that a kernel answers, as text.
func answer(f kernel.Func, r *kernel.Request) string {
	a, err := f(context.Background(), r)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %v\n", a.Type, err)
	b.Write(a.Body)
	return b.String()
}
