package journal

import (
	"bytes"
	"errors"
	"io"
	"math"
	"reflect"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
	"cnv/policy"
)

// drawRecord makes any record at all.
func drawRecord(t *rapid.T) Record {
	r := Record{Event: policy.Event{
		Kind:       policy.EventKind(rapid.Byte().Draw(t, "kind")),
		Attempt:    rapid.Byte().Draw(t, "attempt"),
		Status:     policy.Status(rapid.Byte().Draw(t, "status")),
		Zone:       rapid.Byte().Draw(t, "zone"),
		Cold:       rapid.Bool().Draw(t, "cold"),
		Idempotent: rapid.Bool().Draw(t, "idempotent"),
		Streamed:   rapid.Bool().Draw(t, "streamed"),
		Unstarted:  rapid.Bool().Draw(t, "unstarted"),
		Class:      policy.ClassID(rapid.Uint16().Draw(t, "class")),
		Pool:       policy.PoolID(rapid.Int16().Draw(t, "pool")),
		Code:       rapid.Uint16().Draw(t, "code"),
		Worker:     policy.WorkerID(rapid.Int32().Draw(t, "worker")),
		N:          rapid.Int32().Draw(t, "n"),
		Request:    policy.RequestID(rapid.Uint64().Draw(t, "request")),
		Key:        policy.Key(rapid.Uint64().Draw(t, "key")),
		Instance:   rapid.Uint64().Draw(t, "instance"),
		Bytes:      rapid.Int64().Draw(t, "bytes"),
		At:         time.Duration(rapid.Int64().Draw(t, "at")),
		Took:       time.Duration(rapid.Int64().Draw(t, "took")),
		Work:       rapid.Float64().Draw(t, "work"),
		CPU:        rapid.Float64().Draw(t, "cpu"),
		Truth:      rapid.Float64().Draw(t, "truth"),
		Executed: policy.Executed{
			Instructions: rapid.Int64().Draw(t, "instructions"), Blocks: rapid.Int64().Draw(t, "blocks"), Calls: rapid.Int64().Draw(t, "calls"),
		},
	}}
	for i := range rapid.IntRange(0, policy.MaxFeatures).Draw(t, "features") {
		r.Event.Features[i] = rapid.Float64().Draw(t, "feature")
	}
	for range rapid.IntRange(0, 3).Draw(t, "commands") {
		r.Commands = append(r.Commands, policy.Command{
			Kind: policy.CommandKind(rapid.Byte().Draw(t, "ckind")), Attempt: rapid.Byte().Draw(t, "cattempt"),
			Class: policy.ClassID(rapid.Uint16().Draw(t, "cclass")),
			Pool:  policy.PoolID(rapid.Int16().Draw(t, "cpool")), Worker: policy.WorkerID(rapid.Int32().Draw(t, "cworker")),
			N: rapid.Int32().Draw(t, "cn"), Request: policy.RequestID(rapid.Uint64().Draw(t, "creq")),
			Key: policy.Key(rapid.Uint64().Draw(t, "ckey")), At: time.Duration(rapid.Int64().Draw(t, "cat")),
			Work: rapid.Float64().Draw(t, "cwork"), Known: rapid.Bool().Draw(t, "cknown"),
		})
	}
	return r
}

// same compares records bit by bit: -0 is not 0, and NaN is itself.
func same(a, b *Record) bool {
	bits := func(e policy.Event) policy.Event {
		e.Work, e.CPU, e.Truth, e.Features = 0, 0, 0, [8]float64{}
		return e
	}
	if a.At != b.At || bits(a.Event) != bits(b.Event) || len(a.Commands) != len(b.Commands) {
		return false
	}
	fa := append([]float64{a.Event.Work, a.Event.CPU, a.Event.Truth}, a.Event.Features[:]...)
	fb := append([]float64{b.Event.Work, b.Event.CPU, b.Event.Truth}, b.Event.Features[:]...)
	for i := range fa {
		if math.Float64bits(fa[i]) != math.Float64bits(fb[i]) {
			return false
		}
	}
	return len(a.Commands) == 0 || reflect.DeepEqual(a.Commands, b.Commands)
}

// sizes are those of a journal in memory: bytes of a block before compression, and
// of a file after which a new one begins (0: there is one file).
type sizes struct{ block, file int }

// write makes the files of a journal.
func write(t testing.TB, o sizes, records []Record) [][]byte {
	var parts []*bytes.Buffer
	var enc *Encoder
	size := 0
	begin := func() {
		parts = append(parts, &bytes.Buffer{})
		var err error
		if enc, err = NewEncoder(parts[len(parts)-1], Header{Policy: "p", Seed: 7, Part: len(parts)}); err != nil {
			t.Fatal(err)
		}
		size = 0
	}
	begin()
	var batch Batch
	for i := range records {
		batch.Add(records[i].At, &records[i].Event, records[i].Commands)
		if batch.Len() < o.block && i < len(records)-1 {
			continue
		}
		if o.file > 0 && size > o.file {
			begin()
		}
		n, err := enc.Write(batch.Take(0))
		if err != nil {
			t.Fatal(err)
		}
		size += n
	}
	var out [][]byte
	for _, p := range parts {
		out = append(out, p.Bytes())
	}
	return out
}

// open opens a journal in memory.
func open(parts ...[]byte) (*Reader, error) {
	var names []string
	for i := range parts {
		names = append(names, strconv.Itoa(i))
	}
	return NewReader(names, func(name string) (io.ReadCloser, error) {
		i, err := strconv.Atoi(name)
		return io.NopCloser(bytes.NewReader(parts[i])), err
	})
}

// read returns the records of a journal and how it ended.
func read(t testing.TB, parts ...[]byte) ([]Record, error) {
	r, err := open(parts...)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []Record
	for {
		var rec Record
		if err := r.Next(&rec); err != nil {
			return out, err
		}
		out = append(out, rec)
	}
}

// TestRoundTrip: what is written is read again, bit by bit, over small
// blocks and many files.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var records []Record
		at := time.Duration(0)
		for range rapid.IntRange(0, 50).Draw(rt, "records") {
			r := drawRecord(rt)
			at += time.Duration(rapid.IntRange(0, 1e6).Draw(rt, "dt"))
			r.At = at
			records = append(records, r)
		}
		got, err := read(t, write(t, sizes{block: rapid.IntRange(1, 3000).Draw(rt, "block"), file: 2000}, records)...)
		if err != io.EOF || len(got) != len(records) {
			rt.Fatalf("read %d of %d records, then %v", len(got), len(records), err)
		}
		for i := range got {
			if !same(&got[i], &records[i]) {
				rt.Fatalf("record %d:\n got %+v\nwant %+v", i, got[i], records[i])
			}
		}
	})
}

// some makes n plain records.
func some(n int) []Record {
	var out []Record
	for i := range n {
		out = append(out, Record{At: time.Duration(i) * time.Millisecond, Event: policy.Event{Kind: policy.Arrival, Request: policy.RequestID(i)}})
	}
	return out
}

// TestTornTail: a journal cut off at any byte gives a prefix of its records.
func TestTornTail(t *testing.T) {
	whole := write(t, sizes{block: 50}, some(40))[0]
	header := len(whole)
	for n := len(whole); n > 0; n-- {
		r, err := open(whole[:n])
		if err != nil {
			header = n
			break // cut into the header: said so by NewReader
		}
		var rec Record
		k := 0
		for ; err == nil; k++ {
			if err = r.Next(&rec); err == nil && int(rec.Event.Request) != k {
				t.Fatalf("record %d is of request %d", k, rec.Event.Request)
			}
		}
		r.Close()
		if err != io.EOF && !errors.Is(err, ErrTorn) {
			t.Fatalf("cut at %d of %d: %v", n, len(whole), err)
		}
	}
	if header > 400 {
		t.Errorf("cut at %d could not be opened; only a cut within the header may stop NewReader", header)
	}
}

// TestDamage: a flipped byte is found, and named with file and record.
func TestDamage(t *testing.T) {
	whole := write(t, sizes{block: 50}, some(40))[0]
	whole[len(whole)-3] ^= 1
	if _, err := read(t, whole); err == io.EOF || errors.Is(err, ErrTorn) {
		t.Errorf("a damaged block was read: %v", err)
	}
}

// TestReplayFindsTheFirstDifference: a changed command is shown with its event.
func TestReplayFindsTheFirstDifference(t *testing.T) {
	for _, spoil := range []bool{false, true} {
		c := controller(t)
		var records []Record
		var out []policy.Command
		step := func(at time.Duration, e policy.Event) {
			out = c.Step(at, &e, out[:0])
			kept := out
			if spoil && e.Request == 3 {
				kept = append([]policy.Command(nil), out...)
				kept[0].Worker = 77
			}
			records = append(records, Record{At: at, Event: e, Commands: append([]policy.Command(nil), kept...)})
		}
		for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			step(0, policy.Event{Kind: k})
		}
		for i := range policy.RequestID(6) {
			step(time.Duration(i+1)*time.Second, policy.Event{Kind: policy.Arrival, Request: i})
		}
		r, err := open(write(t, sizes{block: 1 << 16}, records)...)
		if err != nil {
			t.Fatal(err)
		}
		agreed, diff, _, err := Replay(r, controller(t))
		r.Close()
		if err != nil || (diff != nil) != spoil {
			t.Fatalf("spoilt %v: difference %v, error %v", spoil, diff, err)
		}
		if spoil && (agreed != 6 || diff.Event.Request != 3 || diff.Want[0].Worker != 77) {
			t.Errorf("first difference after %d records: %v", agreed, diff)
		}
	}
}

type only struct{}

func (only) Route(v *policy.View, _ *policy.Request) (policy.WorkerID, bool) {
	if len(v.Ready()) == 0 {
		return policy.NoWorker, false
	}
	return v.Ready()[0], true
}

func controller(t *testing.T) *policy.Controller {
	c, err := policy.New(policy.Config{Router: only{}, Classes: []policy.Class{{}}, Pools: []policy.Pool{{Cores: 1, Speed: 1, Max: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// FuzzReader: no input makes the reader panic or run on.
func FuzzReader(f *testing.F) {
	f.Add(write(f, sizes{block: 50}, some(10))[0])
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := open(b)
		if err != nil {
			return
		}
		defer r.Close()
		var rec Record
		for r.Next(&rec) == nil {
		}
	})
}

// TestDifferenceInWords: the first difference tells the event and the commands in
// words; where those are alike, the fields.
func TestDifferenceInWords(t *testing.T) {
	to := policy.Command{Kind: policy.Dispatch, Request: 3, Worker: 1, Work: 0.25}
	other, finer := to, to
	other.Worker, finer.Work = 2, 0.25+1e-9
	d := Difference{
		Record: 9, At: time.Second, Event: policy.Event{Kind: policy.Gone, Request: 4},
		Want: []policy.Command{to, to, to}, Got: []policy.Command{to, other, finer, to},
	}
	want := `record 9 at 1s: the client of request 4 has left
  command 1: recorded request 3: attempt 1 on worker 1, predicted work 0.25 s
             replayed request 3: attempt 1 on worker 1, predicted work 0.25 s
! command 2: recorded request 3: attempt 1 on worker 1, predicted work 0.25 s
             replayed request 3: attempt 1 on worker 2, predicted work 0.25 s
! command 3: recorded {Kind:dispatch Attempt:0 Reason: Known:false Pool:0 Class:0 Worker:1 N:0 Request:3 Key:0 At:0s Work:0.25}
             replayed {Kind:dispatch Attempt:0 Reason: Known:false Pool:0 Class:0 Worker:1 N:0 Request:3 Key:0 At:0s Work:0.250000001}
! command 4: recorded nothing
             replayed request 3: attempt 1 on worker 1, predicted work 0.25 s
`
	if got := d.String(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
