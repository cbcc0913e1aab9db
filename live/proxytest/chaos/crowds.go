package main

import (
	"fmt"
	"net"
	"sync"
	"time"
)

// crowds are clients that want to keep others out, by name; they begin, and end when told.
var crowds = map[string]func(address string) (end func()){
	"slow readers": func(a string) func() {
		return hold(a, 100, "GET /big HTTP/1.1\r\nHost: h\r\nX-Id: crowd-%d\r\n\r\n", false)
	},
	"heads without end": func(a string) func() { return hold(a, 500, "GET / HTTP/1.1\r\nHost: h%d\r\n", false) },
	"bodies without end": func(a string) func() {
		return hold(a, 500, "POST / HTTP/1.1\r\nHost: h%d\r\nContent-Length: 5000000\r\n\r\nx", false)
	},
	"idle connections":      func(a string) func() { return hold(a, 1000, "", false) },
	"connections that come": func(a string) func() { return hold(a, 50, "", true) },
}

// crowdNames are their names in order.
var crowdNames = []string{"slow readers", "heads without end", "bodies without end", "idle connections", "connections that come"}

// hold opens connections, says something on each and reads nothing; again and again, if they
// are to come and go.
func hold(address string, n int, says string, come bool) (end func()) {
	var group sync.WaitGroup
	done := make(chan struct{})
	for i := range n {
		group.Go(func() {
			for again := true; again; again = come {
				c, err := net.DialTimeout("tcp", address, time.Second)
				if err != nil {
					return
				}
				if says != "" {
					fmt.Fprintf(c, says, i)
				}
				if !come {
					<-done
				}
				reset(c)
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	return func() { close(done); group.Wait() }
}
