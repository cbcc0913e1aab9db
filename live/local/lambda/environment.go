package lambda

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"cnv/live/local/child"
)

// An environment is a process that handles one call after the other.
type environment struct {
	s        *Service
	v        *version
	id       string
	number   uint64
	process  *child.Child
	out      *child.Tail
	next     chan *invocation // the call it is to handle
	current  *invocation      // of s.mu
	warm     bool             // it has waited for a call before; of s.mu
	expire   *time.Timer
	prepared bool // provisioned: it does not expire
}

// An invocation is a call under way.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	answer   chan result
}

// A result is what came of a call.
type result struct {
	payload []byte
	failed  string // of the function: "Unhandled"; "" it did not
}

// maxPayload is the longest event and the longest answer.
const maxPayload = 6 << 20

// invoke runs a function and waits for its answer.
func (s *Service) invoke(w http.ResponseWriter, c *call) {
	payload, err := io.ReadAll(io.LimitReader(c.r.Body, maxPayload+1))
	if err != nil {
		return // the client has gone
	}
	if len(payload) > maxPayload {
		fail(w, failure(http.StatusRequestEntityTooLarge, "RequestTooLargeException", "Request must be smaller than %d bytes for the InvokeFunction operation", maxPayload))
		return
	}
	e, call, err := s.take(c, payload)
	if err != nil {
		fail(w, err)
		return
	}
	if c.r.Header.Get("X-Amz-Invocation-Type") == "DryRun" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	out := s.run(e, call)
	if out.failed != "" {
		w.Header().Set("X-Amz-Function-Error", out.failed)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amz-Executed-Version", e.v.config.Version)
	w.Write(out.payload) // the client has gone if it fails
}

// take finds an environment for a call, or starts one, within the limits.
func (s *Service) take(c *call, payload []byte) (*environment, *invocation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.functions[c.name]
	var v *version
	if f != nil {
		v = f.find(c.r.URL.Query().Get("Qualifier"))
	}
	if v == nil || s.closed {
		return nil, nil, failure(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s:%s", c.name, c.r.URL.Query().Get("Qualifier"))
	}
	switch kind := c.r.Header.Get("X-Amz-Invocation-Type"); kind {
	case "", "RequestResponse":
	case "DryRun":
		return nil, nil, nil
	default:
		return nil, nil, failure(http.StatusBadRequest, "InvalidParameterValueException", "the local Lambda does not know invocations of type %s", kind)
	}
	busy := 0
	for _, v := range f.versions {
		busy += v.busy
	}
	switch {
	case f.reserved >= 0 && busy >= f.reserved:
		return nil, nil, throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
	case f.reserved < 0 && s.running >= s.o.Concurrency:
		return nil, nil, throttled("ConcurrentInvocationLimitExceeded")
	}
	var e *environment
	if n := len(v.idle); n > 0 {
		e, v.idle = v.idle[n-1], v.idle[:n-1]
		e.expire.Stop()
	} else {
		var err error
		if e, err = s.start(v, false); err != nil {
			return nil, nil, failure(http.StatusBadGateway, "InvalidRuntimeException", "%v", err)
		}
	}
	s.running++
	v.busy++
	call := &invocation{
		id: fmt.Sprintf("%s-%d", e.id, time.Now().UnixNano()), payload: payload, answer: make(chan result, 1),
		deadline: time.Now().Add(time.Duration(max(v.config.Timeout, 1)) * time.Second),
	}
	e.current = call
	return e, call, nil
}

func throttled(reason string) error {
	return &apiError{status: http.StatusTooManyRequests, code: "TooManyRequestsException", text: "Rate Exceeded.", reason: reason}
}

// start begins an environment; s.mu is held.
func (s *Service) start(v *version, prepared bool) (*environment, error) {
	s.started++
	e := &environment{
		s: s, v: v, id: fmt.Sprintf("env-%d", s.started), number: s.started, next: make(chan *invocation, 1), out: &child.Tail{}, prepared: prepared,
	}
	kind := "on-demand"
	if prepared {
		kind = "provisioned-concurrency"
	}
	c := &v.config
	process, err := child.Start(e.out, []string{
		"AWS_LAMBDA_RUNTIME_API=" + s.url + "/runtime/" + e.id,
		"AWS_LAMBDA_FUNCTION_NAME=" + c.FunctionName, "AWS_LAMBDA_FUNCTION_VERSION=" + c.Version,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(c.MemorySize), "AWS_LAMBDA_INITIALIZATION_TYPE=" + kind,
		"_HANDLER=" + c.Handler, "CNV_DIE_WITH_PARENT=true", "CNV_CPU=kernels",
	}, v.program)
	if err != nil {
		return nil, err
	}
	e.process = process
	e.expire = time.AfterFunc(time.Hour, func() { s.expired(e) })
	e.expire.Stop()
	s.envs[e.id] = e
	s.group.Add(1)
	go func() {
		defer s.group.Done()
		<-process.Done()
		s.ended(e)
	}()
	return e, nil
}

// run hands a call to its environment and waits: for the answer, the end of
// the environment, or the function's timeout.
func (s *Service) run(e *environment, call *invocation) result {
	e.next <- call
	t := time.NewTimer(time.Until(call.deadline))
	defer t.Stop()
	var out result
	select {
	case out = <-call.answer:
	case <-t.C:
		out = broken("Sandbox.Timedout", "%s Task timed out after %d.00 seconds", call.id, e.v.config.Timeout)
		e.process.Kill()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	e.v.busy--
	e.current = nil
	if s.envs[e.id] == nil {
		return out
	}
	if s.closed || e.v.of.find(e.v.config.Version) != e.v {
		e.stop()
		return out
	}
	e.v.idle = append(e.v.idle, e)
	if !e.prepared {
		e.expire.Reset(s.o.KeepAlive)
	}
	return out
}

// broken is the result of an environment that gave none.
func broken(kind, format string, args ...any) result {
	text, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": fmt.Sprintf(format, args...)}) // strings: cannot fail
	return result{text, "Unhandled"}
}

// expired ends an environment that was idle for too long.
func (s *Service) expired(e *environment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.current == nil {
		e.v.forget(e)
		e.stop()
	}
}

// forget takes an environment out of those that wait for calls; s.mu is held.
func (v *version) forget(e *environment) {
	for i := range v.idle {
		if v.idle[i] == e {
			v.idle = append(v.idle[:i], v.idle[i+1:]...)
			return
		}
	}
}

// ended takes in that a process has ended; the call that it had has failed.
func (s *Service) ended(e *environment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.envs, e.id)
	e.v.forget(e)
	e.expire.Stop()
	if e.current != nil {
		select {
		case e.current.answer <- broken("Runtime.ExitError", "%s Error: Runtime exited: %.500s", e.current.id, bytes.TrimSpace([]byte(e.out.String()))):
		default:
		}
	}
}

// stop asks an environment to end.
func (e *environment) stop() { e.process.Stop(e.s.o.Grace) }

// retire ends the idle environments of a version; busy ones end after their
// call; s.mu is held.
func (s *Service) retire(v *version) {
	for _, e := range v.idle {
		e.stop()
	}
	v.idle = nil
}

// provision keeps n environments of a version ready.
func (s *Service) provision(f *function, c *call) (any, error) {
	v := f.find(c.r.URL.Query().Get("Qualifier"))
	if v == nil || v.config.Version == "$LATEST" {
		return nil, failure(http.StatusBadRequest, "InvalidParameterValueException", "Provisioned Concurrency Configs cannot be applied to unpublished function versions.")
	}
	var in struct{ ProvisionedConcurrentExecutions int }
	if c.method == http.MethodPut {
		if err := fields(c, &in); err != nil {
			return nil, err
		}
	}
	for ; v.prepared < in.ProvisionedConcurrentExecutions; v.prepared++ {
		e, err := s.start(v, true)
		if err != nil {
			return nil, err
		}
		v.idle = append([]*environment{e}, v.idle...)
	}
	for i := len(v.idle) - 1; i >= 0 && v.prepared > in.ProvisionedConcurrentExecutions; i-- {
		if e := v.idle[i]; e.prepared {
			v.forget(e)
			e.stop()
			v.prepared--
		}
	}
	if c.method == http.MethodDelete {
		return nil, nil
	}
	return map[string]any{"RequestedProvisionedConcurrentExecutions": v.prepared, "Status": "READY"}, nil
}
