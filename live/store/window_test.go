package store

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestWindows: rows say what each worker did in each second, and by how long
// it took; that of the fleet, how long requests took.
func TestWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(func(o *Options) { o.About = map[string]string{"policy": "jsq"} })
		step := func(at time.Duration, e policy.Event, cmds ...policy.Command) { b.Add(at, &e, cmds) }
		for i := range 26 {
			at, id := time.Duration(i)*100*time.Millisecond, policy.RequestID(i)
			where := policy.Command{Kind: policy.Dispatch, Request: id, Worker: policy.WorkerID(i % 2)}
			if i%5 == 0 {
				where.Kind = policy.Invoke
			}
			step(at, policy.Event{Kind: policy.Arrival, Request: id})
			step(at+time.Millisecond, policy.Event{Kind: policy.Wake}, where) // it has waited
			step(at+2*time.Millisecond, policy.Event{Kind: policy.Telemetry, Worker: policy.WorkerID(i % 2), CPU: 0.5})
			e := policy.Event{Kind: policy.Done, Request: id, Work: 0.1, Cold: i == 0}
			if i == 25 {
				e.Status = policy.Error
				step(at+17*time.Millisecond, e, policy.Command{Kind: policy.Reject, Request: id})
				continue
			}
			step(at+17*time.Millisecond, e, policy.Command{Kind: policy.Deliver, Request: id})
		}
		step(3*time.Second, policy.Event{Kind: policy.Done, Request: 7}) // it has ended
		b.Close(t.Context())
		if requests, attempts := b.rows.InFlight(); requests+attempts > 0 {
			t.Errorf("%d requests and %d attempts are remembered after their end", requests, attempts)
		}
		type sums struct{ rows, done, failed, cold, took float64 }
		got := map[string]sums{}
		for k, i := range b.shelf.items {
			if i.Numbers["cpu"] != 0 && i.Numbers["cpu"] != 0.5 {
				t.Errorf("%v: cpu %g", k, i.Numbers["cpu"])
			}
			s := got[k[0]]
			s.rows++
			s.done += i.Numbers["done"]
			s.failed += i.Numbers["failed"]
			s.cold += i.Numbers["cold"]
			for n, count := range i.Lists["took"] {
				if want := map[bool]int{true: 9, false: 8}[k[0] == "run#r#fleet"]; count > 0 && n != want { // 17 and 16 ms
					t.Errorf("%v: %g in bucket %d, want %d", k, count, n, want)
				}
				s.took += count
			}
			got[k[0]] = s
		}
		for name, want := range map[string]sums{
			"run#r#fleet": {3, 25, 1, 1, 25}, "run#r#functions": {3, 5, 1, 1, 6}, "run#r#w#0": {3, 10, 0, 0, 10}, "run#r#w#1": {3, 10, 0, 0, 10}, "run#r": {rows: 1},
		} {
			if got[name] != want {
				t.Errorf("%s: %+v, want %+v", name, got[name], want)
			}
		}
		head := b.shelf.items[[2]string{"run#r", "meta"}]
		if bounds := head.Lists["took_bounds_s"]; head.Texts["policy"] != "jsq" || len(bounds) != buckets-1 || !slices.IsSorted(bounds) || bounds[8] != 0.016 {
			t.Errorf("the run's header %+v", head)
		}
	})
}

func TestBuckets(t *testing.T) {
	for took, want := range map[time.Duration]int{
		0: 0, time.Millisecond: 0, time.Millisecond + 1: 1, 2 * time.Millisecond: 2, 2*time.Millisecond + 1: 3, time.Second: 20, 1024 * time.Millisecond: 20, 24 * time.Hour: buckets - 1,
	} {
		if got := bucket(took); got != want {
			t.Errorf("%v is in bucket %d, want %d", took, got, want)
		}
	}
}
