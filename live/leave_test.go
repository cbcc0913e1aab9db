package live

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/wire"
	"cnv/policy"
	"cnv/policy/route"
)

// A leaving router gives attempts up after 3 s without a word to the worker, chooses
// the next one at once and has it sent a while later, as the original does.
type leaving struct {
	route.JSQ
	resumed int
}

func (*leaving) AttemptTimeout(int) time.Duration { return 3 * time.Second }
func (*leaving) LeavesRunning() bool              { return true }
func (*leaving) Retry(_ *policy.View, o *policy.Outcome) (bool, time.Duration) {
	return o.Request.Attempts < 4, 700*time.Millisecond + time.Duration(o.Request.ID%89)*time.Millisecond
}
func (r *leaving) Resumed(*policy.View, *policy.Request, policy.WorkerID) { r.resumed++ }

// TestLeftAttemptsAlike: what was given up goes on in the worker, and slows down what
// else is there, in both worlds alike: the same decisions, attempt by attempt.
func TestLeftAttemptsAlike(t *testing.T) {
	s := &scenario{name: "left running", ps: true}
	a, b := &leaving{JSQ: route.JSQ{Tie: route.TieRandom}}, &leaving{JSQ: route.JSQ{Tie: route.TieRandom}}
	want, _ := s.modelled(t, a)
	got := s.played(t, b)
	compareDecisions(t, want, got)
	if a.resumed != b.resumed || a.resumed < 10 {
		t.Errorf("%d attempts after a pause simulated, %d live; want as many, and some", a.resumed, b.resumed)
	}
}

// leavingFarm is a farm whose router leaves attempts running after 3 s.
func leavingFarm(t *testing.T, handlers ...http.Handler) *farm {
	cfg := testConfig(len(handlers))
	cfg.Router, cfg.Retry = &leaving{JSQ: route.JSQ{Tie: route.TieRandom}}, policy.Retry{}
	return newFarm(t, cfg, nil, handlers...)
}

// entries is how many requests the brain still knows.
func entries(f *farm) (n int) {
	f.brain.Do(func(*policy.Controller) { n = f.brain.table.Len() })
	return n
}

// TestLeavesAfterTheHead: an attempt is given up in time, and tried again, also when
// the head of its answer has come; its call ends with the answer, which nobody is
// told, or with the worker.
func TestLeavesAfterTheHead(t *testing.T) {
	for _, length := range []string{"100", ""} { // held; passed on as it comes
		for _, lost := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				var s seen
				var whole atomic.Bool
				h := s.worker(func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					s.mu.Lock()
					first := s.n["a"] == 1
					s.mu.Unlock()
					if !first {
						io.WriteString(w, "second")
						return
					}
					time.Sleep(time.Second)
					if length != "" {
						w.Header().Set("Content-Length", length)
					} else {
						time.Sleep(3 * time.Second) // it was left by then
					}
					w.(http.Flusher).Flush()
					select {
					case <-time.After(20 * time.Second):
						_, err := io.WriteString(w, strings.Repeat("x", 100))
						whole.Store(err == nil && r.Context().Err() == nil)
					case <-r.Context().Done():
					}
				})
				f := leavingFarm(t, h)
				defer f.close()
				time.Sleep(time.Second)
				began := time.Now()
				status, text := f.post("/spin", "a", "x")
				if took := time.Since(began); status != 200 || text != "second" || took > 5*time.Second {
					t.Errorf("length %q: %d %.20q after %v, want the second answer within 5s", length, status, text, took)
				}
				w := f.workers.Find(0)
				held := func() int {
					synctest.Wait() // what has come is handed over before its call is over
					w.mu.Lock()
					defer w.mu.Unlock()
					return w.held
				}
				if n := held(); n != 1 {
					t.Errorf("length %q: %d calls at the worker, want the one that was left", length, n)
				}
				if lost {
					w.Lose(nil)
				} else {
					time.Sleep(30 * time.Second)
				}
				time.Sleep(time.Second)
				if n := held(); n != 0 || f.gateway.Held() != 0 || w.InFlight() != 0 || entries(f) != 0 || whole.Load() == lost {
					t.Errorf("length %q, lost %v: %d calls, %d bytes, %d attempts, %d entries, run to its end %v", length, lost, n, f.gateway.Held(), w.InFlight(), entries(f), whole.Load())
				}
			})
		}
	}
}

// TestLeavesNothingConnecting: an attempt that is given up while it connects has sent
// nothing, and sends nothing later.
func TestLeavesNothingConnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		var stuck atomic.Bool
		cfg := testConfig(1)
		cfg.Router, cfg.Retry = &leaving{JSQ: route.JSQ{Tie: route.TieRandom}}, policy.Retry{}
		var f *farm
		f = newFarm(t, cfg, func(o *Options, _ *Checks) {
			o.Transport = &wire.Transport{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
				if stuck.CompareAndSwap(false, true) { // only the first one
					select {
					case <-time.After(10 * time.Second):
					case <-ctx.Done():
						return nil, ctx.Err()
					}
				}
				return f.net.Dial(ctx, network, address)
			}}
		}, s.worker(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "done") }))
		defer f.close()
		time.Sleep(time.Second)
		if status, text := f.post("/spin", "a", "x"); status != 200 || text != "done" {
			t.Errorf("%d %q, want the answer", status, text)
		}
		time.Sleep(20 * time.Second)
		if n := s.add("a") - 1; n != 1 {
			t.Errorf("executed %d times, want once", n)
		}
		f.gateway.o.Transport.Close()
	})
}

// TestStreamedIsNotLeft: a streamed request whose attempt takes too long is ended at
// its worker, and not sent again: part of its body is gone.
func TestStreamedIsNotLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		var ended atomic.Int64
		f := leavingFarm(t, s.worker(func(_ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
			ended.Store(time.Now().UnixNano())
		}))
		defer f.close()
		time.Sleep(time.Second)
		began := time.Now()
		r, _ := http.NewRequest(http.MethodPost, "http://gw:80/spin", &drip{left: 30, every: time.Second})
		r.ContentLength = defaultWholeBody + 1
		r.Header.Set("X-Id", "a")
		status, reason := 0, ""
		if a, err := f.client.Do(r); err == nil {
			status, reason = a.StatusCode, a.Header.Get("Cnv-Reason")
			a.Body.Close()
		}
		if took := time.Since(began); status != 504 || reason != policy.ReasonAttemptTimeout.String() || took != 3*time.Second {
			t.Errorf("%d, %q after %v; want 504, attempt_timeout, after 3s", status, reason, took)
		}
		time.Sleep(time.Minute)
		if at := time.Duration(ended.Load() - began.UnixNano()); at != 3*time.Second {
			t.Errorf("the worker's call ended after %v, want 3s", at)
		}
		if n := s.add("a") - 1; n != 1 || f.gateway.InFlight() != 0 || entries(f) != 0 || f.workers.Find(0).InFlight() != 0 {
			t.Errorf("executed %d times; %d requests, %d entries, %d attempts still there", n, f.gateway.InFlight(), entries(f), f.workers.Find(0).InFlight())
		}
	})
}
