package admin

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
)

// Handler serves the admin pages:
//
//	GET  /                  the dashboard
//	GET  /metrics           Prometheus
//	GET  /status            the state as JSON
//	GET  /healthz /readyz   alive; ready to take requests
//	POST /pause /resume     scaling
//	POST /set?n=3&pool=vm   this many workers now, within the pool's bounds
//
// What is posted wants the token; beyond loopback all does but the probes of health.
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
	post := func(path string, event func(r *http.Request) (policy.Event, error)) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Allow", http.MethodPost)
			http.Error(w, "use POST: curl -X POST .../"+strings.TrimPrefix(path, "/"), http.StatusMethodNotAllowed)
		})
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			e, err := event(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			s.Brain.Post(e)
			s.settle()
			after := s.Snapshot()
			if e.Kind == policy.Resize {
				after.Note = strings.TrimPrefix(bounded(&after.Pools[e.Pool], int(e.N))+s.undone(&after), "; ")
			}
			answer(w, &after)
		})
	}
	post("/pause", func(*http.Request) (policy.Event, error) { return policy.Event{Kind: policy.Pause}, nil })
	post("/resume", func(*http.Request) (policy.Event, error) { return policy.Event{Kind: policy.Resume}, nil })
	post("/set", s.resize)
	pages := http.TimeoutHandler(mux, patience, "the gateway does not answer\n")
	if access.loopback {
		return access.guardChanges(pages)
	}
	return access.guard(pages)
}

// resize reads what /set is asked for.
func (s *State) resize(r *http.Request) (policy.Event, error) {
	n, err := strconv.Atoi(r.FormValue("n"))
	if err != nil || n < 0 || n > 1_000_000 {
		return policy.Event{}, fmt.Errorf("n = %q, want a number of workers, such as /set?n=3", r.FormValue("n"))
	}
	p, names := s.pool(r.FormValue("pool"))
	if p < 0 {
		return policy.Event{}, fmt.Errorf("pool = %q, want one of %s", r.FormValue("pool"), strings.Join(names, ", "))
	}
	return policy.Event{Kind: policy.Resize, Pool: p, N: int32(n)}, nil
}

// bounded says that a pool has another size than the one asked for; "" it has that.
func bounded(p *Pool, n int) string {
	if n >= p.Min && n <= p.Max {
		return ""
	}
	return fmt.Sprintf("n = %d is outside the bounds of pool %s, %d to %d (min and max in the experiment file): %d are wanted", n, p.Name, p.Min, p.Max, p.Desired)
}

// undone says that a size that was set by hand may not last; "" it does.
func (s *State) undone(after *Snapshot) string {
	if after.Paused || s.Scales == 0 {
		return ""
	}
	return fmt.Sprintf("; the scaler decides again within %v and may undo this: to keep it POST /pause first", s.Scales)
}

// answer writes the state.
func answer(w http.ResponseWriter, s *Snapshot) {
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
