package live

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestAttemptsOfAHedge: an answer counts the attempts that were started, also where
// the first of two answers, as the simulator does.
func TestAttemptsOfAHedge(t *testing.T) {
	for _, c := range []struct {
		takes time.Duration
		last  string
	}{{800 * time.Millisecond, "0"}, {1200 * time.Millisecond, "1"}} {
		synctest.Test(t, func(t *testing.T) {
			var s seen
			cfg := testConfig(2)
			cfg.Hedge, cfg.Retry = late(time.Second), policy.Retry{Max: 2, Budget: 1}
			h := s.worker(func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(c.takes)
				io.WriteString(w, "done")
			})
			f := newFarm(t, cfg, nil, h, h)
			defer f.close()
			time.Sleep(time.Second)
			r, err := f.client.Get("http://gw:80/spin")
			if err != nil {
				t.Fatal(err)
			}
			r.Body.Close()
			if got := r.Header.Get("Cnv-Attempt"); r.StatusCode != 200 || got != c.last {
				t.Errorf("after %v: %d, attempt %q; want 200, the last one is %q", c.takes, r.StatusCode, got, c.last)
			}
			time.Sleep(2 * time.Second) // workers end
		})
	}
}
