package live

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"time"

	"cnv/policy"
)

// An Answered is how a request ended at the gateway.
type Answered struct {
	Class    policy.ClassID
	Request  policy.RequestID // valid if the brain was asked
	Status   int              // what the client was told; 0 if it had left
	Gone     bool             // the client left
	Broken   bool             // the answer broke off
	Attempts int              // attempts started
	Kind     string           // "vm" or "function"; empty: the gateway answered itself
	Worker   policy.WorkerID
	Took     time.Duration // since the last byte of the body
	Missed   bool          // the SLO: answered late, or not (429 and 5xx of whomever), or still not when the client left
	Upload   bool          // the body was streamed
	Decision uint64        // number of the step, from 1, that chose the worker or answered; also in the journal

	work float64 // as measured; 0: it was not
}

// report tells the observer how the request ended.
func (x *exchange) report(a *Answered) {
	if x.g.o.Observe == nil {
		return
	}
	a.Class, a.Request = x.class, x.ticket.id
	if x.came > 0 {
		a.Took = x.g.o.Brain.Now() - x.came
	}
	x.mu.Lock()
	a.Attempts, a.Decision = len(x.attempts), x.decision
	work := a.work
	if n := len(x.attempts); work == 0 && n > 0 {
		work = x.attempts[n-1].work
	}
	x.mu.Unlock()
	late := false
	if slo := x.g.o.Classes[x.class].SLO; slo != nil {
		allowed := slo(work)
		late = allowed > 0 && a.Took > allowed
	}
	a.Missed = late || a.Broken || a.Status >= 500 || a.Status == http.StatusTooManyRequests
	x.g.o.Observe(a)
}

// release gives back the memory that the request held, now or when its last
// attempt has ended.
func (x *exchange) release() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.handler = handlerReturned
	x.recycle()
}

// recycle gives back memory that nothing refers to any more; x.mu is held.
func (x *exchange) recycle() {
	if x.handler != handlerReturned || x.running > 0 {
		return
	}
	x.body.release(x.room)
	for _, a := range x.attempts {
		x.room.give(a.reserved)
		giveBuffer(a.whole)
		a.reserved, a.whole = 0, nil
	}
}

// stopUpload makes whoever reads the client's body give up.
func (x *exchange) stopUpload() {
	x.mu.Lock()
	x.streamed = streamStopped
	x.mu.Unlock()
	x.upload.stop()
}

// deliver passes the answer of an attempt to the client.
func (x *exchange) deliver(a *attempt) {
	h := x.w.Header()
	answerHeader(h, a.answer.Header)
	if h["Content-Type"] == nil {
		h["Content-Type"] = nil // none is guessed
	}
	h["Cnv-Request"] = []string{strconv.FormatUint(uint64(x.ticket.id), 10)}
	x.tellAttempts(h)
	h["Cnv-Kind"] = []string{a.kind()}
	h["Cnv-Predicted-Us"] = []string{micros(a.work)}
	h["Cnv-Predicted-By"] = []string{a.predictor()}
	end := Answered{Status: a.answer.StatusCode, Kind: a.kind(), Worker: policy.NoWorker, Upload: x.body.rest != nil, work: a.measured()}
	if end.work > 0 {
		h["Cnv-Work-Us"] = []string{micros(end.work)}
	}
	if a.worker != nil {
		end.Worker = a.worker.ID
		h["Cnv-Worker"] = []string{strconv.Itoa(int(a.worker.ID))}
	}
	if x.g.ends(x.r) {
		h["Connection"] = []string{"close"}
	}
	if !a.isWhole {
		x.stream(a, &end)
		return
	}
	announced := x.announce(a.answer)
	if a.answer.ContentLength < 0 && len(announced) == 0 && h["Content-Length"] == nil {
		h["Content-Length"] = []string{strconv.Itoa(len(a.whole))}
	}
	x.w.WriteHeader(a.answer.StatusCode)
	var to io.Writer = x.w
	if len(a.whole) > smallAnswer || x.r.ProtoMajor >= 2 {
		out := x.outflow()
		defer out.close()
		to = out
	}
	_, err := to.Write(a.whole)
	x.trail(a.answer, announced)
	end.Broken = err != nil && len(a.whole) > 0 && x.r.Method != http.MethodHead
	x.report(&end)
	if end.Broken && to != x.w {
		panic(http.ErrAbortHandler) // or what is held back would be written on
	}
}

// interim passes a 1xx answer on, unless the handler writes already.
func (x *exchange) interim(code int, from http.Header) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.handler >= handlerLeft || !x.r.ProtoAtLeast(1, 1) {
		return
	}
	h := x.w.Header()
	answerHeader(h, from)
	x.w.WriteHeader(code)
	clear(h)
}

// crowded turns a request away of which the Controller is not asked.
func crowded(w http.ResponseWriter, detail string) {
	w.Header()["Cnv-Reason"] = []string{policy.ReasonCapacity.String()}
	problem(w, http.StatusServiceUnavailable, time.Second, detail)
}

// problem answers with an error of the gateway's own (RFC 9457).
func problem(w http.ResponseWriter, status int, after time.Duration, detail string) {
	if after > 0 || status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", strconv.Itoa(max(1, int((after+time.Second-1)/time.Second))))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	text, _ := json.Marshal(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{http.StatusText(status), status, detail})
	_, _ = w.Write(append(text, '\n'))
}
