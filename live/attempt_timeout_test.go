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
