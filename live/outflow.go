package live

import (
	"errors"
	"net/http"
	"time"
)

// errSlowReader is why an answer breaks off whose client takes it too slowly.
var errSlowReader = errors.New("the client takes its answer too slowly, or not within the time that a request may take")

// smallAnswer is so little that the connection's own deadline is enough (see Guard); over
// HTTP/2, where a stream waits for its own client's window, nothing is.
const smallAnswer = 64 << 10

// An outflow writes an answer, which its client has to take: a piece within idle, all of it
// within begin and a second more for each slowest bytes that were taken, and before the time
// of the request is over.
type outflow struct {
	w       http.ResponseWriter
	control *http.ResponseController
	idle    time.Duration // 0: any
	until   time.Time     // zero: no end
	stream  bool          // of HTTP/2: its deadline is its own
	sent    int64
	waited  time.Duration
	set     time.Time // deadline that is set
	broken  bool      // a write has failed
}

func (x *exchange) outflow() *outflow {
	o := &outflow{w: x.w, control: http.NewResponseController(x.w), idle: x.g.o.DownloadIdle, stream: x.r.ProtoMajor >= 2}
	if d := x.g.o.Timeout; d > 0 {
		b := x.g.o.Brain
		o.until = time.Now().Add(b.clock.Real(x.came + d - b.Now()))
	}
	return o
}

// Write implements io.Writer.
func (o *outflow) Write(b []byte) (n int, err error) {
	for first := true; first || n < len(b); first = false {
		part := b[n:min(n+32<<10, len(b))]
		err = o.timed(func() error {
			m, err := o.w.Write(part)
			n += m
			o.sent += int64(m)
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// flush sends what is held back.
func (o *outflow) flush() error { return o.timed(o.control.Flush) }

// timed writes under a deadline.
func (o *outflow) timed(write func() error) error {
	if o.idle <= 0 {
		return write()
	}
	began := time.Now()
	deadline := began.Add(min(o.idle, begin+time.Duration(o.sent)*time.Second/slowest-o.waited))
	if !o.until.IsZero() && o.until.Before(deadline) {
		deadline = o.until
	}
	if !deadline.After(began) {
		o.broken = true
		_ = o.control.SetWriteDeadline(began)
		return errSlowReader
	}
	if deadline.Before(o.set) || deadline.Sub(o.set) > o.idle/8 {
		if o.control.SetWriteDeadline(deadline) == nil {
			o.set = deadline
		}
	}
	err := write()
	o.waited += time.Since(began)
	o.broken = o.broken || err != nil
	return err
}

// close ends with the answer, which its deadline must not outlive; of one that broke off it
// stays, as net/http writes what it holds back before it closes the connection.
func (o *outflow) close() {
	if !o.set.IsZero() && !o.stream && !o.broken {
		_ = o.control.SetWriteDeadline(time.Time{})
	}
}
