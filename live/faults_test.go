package live

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// A faulty is a worker that does to the first execution of a request what the
// request's X-Fault asks for, and answers any other.
type faulty struct {
	s    *seen
	mu   sync.Mutex
	hung bool // everything here hangs
}

func (f *faulty) hangs() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.hung
}

func (f *faulty) wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hung = false
}

const faultAnswer = "the answer, in two halves"

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.hangs() {
		io.Copy(io.Discard, r.Body) // or nobody notices that the client goes
		<-r.Context().Done()
		return
	}
	if r.URL.Path == "/readyz" || r.URL.Path == "/telemetry" { // not requests
		return
	}
	io.Copy(io.Discard, r.Body)
	first := f.s.add(r.Header.Get("X-Id")) == 1
	w.Header().Set("Content-Length", fmt.Sprint(len(faultAnswer)))
	fault := r.Header.Get("X-Fault")
	if !first {
		fault = ""
	}
	switch fault {
	case "before head":
		time.Sleep(50 * time.Millisecond)
		panic(http.ErrAbortHandler)
	case "mid-answer":
		io.WriteString(w, faultAnswer[:10])
		w.(http.Flusher).Flush()
		time.Sleep(50 * time.Millisecond)
		panic(http.ErrAbortHandler)
	case "server error":
		w.Header().Del("Content-Length")
		http.Error(w, "out of luck", http.StatusServiceUnavailable)
		return
	case "slow":
		select {
		case <-time.After(10 * time.Second):
		case <-r.Context().Done():
			return
		}
	case "hung":
		f.mu.Lock()
		f.hung = true
		f.mu.Unlock()
		<-r.Context().Done()
		return
	default:
		time.Sleep(100 * time.Millisecond)
	}
	io.WriteString(w, faultAnswer)
}

// send sends one request with a fault; pure ones may be executed twice.
func (f *farm) send(ctx context.Context, id, fault string, pure bool) (int, string) {
	r, _ := http.NewRequestWithContext(ctx, http.MethodPost, "http://gw:80/spin", strings.NewReader("some scene"))
	r.Header.Set("X-Id", id)
	r.Header.Set("X-Fault", fault)
	if pure {
		r.Header.Set("Idempotency-Key", id)
	}
	a, err := f.client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		return a.StatusCode, "broken: " + err.Error()
	}
	return a.StatusCode, string(text)
}

// answers counts what clients got.
type answers struct {
	mu     sync.Mutex
	whole  int
	status map[int]int
	odd    []string
}

func (a *answers) add(id string, status int, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.status == nil {
		a.status = map[int]int{}
	}
	a.status[status]++
	switch {
	case status == 200 && text == faultAnswer:
		a.whole++
	case status == 200 || status == 0:
		a.odd = append(a.odd, fmt.Sprintf("request %s: %d %q", id, status, text))
	}
}

const perFault = 100

// TestFaults: forty faults of each class among four hundred requests at ten
// a second. Requests that may be executed twice all get one whole answer, and
// the extra executions are within the retry budget; others are executed at
// most once and get an answer or an explicit error.
func TestFaults(t *testing.T) {
	for _, fault := range []string{"before head", "mid-answer", "server error", "slow", "refused", "hung"} {
		for _, pure := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/pure=%v", fault, pure), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { playFaults(t, fault, pure) })
			})
		}
	}
}

func playFaults(t *testing.T, fault string, pure bool) {
	const faults = 40
	var s seen
	var handlers []http.Handler
	n := 4
	if fault == "hung" || fault == "refused" { // each costs a worker
		n += faults
	}
	for range n {
		handlers = append(handlers, &faulty{s: &s})
	}
	cfg := testConfig(n)
	cfg.Retry = policy.Retry{Max: 5, Budget: 0.2, Backoff: 20 * time.Millisecond} // several dead workers in a row are possible
	f := newFarm(t, cfg, func(o *Options, c *Checks) {
		o.Classes[0].Pure = false
		c.Timeout, c.Fall, c.Telemetry = 500*time.Millisecond, 2, -1
		if fault == "refused" {
			c.Period = 5 * time.Second // so that requests notice first
		}
	}, handlers...)
	defer f.close()
	time.Sleep(time.Second)
	var got answers
	var group sync.WaitGroup
	const total = 10 * faults
	for i := range total {
		id, with := fmt.Sprint(i), ""
		if i%10 == 5 {
			with = fault
			if fault == "refused" && f.workers.Find(policy.WorkerID(4+i/10)).InFlight() == 0 {
				f.kill(4 + i/10) // nothing is lost but what comes
			}
		}
		group.Go(func() {
			status, text := f.send(t.Context(), id, with, pure)
			got.add(id, status, text)
		})
		time.Sleep(100 * time.Millisecond)
	}
	group.Wait()
	extra := 0
	for id, n := range s.n {
		extra += n - 1
		if n > 1 && !pure {
			t.Errorf("request %s was executed %d times", id, n)
		}
	}
	for _, odd := range got.odd {
		t.Error(odd)
	}
	var counts policy.Counts
	f.brain.Do(func(c *policy.Controller) { counts = c.Counts() })
	allowed := 10 + int(0.2*total)
	if pure && (got.whole != total || extra > allowed || uint64(extra) > counts.Retries) {
		t.Errorf("%d of %d answered, %v; %d extra executions, %d retries counted", got.whole, total, got.status, extra, counts.Retries)
	}
	// What a worker has begun and not answered, or was refused, is lost to
	// those that must not be repeated; but refusals come before anything began.
	lost := map[string]int{"before head": faults, "mid-answer": faults, "server error": faults, "hung": faults}[fault]
	if !pure && got.whole < total-lost {
		t.Errorf("%d of %d answered, %v", got.whole, total, got.status)
	}
	if !pure && got.whole+got.status[502]+got.status[503] != total {
		t.Errorf("%d of %d answered, %v: the rest got no explicit error", got.whole, total, got.status)
	}
	f.idle("at the end")
	t.Logf("%v, %d extra executions, %d retries", got.status, extra, counts.Retries)
}

// TestClientsGone: a hundred clients leave while their request runs, waits or
// is retried: the worker is told, nothing is executed again, nothing stays.
func TestClientsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		f := newFarm(t, testConfig(2), nil, &faulty{s: &s}, &faulty{s: &s})
		defer f.close()
		time.Sleep(time.Second)
		var group sync.WaitGroup
		for i := range perFault {
			group.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Millisecond+time.Millisecond/2)
				defer cancel()
				if status, _ := f.send(ctx, fmt.Sprint(i), "slow", true); status != 0 {
					t.Errorf("request %d: %d", i, status)
				}
			})
		}
		group.Wait()
		time.Sleep(100 * time.Millisecond)
		for id, n := range s.n {
			if n > 1 {
				t.Errorf("request %s was executed %d times", id, n)
			}
		}
		f.brain.Do(func(c *policy.Controller) {
			if n := c.Counts(); n.Gone != perFault || n.Retries != 0 {
				t.Errorf("%d gone, %d retries, want %d and 0", n.Gone, n.Retries, perFault)
			}
		})
		f.idle("at the end")
	})
}

// A drip is a body that comes byte by byte, and may stall.
type drip struct {
	left  int
	every time.Duration
	stall time.Duration // before the last byte
}

func (d *drip) Read(p []byte) (int, error) {
	if d.left == 0 {
		return 0, io.EOF
	}
	time.Sleep(d.every)
	if d.left--; d.left == 0 {
		time.Sleep(d.stall)
	}
	p[0] = 'x'
	return 1, nil
}

// TestSlowUploads: a slow client is waited for, one that stalls is told so,
// and neither holds up anybody else or reaches a worker before its time.
func TestSlowUploads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		f := newFarm(t, testConfig(1), nil, &faulty{s: &s})
		defer f.close()
		time.Sleep(time.Second)
		var slow, stalled, quick answers
		var group sync.WaitGroup
		for i := range perFault {
			upload := func(to *answers, d *drip) {
				r, _ := http.NewRequest(http.MethodPost, "http://gw:80/spin", d)
				if i%2 == 0 {
					r.ContentLength = int64(d.left)
				}
				a, err := f.client.Do(r)
				if err != nil {
					to.add(fmt.Sprint(i), 0, err.Error())
					return
				}
				text, _ := io.ReadAll(a.Body)
				a.Body.Close()
				to.add(fmt.Sprint(i), a.StatusCode, string(text))
			}
			group.Go(func() { upload(&slow, &drip{left: 15, every: time.Second}) })
			group.Go(func() { upload(&stalled, &drip{left: 5, every: time.Second, stall: time.Minute}) })
			group.Go(func() {
				time.Sleep(10 * time.Second)
				status, text := f.send(t.Context(), fmt.Sprint("quick ", i), "", true)
				quick.add(fmt.Sprint(i), status, text)
			})
		}
		group.Wait()
		time.Sleep(2 * time.Minute) // until the clients have given up sending
		if slow.whole != perFault || quick.whole != perFault {
			t.Errorf("slow %v, quick %v, want %d whole answers each", slow.status, quick.status, perFault)
		}
		if stalled.status[http.StatusRequestTimeout] != perFault {
			t.Errorf("stalled %v, want %d times 408", stalled.status, perFault)
		}
		f.idle("at the end")
	})
}

// TestOverload: at twice what the gateway takes, those inside are answered
// and the others are told at once to come again.
func TestOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		f := newFarm(t, testConfig(1), func(o *Options, _ *Checks) { o.InFlight = 50 }, &faulty{s: &s})
		defer f.close()
		time.Sleep(time.Second)
		var got answers
		var group sync.WaitGroup
		for i := range 10 * perFault { // 100 ms each: 50 inside are 500/s
			group.Go(func() {
				status, text := f.send(t.Context(), fmt.Sprint(i), "", true)
				got.add(fmt.Sprint(i), status, text)
			})
			time.Sleep(time.Millisecond)
		}
		group.Wait()
		if got.whole+got.status[503] != 10*perFault || got.whole < 450 || got.whole > 550 {
			t.Errorf("%v, want about half answered and the rest 503", got.status)
		}
		f.brain.Do(func(c *policy.Controller) {
			if n := c.Counts(); n.Shed != uint64(got.status[503]) || n.Arrivals != uint64(got.whole) {
				t.Errorf("%d shed and %d arrivals counted, want %d and %d", n.Shed, n.Arrivals, got.status[503], got.whole)
			}
		})
	})
}
