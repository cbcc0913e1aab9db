package count

import (
	"context"
	"runtime/pprof"
	"sync"
	"testing"
	"unsafe"
)

// begin is Measure in a plain build: it makes this goroutine's shard one of a
// new request.
func begin(t *testing.T) *Shard {
	labels := getLabels()
	t.Cleanup(func() { setLabels(labels) })
	s := new(request).take()
	setLabels(unsafe.Pointer(s))
	return s
}

// TestShards: every goroutine counts in a shard of its own, those of ended
// goroutines are used again, and the total is that of all.
func TestShards(t *testing.T) {
	weights[0] = Weight{1, 2, 3, 4}
	t.Cleanup(func() { weights[0] = Weight{} })
	s := begin(t)
	for range 5 {
		var all sync.WaitGroup
		for range 4 {
			all.Add(2)
			go func() {
				s := Enter(s)
				defer Leave(s)
				defer all.Done()
				if Cur() != s {
					t.Error("after Enter the goroutine finds another shard")
				}
				Cur().C[0]++
			}()
			go Spawn(s, func() {
				defer all.Done()
				Hit(&Cur().C[0])
			})()
		}
		all.Wait()
	}
	back := Fork(s)
	forked := make(chan *Shard)
	go func() {
		mine := Cur()
		mine.C[0] += 2
		forked <- mine
	}()
	Back(back)
	if got := <-forked; got == s || got.request != s.request {
		t.Error("a forked goroutine has no shard of its own in the request")
	}
	if Cur() != s {
		t.Error("after Back the creator has lost its shard")
	}
	if got, want := s.request.total(), (Weight{42, 84, 126, 168}); got != want {
		t.Errorf("total %+v, want %+v", got, want)
	}
	if n := len(s.request.all); n > 2+5*8 {
		t.Errorf("%d shards, of goroutines of which at most 8 ran at once", n)
	}
}

// TestIdleShardsAreTakenAgain: goroutines one after the other share a shard.
func TestIdleShardsAreTakenAgain(t *testing.T) {
	s := begin(t)
	for range 10 {
		Leave(Enter(s))
		setLabels(unsafe.Pointer(s))
	}
	if n := len(s.request.all); n != 2 {
		t.Errorf("%d shards, want 2", n)
	}
}

// TestOutside: where nothing is measured, counting goes to shards that nobody
// shares, also if the goroutine has profiler labels.
func TestOutside(t *testing.T) {
	pprof.Do(context.Background(), pprof.Labels("who", "caller"), func(context.Context) {
		one, two := Cur(), Cur()
		if one == two || one.request != nil {
			t.Error("shards outside any request are shared")
		}
		labels := getLabels()
		Leave(Enter(one))
		Back(Fork(two))
		if getLabels() != labels {
			t.Error("the labels changed")
		}
	})
}
