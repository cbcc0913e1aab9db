package live

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestAttemptsTimeOut: an attempt that takes too long is cancelled at its
// worker and tried elsewhere; without a retry left the client is told 504.
func TestAttemptsTimeOut(t *testing.T) {
	for _, c := range []struct{ retries, status int }{{1, 200}, {0, 504}} {
		synctest.Test(t, func(t *testing.T) {
			var s seen
			var first, cancelled atomic.Int64
			slowOnce := s.worker(func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				if first.Add(1) == 1 {
					<-r.Context().Done()
					cancelled.Store(time.Now().UnixNano())
					return
				}
				fmt.Fprint(w, "done")
			})
			cfg := testConfig(2)
			cfg.Retry = policy.Retry{Max: c.retries, Budget: 1, AttemptTimeout: 750 * time.Millisecond}
			f := newFarm(t, cfg, nil, slowOnce, slowOnce)
			defer f.close()
			time.Sleep(time.Second)
			begun := time.Now()
			status, body := f.post("/spin", "a", "x")
			if took := time.Since(begun); status != c.status || took != 750*time.Millisecond || status == 200 && body != "done" {
				t.Errorf("%d %q after %v, want %d after 750ms", status, body, took, c.status)
			}
			time.Sleep(time.Second)
			if at := time.Duration(cancelled.Load() - begun.UnixNano()); at != 750*time.Millisecond {
				t.Errorf("the worker was told after %v", at)
			}
			f.brain.Do(func(ctrl *policy.Controller) {
				if n := ctrl.Counts(); int(n.Retries) != c.retries {
					t.Errorf("counts %+v", n)
				}
			})
		})
	}
}

// TestGivenUpForTheClient: a request that took as long as clients wait is the
// client's to leave, not an attempt that took too long: there may be no bound on
// attempts. Client and gateway see the end of that time at the same instant,
// and must give the same reason.
func TestGivenUpForTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s seen
		f := newFarm(t, testConfig(1), func(o *Options, _ *Checks) { o.Timeout = 2 * time.Second },
			s.worker(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		defer f.close()
		time.Sleep(time.Second)
		r, err := f.client.Get("http://gw:80/spin")
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if why := r.Header.Get("Cnv-Reason"); r.StatusCode != 504 || why != policy.ReasonClient.String() {
			t.Errorf("status %d, reason %q, want 504, client", r.StatusCode, why)
		}
	})
}
