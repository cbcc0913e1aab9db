package lambda

import (
	"io"
	"net/http"
	"strconv"
	"time"
)

// The Runtime API, as environments see it below /runtime/ENVIRONMENT. See
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

// environment is the one that a call of the Runtime API comes from.
func (s *Service) environment(w http.ResponseWriter, r *http.Request) *environment {
	s.mu.Lock()
	e := s.envs[r.PathValue("environment")]
	s.mu.Unlock()
	if e == nil {
		http.Error(w, "no such environment", http.StatusNotFound)
	}
	return e
}

// next answers with the next call; it waits for one. When an environment first
// asks it is initialised, but for what is drawn of its cold start.
func (s *Service) next(w http.ResponseWriter, r *http.Request) {
	e := s.environment(w, r)
	if e == nil {
		return
	}
	if !s.begin(e, r.Context().Done()) {
		return
	}
	select {
	case i := <-e.calls:
		deadline := s.beginCall(e, i)
		close(i.taken)
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", i.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", e.v.config.FunctionArn)
		h.Set("Content-Type", "application/json")
		w.Write(i.payload) // the environment has ended if it fails
	case <-r.Context().Done():
	}
}

// begin waits out the cold start; false: the environment has ended.
func (s *Service) begin(e *environment, over <-chan struct{}) bool {
	s.mu.Lock()
	warm := e.warm
	s.mu.Unlock()
	if warm {
		return true
	}
	select {
	case <-time.After(time.Until(s.o.Clock.At(e.started, s.lasts(e)))):
	case <-over:
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e.warm = true
	if !e.prepared { // nobody waits for one that is
		s.starts.add(s.lasts(e), s.o.Clock.Since(e.started))
	}
	if e.prepared && e.current == nil && !e.gone {
		e.rest()
	}
	return true
}

// lasts is how long INIT of an environment takes: one that is broken off begins again.
func (s *Service) lasts(e *environment) time.Duration {
	if e.cold > s.mostInit && !e.prepared {
		return s.mostInit + e.cold
	}
	return e.cold
}

// finish takes what a call has given, or why it has failed.
func (s *Service) finish(w http.ResponseWriter, r *http.Request, failed string) {
	e := s.environment(w, r)
	if e == nil {
		return
	}
	payload, err := io.ReadAll(io.LimitReader(r.Body, maxPayload+1))
	if err != nil {
		return
	}
	out := result{payload, failed}
	if len(payload) > maxPayload {
		out = broken("Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (%d bytes).", maxPayload)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.current == nil || e.current.id != r.PathValue("call") {
		http.Error(w, "no such call", http.StatusBadRequest)
		return
	}
	select {
	case e.current.answer <- out:
		w.WriteHeader(http.StatusAccepted)
	default:
		http.Error(w, "it was answered already", http.StatusBadRequest)
	}
}

// initError takes why an environment could not begin: it will end.
func (s *Service) initError(w http.ResponseWriter, r *http.Request) {
	if e := s.environment(w, r); e != nil {
		io.Copy(e.out, io.LimitReader(r.Body, 1<<16))
		w.WriteHeader(http.StatusAccepted)
	}
}
