package shadow

import (
	"strings"
	"testing"
	"time"

	"cnv/policy"
)

// pick always names one worker.
type pick policy.WorkerID

func (p pick) Route(*policy.View, *policy.Request) (policy.WorkerID, bool) {
	return policy.WorkerID(p), p >= 0
}

// small sends small requests to functions.
type small struct{}

func (small) Decide(_ *policy.View, r *policy.Request, _ policy.WorkerID, _ bool) policy.Choice {
	if r.Bytes < 100 {
		return policy.ToFunction
	}
	return policy.ToWorker
}

// TestReport, by hand: all requests go to worker 0; the other policy would
// have sent every second one to a function and the rest to worker 1.
func TestReport(t *testing.T) {
	s := New(Other{Name: "other", Router: pick(1), Spill: small{}}, 1, 0)
	c, err := policy.New(policy.Config{
		Classes:   []policy.Class{{Name: "a", Prior: 1}},
		Pools:     []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Max: 2}},
		Functions: &policy.Functions{Share: 1, USDPerSecond: 0.5},
		Router:    pick(0), Witness: s,
	})
	if err != nil {
		t.Fatal(err)
	}
	var out []policy.Command
	for id := range policy.WorkerID(2) {
		for _, k := range []policy.EventKind{policy.WorkerPending, policy.WorkerRunning, policy.WorkerReady} {
			out = c.Step(0, &policy.Event{Kind: k, Worker: id}, out[:0])
		}
	}
	for id := range policy.RequestID(6) {
		out = c.Step(time.Second, &policy.Event{Kind: policy.Arrival, Request: id, Bytes: int64(50 + id%2*100)}, out[:0])
		if len(out) != 1 || out[0].Kind != policy.Dispatch || out[0].Worker != 0 {
			t.Fatalf("request %d: %+v, want worker 0", id, out)
		}
	}
	r := s.Report()
	if same, asked := r.Agreed(); asked != 6 || same != 0 || len(r.Kinds) != 1 || r.Kinds[0] != (Kind{"a worker", 6, 0}) {
		t.Errorf("asked %d, same %d, by kind %v", asked, same, r.Kinds)
	}
	// Requests 1, 3, 5 found 1, 3, 5 in flight on worker 0 and none on worker 1.
	if r.Workers != 3 || r.InFlight != 9 || r.OtherInFlight != 0 {
		t.Errorf("%d differ in the worker, %v and %v in flight", r.Workers, r.InFlight, r.OtherInFlight)
	}
	text := r.Text("main")
	for _, want := range []string{
		"other would have placed 0 of 6 requests as main did (0.0 %), one at a time.", "Not judged: the scaler", "simulate it: compare", "3 times a function where main took a worker",
		"3 times a less busy worker where main took a worker", "main         3.00 in flight, ", "request 1 at 1s",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("report lacks %q:\n%s", want, text)
		}
	}
	for _, none := range []string{"$", "predicted $", "Calls of functions", "Rejections", "answer predicted in 0"} {
		if strings.Contains(text, none) {
			t.Errorf("report has totals or money, %q:\n%s", none, text)
		}
	}
}

// diverting is a Router that says itself what becomes of a request it has no host for.
type diverting struct{ pick }

func (diverting) NoHost(*policy.View, *policy.Request) policy.Choice { return policy.ToQueue }

// trusting is a Spill that keeps what it was told of its Router.
type trusting struct {
	small
	diverts bool
}

func (s *trusting) Trust(diverts bool) { s.diverts = diverts }

// TestOthersAreCoupled: the other Spill is told of the other Router, not of the one
// that it was made beside.
func TestOthersAreCoupled(t *testing.T) {
	s := &trusting{}
	for _, r := range []policy.Router{diverting{}, pick(0), diverting{}} {
		New(Other{Router: r, Spill: s}, 1, 0)
		if _, want := r.(policy.Diverter); s.diverts != want {
			t.Errorf("%T: told %v", r, s.diverts)
		}
	}
}
