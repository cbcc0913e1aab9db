package serve

import (
	"cmp"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"cnv/worker/serve/cpu"
	"cnv/worker/serve/run"
)

// Options say how requests are served. Zero values mean the defaults.
type Options struct {
	Runner *run.Runner  // required
	Log    *slog.Logger // required

	Concurrency int           // requests computed at once: GOMAXPROCS
	Queue       int           // requests that wait for that: none
	Wait        time.Duration // for a slot, then 503: 1 min
	Transfer    time.Duration // of a body or an answer, then 408 or a closed connection: 30 s
	Memory      int64         // of all bodies held, bytes, then 503: 256 MiB

	Warm   time.Duration // not ready for so long after the start
	Notice time.Duration // at the end: not ready, and still answering everything
	Grace  time.Duration // then: for requests that are inside: 30 s

	// Lonely ends the server when nobody has asked it anything for so long, not
	// even for its health: its gateway is gone. 0: never.
	Lonely time.Duration

	CPU cpu.Source // whose utilisation is told; zero: none
}

// A Server serves requests. New makes one.
type Server struct {
	o        Options
	door     *door
	held     budget
	gauge    cpu.Gauge
	metrics  *metrics
	mux      *http.ServeMux
	began    time.Time
	draining atomic.Bool
	ends     atomic.Pointer[time.Time]
	asked    atomic.Int64 // when it was last asked anything, since began
	answered atomic.Int64 // by kernels, whatever they answered
	paces    paces
}

// New returns a server that is not listening yet.
func New(o Options) *Server {
	o.Concurrency = cmp.Or(o.Concurrency, runtime.GOMAXPROCS(0))
	o.Wait = cmp.Or(o.Wait, time.Minute)
	o.Transfer = cmp.Or(o.Transfer, 30*time.Second)
	o.Memory = cmp.Or(o.Memory, 256<<20)
	o.Grace = cmp.Or(o.Grace, 30*time.Second)
	s := &Server{
		o: o, door: newDoor(o.Concurrency, o.Queue), held: budget{limit: o.Memory},
		gauge: cpu.Gauge{Source: o.CPU, Samples: samples}, mux: http.NewServeMux(), began: time.Now(),
	}
	s.metrics = newMetrics(s)
	for path, page := range map[string]http.HandlerFunc{
		"/{$}": s.probe, "/healthz": s.probe, "/readyz": s.readyz, "/telemetry": s.telemetry,
		"/metrics": s.metrics.handler().ServeHTTP, "/": s.unknown,
	} {
		s.mux.HandleFunc(path, page)
	}
	for _, name := range o.Runner.Names() {
		s.mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) { s.kernel(w, r, name) })
	}
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.asked.Store(int64(time.Since(s.began)))
	http.NewResponseController(w).SetWriteDeadline(time.Time{}) // the last answer's still holds
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	if s.draining.Load() {
		h.Set("Connection", "close")
	}
	if r.Method == http.MethodOptions {
		h.Set("Access-Control-Allow-Methods", methods)
		h.Set("Access-Control-Allow-Headers", "Content-Type, Authorization")
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h.Set("Access-Control-Expose-Headers", run.Exposed)
	s.mux.ServeHTTP(w, r)
}

// methods are those that are answered.
const methods = "GET, HEAD, POST, OPTIONS"

// unknown answers requests for what is not there.
func (s *Server) unknown(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if len(path) > 80 {
		path = path[:80] + "..."
	}
	res := run.Refuse(http.StatusNotFound, "nothing at "+strings.ToValidUTF8(path, "?")+": there are "+s.o.Runner.Paths())
	s.write(w, r, "", &res)
}
