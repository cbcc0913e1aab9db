package admin

import (
	_ "embed"
	"encoding/json"
	"net/http"
)

// A Spend is what a run has cost so far, and what it may.
type Spend struct {
	Lines   []Line  `json:"lines"` // of the ledger that are not 0
	USD     float64 `json:"usd"`
	PerHour float64 `json:"usd_per_hour"` // of what runs now, functions and the table as in the last minute
	Budget  float64 `json:"budget_usd"`   // 0: none
}

// A Line is one of the ledger.
type Line struct {
	Name    string  `json:"name"`
	USD     float64 `json:"usd"`
	PerHour float64 `json:"usd_per_hour"`
}

// A Dashboard is what its page shows.
type Dashboard struct {
	Snapshot
	Decisions []Decision `json:"decisions"`
	Seconds   []Second   `json:"seconds"`
	Spend     Spend      `json:"spend"`
}

//go:embed dashboard.html
var page []byte

// dashboard adds the page and what it asks for.
func (s *State) dashboard(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'")
		h.Set("Cache-Control", "no-store")
		w.Write(page) // a reader that has gone needs no answer
	})
	mux.HandleFunc("GET /dashboard.json", func(w http.ResponseWriter, _ *http.Request) {
		d := Dashboard{Snapshot: s.Snapshot(), Decisions: []Decision{}, Seconds: []Second{}}
		if s.Watch != nil {
			d.Decisions, d.Seconds = s.Watch.Recent(s.Brain.Now())
		}
		if s.Spend != nil {
			d.Spend = s.Spend()
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(d) // likewise
	})
}
