package admin

import (
	"embed"
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
	Settings  []Setting  `json:"settings"`
}

//go:embed dashboard.html dashboard.css dashboard.js
var files embed.FS

// contentPolicy lets the page use nothing but its own files, and no other page around it.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// dashboard adds the page and what it asks for.
func (s *State) dashboard(mux *http.ServeMux) {
	for path, name := range map[string]string{"/{$}": "dashboard.html", "/dashboard.css": "dashboard.css", "/dashboard.js": "dashboard.js"} {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", contentPolicy)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Cache-Control", "no-store")
			http.ServeFileFS(w, r, files, name)
		})
	}
	mux.HandleFunc("GET /dashboard.json", func(w http.ResponseWriter, _ *http.Request) {
		d := Dashboard{Snapshot: s.Snapshot(), Settings: s.Settings(), Decisions: []Decision{}, Seconds: []Second{}}
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
