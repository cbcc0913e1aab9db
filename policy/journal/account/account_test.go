package account

import (
	"math"
	"reflect"
	"testing"
	"time"

	"cnv/policy"
)

// TestSpotInstances: one that is taken away is billed up to the instant it
// was told, and in its first hour not at all; one that we end, or that is lost
// before its notice is over, costs what it ran.
func TestSpotInstances(t *testing.T) {
	const lost, terminated = policy.WorkerLost, policy.WorkerDrained
	for _, c := range []struct {
		name         string
		notice, gone time.Duration
		how          policy.EventKind
		hours        float64 // of the instance
		beside       float64 // of its address
	}{
		{"taken in the first hour", 30 * time.Minute, 30*time.Minute + 15*time.Second, lost, 0, 0.5},
		{"some seconds early", 30 * time.Minute, 30*time.Minute - 6*time.Second, lost, 0, 0.5 - 6./3600},
		{"taken in the second", 90 * time.Minute, 90*time.Minute + 15*time.Second, lost, 1.5, 1.5},
		{"lost before", 30 * time.Minute, 15 * time.Minute, lost, 0.25, 0.25},
		{"ended by us", 30 * time.Minute, 15 * time.Minute, terminated, 0.25, 0.25},
		{"ended by us and late", 30 * time.Minute, 45 * time.Minute, terminated, 0.75, 0.75},
		{"no notice", 0, 30 * time.Minute, lost, 0.5, 0.5},
	} {
		f := NewFollower(Prices{Pools: []Pool{{Cores: 1, Speed: 1, USDPerHour: 0.03, IPv4USDPerHour: 0.005}}})
		f.Add(0, &policy.Event{Kind: policy.WorkerPending}, nil)
		f.Add(0, &policy.Event{Kind: policy.WorkerRunning}, nil)
		if c.notice > 0 {
			f.Add(10*time.Minute, &policy.Event{Kind: policy.WorkerNotice, At: c.notice}, nil)
		}
		if c.how == terminated {
			f.Add(c.gone, &policy.Event{Kind: policy.WorkerDrained}, []policy.Command{{Kind: policy.Terminate}})
		}
		f.Add(c.gone, &policy.Event{Kind: policy.WorkerLost}, nil)
		f.Close(2 * time.Hour)
		l := f.Ledger
		if math.Abs(l.Instances-0.03*c.hours) > 1e-12 || math.Abs(l.IPv4-0.005*c.beside) > 1e-12 {
			t.Errorf("%s: instances $%v, IPv4 $%v; want $%v, $%v", c.name, l.Instances, l.IPv4, 0.03*c.hours, 0.005*c.beside)
		}
	}
}

// TestRefusedCallIsNone: a call that the service refuses costs nothing and is
// counted as a throttle alone, as in the simulator.
func TestRefusedCallIsNone(t *testing.T) {
	f := NewFollower(Prices{Functions: &Functions{MemoryMB: 1024, USDPerGBs: 1, USDPerCall: 1}})
	f.Add(0, &policy.Event{Kind: policy.Arrival}, []policy.Command{{Kind: policy.Invoke}})
	f.Add(time.Second, &policy.Event{Kind: policy.Done, Status: policy.Throttled, Unstarted: true}, nil)
	f.Close(time.Second)
	if l := f.Ledger; f.Invocations != 0 || l.FunctionCalls != 0 || l.FunctionTime != 0 {
		t.Errorf("%d calls, $%v and $%v", f.Invocations, l.FunctionCalls, l.FunctionTime)
	}
}

// TestBusyCoresAreThoseOfThePool: work is turned into time by the speed of the worker
// that did it, also once that worker is gone.
func TestBusyCoresAreThoseOfThePool(t *testing.T) {
	f := NewFollower(Prices{Pools: []Pool{{Cores: 1, Speed: 1}, {Cores: 1, Speed: 2}}})
	for w := range policy.WorkerID(2) {
		f.Add(0, &policy.Event{Kind: policy.WorkerPending, Worker: w, Pool: policy.PoolID(w)}, nil)
		id := policy.RequestID(w)
		f.Add(0, &policy.Event{Kind: policy.Arrival, Request: id}, []policy.Command{{Kind: policy.Dispatch, Request: id, Worker: w, Work: 3}})
		f.Add(5*time.Second, &policy.Event{Kind: policy.WorkerLost, Worker: w}, nil)
		done := policy.Event{Kind: policy.Done, Request: id, Work: 4}
		f.Add(6*time.Second, &done, []policy.Command{{Kind: policy.Deliver, Request: id}})
		f.Add(7*time.Second, &done, nil) // told twice
	}
	if f.BusyCore != 4+2 || f.Predicted != 6 || f.Inside.Len() != 0 {
		t.Errorf("busy for %v s, predicted %v s, %d inside; want 6, 6, 0", f.BusyCore, f.Predicted, f.Inside.Len())
	}
}

// kept is a Table that keeps what it is told.
type kept struct {
	rows    []policy.Event
	where   [][2]bool // by time, by key
	lookups []policy.Key
	took    []time.Duration
}

func (k *kept) Lookup(_ policy.ClassID, key policy.Key) { k.lookups = append(k.lookups, key) }
func (k *kept) Keep(_ policy.RequestID, e *policy.Event, byTime, byKey bool) {
	k.rows, k.where = append(k.rows, *e), append(k.where, [2]bool{byTime, byKey})
}
func (k *kept) Ended(time.Duration, Running, *policy.Event) {}
func (k *kept) Answered(took time.Duration)                 { k.took = append(k.took, took) }

// ask lets a request go to a worker, its answer be passed on as it begins, and its
// attempt end and be recorded, each at an instant of its own.
func ask(r *Rows, k *kept, at time.Duration, id policy.RequestID, key policy.Key, work float64) {
	r.Add(at, &policy.Event{Kind: policy.Arrival, Request: id, Key: key}, []policy.Command{{Kind: policy.Lookup, Request: id, Key: key}, {Kind: policy.Dispatch, Request: id, Worker: 0}}, k)
	r.Add(at+1, &policy.Event{Kind: policy.Head, Request: id}, []policy.Command{{Kind: policy.Deliver, Request: id}}, k)
	r.Add(at+2, &policy.Event{Kind: policy.WorkerLost, Worker: 0}, nil, k)
	r.Add(at+3, &policy.Event{Kind: policy.Done, Request: id, Work: work}, []policy.Command{{Kind: policy.Record, Request: id, Key: key}}, k)
	r.Add(at+4, &policy.Event{Kind: policy.Done, Request: id, Work: work}, []policy.Command{{Kind: policy.Record, Request: id, Key: key}}, k)
}

// TestRows: a row by time for ten requests a second and class, all of them where the
// Controller learns from rows; one by key where it looks up equal requests and there is
// a key; none of what was not measured, nor twice. The pool is that of the worker, also
// where that is gone by then.
func TestRows(t *testing.T) {
	for _, learn := range []bool{false, true} {
		for _, recalls := range []bool{false, true} {
			r, k := NewRows(1, learn, recalls), &kept{}
			r.Add(0, &policy.Event{Kind: policy.WorkerPending, Worker: 0, Pool: 3}, nil, k)
			for i := range policy.RequestID(12) {
				ask(r, k, time.Duration(10*i), i, policy.Key(i%2), 0.5)
			}
			r.NextSecond()
			ask(r, k, time.Second, 12, 7, 0.5)
			ask(r, k, time.Second, 13, 7, 0)
			if len(k.rows) != 13 || len(k.lookups) != 14 || len(k.took) != 14 || k.took[0] != 3 {
				t.Fatalf("%d rows, %d lookups, %d answers in %v", len(k.rows), len(k.lookups), len(k.took), k.took)
			}
			for i, e := range k.rows {
				want := [2]bool{learn || i < 10 || i == 12, recalls && (i%2 == 1 || i == 12)}
				if k.where[i] != want || e.Kind != policy.Observed || e.Pool != 3 || e.Work != 0.5 || e.Key != [...]policy.Key{0, 1, 7}[max(i%2, 2*(i/12))] {
					t.Errorf("learn %v, recalls %v: row %d %+v is kept by time, by key %v, want %v", learn, recalls, i, e, k.where[i], want)
				}
			}
		}
	}
}

// TestLeftRequestsHaveNoRow: neither has one that was rejected.
func TestLeftRequestsHaveNoRow(t *testing.T) {
	r, k := NewRows(1, true, true), &kept{}
	for id, end := range []policy.EventKind{policy.Gone, policy.Done} {
		id := policy.RequestID(id)
		r.Add(0, &policy.Event{Kind: policy.Arrival, Request: id, Key: 5}, []policy.Command{{Kind: policy.Invoke, Request: id}}, k)
		r.Add(1, &policy.Event{Kind: end, Request: id, Status: policy.Error}, []policy.Command{{Kind: policy.Reject, Request: id}}, k)
		r.Add(2, &policy.Event{Kind: policy.Done, Request: id, Work: 1}, []policy.Command{{Kind: policy.Record, Request: id}, {Kind: policy.Lookup, Request: id}}, k)
	}
	if len(k.rows)+len(k.lookups)+len(k.took) > 0 {
		t.Errorf("%+v", k)
	}
}

// TestACancelledCallEndsTwice: for the gateway when it hears so, for its bill when the
// service has ended it; one that never began ends once.
func TestACancelledCallEndsTwice(t *testing.T) {
	cancelled := policy.Event{Kind: policy.Done, Status: policy.Cancelled}
	unstarted := cancelled
	unstarted.Unstarted = true
	returned := policy.Event{Kind: policy.Returned}
	for _, c := range []struct {
		kind   policy.CommandKind
		events []policy.Event
		want   [][2]bool // ended, over
	}{
		{policy.Invoke, []policy.Event{cancelled, cancelled, returned, returned}, [][2]bool{{true, false}, {false, false}, {false, true}, {false, false}}},
		{policy.Invoke, []policy.Event{unstarted, returned}, [][2]bool{{true, true}, {false, false}}},
		{policy.Dispatch, []policy.Event{cancelled, cancelled}, [][2]bool{{true, true}, {false, false}}},
	} {
		a := NewAttempts()
		a.Begin(5, &policy.Command{Kind: c.kind, Worker: 1}, false)
		for i := range c.events {
			r, ended, over := a.End(&c.events[i])
			if ended != c.want[i][0] || over != c.want[i][1] || (ended || over) && r.Since != 5 {
				t.Errorf("%v, event %d: ended %v, over %v since %v; want %v", c.kind, i, ended, over, r.Since, c.want[i])
			}
		}
	}
}

// TestBusyCoresAreReported: work that nobody waits for keeps cores at work, too, so
// reports tell of it: those of a worker stand for the time since the one before, and
// answers for the time since the last.
func TestBusyCoresAreReported(t *testing.T) {
	f := NewFollower(Prices{Pools: []Pool{{Cores: 2, Speed: 1}}})
	at := func(s int, e policy.Event, cmds ...policy.Command) { f.Add(time.Duration(s)*time.Second, &e, cmds) }
	at(0, policy.Event{Kind: policy.WorkerPending})
	at(10, policy.Event{Kind: policy.WorkerRunning})
	at(10, policy.Event{Kind: policy.Arrival}, policy.Command{Kind: policy.Dispatch})
	at(14, policy.Event{Kind: policy.Gone}, policy.Command{Kind: policy.Cancel})
	at(14, policy.Event{Kind: policy.Done, Status: policy.Cancelled})
	at(15, policy.Event{Kind: policy.Telemetry, At: 15 * time.Second, CPU: 0.4})
	at(16, policy.Event{Kind: policy.Telemetry, At: 15 * time.Second, CPU: 0.4}) // twice
	at(17, policy.Event{Kind: policy.Arrival, Request: 1}, policy.Command{Kind: policy.Dispatch, Request: 1})
	at(20, policy.Event{Kind: policy.Telemetry, At: 20 * time.Second, CPU: 1})
	at(21, policy.Event{Kind: policy.Done, Request: 1, Work: 1}, policy.Command{Kind: policy.Deliver, Request: 1})
	f.Close(22 * time.Second)
	if want := 0.4*2*5 + 1*2*5 + 1.0; f.BusyCore != want || f.Core != 24 {
		t.Errorf("busy for %v of %v core-seconds, want %v of 24", f.BusyCore, f.Core, want)
	}
}

// TestNothingIsBusyTwice: requests that began before the last report are in it, so that after
// it they tell of no more than one core each since then, nor of more than there are cores.
func TestNothingIsBusyTwice(t *testing.T) {
	f := NewFollower(Prices{Pools: []Pool{{Cores: 2, Speed: 1}}})
	at := func(s int, e policy.Event, cmds ...policy.Command) { f.Add(time.Duration(s)*time.Second, &e, cmds) }
	for id := range policy.WorkerID(2) {
		at(0, policy.Event{Kind: policy.WorkerPending, Worker: id})
		at(0, policy.Event{Kind: policy.WorkerRunning, Worker: id})
	}
	for id, on := range []policy.WorkerID{0, 1, 1, 1} {
		q := policy.RequestID(id)
		at(0, policy.Event{Kind: policy.Arrival, Request: q}, policy.Command{Kind: policy.Dispatch, Request: q, Worker: on})
	}
	at(5, policy.Event{Kind: policy.Telemetry, Worker: 0, At: 5 * time.Second, CPU: 0.5})
	at(5, policy.Event{Kind: policy.Telemetry, Worker: 1, At: 5 * time.Second, CPU: 1})
	for id := range policy.RequestID(4) {
		at(6, policy.Event{Kind: policy.Done, Request: id, Work: 4}, policy.Command{Kind: policy.Deliver, Request: id})
	}
	f.Close(6 * time.Second)
	if want := 5.0 + 1 + 10 + 2; f.BusyCore != want {
		t.Errorf("busy for %v core-seconds, want %v: 5 s of reports and 1 s, and 10 s and 2 s", f.BusyCore, want)
	}
}

// TestReportsAreAboutAPeriod: a report says nothing of the time before its period, in which
// a worker may have booted: there the work of answers counts.
func TestReportsAreAboutAPeriod(t *testing.T) {
	f := NewFollower(Prices{Pools: []Pool{{Cores: 2, Speed: 1}}, Telemetry: time.Second})
	at := func(s int, e policy.Event, cmds ...policy.Command) { f.Add(time.Duration(s)*time.Second, &e, cmds) }
	at(0, policy.Event{Kind: policy.WorkerPending})
	at(0, policy.Event{Kind: policy.WorkerRunning})
	at(25, policy.Event{Kind: policy.WorkerReady})
	at(27, policy.Event{Kind: policy.Telemetry, At: 27 * time.Second, CPU: 1})
	at(28, policy.Event{Kind: policy.Telemetry, At: 28 * time.Second, CPU: 1})
	at(28, policy.Event{Kind: policy.Arrival}, policy.Command{Kind: policy.Dispatch})
	at(30, policy.Event{Kind: policy.Done, Work: 2}, policy.Command{Kind: policy.Deliver})
	at(32, policy.Event{Kind: policy.Telemetry, At: 32 * time.Second}) // three before it were lost
	f.Close(32 * time.Second)
	if want := 2*1.0 + 2*1.0 + 2*0.75; f.BusyCore != want {
		t.Errorf("busy for %v core-seconds, want %v", f.BusyCore, want)
	}
}

// TestTotalIsTheSumOfAllLines: each line counts once, also one that is added later.
func TestTotalIsTheSumOfAllLines(t *testing.T) {
	var l Ledger
	v, want := reflect.ValueOf(&l).Elem(), 0.0
	for i := range v.NumField() {
		v.Field(i).SetFloat(float64(int(1) << i))
		want += float64(int(1) << i)
	}
	if got := l.Total(); got != want {
		t.Errorf("total %b, want %b: a bit for each line", int(got), int(want))
	}
}

// TestLogsOfCalls: a call that logs 1 GB at 0.50 US$ per GB; one a minute is 60 an hour.
func TestLogsOfCalls(t *testing.T) {
	f := NewFollower(Prices{Functions: &Functions{MemoryMB: 1024}, CallLogBytes: 1e9, LogUSDPerGB: 0.5})
	f.Add(0, &policy.Event{Kind: policy.Arrival}, []policy.Command{{Kind: policy.Invoke}})
	f.Add(time.Second, &policy.Event{Kind: policy.Done}, nil)
	if sum, perHour := f.SoFar(time.Second); sum.Logs != 0.5 || sum.Total() != 0.5 || perHour.Logs != 30 {
		t.Errorf("logs cost $%v of $%v, $%v per hour, want 0.5, 0.5 and 30", sum.Logs, sum.Total(), perHour.Logs)
	}
}

// TestProvisionedTable: capacity costs the same per hour, used or not; so does a gateway.
func TestProvisionedTable(t *testing.T) {
	f := NewFollower(Prices{TableUSDPerHour: 0.25, GatewayUSDPerHour: 0.5})
	if sum, perHour := f.SoFar(2 * time.Hour); sum.Store != 0.5 || perHour.Store != 0.25 || sum.Gateway != 1 {
		t.Errorf("after two hours %+v, per hour %+v, want 0.5 and 0.25 of the store, 1 of the gateway", sum, perHour)
	}
	if f.Close(2 * time.Hour); f.Ledger.Store != 0.5 || f.Ledger.Total() != 1.5 {
		t.Errorf("at the end %+v", f.Ledger)
	}
}
