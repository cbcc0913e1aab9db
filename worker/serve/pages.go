package serve

import (
	"encoding/json"
	"net/http"
	"runtime"
	"time"

	"cnv/worker/serve/cpu"
	"cnv/worker/serve/run"
)

// probe says that the process lives, with an empty answer, as the original's
// workers do.
func (s *Server) probe(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }

// readyz says whether requests are welcome.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	res := run.Result{Status: http.StatusOK, Type: "text/plain; charset=utf-8", Body: []byte("ready\n")}
	switch {
	case s.draining.Load():
		res = run.Refuse(http.StatusServiceUnavailable, "the worker is draining")
	case time.Since(s.began) < s.o.Warm:
		res = run.Refuse(http.StatusServiceUnavailable, "the worker is warming up")
	}
	s.page(w, r, &res)
}

// page writes an answer that no kernel gave.
func (s *Server) page(w http.ResponseWriter, r *http.Request, res *run.Result) {
	w.Header().Set("Cache-Control", "no-store")
	s.write(w, r, "", res)
}

// A Telemetry is what a worker says of itself.
type Telemetry struct {
	// Used and Capacity are core-seconds that were used and that there were to
	// use, read when the worker was asked. Only what they grow by means anything:
	// divided, it is the utilisation between two readings. Capacity 0: not known.
	Used     float64   `json:"cpu_used_s"`
	Capacity float64   `json:"cpu_capacity_s"`
	CPU      float64   `json:"cpu"`        // utilisation of the last seconds, in [0,1], for those who ask once; -1: not known
	Source   string    `json:"cpu_source"` // whose these are: "host", "cgroup", "process" or "kernels"; empty: not known
	Cores    int       `json:"cores"`      // that kernels may use
	InFlight int64     `json:"in_flight"`  // requests being computed
	Queued   int64     `json:"queued"`     // requests that wait for that
	Latency  float64   `json:"latency_s"`  // median of how long the latest requests took, waiting included, that met as many; 0: not known
	Held     int64     `json:"held_bytes"` // memory of bodies
	Draining bool      `json:"draining"`
	Answered int64     `json:"answered"` // by kernels, since the start
	Metered  bool      `json:"metered"`  // some answers carry counts
	Instance string    `json:"instance"`
	Since    time.Time `json:"since"` // the start
	// Ends is when the machine is going to be taken away; nil: nobody said so.
	Ends *time.Time `json:"ends,omitempty"`
}

// telemetry says how the worker is.
func (s *Server) telemetry(w http.ResponseWriter, r *http.Request) {
	text, err := json.Marshal(s.Telemetry())
	res := run.Result{Status: http.StatusOK, Type: "application/json", Body: append(text, '\n')}
	if err != nil {
		res = run.Refuse(http.StatusInternalServerError, err.Error())
	}
	s.page(w, r, &res)
}

// Telemetry is how the worker is now.
func (s *Server) Telemetry() Telemetry {
	used, capacity, ok := s.gauge.Read()
	utilisation := s.gauge.Utilisation()
	if !ok {
		utilisation = cpu.Unknown // the last seconds are those of long ago
	}
	return Telemetry{
		Used: used, Capacity: capacity, CPU: utilisation, Source: s.o.CPU.Name, Cores: runtime.GOMAXPROCS(0),
		InFlight: s.door.running.Load(), Queued: s.door.queued(), Held: s.held.used.Load(),
		Latency:  s.paces.at(int(s.door.inside.Load())).Seconds(),
		Draining: s.draining.Load(), Answered: s.answered.Load(),
		Metered:  s.o.Runner.Metered != nil && s.o.Runner.Sample > 0,
		Instance: s.o.Runner.Instance, Since: s.began, Ends: s.ends.Load(),
	}
}

// EndsAt has the telemetry tell that the machine is going to be taken away. The
// gateway stops sending requests; the worker goes on.
func (s *Server) EndsAt(t time.Time) { s.ends.Store(&t) }
