package admin

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"cnv/live"
	"cnv/live/store"
)

// TestOperations: alerts and panels ask for metrics that there are, and every
// alert has its part of the runbook.
func TestOperations(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("../operations/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	server, _, _ := startWith(t, func(s *State) {
		s.Spend = func() Spend { return Spend{USD: 1, PerHour: 2, Budget: 3, Lines: []Line{{"instances", 1, 2}}} }
		s.TimeLeft = func() (time.Duration, bool) { return 10 * time.Minute, true }
		s.Leads = func() bool { return false }
		s.Store = func() store.Counts { return store.Counts{Dropped: 2, Failed: 3} }
		s.Journal = func() (bool, uint64) { return true, 17 }
		s.Guard = &live.Guard{}
	})
	_, metrics := call(t, http.MethodGet, server.URL+"/metrics", nil)
	if !strings.Contains(metrics, "\ncnv_store_lost_total 5\n") {
		t.Error("what the store has lost is not a metric")
	}
	if !strings.Contains(metrics, "\ncnv_leads 0\n") {
		t.Error("a lease that is not sure is not a metric")
	}
	for _, line := range []string{`cnv_ledger_usd_per_hour{line="instances"} 2`, "cnv_time_left_seconds 600", `cnv_workers_desired{pool="vm"} 1`, `cnv_slo_missed_total{http_route="spin"} 0`,
		"cnv_journal_stopped 1", "cnv_journal_lost_records_total 17", "cnv_connections 0", "cnv_connections_refused_total 0"} {
		if !strings.Contains(metrics, "\n"+line+"\n") {
			t.Errorf("no metric %s", line)
		}
	}
	names := regexp.MustCompile(`\b(cnv_[a-z_]+|http_server_request_duration_seconds_[a-z]+)\b`)
	server, _, _ = start(t)
	if _, metrics := call(t, http.MethodGet, server.URL+"/metrics", nil); strings.Contains(metrics, "cnv_time_left") {
		t.Error("without a limit there is a time left")
	}
	for _, file := range []string{"alerts.yml", "grafana.json"} {
		for _, name := range names.FindAllString(read(file), -1) {
			if name != "cnv_kind" && !strings.Contains(metrics, "\n"+name) {
				t.Errorf("%s asks for %s, which is not a metric", file, name)
			}
		}
	}
	runbook := read("RUNBOOK.md")
	for _, m := range regexp.MustCompile(`runbook: "RUNBOOK.md#([a-z-]+)"`).FindAllStringSubmatch(read("alerts.yml"), -1) {
		heading := strings.ReplaceAll(m[1], "-", " ")
		if !strings.Contains(strings.ToLower(runbook), "\n## "+heading+"\n") {
			t.Errorf("the runbook has no part %q", heading)
		}
	}
}
