package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A book counts requests by their X-Id.
type book struct {
	mu   sync.Mutex
	seen map[string]int // that a worker has read the head of
	ran  map[string]int // that a worker has executed
}

func newBook() *book { return &book{seen: map[string]int{}, ran: map[string]int{}} }

// first says whether a request is met for the first time.
func (b *book) first(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen[id]++
	return b.seen[id] == 1
}

func (b *book) run(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ran[id]++
}

// A worker answers requests, and does to the first execution of one what its X-Fault says.
type worker struct {
	addr string
	book *book

	mu    sync.Mutex
	l     net.Listener
	conns map[net.Conn]struct{}
	ended bool
	down  bool // it was killed
}

// newWorker starts a worker.
func newWorker(b *book) (*worker, error) {
	w := &worker{addr: "127.0.0.1:0", book: b, conns: map[net.Conn]struct{}{}}
	return w, w.listen()
}

func (w *worker) listen() error {
	l, err := net.Listen("tcp", w.addr)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return l.Close()
	}
	w.l, w.addr, w.down = l, l.Addr().String(), false
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			w.mu.Lock()
			w.conns[c] = struct{}{}
			w.mu.Unlock()
			go w.serve(c)
		}
	}()
	return nil
}

// kill does what the end of its process does, and says whether it was there.
func (w *worker) kill() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return false
	}
	w.down = true
	w.l.Close()
	for c := range w.conns {
		reset(c)
	}
	return true
}

// restart comes back after a while.
func (w *worker) restart(after time.Duration) {
	time.AfterFunc(after, func() {
		for range 100 { // another program may have the port for a moment
			if w.listen() == nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

func (w *worker) close() {
	w.mu.Lock()
	w.ended = true
	w.mu.Unlock()
	w.kill()
}

// reset ends a connection with a reset.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	c.Close()
}

// answerOf is what a request is answered.
func answerOf(id string) string { return fmt.Sprintf("answer to %-100s", id) }

func (w *worker) serve(c net.Conn) {
	defer func() {
		w.mu.Lock()
		delete(w.conns, c)
		w.mu.Unlock()
		c.Close()
	}()
	br := bufio.NewReader(c)
	for {
		r, err := http.ReadRequest(br)
		if err != nil {
			return
		}
		id := r.Header.Get("X-Id")
		if id == "" { // a check of health
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			continue
		}
		f := faults[r.Header.Get("X-Fault")]
		if !w.book.first(id) {
			f = nil
		}
		if f != nil && f.before {
			f.do(w, c, id)
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		w.book.run(id)
		if f != nil {
			if f.do(w, c, id); !f.goesOn {
				return
			}
			continue
		}
		n := len(answerOf(id))
		if big := r.URL.Path == "/big"; big {
			n = 1 << 20
		}
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s%s", n, answerOf(id), strings.Repeat(".", n-len(answerOf(id))))
	}
}
