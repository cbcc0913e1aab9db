package run

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/metered"
	"cnv/worker/serve/cpu"
)

// A Runner runs kernels. Its fields do not change once it is used; it may be
// used by many goroutines at once.
type Runner struct {
	Plain   map[string]kernel.Func
	Metered map[string]kernel.Func      // the same kernels, counting; nil: none are
	Measure func(func()) metered.Counts // what metered kernels execute in the call; required with Metered
	Sample  float64                     // share of requests that are metered, in [0,1]

	Limits   kernel.Limits
	Timeout  time.Duration // of a kernel; 0 is none
	Instance string        // names this process in its answers; see NewInstance
	Log      *slog.Logger  // defects of kernels go here; required
	// Occupied, if it is set, counts the time of requests; that of a kernel that
	// waits is then also told as its CPU time: a sleep pretends to be work.
	Occupied *Occupied
	Pace     *Pace // how long requests take at least; nil: as long as kernels do

	asked atomic.Uint64
}

// NewInstance is a name that no other process has: 16 random hex digits.
func NewInstance() string {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// Names are the kernels there are, in alphabetical order.
func (r *Runner) Names() []string { return slices.Sorted(maps.Keys(r.Plain)) }

// Paths lists the paths that kernels are served under, for people.
func (r *Runner) Paths() string { return "/" + strings.Join(r.Names(), ", /") }

// Do computes the answer of the kernel of that name. It takes as long as the
// kernel does, which ends soon after ctx or Timeout.
func (r *Runner) Do(ctx context.Context, name string, query url.Values, contentType string, body []byte) Result {
	work, ok := r.Plain[name]
	if !ok {
		return Refuse(http.StatusNotFound, "no kernel "+name+": there are "+r.Paths())
	}
	if int64(len(body)) > r.Limits.Body {
		return TooLarge(r.Limits.Body)
	}
	if r.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.Timeout, ErrTimeout)
		defer cancel()
	}
	counting, counts := r.Metered[name]
	counts = counts && r.sampled()
	if counts {
		work = counting
	}
	if r.Occupied != nil {
		r.Occupied.add(1)
		defer r.Occupied.add(-1)
	}
	began := time.Now()
	c := r.call(ctx, work, counts, &kernel.Request{Query: query, Type: contentType, Body: body, Limits: r.Limits})
	if r.Pace != nil {
		r.Pace.hold(ctx, began, &c)
	}
	return r.finish(ctx, name, c)
}

// A called is what a kernel gave and used.
type called struct {
	answer   kernel.Answer
	err      error
	use      Use
	pretends bool // it waited, and that is told as work
}

// call calls a kernel on a thread of its own, so that the thread's CPU time is
// the kernel's. Goroutines that the kernel starts run elsewhere and are missing
// in it; where there is no such clock the wall's is taken.
func (r *Runner) call(ctx context.Context, work kernel.Func, counts bool, q *kernel.Request) (c called) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	began := time.Now()
	before, ok := cpu.Thread()
	if counts {
		c.use.Counts = r.Measure(func() { c.answer, c.err = guarded(ctx, work, q) })
		c.use.Metered = true
	} else {
		c.answer, c.err = guarded(ctx, work, q)
	}
	after, _ := cpu.Thread()
	c.use.Wall = time.Since(began)
	if c.pretends = c.answer.Waited && r.Occupied != nil; ok && !c.pretends {
		c.use.CPU = after - before
	} else {
		c.use.CPU = c.use.Wall
	}
	return c
}

// A panicked is the error of a kernel that panicked.
type panicked struct {
	value any
	stack []byte
}

// Error says that it did.
func (p *panicked) Error() string { return "the kernel panicked" }

// guarded calls a kernel and turns its panic into an error.
func guarded(ctx context.Context, work kernel.Func, q *kernel.Request) (a kernel.Answer, err error) {
	defer func() {
		if value := recover(); value != nil {
			a, err = kernel.Answer{}, &panicked{value, debug.Stack()}
		}
	}()
	return work(ctx, q)
}

// sampled says whether the next request is metered. Requests are numbered, and
// numbers times the golden ratio, modulo 1, fall evenly into [0,1): of n
// requests Sample·n are metered to within a few, whatever n is and whatever
// period the requests have.
func (r *Runner) sampled() bool {
	const golden = 0x9E3779B97F4A7C15 // 2⁶⁴ / φ
	n := r.asked.Add(1)
	return r.Sample >= 1 || float64(n*golden) < r.Sample*math.Exp2(64)
}

// The reasons for which a request is given up.
var (
	ErrTimeout  = errors.New("the request took longer than its time limit")
	ErrStopping = errors.New("the worker is stopping")
)

// finish says what became of a request.
func (r *Runner) finish(ctx context.Context, name string, c called) Result {
	var bad *kernel.Error
	var res Result
	switch {
	case c.err == nil:
		res = Result{Status: http.StatusOK, Type: c.answer.Type, Body: c.answer.Body}
		if res.Type == "" {
			res.Type = "application/octet-stream"
		}
	case errors.As(c.err, &bad) && bad.Status/100 == 4:
		res = Refuse(bad.Status, bad.Detail)
	case ctx.Err() != nil && (errors.Is(c.err, ctx.Err()) || errors.Is(c.err, context.Cause(ctx))):
		res = GivenUp(context.Cause(ctx))
	default:
		res = Refuse(http.StatusInternalServerError, "the kernel "+name+" failed; the log of worker "+r.Instance+" says why")
		res.Defect = c.err
		r.log(ctx, name, c.err)
	}
	res.Use, res.Ran = c.use, true
	return res
}

// GivenUp is the result of a request that ended before its kernel did, for a
// reason that is ErrStopping, ErrTimeout or else the client's.
func GivenUp(cause error) Result {
	switch {
	case errors.Is(cause, ErrStopping):
		return Refuse(http.StatusServiceUnavailable, ErrStopping.Error())
	case errors.Is(cause, ErrTimeout), errors.Is(cause, context.DeadlineExceeded):
		return Refuse(http.StatusGatewayTimeout, ErrTimeout.Error())
	}
	return Refuse(StatusGone, "the client left")
}

// log tells of a defect.
func (r *Runner) log(ctx context.Context, name string, err error) {
	var p *panicked
	if errors.As(err, &p) {
		r.Log.ErrorContext(ctx, "kernel panicked", "kernel", name, "panic", p.value, "stack", string(p.stack))
		return
	}
	r.Log.ErrorContext(ctx, "kernel failed", "kernel", name, "error", err)
}
