package admin

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cnv/live"
	"cnv/policy"
	"cnv/policy/journal"
	"cnv/policy/route"
)

// A recording keeps what the brain was told and decided.
type recording struct {
	events []policy.Event
	cmds   [][]policy.Command
	at     []time.Duration
}

func (r *recording) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	r.at, r.events = append(r.at, now), append(r.events, *e)
	r.cmds = append(r.cmds, append([]policy.Command(nil), cmds...))
}

// idle is a Driver that does nothing.
type idle struct{}

func (idle) Execute(policy.Command) {}

func config() policy.Config {
	return policy.Config{
		Leader: true, Router: &route.RoundRobin{},
		Classes: []policy.Class{{Name: "spin"}},
		Pools:   []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Min: 1, Max: 5}},
	}
}

func start(t *testing.T) (*httptest.Server, *live.Brain, *recording) {
	return startWith(t, func(*State) {})
}

func startWith(t *testing.T, change func(*State)) (*httptest.Server, *live.Brain, *recording) {
	c, err := policy.New(config())
	if err != nil {
		t.Fatal(err)
	}
	rec := &recording{}
	b := live.NewBrain(c, rec, 10)
	b.Go(idle{})
	m := NewMetrics([]string{"spin"})
	g := live.NewGateway(live.Options{Brain: b, Classes: []live.Class{{Name: "spin"}}, Observe: m.Observe})
	s := &State{Brain: b, Gateway: g, Name: "rr"}
	change(s)
	m.Watch(s)
	m.Observe(&live.Answered{Status: 200, Kind: "vm", Took: 30 * time.Millisecond, Attempts: 1})
	m.Observe(&live.Answered{Status: 999, Class: 9})
	access, err := NewAccess(secret)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(Handler(m, s, func() bool { return true }, access.OnLoopback()))
	t.Cleanup(func() { server.Close(); b.Stop() })
	return server, b, rec
}

// knowing sends the token.
func knowing(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }

func call(t *testing.T, method, url string, change func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(r)
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(text)
}

// TestOperator: what an operator does becomes events, so a fresh Controller
// that is fed them decides the same.
func TestOperator(t *testing.T) {
	server, b, rec := start(t)
	for _, path := range []string{"/pause", "/set?n=3", "/set?n=4&pool=vm", "/resume"} {
		if status, text := call(t, "POST", server.URL+path, knowing); status != 200 {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	status, text := call(t, "GET", server.URL+"/status", nil)
	var s Snapshot
	if err := json.Unmarshal([]byte(text), &s); status != 200 || err != nil {
		t.Fatalf("%d %v %s", status, err, text)
	}
	if s.Pools[0].Launching != 4 || s.Paused || s.Policy != "rr" {
		t.Errorf("status %s", text)
	}
	b.Stop()
	fresh, err := policy.New(config())
	if err != nil {
		t.Fatal(err)
	}
	launched := int32(0)
	for i := range rec.events {
		out := fresh.Step(rec.at[i], &rec.events[i], nil)
		if len(out) != len(rec.cmds[i]) {
			t.Fatalf("event %d: %v, then %v", i, rec.cmds[i], out)
		}
		for _, c := range out {
			launched += c.N
		}
	}
	if launched != 4 || len(rec.events) != 4 {
		t.Errorf("%d launched in %d events, want 4 in 4", launched, len(rec.events))
	}
}

// TestSetIsUndone: unless scaling is paused, who sets a size is told that the
// scaler decides again.
func TestSetIsUndone(t *testing.T) {
	server, _, _ := startWith(t, func(s *State) { s.Scales = 5 * time.Second })
	const says = "the scaler decides again within 5s and may undo this: to keep it POST /pause first"
	if _, text := call(t, "POST", server.URL+"/set?n=3", knowing); !strings.Contains(text, `"note": "`+says) {
		t.Errorf("set while scaling goes on: %s", text)
	}
	call(t, "POST", server.URL+"/pause", knowing)
	if _, text := call(t, "POST", server.URL+"/set?n=4", knowing); strings.Contains(text, "note") {
		t.Errorf("set while it is paused: %s", text)
	}
}

// TestCeilings: an operator can change what a run may cost, with a line in the log, but
// not to what has been spent.
func TestCeilings(t *testing.T) {
	var log bytes.Buffer
	var notes []journal.Note
	budget := live.NewBudget(live.Limits{Instances: 2, USD: 5, USDPerHour: 2}, nil, live.BudgetFunctions{})
	budget.Spend(1)
	server, _, _ := startWith(t, func(s *State) {
		s.Budget, s.Log = budget, slog.New(slog.NewTextHandler(&log, nil))
		s.Note = func(n journal.Note) { notes = append(notes, n) }
	})
	for _, c := range []struct {
		query  string
		status int
		want   string
	}{
		{"name=budget.max_usd&value=8.5", 200, "budget.max_usd was 5 and is 8.5"},
		{"name=budget.max_usd&value=0.5", 400, "$1.0000 are spent, so the run would end at once"},
		{"name=budget.max_usd_per_hour&value=0", 400, "must be positive"},
		{"name=budget.max_usd_per_hour&value=many", 400, "want a number; it stays 2"},
		{"name=budget.max_instances&value=3.5", 400, "want a whole number"},
		{"name=budget.max_instances&value=7", 200, "budget.max_instances was 2 and is 7"},
		{"name=budget.max_uds&value=7", 400, `nearest valid name "budget.max_usd"`},
	} {
		if status, text := call(t, "POST", server.URL+"/set?"+c.query, knowing); status != c.status || !strings.Contains(strings.ReplaceAll(text, `\"`, `"`), c.want) {
			t.Errorf("%s: %d %s, want %d %q", c.query, status, text, c.status, c.want)
		}
	}
	if _, text := call(t, "GET", server.URL+"/settings", nil); !strings.Contains(text, `"budget.max_usd"`) || !strings.Contains(text, `"8.5"`) {
		t.Errorf("settings are %s", text)
	}
	if len(notes) != 2 || strings.Count(log.String(), "changed by hand") != 2 {
		t.Errorf("notes %+v and log %s, want two of each", notes, log.String())
	}
	if got := budget.Ceilings(); got[0].Value != 8.5 || got[1].Value != 2 || got[2].Value != 7 {
		t.Errorf("the budget has %+v", got)
	}
	if n, _ := budget.Reserve(0, 9); n != 7 {
		t.Errorf("%d instances are granted, want 7", n)
	}
}

// TestRefused: bad values, who does not know the token, other sites, other names.
func TestRefused(t *testing.T) {
	server, _, _ := start(t)
	for _, c := range []struct {
		method, path string
		change       func(*http.Request)
		status       int
		says         string
	}{
		{"GET", "/pause", nil, 405, "use POST"},
		{"GET", "/set?n=3", nil, 405, "use POST"},
		{"POST", "/set?n=99", knowing, 200, "n = 99 is outside the bounds of pool vm, 1 to 5 (settings min and max): 5 are wanted"},
		{"POST", "/set?n=many", knowing, 400, `n = "many", want a number`},
		{"POST", "/set?n=-1", knowing, 400, `n = "-1"`},
		{"POST", "/set?n=1&pool=gpu", knowing, 400, `pool = "gpu", want one of vm`},
		{"GET", "/pause", nil, 405, ""},
		{"POST", "/pause", nil, 401, "changes want the token"}, // another user of this machine
		{"POST", "/set?n=3", func(r *http.Request) { r.Header.Set("Authorization", "Bearer guess") }, 401, "changes want the token"},
		{"POST", "/pause", func(r *http.Request) { knowing(r); r.Header.Set("Sec-Fetch-Site", "cross-site") }, 403, ""},
		{"POST", "/pause", func(r *http.Request) { knowing(r); r.Header.Set("Origin", "http://evil.example") }, 403, ""},
		{"GET", "/status", func(r *http.Request) { r.Host = "evil.example:80" }, 403, "localhost only"},
		{"GET", "/nothing", nil, 404, ""},
	} {
		status, text := call(t, c.method, server.URL+c.path, c.change)
		if status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.path, status, text, c.status, c.says)
		}
	}
}

func TestMetrics(t *testing.T) {
	server, _, _ := start(t)
	status, text := call(t, "GET", server.URL+"/metrics", nil)
	if status != 200 {
		t.Fatal(status)
	}
	for _, want := range []string{
		`http_server_request_duration_seconds_count{cnv_kind="vm",http_response_status_code="200",http_route="spin"} 1`,
		`http_server_request_duration_seconds_count{cnv_kind="gateway",http_response_status_code="other",http_route="?"} 1`,
		`cnv_workers{pool="vm",state="ready"} 0`, "cnv_requests_in_flight 0", "cnv_scaling_paused 0", "process_cpu_seconds_total",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
}

// TestSettings: what may be changed is listed; a change is an event, with a line in
// the log and a note that say who, when, what, from what and to what; what is wrong
// changes nothing, and is told with the range or the nearest name.
func TestSettings(t *testing.T) {
	var log bytes.Buffer
	var notes []journal.Note
	server, b, rec := startWith(t, func(s *State) {
		s.Log = slog.New(slog.NewTextHandler(&log, nil))
		s.Note = func(n journal.Note) { notes = append(notes, n) }
	})
	for _, c := range []struct {
		query  string
		status int
		want   string
	}{
		{"name=max&value=8", 200, "max was 5 and is 8"},
		{"name=min&value=2&pool=vm", 200, "min was 1 and is 2"},
		{"name=retry.backoff&value=250ms", 200, "retry.backoff was 0s and is 250ms"},
		{"name=max&value=1", 400, "must be in [2, 1000000], at least min; it stays 8"},
		{"name=max&value=x", 400, "want an integer"},
		{"name=retry.max&value=201", 400, "must be in [0, 200]"},
		{"name=retry.bakoff&value=1s", 400, `nearest valid name "retry.backoff"`},
		{"name=max&value=9&n=3", 400, "want one of them"},
		{"n=7", 200, `"desired": 7`},
	} {
		if status, text := call(t, "POST", server.URL+"/set?"+c.query, knowing); status != c.status || !strings.Contains(strings.ReplaceAll(text, `\"`, `"`), c.want) {
			t.Errorf("%s: %d %s, want %d %q", c.query, status, text, c.status, c.want)
		}
	}
	if status, _ := call(t, "POST", server.URL+"/set?name=max&value=9", nil); status != 401 {
		t.Errorf("without the token: %d", status)
	}
	_, text := call(t, "GET", server.URL+"/settings", nil)
	var all []Setting
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	is := map[string]string{}
	for _, s := range all {
		is[s.Name] = s.Value
	}
	if is["max"] != "8" || is["min"] != "2" || is["retry.backoff"] != "250ms" || is["retry.max"] != "0" {
		t.Errorf("settings %s", text)
	}
	if len(notes) != 4 || len(rec.events) != 4 || strings.Count(log.String(), "changed by hand") != 4 {
		t.Fatalf("%d notes, %d events, log:\n%s", len(notes), len(rec.events), log.String())
	}
	if n := notes[0]; n.Who != "127.0.0.1, by the token" || n.What != "max" || n.From != "5" || n.To != "8" || time.Since(n.When) > time.Minute {
		t.Errorf("note %+v", n)
	}
	if !strings.Contains(log.String(), `who="127.0.0.1, by the token" what=max from=5 to=8`) {
		t.Errorf("log %s", log.String())
	}
	b.Stop()
	fresh, err := policy.New(config())
	if err != nil {
		t.Fatal(err)
	}
	for i := range rec.events {
		if out := fresh.Step(rec.at[i], &rec.events[i], nil); len(out) != len(rec.cmds[i]) {
			t.Errorf("event %d: %v, then %v", i, rec.cmds[i], out)
		}
	}
}
