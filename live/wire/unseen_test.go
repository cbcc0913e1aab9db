package wire

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"syscall"
	"testing"
)

// TestClosedBeforeTheRequest: a worker that closes a kept connection in the instant in which
// the next request is sent on it was never given the request, and the error says so. One that
// has taken the request and hangs up, or resets, may have executed it.
func TestClosedBeforeTheRequest(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what the other side has acknowledged is known on Linux only")
	}
	for _, c := range []struct {
		name    string
		end     func(c net.Conn, br *bufio.Reader)
		started bool
	}{
		{"closed", func(c net.Conn, _ *bufio.Reader) { c.Close() }, false},
		{"reset", func(c net.Conn, _ *bufio.Reader) { c.(*net.TCPConn).SetLinger(0); c.Close() }, false},
		{"taken and closed", func(c net.Conn, br *bufio.Reader) { http.ReadRequest(br); c.Close() }, true},
		{"taken and reset", func(c net.Conn, br *bufio.Reader) {
			http.ReadRequest(br)
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
		}, true},
		{"half closed", func(c net.Conn, br *bufio.Reader) {
			c.(*net.TCPConn).CloseWrite()
			http.ReadRequest(br)
			io.Copy(io.Discard, br)
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ended := make(chan struct{})
			addr := raw(t, func(conn net.Conn, br *bufio.Reader) {
				http.ReadRequest(br)
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
				<-ended
				c.end(conn, br)
			})
			tr := &Transport{}
			defer tr.Close()
			if _, _, err := ask(t, tr, &Request{Address: addr, Body: []byte("x"), Length: 1}); err != nil {
				t.Fatal(err)
			}
			tr.mu.Lock()
			kept := tr.idle[addr][0]
			tr.mu.Unlock()
			r := &Request{Address: addr, Method: "POST", URI: "/", Body: []byte("y"), Length: 1}
			x := &call{c: kept, r: r, stop: func() bool { return true }}
			if !c.started { // it closes after the gateway has looked, before the request comes
				close(ended)
				for alive(kept.Conn) {
					runtime.Gosched()
				}
			} else {
				go close(ended)
			}
			_, err := x.do()
			if err == nil {
				t.Fatal("an answer")
			}
			if started := x.written && !x.unseen(); started != c.started {
				t.Errorf("%v: started %v, want %v", err, started, c.started)
			}
		})
	}
}

// TestOwnErrors: what this machine lacks is told apart from what a worker does.
func TestOwnErrors(t *testing.T) {
	tr := &Transport{}
	for _, c := range []struct {
		err error
		own bool
	}{
		{syscall.EMFILE, true}, {syscall.ENFILE, true}, {syscall.ENOMEM, true}, {syscall.ENOBUFS, true}, {syscall.EADDRNOTAVAIL, true},
		{syscall.ECONNREFUSED, false}, {syscall.EHOSTUNREACH, false}, {syscall.ETIMEDOUT, false},
	} {
		tr.Dial = dialFails(os.NewSyscallError("socket", c.err))
		_, _, err := ask(t, tr, &Request{Address: "127.0.0.1:1"})
		var e *Error
		if !errors.As(err, &e) || e.Own != c.own || e.Started {
			t.Errorf("%v: %+v, want own %v", c.err, e, c.own)
		}
	}
	if IsOwn(fmt.Errorf("other")) {
		t.Error("any error is this machine's own")
	}
}

func dialFails(err error) func(context.Context, string, string) (net.Conn, error) {
	return func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: err}
	}
}
