package run

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/live/local"
	"cnv/sim"
)

// TestWhatCanBeMade: a fault that a target cannot make is refused, with its kind and what
// can be done instead.
func TestWhatCanBeMade(t *testing.T) {
	for _, c := range []struct {
		target Target
		kind   sim.FaultKind
		want   string // "": it can
	}{
		{Local, sim.Crash, ""}, {Local, sim.Hang, ""}, {Local, sim.Slow, ""}, {Local, sim.Interrupt, ""}, {Local, sim.StoreOutage, ""},
		{Local, sim.Sick, `(kind = "sick")`}, {Local, sim.Partition, `use kind = "hang" with lasts`}, {Local, sim.TelemetryGap, `(kind = "telemetry")`},
		{AWS, sim.Crash, ""}, {AWS, sim.Slow, "only to crash"}, {AWS, sim.Hang, "only to crash"}, {AWS, sim.StoreOutage, "DynamoDB cannot"},
		{Static, sim.Crash, "given by address"},
	} {
		e := &Experiment{Options: Options{Where: Where{Target: c.target}}}
		err := e.makes(&sim.Fault{At: time.Second, Kind: c.kind})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), "cnv: fault at 1s: ") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, kind %d: %v, want %q", c.target, c.kind, err, c.want)
		}
	}
}

// TestOutageCalls: an outage of the store fails its calls from its begin to its end.
func TestOutageCalls(t *testing.T) {
	cfg := sim.Config{Faults: []sim.Fault{{Kind: sim.Crash}, {Kind: sim.StoreOutage, At: time.Second, Lasts: time.Minute}, {Kind: sim.StoreOutage, At: time.Hour}}}
	calls := storeCalls(&cfg)
	if err := local.CheckFaults(calls); err != nil {
		t.Error(err)
	}
	for i := range calls {
		if err := calls[i].CheckCode(); err != nil {
			t.Error(err)
		}
	}
	want := local.Fault{Action: "GetItem", Code: "InternalServerError", From: time.Second, To: time.Minute + time.Second}
	if !slices.Contains(calls, want) || len(calls) != 6 || calls[5].From != time.Hour || calls[5].To != 0 {
		t.Errorf("%+v, want %+v among them", calls, want)
	}
}
