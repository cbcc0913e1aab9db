package live

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// TestMissed: a request misses the SLO if its answer comes later than is allowed for
// the work that it was measured to take, or is a failure; else it does not.
func TestMissed(t *testing.T) {
	for _, c := range []struct {
		name   string
		cpu    string // Cnv-Cpu-Us
		takes  time.Duration
		status int
		missed bool
	}{
		{"in time", "100000", 400 * time.Millisecond, 200, false},
		{"late", "100000", 600 * time.Millisecond, 200, true},
		{"long, as its work is", "200000", 600 * time.Millisecond, 200, false},
		{"work as predicted", "", 400 * time.Millisecond, 200, false},
		{"later than predicted", "", 600 * time.Millisecond, 200, true},
		{"too many", "", time.Millisecond, 429, true},
		{"what is not there", "", time.Millisecond, 404, false},
		{"failed", "", time.Millisecond, 500, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ended := make(chan Answered, 1)
				f := newFarm(t, testConfig(1), func(o *Options, _ *Checks) {
					o.Classes[0].SLO = func(work float64) time.Duration { return time.Duration(5 * work * float64(time.Second)) }
					o.Observe = func(a *Answered) { ended <- *a }
				}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/readyz" {
						return
					}
					time.Sleep(c.takes)
					if c.cpu != "" {
						w.Header().Set("Cnv-Cpu-Us", c.cpu)
					}
					w.WriteHeader(c.status)
				}))
				defer f.close()
				time.Sleep(2 * time.Second)
				a, err := f.client.Post("http://gw:80/spin", "", nil)
				if err != nil {
					t.Fatal(err)
				}
				a.Body.Close()
				if got := <-ended; got.Missed != c.missed {
					t.Errorf("missed = %v, want %v: %+v", got.Missed, c.missed, got)
				}
			})
		})
	}
}
