package proxytest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// A Behaviour is what a Backend does with a request. When it returns without
// having closed the connection, the connection serves the next request.
type Behaviour func(x *Exchange)

// An Exchange is a request that a Behaviour has before it.
type Exchange struct {
	Request // as far as it was read

	b     *Backend
	conn  net.Conn
	r     *bufio.Reader
	does  Behaviour
	index int // in b.requests; -1: a probe
	read  bool
	err   error
	over  bool // the connection serves no more requests
}

// ReadBody reads the body, if nobody has. To a client that waits for it, it
// sends 100 Continue first.
func (x *Exchange) ReadBody() error {
	if x.read {
		return x.err
	}
	x.read = true
	if x.Header.lists("Expect", "100-continue") && x.framing.kind != "none" {
		x.Write("HTTP/1.1 100 Continue\r\n\r\n")
	}
	x.Body, x.Trailer, x.err = x.framing.read(x.r)
	x.Whole = x.err == nil
	x.note()
	x.b.violated(x.err)
	return x.err
}

// Write sends bytes as they are.
func (x *Exchange) Write(text string) error {
	_, err := io.WriteString(x.conn, text)
	return err
}

// Gone waits for the other end to close the connection, for at most d, and says
// whether it did. The body must have been read.
func (x *Exchange) Gone(d time.Duration) bool {
	_ = x.conn.SetReadDeadline(time.Now().Add(d))
	defer x.conn.SetReadDeadline(time.Time{})
	for {
		_, err := x.r.ReadByte()
		if err == nil {
			continue
		}
		t, ok := err.(net.Error)
		select {
		case <-x.b.ended: // closed by ourselves
			return false
		default:
			return !ok || !t.Timeout()
		}
	}
}

// Ended is closed when the backend ends: a Behaviour that waits for something
// else must wait for this too.
func (x *Exchange) Ended() <-chan struct{} { return x.b.ended }

// End ends the connection.
func (x *Exchange) End(e Ending) {
	x.over = true
	switch e {
	case Reset:
		reset(x.conn)
	case Linger:
		if c, ok := x.conn.(*net.TCPConn); ok {
			_ = c.CloseWrite()
		}
		_, _ = io.Copy(io.Discard, x.r)
		x.conn.Close()
	default:
		x.conn.Close()
	}
}

// note shows the backend what has become of the request.
func (x *Exchange) note() {
	if x.index < 0 {
		return
	}
	x.b.mu.Lock()
	defer x.b.mu.Unlock()
	x.b.requests[x.index] = x.Request
	x.b.change()
}

// An Ending is a way to end a connection.
type Ending int

const (
	Close  Ending = iota // with a FIN; with a RST if something was not read
	Reset                // with a RST
	Linger               // with a FIN, and reading on until the other end closes (RFC 9112, 9.6)
)

// Answer answers with a status and a body of known length.
// To HEAD it leaves the body out.
func Answer(status int, body string, header ...Field) Behaviour {
	top := fmt.Sprintf("%s%sContent-Length: %d\r\n\r\n", statusLine(status), Fields(header), len(body))
	return func(x *Exchange) {
		if x.Method == "HEAD" {
			Raw(top)(x)
			return
		}
		Raw(top + body)(x)
	}
}

// Raw answers with bytes as they are, once the request has been read.
func Raw(text string) Behaviour {
	return func(x *Exchange) {
		if x.ReadBody() == nil {
			x.Write(text)
		}
	}
}

// Echo answers 200 with the request's target and body, "/a?b hello".
func Echo() Behaviour {
	return func(x *Exchange) {
		if x.ReadBody() == nil {
			Answer(200, x.Target+" "+string(x.Body))(x)
		}
	}
}

// Hang reads the request and never answers it. It ends when the other end
// leaves.
func Hang() Behaviour {
	return func(x *Exchange) {
		if x.ReadBody() == nil {
			x.Gone(time.Hour)
		}
		x.End(Close)
	}
}

// AbortBeforeHead reads the request and ends the connection.
func AbortBeforeHead(e Ending) Behaviour {
	return func(x *Exchange) {
		_ = x.ReadBody()
		x.End(e)
	}
}

// AbortMidBody answers 200 with a body of which only the first n bytes come
// before the connection ends: of known length, or chunked.
func AbortMidBody(isChunked bool, body string, n int, e Ending) Behaviour {
	text := fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", statusLine(200), len(body), body[:n])
	if isChunked {
		text = fmt.Sprintf("%sTransfer-Encoding: chunked\r\n\r\n%x\r\n%s", statusLine(200), len(body), body[:n])
	}
	return func(x *Exchange) {
		Raw(text)(x)
		x.End(e)
	}
}

// SlowBody answers 200, chunked, with a piece of the body every so often.
func SlowBody(every time.Duration, pieces ...string) Behaviour {
	return func(x *Exchange) {
		Raw(statusLine(200) + "Transfer-Encoding: chunked\r\n\r\n")(x)
		tick := time.NewTicker(every)
		defer tick.Stop()
		for _, p := range pieces {
			select {
			case <-x.Ended():
				return
			case <-tick.C:
			}
			if x.Write(fmt.Sprintf("%x\r\n%s\r\n", len(p), p)) != nil {
				x.End(Close)
				return
			}
		}
		x.Write("0\r\n\r\n")
	}
}

// Kill reads the request and kills the whole backend.
func Kill() Behaviour {
	return func(x *Exchange) {
		_ = x.ReadBody()
		x.over = true
		x.b.Kill()
	}
}

// Sequence gives the n-th request to the n-th behaviour, all later ones to the
// last.
func Sequence(each ...Behaviour) Behaviour {
	var n atomic.Int64
	return func(x *Exchange) { each[min(int(n.Add(1)), len(each))-1](x) }
}

// statusLine is the first line of an answer, with its CRLF.
func statusLine(status int) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
}
