package main

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// A fault is what a worker does to the first execution of a request.
type fault struct {
	before bool // it was not executed
	goesOn bool // the connection serves the next request
	do     func(w *worker, c net.Conn, id string)
}

// faults are all of them by name.
var faults = map[string]*fault{}

// faultNames are the names in order.
var faultNames []string

func add(name string, f fault) {
	faults[name] = &f
	faultNames = append(faultNames, name)
}

// restartAfter is how long a killed worker is away.
const restartAfter = 300 * time.Millisecond

func init() {
	says := func(text string) func(*worker, net.Conn, string) {
		return func(_ *worker, c net.Conn, _ string) { io.WriteString(c, text) }
	}
	then := func(end func(net.Conn), do func(*worker, net.Conn, string)) func(*worker, net.Conn, string) {
		return func(w *worker, c net.Conn, id string) { do(w, c, id); end(c) }
	}
	ends := []struct {
		name string
		end  func(net.Conn)
	}{{"closes", func(c net.Conn) { c.Close() }}, {"resets", reset}}
	for _, e := range ends {
		add("before it reads, "+e.name, fault{before: true, do: then(e.end, says(""))})
		add("before it answers, "+e.name, fault{do: then(e.end, says(""))})
		add("in the status line, "+e.name, fault{do: then(e.end, says("HTTP/1.1 20"))})
		add("in the head, "+e.name, fault{do: then(e.end, says("HTTP/1.1 200 OK\r\nContent-Le"))})
		add("after 103, "+e.name, fault{do: then(e.end, says("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"))})
		for _, n := range []int{0, 1, 50, 109} {
			add(fmt.Sprintf("after %d of 110 bytes, %s", n, e.name), fault{do: then(e.end, func(_ *worker, c net.Conn, id string) {
				fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answerOf(id)), answerOf(id)[:n])
			})})
			add(fmt.Sprintf("after %d bytes of a chunk, %s", n, e.name), fault{do: then(e.end, func(_ *worker, c net.Conn, id string) {
				fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s", len(answerOf(id)), answerOf(id)[:n])
			})})
		}
		add("before the last chunk, "+e.name, fault{do: then(e.end, func(_ *worker, c net.Conn, id string) {
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n", len(answerOf(id)), answerOf(id))
		})})
		add("after its answer, "+e.name, fault{do: then(e.end, func(_ *worker, c net.Conn, id string) {
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answerOf(id)), answerOf(id))
			time.Sleep(2 * time.Millisecond) // a reset would take an answer with it that was not read
		})})
	}
	for _, code := range []int{500, 502, 503, 504} {
		add(fmt.Sprintf("answers %d", code), fault{goesOn: true, do: says(fmt.Sprintf("HTTP/1.1 %d No\r\nContent-Length: 2\r\n\r\nno", code))})
	}
	for name, text := range map[string]string{
		"answers nonsense": "SSH-2.0-OpenSSH\r\n\r\n", "answers another version": "HTTP/9.9 200 OK\r\nContent-Length: 2\r\n\r\nok",
		"answers two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "answers a head without end": "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: "+strings.Repeat("y", 1000)+"\r\n", 1100),
		"answers a chunk of no length": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "switches protocols": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
	} {
		add(name, fault{do: then(func(c net.Conn) { c.Close() }, says(text))})
	}
	add("hangs", fault{do: func(_ *worker, c net.Conn, _ string) { _, _ = io.Copy(io.Discard, c) }})
	add("hangs after half an answer", fault{do: func(_ *worker, c net.Conn, id string) {
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(answerOf(id)), answerOf(id)[:50])
		_, _ = io.Copy(io.Discard, c)
	}})
	for _, before := range []bool{true, false} {
		add(map[bool]string{true: "is killed before it executes", false: "is killed after it has executed"}[before], fault{before: before, do: func(w *worker, _ net.Conn, _ string) {
			if w.kill() {
				w.restart(restartAfter)
			}
		}})
	}
	slices.Sort(faultNames)
}
