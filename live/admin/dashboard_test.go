package admin

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"cnv/live"
	"cnv/policy"
	"cnv/policy/scale"
)

// TestDashboard: the page is whole by itself, and what it asks for says what
// happened, the newest first.
func TestDashboard(t *testing.T) {
	server, _, _ := start(t)
	for path, has := range map[string]string{"/": "dashboard.js", "/dashboard.js": "dashboard.json", "/dashboard.css": "#tiles"} {
		code, text := call(t, http.MethodGet, server.URL+path, nil)
		if code != 200 || !strings.Contains(text, has) {
			t.Errorf("%s: %d %.100s", path, code, text)
		}
		for _, outside := range []string{"http:", "https:", "@import", "url(", "<script>", "<style>", "style=", " onclick", "innerHTML"} {
			if strings.Contains(strings.ReplaceAll(text, "http://www.w3.org/2000/svg", ""), outside) {
				t.Errorf("%s asks for something elsewhere, or runs what it should not: %s", path, outside)
			}
		}
	}
	a, err := http.Get(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	a.Body.Close()
	if policy := a.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("the policy of the page is %s", policy)
	}
	code, text := call(t, http.MethodGet, server.URL+"/dashboard.json", nil)
	var d Dashboard
	if err := json.Unmarshal([]byte(text), &d); err != nil || code != 200 || d.Policy != "rr" {
		t.Errorf("%d %s, %v", code, text, err)
	}
}

// TestWatch: decisions with their reasons, and seconds with their quantiles;
// both are bounded.
func TestWatch(t *testing.T) {
	w := NewWatch([]string{"vm"}, nil)
	w.Why = func(e *policy.Event) string {
		return map[policy.EventKind]string{policy.WorkerLost: "the instance has ended"}[e.Kind]
	}
	w.Add(0, &policy.Event{Kind: policy.WorkerReady, Worker: 3}, nil)
	w.Add(time.Second, &policy.Event{Kind: policy.WorkerLost, Worker: 3}, []policy.Command{{Kind: policy.Launch, N: 2}})
	w.Add(2*time.Second, &policy.Event{Kind: policy.Arrival, Request: 7}, []policy.Command{{Kind: policy.Reject, Request: 7, N: 503, Reason: policy.ReasonCapacity}, {Kind: policy.Dispatch}})
	for i := range 100 {
		w.Observe(&live.Answered{Status: 200, Kind: "vm", Took: time.Duration(i+1) * time.Millisecond})
	}
	w.Observe(&live.Answered{Status: 503, Missed: true})
	decisions, seconds := w.Recent(3 * time.Second)
	var said []string
	for _, d := range decisions {
		said = append(said, d.What+" / "+d.Because)
	}
	want := "request 7: answer 503 (capacity) / request 7 arrives, class 0, 0 bytes, not to be repeated\nlaunch 2 workers in pool 0 / worker 3 is lost\nworker 3 is lost / the instance has ended\nworker 3 is ready / it answers its health check"
	if got := strings.Join(said, "\n"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if s := seconds[2]; len(seconds) != 3 || seconds[1].Answers != 0 || s.AtS != 2 || s.Answers != 101 || s.Failures != 1 || s.Missed != 1 || s.Inside != 0 || s.P50 != 0.050 || s.P99 != 0.099 {
		t.Errorf("%+v", seconds)
	}
	for i := range 1000 {
		w.Add(time.Duration(i)*time.Second, &policy.Event{Kind: policy.WorkerReady}, nil)
		w.Observe(&live.Answered{Status: 200})
	}
	if decisions, seconds = w.Recent(1000 * time.Second); len(decisions) != mostDecisions || len(seconds) != mostSeconds {
		t.Errorf("%d decisions and %d seconds are remembered", len(decisions), len(seconds))
	}
	if s := seconds[0]; s.AtS != 820 || s.Answers != 1 {
		t.Errorf("the oldest second is %+v", s)
	}
	// Who has been idle for a minute sees a minute without answers.
	_, seconds = w.Recent(1060 * time.Second)
	if first, last := seconds[0], seconds[len(seconds)-1]; len(seconds) != mostSeconds || first.AtS != 880 || first.Answers != 1 || last.AtS != 1059 || last.Answers != 0 {
		t.Errorf("a minute after the last answer: %d seconds from %+v to %+v", len(seconds), first, last)
	}
	if text, err := json.Marshal(seconds[len(seconds)-1]); err != nil || strings.Contains(string(text), "p50_s") {
		t.Errorf("without an answer there is no response time: %s, %v", text, err)
	}
}

// TestReasons: a scaler's decision comes with the numbers that it saw.
func TestReasons(t *testing.T) {
	cfg := config()
	cfg.Scaler = &scale.Fixed{N: 3}
	c, err := policy.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWatch([]string{"vm"}, c.View())
	for _, s := range []struct {
		at time.Duration
		e  policy.Event
	}{{0, policy.Event{Kind: policy.WorkerPending}}, {0, policy.Event{Kind: policy.WorkerReady}}, {time.Second, policy.Event{Kind: policy.Arrival, Request: 1}}, {10 * time.Second, policy.Event{Kind: policy.Wake}}} {
		w.Add(s.at, &s.e, c.Step(s.at, &s.e, nil))
	}
	decisions, _ := w.Recent(11 * time.Second)
	want := "the scaler wants 3: 0.1 arrivals/s, 0.90 s of work per second (last minute); 1 ready, 2 launching or booting, 0 draining"
	if d := decisions[0]; d.What != "launch 2 workers in pool vm" || d.Because != want {
		t.Errorf("%s, because %s\nwant %s", d.What, d.Because, want)
	}
}
