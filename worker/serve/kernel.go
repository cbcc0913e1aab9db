package serve

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"cnv/worker/serve/run"
)

// kernel answers a request for a kernel.
func (s *Server) kernel(w http.ResponseWriter, r *http.Request, name string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost {
		w.Header().Set("Allow", methods)
		res := run.Refuse(http.StatusMethodNotAllowed, "use POST, or GET where there is no body")
		s.write(w, r, name, &res)
		return
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		res := run.Refuse(http.StatusBadRequest, "the parameters cannot be read: "+err.Error())
		s.write(w, r, name, &res)
		return
	}
	if s.door.full() {
		s.early(w, r, name, busy)
		return
	}
	body, refused := s.read(w, r)
	if refused != nil {
		s.early(w, r, name, *refused)
		return
	}
	defer s.held.give(int64(cap(body)))
	res := s.compute(r, name, query, body)
	s.write(w, r, name, &res)
}

// busy is the answer of a worker that has as much to do as it may.
var busy = run.Refuse(http.StatusServiceUnavailable, "the worker is busy and its queue is full")

// compute waits for a slot and runs the kernel.
func (s *Server) compute(r *http.Request, name string, query url.Values, body []byte) run.Result {
	met, came := s.door.inside.Load(), time.Now()
	leave, err := s.door.enter(r.Context(), s.o.Wait)
	switch {
	case errors.Is(err, errFull):
		return busy
	case errors.Is(err, errWaited):
		return run.Refuse(http.StatusServiceUnavailable, "the request waited for longer than "+s.o.Wait.String())
	case err != nil:
		return run.GivenUp(err)
	}
	defer leave()
	res := s.o.Runner.Do(r.Context(), name, query, r.Header.Get("Content-Type"), body)
	if res.Ran {
		s.paces.add(int(met), time.Since(came))
	}
	return res
}

// early answers a request whose body was not read to its end. To keep the
// connection net/http reads on, up to 256 KiB, before it answers; a slow client
// gets no more than a second for that, or half of what it has for the answer.
func (s *Server) early(w http.ResponseWriter, r *http.Request, name string, res run.Result) {
	http.NewResponseController(w).SetReadDeadline(time.Now().Add(min(time.Second, s.o.Transfer/2)))
	s.write(w, r, name, &res)
}

// write sends what became of a request, within the time for that.
func (s *Server) write(w http.ResponseWriter, r *http.Request, name string, res *run.Result) {
	s.count(r, name, res)
	if res.Status == run.StatusGone {
		return // there is nobody to answer
	}
	h := w.Header()
	s.o.Runner.Headers(res, false, h.Set)
	if res.Status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "1")
	}
	h.Set("Content-Type", res.Type)
	h.Set("Content-Length", strconv.Itoa(len(res.Body)))
	h.Set("X-Content-Type-Options", "nosniff")
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.o.Transfer))
	w.WriteHeader(res.Status)
	w.Write(res.Body) // a client that does not take it has left
}

// count remembers how a request ended.
func (s *Server) count(r *http.Request, name string, res *run.Result) {
	if res.Ran {
		s.answered.Add(1)
	}
	s.metrics.observe(name, res)
	s.o.Log.DebugContext(r.Context(), "request", "kernel", name, "status", res.Status,
		"cpu", res.Use.CPU, "wall", res.Use.Wall, "client", r.RemoteAddr, "traceparent", r.Header.Get("Traceparent"))
}
