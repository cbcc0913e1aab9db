package trace

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// TestObserved: of each way in which a request can end the trace has arrival, work,
// duration and status; attempts, counts and what was cut off are attributes.
func TestObserved(t *testing.T) {
	const ms = time.Millisecond
	o := NewObserved([]policy.Class{{Name: "a"}, {Name: "b", Features: []string{"n"}}})
	step := func(at time.Duration, e policy.Event, commands ...policy.Command) {
		if err := o.Step(at, &e, commands); err != nil {
			t.Fatal(err)
		}
	}
	arrive := func(at time.Duration, id policy.RequestID, class policy.ClassID) {
		e := policy.Event{Kind: policy.Arrival, Request: id, Class: class, Bytes: 100}
		if class == 1 {
			e.Key, e.Features[0] = 0xabc, 7
		}
		step(at, e, policy.Command{Kind: policy.Dispatch, Request: id, Attempt: 1})
	}
	arrive(1000*ms, 0, 1) // answered
	arrive(1010*ms, 1, 0) // answered by the second attempt
	arrive(1020*ms, 2, 0) // its client leaves
	arrive(1030*ms, 3, 0) // refused
	arrive(1040*ms, 4, 0) // streamed: delivered at its head
	arrive(1050*ms, 5, 0) // cut off
	step(1060*ms, policy.Event{Kind: policy.Done, Request: 0, Attempt: 1, Work: 0.05, Executed: policy.Executed{Instructions: 9, Blocks: 3, Calls: 1}, Cold: true},
		policy.Command{Kind: policy.Deliver, Request: 0, Attempt: 1})
	step(1070*ms, policy.Event{Kind: policy.Done, Request: 1, Attempt: 1, Status: policy.Error}, policy.Command{Kind: policy.Dispatch, Request: 1, Attempt: 2})
	step(1090*ms, policy.Event{Kind: policy.Done, Request: 1, Attempt: 2, Work: 0.01, Code: 201}, policy.Command{Kind: policy.Deliver, Request: 1, Attempt: 2})
	step(1100*ms, policy.Event{Kind: policy.Gone, Request: 2})
	step(1110*ms, policy.Event{Kind: policy.Done, Request: 3, Attempt: 1, Status: policy.Error}, policy.Command{Kind: policy.Reject, Request: 3, N: 502})
	step(1120*ms, policy.Event{Kind: policy.Head, Request: 4, Attempt: 1, Code: 200}, policy.Command{Kind: policy.Deliver, Request: 4, Attempt: 1})
	step(1140*ms, policy.Event{Kind: policy.Done, Request: 4, Attempt: 1, Code: 200})
	step(1150*ms, policy.Event{Kind: policy.Shed, N: 3})

	dir := filepath.Join(t.TempDir(), "observed")
	h, err := o.Record(dir, Header{})
	if err != nil {
		t.Fatal(err)
	}
	if errs := Validate(dir); len(errs) > 0 {
		t.Fatal(errs)
	}
	notes := strings.Join(h.Notes, "\n")
	for _, want := range []string{"1 requests had no end", "3 arrivals were refused before", "1 answers came without measured work"} {
		if !strings.Contains(notes, want) {
			t.Errorf("notes %q lack %q", notes, want)
		}
	}
	w, err := Open(dir, Options{Replicate: None, Size: workloads.Constant(1)})
	if err != nil {
		t.Fatal(err)
	}
	want := []workloads.Arrival{
		{At: 0, Class: 1, Work: 50 * ms, Wall: 60 * ms, Status: 200},
		{At: 10 * ms, Work: 10 * ms, Wall: 80 * ms, Status: 201},
		{At: 20 * ms, Work: time.Second, Wall: 80 * ms, Status: 499},
		{At: 30 * ms, Work: time.Second, Wall: 80 * ms, Status: 502},
		{At: 40 * ms, Work: time.Second, Wall: 100 * ms, Status: 200},
		{At: 50 * ms, Work: time.Second, Wall: workloads.Unknown, Status: workloads.Unknown},
	}
	got := all(t, w, 1)
	if len(got) != len(want) {
		t.Fatalf("%d arrivals, want %d", len(got), len(want))
	}
	for i, a := range got {
		b := want[i]
		if a.At != b.At || a.Class != b.Class || a.Work != b.Work || a.Wall != b.Wall || a.Status != b.Status || a.BytesIn != 100 {
			t.Errorf("request %d: at %v, class %d, work %v, took %v, status %d; want %v, %d, %v, %v, %d", i, a.At, a.Class, a.Work, a.Wall, a.Status, b.At, b.Class, b.Work, b.Wall, b.Status)
		}
	}
	if a := got[0]; a.Key != 0xabc || a.Features[0] != 7 || a.Executed.Instructions != 9 {
		t.Errorf("key %x, feature %v, instructions %d; want abc, 7, 9", a.Key, a.Features[0], a.Executed.Instructions)
	}
}
