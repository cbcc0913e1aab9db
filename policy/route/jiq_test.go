package route

import (
	"testing"

	"cnv/policy"
	"cnv/policy/policytest"
)

// TestJIQ: an idle worker drawn uniformly; where none is, any worker, or the better of two.
func TestJIQ(t *testing.T) {
	l := policytest.NewLab(t, policy.Config{})
	l.Add(4, 0)
	l.Book(1, 1)
	p := policytest.Start(l, &JIQ{Fallback: FallbackRandom})
	expect(t, frequencies(t, l, p, 20_000), 20_000, 1./3, 0, 1./3, 1./3)
	for _, w := range []policy.WorkerID{0, 1, 1, 2, 2, 2, 3, 3, 3, 3} { // 1 3 3 4
		l.Book(w, 1)
	}
	expect(t, frequencies(t, l, p, 20_000), 20_000, .25, .25, .25, .25)
	p = policytest.Start(l, &JIQ{Fallback: FallbackP2C})
	expect(t, frequencies(t, l, p, 20_000), 20_000, 1./2, 1./4, 1./4, 0)
}

// TestJIQCores: a worker with a free core is idle, the one with the fewest in flight first.
func TestJIQCores(t *testing.T) {
	l := weighted(t, 2)
	l.Add(2, 0)
	l.Book(0, 1)
	l.Book(1, 1)
	p := policytest.Start(l, &JIQ{Fallback: FallbackRandom})
	expect(t, frequencies(t, l, p, 100), 100, 0, 0, 1)
	l.Book(2, 1)
	l.Book(2, 1)
	expect(t, frequencies(t, l, p, 20_000), 20_000, .5, .5, 0)
}
