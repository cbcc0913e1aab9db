package live

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestCrowdedSaysWhy: a request that the gateway turns away without asking the
// Controller has a reason too.
func TestCrowdedSaysWhy(t *testing.T) {
	for name, bound := range map[string]func(*Options){
		"requests": func(o *Options) { o.InFlight = 1 },
		"bytes":    func(o *Options) { o.Memory = 3 << 20 },
	} {
		synctest.Test(t, func(t *testing.T) {
			var seen seen
			f := newFarm(t, testConfig(1), func(o *Options, _ *Checks) { bound(o) }, seen.worker(func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				time.Sleep(time.Second)
			}))
			defer f.close()
			time.Sleep(time.Second)
			post := func() (int, string) {
				r, err := f.client.Post("http://gw/spin", "text/plain", strings.NewReader(strings.Repeat("x", 2<<20)))
				if err != nil {
					t.Error(err)
					return 0, ""
				}
				defer r.Body.Close()
				io.Copy(io.Discard, r.Body)
				return r.StatusCode, r.Header.Get("Cnv-Reason")
			}
			done := make(chan struct{})
			go func() { defer close(done); post() }()
			time.Sleep(100 * time.Millisecond)
			if status, why := post(); status != http.StatusServiceUnavailable || why != policy.ReasonCapacity.String() {
				t.Errorf("%s: %d %q, want 503 and %v", name, status, why, policy.ReasonCapacity)
			}
			<-done
		})
	}
}
