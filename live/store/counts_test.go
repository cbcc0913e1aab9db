package store

import (
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestCountsAreKept: what a request executed, and on what machine, comes back
// with its work, by time and by key; of a machine that this run does not have
// only the work does.
func TestCountsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		small := []policy.Pool{{Name: "a", Machine: "c7g.medium"}, {Name: "b"}}
		executed := policy.Executed{Instructions: 3_598_058_702, Blocks: 258_290_598, Calls: 20_596_330}
		b := newBench(func(o *Options) { o.Pools, o.Observe = small, true })
		for w := range policy.WorkerID(2) {
			b.Add(0, &policy.Event{Kind: policy.WorkerPending, Worker: w, Pool: policy.PoolID(w)}, nil)
		}
		send := func(id policy.RequestID, to policy.Command, x policy.Executed) {
			to.Request = id
			b.Add(0, &policy.Event{Kind: policy.Arrival, Request: id, Key: policy.Key(id + 1)}, []policy.Command{to})
			b.Add(time.Second, &policy.Event{Kind: policy.Done, Request: id, Work: 0.5, Executed: x},
				[]policy.Command{{Kind: policy.Deliver, Request: id}, {Kind: policy.Record, Request: id, Key: policy.Key(id + 1)}})
		}
		send(0, policy.Command{Kind: policy.Dispatch, Worker: 0}, executed)
		send(1, policy.Command{Kind: policy.Dispatch, Worker: 1}, executed)
		send(2, policy.Command{Kind: policy.Invoke, Worker: policy.NoWorker}, executed)
		send(3, policy.Command{Kind: policy.Dispatch, Worker: 0}, policy.Executed{})
		time.Sleep(5 * time.Second)
		b.Close(t.Context())
		want := []policy.PoolID{0, 1, policy.NoPool}
		check := func(what string, e policy.Event, x policy.Executed, p policy.PoolID) {
			t.Helper()
			if e.Work != 0.5 || e.Executed != x || x.Counted() && e.Pool != p {
				t.Errorf("%s: %+v, want %+v of pool %d", what, e, x, p)
			}
		}
		for i, e := range b.heard() {
			if i == 3 {
				check("uncounted", e, policy.Executed{}, 0)
				continue
			}
			check("observed", e, executed, want[i])
		}
		// A later run has another machine in its first pool.
		later := newBench(func(o *Options) {
			o.Table, o.Pools = b.shelf, []policy.Pool{{Name: "a", Machine: "c7g.large"}, {Name: "b"}}
		})
		defer later.Close(t.Context())
		known, err := later.Recall(t.Context(), 10)
		if told := later.Warm(known); err != nil || told != 4 {
			t.Fatalf("begins with %d, %v", told, err)
		}
		for _, e := range later.heard() {
			x := executed
			if e.Key == 1 || e.Key == 4 {
				x = policy.Executed{}
			}
			check("begun with", e, x, want[(int(e.Key)-1)%3])
		}
		n := len(later.heard())
		later.lookup(0, 2)
		time.Sleep(time.Second)
		check("found", later.heard()[n], executed, 1)
	})
}
