package lambda

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"cnv/policy/catalog"
)

// An invocation is a call of a function under way.
type invocation struct {
	id       string
	payload  []byte
	began    time.Time // when its time began, and
	deadline time.Time // when that ends; of s.mu; zero: it has not begun
	taken    chan struct{}
	answer   chan result
	log      int64 // where what it writes begins
	cold     bool  // it is its environment's first
}

// A result is what came of an invocation.
type result struct {
	payload []byte
	failed  string // of the function: "Unhandled"; "" it did not
}

const maxPayload = catalog.FunctionMaxBytes

// invoke runs a function and waits for its answer.
func (s *Service) invoke(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	if err != nil {
		return // the client has gone
	}
	if len(payload) > maxPayload {
		fail(w, failure(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request must be smaller than %d bytes for the InvokeFunction operation", maxPayload))
		return
	}
	kind := r.Header.Get("X-Amz-Invocation-Type")
	switch kind {
	case "", "RequestResponse", "DryRun":
	default:
		s.o.Log.Warn("the local Lambda does not know invocations of this type", "type", kind)
		fail(w, failure(http.StatusBadRequest, "InvalidParameterValueException", "the local Lambda does not know invocations of type %s", kind))
		return
	}
	e, i, err := s.take(r, payload, kind == "DryRun")
	if err != nil {
		fail(w, err)
		return
	}
	if e == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	out := s.run(e, i)
	h := w.Header()
	if out.failed != "" {
		h.Set("X-Amz-Function-Error", out.failed)
	}
	if r.Header.Get("X-Amz-Log-Type") == "Tail" {
		h.Set("X-Amz-Log-Result", s.tail(e, i))
	}
	h.Set("Content-Type", "application/json")
	h.Set("X-Amzn-RequestId", i.id)
	h.Set("X-Amz-Executed-Version", e.v.config.Version)
	w.Write(out.payload) // the client has gone if it fails
}

// take finds an environment for a call, or starts one, within the limits; dry:
// it only looks for the function.
func (s *Service) take(r *http.Request, payload []byte, dry bool) (*environment, *invocation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.call(r)
	if err != nil {
		return nil, nil, err
	}
	v, err := c.version()
	if err != nil || dry {
		return nil, nil, err
	}
	if s.closed {
		return nil, nil, failure(http.StatusServiceUnavailable, "ServiceException", "the local Lambda is closing")
	}
	if v.config.State == "Pending" {
		return nil, nil, pending()
	}
	if err := s.room(c.function); err != nil {
		return nil, nil, err
	}
	e := v.pick()
	if e == nil {
		if e, err = s.start(v, false); err != nil {
			return nil, nil, failure(http.StatusBadGateway, "InvalidRuntimeException", "%v", err)
		}
	}
	v.busy++
	s.calls++
	i := &invocation{
		id: fmt.Sprintf("%s-%d", e.id, s.calls), payload: payload, log: e.out.Length(), cold: !e.warm,
		answer: make(chan result, 1), taken: make(chan struct{}),
	}
	e.current = i
	return e, i, nil
}

// run hands a call to its environment and waits: for the answer, the end of
// the environment, or the function's timeout.
func (s *Service) run(e *environment, i *invocation) result {
	e.calls <- i
	out, late := s.await(e, i)
	s.mu.Lock()
	defer s.mu.Unlock()
	e.v.busy--
	e.current = nil
	switch {
	case e.gone:
	case late:
		e.gone = true
		e.process.Kill()
	case s.closed || e.v.retired:
		e.stop()
	default:
		e.rest()
	}
	return out
}

// await waits for what comes of a call. The function's timeout counts from when the
// environment takes the call, or from when its INIT is broken off.
func (s *Service) await(e *environment, i *invocation) (out result, late bool) {
	init := time.NewTimer(s.o.Clock.Real(s.mostInit))
	defer init.Stop()
	select {
	case out = <-i.answer:
		return out, false
	case <-i.taken:
	case <-init.C:
	}
	t := time.NewTimer(time.Until(s.beginCall(e, i)))
	defer t.Stop()
	select {
	case out = <-i.answer:
		return out, false
	case <-t.C:
		return broken("Sandbox.Timedout", "RequestId: %s Error: Task timed out after %d.00 seconds", i.id, e.v.config.Timeout), true
	}
}

// beginCall has a call's time begin, unless it has, and says when it ends.
func (s *Service) beginCall(e *environment, i *invocation) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.deadline.IsZero() {
		i.began = time.Now()
		i.deadline = s.o.Clock.At(i.began, time.Duration(e.v.config.Timeout)*time.Second)
	}
	return i.deadline
}

// broken is the result of an environment that gave none.
func broken(kind, format string, args ...any) result {
	text, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": fmt.Sprintf(format, args...)}) // strings: cannot fail
	return result{text, "Unhandled"}
}

// tail is the end of what a call has written to the log, with the lines that
// Lambda adds. The memory used is not measured, so it is not told.
func (s *Service) tail(e *environment, i *invocation) string {
	took, init := s.spent(e, i)
	billed := took
	var b strings.Builder
	fmt.Fprintf(&b, "START RequestId: %s Version: %s\n", i.id, e.v.config.Version)
	b.WriteString(e.out.Since(i.log))
	fmt.Fprintf(&b, "END RequestId: %s\nREPORT RequestId: %s\tDuration: %.2f ms", i.id, i.id, milliseconds(took))
	more := ""
	if i.cold {
		billed += init
		more = fmt.Sprintf("\tInit Duration: %.2f ms", milliseconds(init))
	}
	fmt.Fprintf(&b, "\tBilled Duration: %.0f ms\tMemory Size: %d MB%s\n", math.Ceil(milliseconds(billed)), e.v.config.MemorySize, more)
	text := b.String()
	return base64.StdEncoding.EncodeToString([]byte(text[max(0, len(text)-4096):]))
}

// spent is how long a call has taken by now, its time-out at most, and INIT of its
// environment before that: of one that is broken off what was in vain, as the time of
// the call is what it takes once more.
func (s *Service) spent(e *environment, i *invocation) (took, init time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.began.IsZero() { // it ended in INIT
		return 0, s.o.Clock.Since(e.started)
	}
	took = min(s.o.Clock.Since(i.began), time.Duration(e.v.config.Timeout)*time.Second)
	return took, s.o.Clock.Run(i.began.Sub(e.started))
}

func milliseconds(d time.Duration) float64 { return d.Seconds() * 1e3 }
