package serve

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"cnv/worker/serve/run"
)

// A budget is memory that requests share.
type budget struct {
	limit int64 // bytes
	used  atomic.Int64
}

// take takes n bytes, if they are left.
func (b *budget) take(n int64) bool {
	if b.used.Add(n) > b.limit {
		b.used.Add(-n)
		return false
	}
	return true
}

func (b *budget) give(n int64) { b.used.Add(-n) }

var errNoMemory = errors.New("the bodies of other requests use all memory for bodies")

// read reads the body of a request, within the limits of length, time and
// memory. Its capacity is the caller's to give back. The refusal is nil if all
// is well.
func (s *Server) read(w http.ResponseWriter, r *http.Request) (body []byte, refused *run.Result) {
	limit := s.o.Runner.Limits.Body
	if r.ContentLength == 0 {
		return nil, nil
	}
	c := http.NewResponseController(w)
	c.SetReadDeadline(time.Now().Add(s.o.Transfer))
	body, err := s.held.fill(r.Body, r.ContentLength, limit)
	c.SetReadDeadline(time.Time{}) // when it passes the client is taken to have left
	if err == nil {
		return body, nil
	}
	s.held.give(int64(cap(body)))
	var res run.Result
	switch {
	case errors.Is(err, errTooLong):
		res = run.TooLarge(limit)
	case errors.Is(err, errNoMemory):
		res = run.Refuse(http.StatusServiceUnavailable, err.Error())
	case errors.Is(err, os.ErrDeadlineExceeded):
		res = run.Refuse(http.StatusRequestTimeout, "the body took longer than "+s.o.Transfer.String())
	default:
		res = run.Refuse(http.StatusBadRequest, "the body cannot be read to its end: "+err.Error())
	}
	return nil, &res
}

var errTooLong = errors.New("too long")

// fill reads to the end, at most limit bytes; length is how many there will
// be, -1 if that is not known. The memory is taken as the bytes come, so that a
// slow client holds little more than twice what it has sent.
func (b *budget) fill(from io.Reader, length, limit int64) (body []byte, err error) {
	if length > limit {
		return nil, errTooLong
	}
	if length < 0 {
		length = limit
	}
	for {
		if len(body) == cap(body) {
			grown := max(2*int64(cap(body)), firstPiece)
			if grown >= length {
				grown = length + 1 // one more, to see the end
			}
			if !b.take(grown - int64(cap(body))) {
				return body, errNoMemory
			}
			body = append(make([]byte, 0, grown), body...)
		}
		n, err := from.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		switch {
		case int64(len(body)) > limit:
			return body, errTooLong
		case errors.Is(err, io.EOF):
			return body, nil
		case err != nil:
			return body, err
		}
	}
}

// firstPiece is what is taken before any of a body has come.
const firstPiece = 16 << 10
