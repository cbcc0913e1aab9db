package live

import (
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"cnv/live/wire"
	"cnv/policy"
	"cnv/workloads/features"
)

// A Class says which requests belong to a class of the control plane.
type Class struct {
	Name string // also the first segment of its requests' path
	// Pure says that all its requests may be executed twice; else only those
	// whose method or Idempotency-Key says so.
	Pure bool
	// Features are the names of policy.Request.Features, in order.
	Features []string
	// SLO is the response time allowed to a request of so much work, CPU-seconds on the
	// reference worker, 0 if it is not known; 0: any. nil: any.
	SLO func(work float64) time.Duration
}

// Options are what a Gateway is made of. Zero values of sizes and times mean
// the defaults.
type Options struct {
	Brain   *Brain
	Workers *Workers
	// Functions answers requests that are invoked on a function; nil: none.
	// An error that wraps ErrThrottled is a throttled call.
	Functions http.RoundTripper
	Classes   []Class // in the order of policy.Config.Classes
	Log       *slog.Logger

	Transport   *wire.Transport // to workers; nil: a new one
	WholeBody   int64           // bodies up to so many bytes are read before anything is decided: 6 MiB
	WholeAnswer int64           // answers up to so many are read before one is passed on: 1 MiB
	HoldFor     time.Duration   // how long the beginning of another answer is held: 5 ms
	Memory      int64           // bytes of bodies and answers held at once: 512 MiB
	InFlight    int             // requests at once: 10,000
	Timeout     time.Duration   // requests are answered 504 after so long; 0 never
	UploadIdle  time.Duration   // longest pause of an upload: 30 s; see patient for how long it may take
	// DownloadIdle is the longest pause in which a client takes nothing of its answer: 30 s;
	// see outflow for how long it may take.
	DownloadIdle time.Duration
	Trust        bool            // Forwarded and X-Forwarded-* headers of clients are believed
	Observe      func(*Answered) // told of every request when it has ended; nil: nobody is
}

// A Gateway is the http.Handler in front of the workers.
type Gateway struct {
	o          Options
	kernels    []*features.Kernel // by class; nil: no kernel of ours
	memory     memory
	told       atomic.Bool // of a function's CPU time that cannot be
	unbelieved atomic.Int64
	inside     atomic.Int64
	drains     atomic.Bool
	leaves     bool // workers are not told of attempts that took too long: see policy.Leaver
}

// Defaults of Options.
const (
	defaultWholeBody   = 6 << 20
	defaultWholeAnswer = 1 << 20
	defaultMemory      = 512 << 20
	defaultInFlight    = 10_000
	defaultUploadIdle  = 30 * time.Second
	defaultDownload    = 30 * time.Second
)

// NewGateway returns a Gateway.
func NewGateway(o Options) *Gateway {
	orInt := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	orInt(&o.WholeBody, defaultWholeBody)
	orInt(&o.WholeAnswer, defaultWholeAnswer)
	orInt(&o.Memory, defaultMemory)
	if o.HoldFor == 0 {
		o.HoldFor = heldFor
	}
	if o.InFlight == 0 {
		o.InFlight = defaultInFlight
	}
	if o.UploadIdle == 0 {
		o.UploadIdle = defaultUploadIdle
	}
	if o.DownloadIdle == 0 {
		o.DownloadIdle = defaultDownload
	}
	if o.Transport == nil {
		o.Transport = &wire.Transport{Patient: o.Brain.ctrl.TakesUnready()}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	g := &Gateway{o: o, memory: memory{limit: o.Memory}, kernels: make([]*features.Kernel, len(o.Classes)), leaves: o.Brain.ctrl.LeavesRunning()}
	for i := range o.Classes {
		if k, ok := features.Find(o.Classes[i].Name); ok {
			g.kernels[i] = &k
		}
	}
	return g
}

// InFlight is the number of requests inside.
func (g *Gateway) InFlight() int { return int(g.inside.Load()) }

// Held is the number of bytes of bodies and answers that are held.
func (g *Gateway) Held() int64 { return g.memory.used.Load() }

// Drain makes the gateway close its clients' connections after their next
// answer, so that it can be taken away without a failed request.
func (g *Gateway) Drain() { g.drains.Store(true) }

// Draining says whether it does.
func (g *Gateway) Draining() bool { return g.drains.Load() }

// ServeHTTP passes a request to a worker or a function, as the brain decides.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g.ends(r) {
		w.Header().Set("Connection", "close")
	}
	if status, why := refuse(r); status != 0 {
		problem(w, status, 0, why)
		return
	}
	if !forwardable(w, r) {
		return
	}
	from := clientOf(r.Context())
	if !g.enter(from) {
		g.o.Brain.refuse()
		crowded(w, "too many requests are in flight")
		return
	}
	defer g.exit(from)
	class, ok := g.class(r)
	if !ok {
		problem(w, http.StatusNotFound, 0, "no class of requests has this path; there are "+g.paths())
		return
	}
	newExchange(g, w, r, class).serve()
}

// ends says whether a client's connection ends after its answer: while the
// gateway drains; with HTTP/1.0, where net/http ignores a Transfer-Encoding
// that another server may go by; and after a body in chunks, as net/http does
// not tell whether a Content-Length came with it (RFC 9112, 6.1).
func (g *Gateway) ends(r *http.Request) bool {
	return g.drains.Load() || !r.ProtoAtLeast(1, 1) || len(r.TransferEncoding) > 0
}

// class is the class of a request: the one that it names as Cnv-Class, or else
// that of the first segment of its path. Where there is one class only, all
// requests are of it.
func (g *Gateway) class(r *http.Request) (policy.ClassID, bool) {
	if len(g.o.Classes) == 1 {
		return 0, true
	}
	first := r.Header.Get("Cnv-Class")
	if first == "" {
		first, _, _ = strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	}
	for i := range g.o.Classes {
		if g.o.Classes[i].Name == first {
			return policy.ClassID(i), true
		}
	}
	return 0, false
}

// paths lists the paths of the classes.
func (g *Gateway) paths() string {
	var b strings.Builder
	for i := range g.o.Classes {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("/" + g.o.Classes[i].Name)
	}
	return b.String()
}

// idempotent says whether a request may be executed twice (RFC 9110, 9.2.2).
func (g *Gateway) idempotent(r *http.Request, class policy.ClassID) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, http.MethodTrace:
		return true
	}
	return g.o.Classes[class].Pure || r.Header.Get("Idempotency-Key") != ""
}
