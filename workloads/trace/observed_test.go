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
		step(at, e, policy.Command{Kind: policy.Dispatch, Request: id, Attempt: 0})
	}
	arrive(1000*ms, 0, 1) // answered
	arrive(1010*ms, 1, 0) // answered by the second attempt
	arrive(1020*ms, 2, 0) // its client leaves
	arrive(1030*ms, 3, 0) // refused
	arrive(1040*ms, 4, 0) // streamed: delivered at its head
	arrive(1050*ms, 5, 0) // cut off
	step(1060*ms, policy.Event{Kind: policy.Done, Request: 0, Attempt: 0, Work: 0.05, Executed: policy.Executed{Instructions: 9, Blocks: 3, Calls: 1}, Cold: true},
		policy.Command{Kind: policy.Deliver, Request: 0, Attempt: 0})
	step(1070*ms, policy.Event{Kind: policy.Done, Request: 1, Attempt: 0, Status: policy.Error}, policy.Command{Kind: policy.Dispatch, Request: 1, Attempt: 1})
	step(1090*ms, policy.Event{Kind: policy.Done, Request: 1, Attempt: 1, Work: 0.01, Code: 201}, policy.Command{Kind: policy.Deliver, Request: 1, Attempt: 1})
	step(1100*ms, policy.Event{Kind: policy.Gone, Request: 2})
	step(1110*ms, policy.Event{Kind: policy.Done, Request: 3, Attempt: 0, Status: policy.Error}, policy.Command{Kind: policy.Reject, Request: 3, N: 502})
	step(1120*ms, policy.Event{Kind: policy.Head, Request: 4, Attempt: 0, Code: 200}, policy.Command{Kind: policy.Deliver, Request: 4, Attempt: 0})
	step(1140*ms, policy.Event{Kind: policy.Done, Request: 4, Attempt: 0, Code: 200})
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
	for i := range o.all {
		_, attempts, _ := strings.Cut(o.all[i].Attr, "attempts=")
		if want := map[int]string{1: "2"}[i]; attempts != want {
			t.Errorf("request %d: attempts %q, want %q (only the second was tried again)", i, attempts, want)
		}
	}
	if a := got[0]; a.Key != 0xabc || a.Features[0] != 7 || a.Executed.Instructions != 9 {
		t.Errorf("key %x, feature %v, instructions %d; want abc, 7, 9", a.Key, a.Features[0], a.Executed.Instructions)
	}
}

// FuzzObserved: whatever a damaged journal says happened, each arrival is in the
// trace once, and the trace is a good one.
func FuzzObserved(f *testing.F) {
	f.Add([]byte{1, 0, 1, 3, 0, 1, 1, 1, 4, 0, 2, 9})
	f.Fuzz(func(t *testing.T, b []byte) {
		o := NewObserved([]policy.Class{{Name: "a"}, {Name: "b", Features: []string{"n"}}})
		arrivals, at := 0, time.Duration(0)
		for ; len(b) >= 4; b = b[4:] {
			at += time.Duration(b[3]) * time.Millisecond
			e := policy.Event{Kind: policy.EventKind(b[0] % 24), Request: policy.RequestID(b[1] % 8), Attempt: b[2] % 4, Class: policy.ClassID(b[3] % 3), Work: float64(b[3]) / 10, Key: policy.Key(b[2])}
			c := policy.Command{Kind: policy.CommandKind(b[2] % 15), Request: policy.RequestID(b[3] % 8), Attempt: b[0] % 4, N: int32(b[1]) + 400}
			err := o.Step(at, &e, []policy.Command{c})
			if bad := e.Kind == policy.Arrival && e.Class > 1; bad != (err != nil) {
				t.Fatalf("event %+v: error %v", e, err)
			} else if e.Kind == policy.Arrival && !bad {
				arrivals++
			}
		}
		if arrivals == 0 {
			return // the command refuses that
		}
		dir := filepath.Join(t.TempDir(), "x")
		h, err := o.Record(dir, Header{})
		if err != nil || h.Records != int64(arrivals) {
			t.Fatalf("%d records of %d arrivals, error %v", h.Records, arrivals, err)
		}
		if errs := Validate(dir); len(errs) > 0 {
			t.Fatal(errs)
		}
	})
}
