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

// Next answers with the next call; it waits for one. An environment begins to
// wait when it is initialised: the cold start is what is left of its delay.
func (s *Service) Next(w http.ResponseWriter, r *http.Request) {
	e := s.environment(w, r)
	if e == nil {
		return
	}
	s.mu.Lock()
	cold := !e.warm && !e.prepared
	e.warm = true
	s.mu.Unlock()
	if cold {
		select {
		case <-time.After(s.o.Cold(e.number)):
		case <-r.Context().Done():
			return
		}
	}
	select {
	case call := <-e.next:
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", call.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(call.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", e.v.config.FunctionArn)
		h.Set("Content-Type", "application/json")
		w.Write(call.payload) // the environment has ended if it fails
	case <-r.Context().Done():
	}
}

// Answer takes what a call has given.
func (s *Service) Answer(w http.ResponseWriter, r *http.Request) { s.finish(w, r, "") }

// Error takes why a call has failed.
func (s *Service) Error(w http.ResponseWriter, r *http.Request) { s.finish(w, r, "Unhandled") }

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

// InitError takes why an environment could not begin: it will end.
func (s *Service) InitError(w http.ResponseWriter, r *http.Request) {
	if e := s.environment(w, r); e != nil {
		io.Copy(e.out, io.LimitReader(r.Body, 1<<16))
		w.WriteHeader(http.StatusAccepted)
	}
}
