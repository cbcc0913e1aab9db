package admin

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// Handler serves the admin pages:
//
//	GET  /                  the dashboard
//	GET  /metrics           Prometheus
//	GET  /status            the state as JSON
//	GET  /healthz /readyz   alive; ready to take requests
//	POST /pause /resume     scaling
//	POST /set?n=3&pool=vm   this many workers now, within the pool's bounds
//	POST /set?name=max&value=8   a setting, as in the experiment file
//	GET  /settings          the settings and what they are
//	GET  /debug/pprof/      profiles of Go's runtime (net/http/pprof)
//
// What is posted wants the token, and so do profiles; beyond loopback all does but the probes
// of health.
func Handler(m *Metrics, s *State, ready func() bool, access *Access) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.Handler())
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		now := s.Snapshot()
		answer(w, &now)
	})
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !ready() {
			http.Error(w, "draining", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	s.dashboard(mux)
	mux.HandleFunc("GET /settings", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Settings()) })
	post := func(path string, read func(r *http.Request) (operation, error)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "use POST: curl -X POST .../"+strings.TrimPrefix(path, "/"), http.StatusMethodNotAllowed)
		})
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			after, err := s.operate(r, read)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			answer(w, &after)
		})
	}
	post("/pause", s.pausing(true))
	post("/resume", s.pausing(false))
	post("/set", s.set)
	pages := profiled(http.TimeoutHandler(mux, patience, "the gateway does not answer\n"), access)
	if access.loopback {
		return access.guardChanges(pages)
	}
	return access.guard(pages)
}

// bounded says that a pool has another size than the one asked for; "" it has that.
func bounded(p *Pool, n int) string {
	if n >= p.Min && n <= p.Max {
		return ""
	}
	return fmt.Sprintf("n = %d is outside the bounds of pool %s, %d to %d (settings min and max): %d are wanted", n, p.Name, p.Min, p.Max, p.Desired)
}

// undone says that a size that was set by hand may not last; "" it does.
func (s *State) undone(after *Snapshot) string {
	if after.Paused || s.Scales == 0 {
		return ""
	}
	return fmt.Sprintf("; the scaler decides again within %v and may undo this: to keep it POST /pause first", s.Scales)
}

// answer writes the state, or a part of it.
func answer(w http.ResponseWriter, s any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	_ = e.Encode(s) // a reader that has gone needs no answer
}

// sameOrigin refuses what a page of another site makes a browser send, and
// names that are not ours (DNS rebinding).
func sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	return guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if host != "127.0.0.1" && host != "localhost" && host != "::1" {
			http.Error(w, "this page answers to 127.0.0.1 and localhost only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	}))
}

// Server serves the pages; over TLS if it is given a configuration of it.
func Server(h http.Handler, secure *tls.Config) *http.Server {
	return &http.Server{Handler: h, TLSConfig: secure, ReadHeaderTimeout: patience, IdleTimeout: time.Minute, MaxHeaderBytes: 64 << 10}
}
