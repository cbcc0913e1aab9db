package serve

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// live serves on a real listener, and returns what stops it and its end.
func live(t *testing.T, o Options) (s *Server, url string, stop func(), ended chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s = New(o)
	ctx, stop := context.WithCancel(t.Context())
	ended = make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return s, "http://" + l.Addr().String(), stop, ended
}

// TestDrainFailsNoRequest: clients that go by /readyz get an answer to each
// request, whatever moment the worker is told to stop at.
func TestDrainFailsNoRequest(t *testing.T) {
	for round := range 5 {
		o := options(newGate())
		o.Queue, o.Notice = 100, time.Second
		s, url, stop, ended := live(t, o)
		var clients sync.WaitGroup
		var ready atomic.Bool
		var answered atomic.Int64
		ready.Store(true)
		for range 20 {
			clients.Go(func() {
				for ready.Load() {
					if status, _, _ := ask(t, "POST", url+"/sleep?ms=3", "body"); status != 200 {
						t.Errorf("round %d: %d while draining %v", round, status, s.Telemetry().Draining)
					}
					answered.Add(1)
				}
			})
		}
		time.Sleep(time.Duration(20+7*round) * time.Millisecond)
		stop()
		for ready.Load() {
			status, _, text := ask(t, "GET", url+"/readyz", "")
			ready.Store(status == 200)
			if status != 200 && (status != 503 || !strings.Contains(text, "draining")) {
				t.Errorf("readyz: %d %s", status, text)
			}
			time.Sleep(5 * time.Millisecond)
		}
		clients.Wait()
		if err := <-ended; err != nil || answered.Load() < 20 {
			t.Errorf("round %d: %v after %d answers", round, err, answered.Load())
		}
	}
}

// TestInsideIsFinished: a request that is inside when the worker closes its
// door is answered.
func TestInsideIsFinished(t *testing.T) {
	g := newGate()
	_, url, stop, ended := live(t, options(g))
	var inside sync.WaitGroup
	inside.Go(func() {
		if status, _, text := ask(t, "GET", url+"/gate", ""); status != 200 || text != "open" {
			t.Errorf("inside: %d %s", status, text)
		}
	})
	<-g.entered
	stop()
	await(t, func() bool {
		c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
		if err == nil {
			c.Close() // the server waits a while for what a new connection will say
		}
		return err != nil
	})
	close(g.open)
	inside.Wait()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestGraceEnds: what is not done by then is given up, and told so.
func TestGraceEnds(t *testing.T) {
	g := newGate()
	o := options(g)
	o.Grace = 50 * time.Millisecond
	s, url, stop, ended := live(t, o)
	var inside sync.WaitGroup
	for range 3 { // two run, one waits
		inside.Go(func() {
			if status, _, text := ask(t, "GET", url+"/gate", ""); status != 503 || !strings.Contains(text, "stopping") {
				t.Errorf("given up: %d %s, want 503", status, text)
			}
		})
	}
	for range 2 {
		<-g.entered
	}
	await(t, func() bool { return s.Telemetry().Queued == 1 })
	stop()
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "3 requests were stopped unfinished after 50ms") {
		t.Errorf("ended with %v", err)
	}
	inside.Wait()
}

// TestListenerThatFails ends the server with its error.
func TestListenerThatFails(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if err := New(options(newGate())).Serve(t.Context(), l); err == nil {
		t.Error("a server without a listener ended well")
	}
}
