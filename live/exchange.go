package live

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"cnv/policy"
	"cnv/workloads/features"
)

// An exchange is one request and its answer. The handler's goroutine serves
// it: it waits for what the brain says, runs attempts, and is the only one
// that writes to the client. An attempt that is decided while the handler
// runs another one (a hedge) gets a goroutine of its own.
type exchange struct {
	g      *Gateway
	w      http.ResponseWriter
	r      *http.Request
	class  policy.ClassID
	room   room     // what it may hold
	upload *patient // reads the client's body
	body   body
	header http.Header // what workers are told
	ticket ticket
	came   time.Duration // last byte of the body
	todo   chan order

	mu       sync.Mutex
	handler  handlerState
	streamed streamState // of a body that is streamed
	attempts []*attempt
	running  int    // attempts that read or write
	decision uint64 // step that chose the last attempt, or rejected
}

// A handlerState is what the handler's goroutine of an exchange does.
type handlerState uint8

const (
	handlerWaits    handlerState = iota // for an order
	handlerRuns                         // an attempt
	handlerLeft                         // takes no more orders: it answers, or there is nobody to answer
	handlerReturned                     // what the request holds is given back once no attempt runs
)

// A streamState is how far the body of a streamed request is. It only grows.
type streamState uint8

const (
	streamWhole   streamState = iota // nothing was sent to a worker
	streamSpent                      // an attempt has begun to send it: it cannot be sent again
	streamStopped                    // stopped by us, which looks as if the client had left
)

// An order is what the handler's goroutine is to do next.
type order struct {
	kind    policy.CommandKind // Dispatch: run; Deliver, Reject; 0: give up, as the status says
	attempt *attempt
	status  int
	reason  policy.Reason // of a Reject
	after   time.Duration
}

// timedOut is the status of an order to give up: the request took too long.
const timedOut = http.StatusGatewayTimeout

func newExchange(g *Gateway, w http.ResponseWriter, r *http.Request, class policy.ClassID) *exchange {
	x := &exchange{g: g, w: w, r: r, class: class, room: room{&g.memory, clientOf(r.Context())}, todo: make(chan order, 4)}
	x.ticket.party = x
	return x
}

// serve takes the request from its first byte to the end of its answer.
func (x *exchange) serve() {
	g := x.g
	var err error
	x.upload = newPatient(x.w, x.r, g.o.UploadIdle, g.o.Brain.clock.Real(g.o.Timeout))
	if x.body, err = readBody(x.upload, x.r, x.room, g.o.WholeBody); err != nil {
		x.unreadable(err)
		return
	}
	defer x.release()
	x.header = requestHeader(x.r, g.o.Trust)
	x.came = g.o.Brain.Now()
	e := x.arrival()
	if !g.o.Brain.arrive(&e, &x.ticket) {
		crowded(x.w, "too many requests wait for a decision")
		x.report(&Answered{Status: http.StatusServiceUnavailable})
		return
	}
	defer x.leave(0) // nothing, unless something panics
	stop := context.AfterFunc(x.r.Context(), func() { x.leave(0) })
	defer stop()
	if d := g.o.Timeout; d > 0 {
		t := time.AfterFunc(g.o.Brain.clock.Real(d), func() { x.leave(timedOut) })
		defer t.Stop()
	}
	x.follow(stop)
}

// follow carries out orders until the request has ended.
func (x *exchange) follow(stop func() bool) {
	for {
		switch o := x.next(); o.kind {
		case policy.Dispatch:
			x.run(o.attempt, true)
		case policy.Deliver:
			stop() // what happens to the client now shows when writing to it
			x.quit()
			x.deliver(o.attempt)
			return
		case policy.Reject:
			x.quit()
			if x.body.rest != nil && x.upload.tooLate() {
				o.status = http.StatusRequestTimeout
				x.refuseSlow()
			} else {
				x.explain(o.reason)
				problem(x.w, o.status, o.after, rejections[o.reason])
			}
			x.report(&Answered{Status: o.status})
			return
		default:
			x.quit()
			switch o.status {
			case timedOut:
				x.explain(policy.ReasonClient)
				problem(x.w, timedOut, 0, "no answer within "+x.g.o.Timeout.String())
			case http.StatusRequestTimeout:
				x.refuseSlow()
			case http.StatusBadGateway:
				x.explain(policy.ReasonWorker)
				problem(x.w, o.status, 0, rejections[policy.ReasonWorker])
			case http.StatusServiceUnavailable:
				x.abandon()
				x.explain(policy.ReasonCapacity)
				problem(x.w, o.status, 0, "the gateway ends")
			}
			x.report(&Answered{Status: o.status, Gone: o.status == 0})
			if o.status == 0 {
				panic(http.ErrAbortHandler) // or net/http would answer 200
			}
			return
		}
	}
}

// next is the next order. Once the brain has ended and left none, no other comes: then it
// is to give up (503).
func (x *exchange) next() order {
	select {
	case o := <-x.todo:
		return o
	case <-x.g.o.Brain.done:
	}
	select {
	case o := <-x.todo:
		return o
	default:
		return order{status: http.StatusServiceUnavailable}
	}
}

// abandon ends the attempts of a request that the brain does not decide any more.
func (x *exchange) abandon() {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, a := range x.attempts {
		a.abort(errAborted)
	}
}

// explain tells why there is no answer.
func (x *exchange) explain(why policy.Reason) {
	h := x.w.Header()
	h["Cnv-Reason"] = []string{why.String()}
	x.tellAttempts(h)
}

// tellAttempts tells the number of the last attempt, from 0, whichever was answered:
// what the client counts are the attempts that were started.
func (x *exchange) tellAttempts(h http.Header) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n := len(x.attempts); n > 0 {
		h["Cnv-Attempt"] = []string{strconv.Itoa(n - 1)}
	}
}

// refuseSlow tells a client that its streamed body came too slowly.
func (x *exchange) refuseSlow() {
	x.w.Header().Set("Connection", "close") // what is left of the body is not waited for
	problem(x.w, http.StatusRequestTimeout, 0, tooSlow)
}

// tooSlow says why a client is told 408.
const tooSlow = "the body came too slowly, or not within the time that a request may take"

// rejections say in words why the gateway refuses a request.
var rejections = [policy.Reasons]string{
	policy.ReasonAdmission:       "the policy admits no more requests now",
	policy.ReasonThrottled:       "the function service takes no more calls now",
	policy.ReasonFunctionTimeout: "the function did not answer in time",
	policy.ReasonAttemptTimeout:  "no worker answered in time",
	policy.ReasonWorker:          "no worker gave an answer, and the request must not or may not be tried again",
	policy.ReasonError:           "no function gave an answer, and the request must not or may not be tried again",
	policy.ReasonCapacity:        "nothing can take the request now",
}

// arrival is the event that the brain is told.
func (x *exchange) arrival() policy.Event {
	e := policy.Event{
		Kind: policy.Arrival, Class: x.class, Bytes: x.body.size,
		Idempotent: x.g.idempotent(x.r, x.class), Streamed: x.body.rest != nil,
	}
	if x.g.o.Timeout > 0 {
		e.At = x.came + x.g.o.Timeout
	}
	k := x.g.kernels[x.class]
	switch {
	case e.Streamed:
	case x.standsFor(&e):
	case k != nil: // a request that cannot be understood is the worker's to refuse
		e.Features, e.Key, _ = features.Of(k.Name, x.r.URL.Query(), x.r.Header.Get("Content-Type"), x.body.bytes)
	case e.Idempotent: // the same request is likely to be the same work
		e.Key = features.Key(x.g.o.Classes[x.class].Name, x.target(), x.body.bytes)
	}
	return e
}

// unreadable answers a request whose body did not come, or found no room.
func (x *exchange) unreadable(err error) {
	x.w.Header().Set("Connection", "close") // what is left of the body is not waited for
	status := http.StatusRequestTimeout
	switch {
	case err == errCrowded:
		status = http.StatusServiceUnavailable
		x.g.o.Brain.refuse()
		crowded(x.w, err.Error())
	case isTimeout(err):
		problem(x.w, status, 0, tooSlow)
	default:
		status = http.StatusBadRequest
		problem(x.w, status, 0, err.Error())
	}
	x.report(&Answered{Status: status})
}

// command takes a command of the brain. It is called on the brain's goroutine.
func (x *exchange) command(cmd *policy.Command, step uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if cmd.Kind != policy.Deliver && cmd.Kind != policy.Cancel {
		x.decision = step
	}
	switch cmd.Kind {
	case policy.Dispatch, policy.Invoke:
		a := x.newAttempt(cmd)
		x.attempts = append(x.attempts, a)
		if x.handler != handlerWaits {
			go x.run(a, false)
			return
		}
		x.handler = handlerRuns
		x.todo <- order{kind: policy.Dispatch, attempt: a}
	case policy.Cancel:
		if a := x.find(cmd.Attempt); a != nil {
			a.abort([...]error{errAborted, errLeft}[cmd.N&1])
		}
	case policy.Deliver:
		a := x.find(cmd.Attempt)
		if x.handler >= handlerLeft {
			a.abort(errAborted)
			return
		}
		a.parked = false
		x.todo <- order{kind: policy.Deliver, attempt: a}
	case policy.Reject:
		if x.handler < handlerLeft {
			x.todo <- order{kind: policy.Reject, status: int(cmd.N), reason: cmd.Reason, after: cmd.At}
		}
	}
}

// find is an attempt by its number; x.mu is held.
func (x *exchange) find(n uint8) *attempt {
	for _, a := range slices.Backward(x.attempts) { // a refused call's number is used again
		if a.n == n {
			return a
		}
	}
	return nil
}

// leave tells the brain that nobody waits for the answer any more, and why:
// the client has gone (0) or was too slow, it took too long, or the body cannot be
// sent again (502).
func (x *exchange) leave(status int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.handler >= handlerLeft || status == 0 && x.streamed == streamStopped {
		return
	}
	if status == 0 && x.body.rest != nil && x.upload.tooLate() {
		status = http.StatusRequestTimeout
	}
	x.handler = handlerLeft
	x.g.o.Brain.tell(&x.ticket, policy.Event{Kind: policy.Gone})
	x.todo <- order{status: status}
}

// quit says that the handler takes no more orders.
func (x *exchange) quit() {
	x.mu.Lock()
	x.handler = handlerLeft
	x.mu.Unlock()
}
