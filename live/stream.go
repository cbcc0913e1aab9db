package live

import (
	"context"
	"errors"
	"io"
	"net/http"

	"cnv/policy"
)

// stream passes an answer on as it comes. If it breaks off so does the client's: an answer
// cut short must not look whole.
func (x *exchange) stream(a *attempt, end *Answered) {
	stop := context.AfterFunc(x.r.Context(), func() { a.cancel(errAborted) })
	defer stop()
	err := errPanic
	defer func() {
		a.answer.Body.Close()
		if end.Broken = err != nil; end.Broken {
			a.ended(a.failed(err, false))
		} else {
			a.ended(a.done())
		}
		x.report(end)
	}()
	out := x.outflow()
	defer out.close()
	if x.body.rest != nil {
		_ = out.control.EnableFullDuplex() // the upload may still be under way; HTTP/2 is so anyway
	}
	held := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(held)
	buf, n := *held, 0
	if a.answer.ContentLength > 0 { // nobody waits for the head alone
		if n, err = io.ReadAtLeast(a.answer.Body, buf, 1); err != nil {
			x.empty(end)
			return
		}
	}
	announced := x.announce(a.answer)
	x.w.WriteHeader(a.answer.StatusCode)
	if err = pass(a.answer, out, buf, n); err != nil {
		panic(http.ErrAbortHandler) // closes the connection, or resets the stream
	}
	x.trail(a.answer, announced)
}

// empty answers for a worker that broke off before the first byte of its answer's body was
// passed on.
func (x *exchange) empty(end *Answered) {
	clear(x.w.Header())
	x.explain(policy.ReasonWorker)
	end.Status = http.StatusBadGateway
	problem(x.w, end.Status, 0, rejections[policy.ReasonWorker])
}

// errPanic is why an answer breaks off where writing it panics.
var errPanic = errors.New("the gateway could not write the answer")

// pass copies a body, of which n bytes are in buf. One of unknown length is flushed piece by
// piece, as somebody may be waiting for each.
func pass(answer *http.Response, out *outflow, buf []byte, n int) (err error) {
	flush := answer.ContentLength < 0
	for first := true; ; first = false {
		if n > 0 {
			if _, werr := out.Write(buf[:n]); werr != nil {
				return werr
			}
		}
		if flush && (n > 0 || first) {
			if werr := out.flush(); werr != nil {
				return werr
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		n, err = answer.Body.Read(buf)
	}
}
