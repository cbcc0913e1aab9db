package load

import (
	"net/http"
	"strconv"
	"time"

	"cnv/workloads"
)

// A Sent is what became of one request. Instants count from the start of the
// run.
type Sent struct {
	ID       uint64 // from 0 in order of arrival
	Arrival  workloads.Arrival
	Due      time.Duration // the intended instant
	Lag      time.Duration // how much later it was handed to the transport; 0 if it was not
	Finish   time.Duration // the last byte of the answer; -1 there was none
	End      time.Duration // when the outcome was known, answer or not
	Status   int           // 0: no answer
	Bytes    int64         // of the answer's body that came
	Class    Failure
	Err      error         // says more about Class; nil if there is no more to say
	Request  int64         // the gateway's id, as in its journal; -1 unknown
	Attempts int           // as the gateway says; 0 unknown
	Worker   int32         // -1 unknown
	Kind     string        // "vm" or "function"; "" unknown
	Reason   string        // why the gateway refused it, as it says; "" unknown
	Cold     bool          // the answer met a cold start
	CPU      time.Duration // the worker's; 0 unknown
	Measured time.Duration // work that the answer took, as the gateway says; 0 unknown
	Wall     time.Duration // that the worker's kernel took; 0 unknown
	Expected time.Duration // work that the gateway predicted; 0 unknown
	Known    bool          // its estimator did; else it is a mean or a prior
}

const never time.Duration = -1

const unknown = -1

// Failure says what went wrong with a request; it is empty if nothing did.
type Failure string

// The failures. All are misses.
const (
	Dropped     Failure = "dropped"     // not sent: too many were in flight
	Interrupted Failure = "interrupted" // in flight when the run was interrupted
	Invalid     Failure = "invalid"     // not sent: Target.Request made what HTTP cannot say
	Refused     Failure = "refused"     // no connection
	Reset       Failure = "reset"       // the connection ended before the head of an answer, or no HTTP came
	Timeout     Failure = "timeout"     // the client's patience was over
	Broken      Failure = "broken"      // the answer broke off: reset, or shorter than announced
	TooLong     Failure = "too long"    // the answer was longer than Target.MaxAnswer
	Status      Failure = "status"      // another status than 2xx
	Wrong       Failure = "wrong"       // Target.Check found the answer wrong
)

// served says whether the client has no reason to try again: it has, where it
// got no answer in time, or one with status 429 or 5xx.
func (s *Sent) served() bool {
	switch s.Class {
	case Refused, Reset, Timeout, Broken:
		return false
	case Status:
		return s.Status != http.StatusTooManyRequests && s.Status < http.StatusInternalServerError
	}
	return true
}

// read takes what gateway and worker say of how they answered.
func (s *Sent) read(h http.Header) {
	s.Kind = h.Get("Cnv-Kind")
	s.Reason = h.Get("Cnv-Reason")
	s.Cold = h.Get("Cnv-Cold") == "true" || h.Get("Cnv-Cold") == "1"
	s.Request = number(h, "Cnv-Request", 63)
	s.Worker = int32(number(h, "Cnv-Worker", 31))
	s.Attempts = int(number(h, "Cnv-Attempt", 31)) + 1 // they count from 0
	s.CPU = micros(h, "Cnv-Cpu-Us")
	s.Measured = micros(h, "Cnv-Work-Us")
	s.Wall = micros(h, "Cnv-Wall-Us")
	s.Expected = micros(h, "Cnv-Predicted-Us")
	s.Known = h.Get("Cnv-Predicted-By") == "estimator"
}

// number is a field's value of so many bits, unknown if it has none.
func number(h http.Header, field string, bits int) int64 {
	text := h.Get(field)
	if text == "" {
		return unknown // an error would take memory
	}
	n, err := strconv.ParseUint(text, 10, bits)
	if err != nil {
		return unknown
	}
	return int64(n)
}

// micros is a field in microseconds, below 142 years; 0 if there is none.
func micros(h http.Header, field string) time.Duration {
	return time.Duration(max(number(h, field, 52), 0)) * time.Microsecond
}
