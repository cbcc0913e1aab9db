package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A call is one request on a connection.
type call struct {
	c       *conn
	r       *Request
	stop    func() bool // of watching the context
	written bool        // something may have reached the worker
	closed  bool        // the worker has closed the connection and said nothing
	before  uint64      // bytes of the connection's requests before this one

	// A body that is streamed is written by a goroutine of its own, as the
	// answer may come first.
	upload chan struct{} // closed when it is over; nil: everything was written by Do
	sent   atomic.Bool   // all of it was written
}

// check refuses what would not arrive as it was meant.
func (r *Request) check() error {
	for _, s := range [...]string{r.Method, r.URI, r.Host} {
		for i := range len(s) {
			if s[i] <= ' ' || s[i] == 0x7f {
				return fmt.Errorf("%q cannot be sent in a request", s)
			}
		}
	}
	if r.Method == "" || r.URI == "" {
		return errors.New("a request needs a method and a target")
	}
	return nil
}

// do writes the request and reads the head of the answer.
func (x *call) do() (*http.Response, error) {
	if err := x.write(); err != nil {
		if !x.written {
			return nil, err // whatever the worker says is not about this request
		}
		// A worker that refuses a body may have said why before it hung up.
		if answer, rerr := x.read(); rerr == nil && answer.StatusCode >= 400 {
			answer.Close = true
			return answer, nil
		}
		return nil, err
	}
	return x.read()
}

// write writes the head and what is held of the body.
func (x *call) write() error {
	r := x.r
	x.c.head = r.appendHead(x.c.head[:0])
	if r.Rest == nil && r.Length >= 0 {
		x.sent.Store(true)
		if len(r.Body) <= 2<<10 { // one write; copying is cheaper than gathering
			x.c.head = append(x.c.head, r.Body...)
			n, err := x.c.Write(x.c.head)
			return x.wrote(int64(n), err)
		}
		both := net.Buffers{x.c.head, r.Body}
		n, err := both.WriteTo(x.c.Conn)
		return x.wrote(n, err)
	}
	n, err := x.c.Write(x.c.head)
	if x.wrote(int64(n), err) != nil {
		return err
	}
	x.upload = make(chan struct{})
	go x.stream()
	return nil
}

// wrote notes how much of the request the system has taken, and passes the error on.
func (x *call) wrote(n int64, err error) error {
	x.before = x.c.wrote
	x.c.wrote += uint64(n)
	x.written = n > 0
	return err
}

// unseen says of a call that has failed before its answer whether the worker was certainly
// never given a byte of it: it may be repeated, whatever the request.
func (x *call) unseen() bool {
	return x.closed && !x.c.unsure && unseen(x.c.Conn, x.before)
}

// stream writes a body as it comes. If it breaks off, the worker must not take
// what came for all of it; if the worker takes no more, it may have answered.
func (x *call) stream() {
	defer close(x.upload)
	w := bufio.NewWriterSize(x.c.Conn, 32<<10)
	from := &source{r: x.r.Rest}
	var err error
	if x.r.Length >= 0 {
		err = x.copy(w, from, x.r.Length)
	} else {
		err = x.chunks(w, from)
	}
	if err == nil {
		err = w.Flush()
	}
	if from.err != nil {
		x.c.Close()
	}
	x.sent.Store(err == nil)
}

// A source remembers that reading from it failed.
type source struct {
	r   io.Reader
	err error
}

func (s *source) Read(p []byte) (int, error) {
	if s.r == nil {
		return 0, io.EOF
	}
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

// copy writes a body of known length.
func (x *call) copy(w *bufio.Writer, from *source, length int64) error {
	if _, err := w.Write(x.r.Body); err != nil {
		return err
	}
	n, err := io.Copy(w, io.LimitReader(from, length-int64(len(x.r.Body))))
	if err == nil && n+int64(len(x.r.Body)) != length {
		from.err = io.ErrUnexpectedEOF
		return from.err
	}
	return err
}

// chunks writes a body of unknown length, and its trailers. What comes is
// passed on at once: somebody may wait for it.
func (x *call) chunks(w *bufio.Writer, from *source) error {
	if err := chunk(w, x.r.Body); err != nil {
		return err
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if cerr := chunk(w, buf[:n]); cerr != nil {
			return cerr
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if _, err := w.WriteString("0\r\n"); err != nil {
		return err
	}
	var tail []byte
	for k, vs := range x.r.Trailer { // their values are there now
		for _, v := range vs {
			if !x.r.isTrailer(k) {
				break
			}
			tail = appendField(tail, k, v)
		}
	}
	_, err := w.Write(append(tail, "\r\n"...))
	return err
}

func chunk(w *bufio.Writer, b []byte) error {
	if len(b) == 0 {
		return nil
	}
	fmt.Fprintf(w, "%x\r\n", len(b))
	w.Write(b)
	w.WriteString("\r\n")
	return w.Flush()
}

// appendHead appends the request line and the fields.
func (r *Request) appendHead(b []byte) []byte {
	b = append(b, r.Method...)
	b = append(b, ' ')
	b = append(b, r.URI...)
	b = append(b, " HTTP/1.1\r\n"...)
	b = appendField(b, "Host", r.Host)
	for k, vs := range r.Header {
		if k == "Host" || k == "Content-Length" || k == "Transfer-Encoding" || k == "Connection" {
			continue
		}
		for _, v := range vs {
			if k != "User-Agent" || v != "" {
				b = appendField(b, k, v)
			}
		}
	}
	if len(r.Header["Te"]) > 0 {
		b = append(b, "Connection: TE\r\n"...)
	}
	switch {
	case r.Length < 0:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
		if len(r.Trailer) > 0 {
			var names []string
			for k := range r.Trailer {
				if r.isTrailer(k) {
					names = append(names, k)
				}
			}
			if len(names) > 0 {
				b = appendField(b, "Trailer", strings.Join(names, ", "))
			}
		}
	case r.Length > 0 || r.Method != http.MethodGet && r.Method != http.MethodHead:
		b = append(b, "Content-Length: "...)
		b = strconv.AppendInt(b, r.Length, 10)
		b = append(b, "\r\n"...)
	}
	return append(b, "\r\n"...)
}

func (r *Request) isTrailer(k string) bool { return r.IsTrailer == nil || r.IsTrailer(k) }

// appendField appends a field; one that would break the head is left out.
func appendField(b []byte, k, v string) []byte {
	if strings.ContainsAny(v, "\r\n\x00") {
		return b
	}
	b = append(b, k...)
	b = append(b, ": "...)
	b = append(b, v...)
	return append(b, "\r\n"...)
}

// methods are requests that say nothing but their method, which is all that
// reading an answer takes.
var methods = map[string]*http.Request{
	http.MethodGet: {Method: http.MethodGet}, http.MethodPost: {Method: http.MethodPost}, http.MethodHead: {Method: http.MethodHead},
}

// read reads the head of the answer.
func (x *call) read() (*http.Response, error) {
	q := methods[x.r.Method]
	if q == nil {
		q = &http.Request{Method: x.r.Method}
	}
	x.c.left = maxHead
	for range maxInterim {
		answer, err := http.ReadResponse(x.c.br, q)
		if err != nil {
			if err == io.ErrUnexpectedEOF || err == io.EOF {
				x.closed = x.c.left == maxHead
				err = errors.New("the worker closed the connection before it answered")
			}
			return nil, err
		}
		switch code := answer.StatusCode; {
		case answer.ProtoMajor != 1 || code < 100 || code > 599:
			return nil, fmt.Errorf("the worker answered %.20q %.20q, which is not HTTP/1", answer.Proto, answer.Status)
		case code == http.StatusSwitchingProtocols:
			return nil, errors.New("the worker switched protocols, which the request did not ask for")
		case code >= 200:
			x.c.left = -1
			x.hand(answer)
			return answer, nil
		case code != http.StatusContinue && x.r.Interim != nil:
			x.r.Interim(code, answer.Header)
		}
	}
	return nil, fmt.Errorf("more than %d interim answers", maxInterim)
}

// hand puts a body under an answer that gives the connection back.
func (x *call) hand(answer *http.Response) {
	if answer.Body == http.NoBody || answer.ContentLength == 0 || x.r.Method == http.MethodHead {
		x.finish(!answer.Close)
		answer.Body = http.NoBody
		return
	}
	answer.Body = &answerBody{x: x, from: answer.Body, keep: !answer.Close}
}

// noted is how long the end of an upload may take to be noted once the answer is there: the
// last byte has been written, as the worker has answered. One who answers without having read
// the body loses the connection.
const noted = 10 * time.Millisecond

// finish ends the call; the connection is kept if nothing speaks against it.
func (x *call) finish(keep bool) {
	if keep && x.upload != nil && !x.sent.Load() {
		select {
		case <-x.upload:
		case <-time.After(noted):
		}
	}
	if x.stop() && keep && x.sent.Load() {
		x.c.unsure = x.c.unsure || x.upload != nil
		x.c.t.put(x.c)
		return
	}
	x.hangUp()
}

// hangUp closes the connection and waits until nothing reads the client's
// body any more.
func (x *call) hangUp() {
	x.c.Close()
	if x.upload == nil {
		return
	}
	select {
	case <-x.upload:
		return
	default:
	}
	if x.r.Stop != nil {
		x.r.Stop()
		<-x.upload
	}
}

// An answerBody is the body of an answer.
type answerBody struct {
	x    *call
	from io.ReadCloser
	keep bool
	over bool
}

func (b *answerBody) Read(p []byte) (int, error) {
	if b.over {
		return 0, io.EOF
	}
	n, err := b.from.Read(p)
	if err != nil {
		b.over = true
		b.x.finish(b.keep && err == io.EOF)
	}
	return n, err
}

// Close ends the call; a connection with an answer half read is closed.
func (b *answerBody) Close() error {
	if !b.over {
		b.over = true
		b.x.finish(false)
	}
	return nil
}

// Interrupt makes a Read that another goroutine waits in return with an error.
func (b *answerBody) Interrupt() { b.x.c.Close() }
