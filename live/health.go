package live

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"cnv/live/clock"
	"cnv/live/wire"
)

// Checks say how workers are watched. Zero values mean the defaults.
type Checks struct {
	Path      string        // answers 2xx when the worker is ready: /readyz
	Period    time.Duration // between two checks: 1 s; a quarter of it until it is ready; a tenth of it, 100 ms at most, while a change is in doubt
	Timeout   time.Duration // a check that takes longer has failed: 1 s
	Rise      int           // good checks in a row that make a worker ready: 1
	Fall      int           // bad ones in a row that make it lost: 3
	Telemetry time.Duration // between two reports of utilisation, each over exactly this time: 10 s; negative: none, a worker is only asked when it ends
	soon      time.Duration // longest wait while a change is in doubt
}

// fill puts in the defaults, and has the checks of a run in slow motion wait as much
// longer.
func (c *Checks) fill(slow clock.Slow) {
	if c.Path == "" {
		c.Path = "/readyz"
	}
	for _, d := range []struct {
		v *time.Duration
		d time.Duration
	}{{&c.Period, time.Second}, {&c.Timeout, time.Second}, {&c.Telemetry, 10 * time.Second}} {
		if *d.v == 0 {
			*d.v = d.d
		}
	}
	c.Period, c.Timeout, c.soon = slow.Real(c.Period), slow.Real(c.Timeout), slow.Real(100*time.Millisecond)
	c.Rise = max(c.Rise, 1)
	if c.Fall <= 0 {
		c.Fall = 3
	}
}

// Hysteresis turns single checks into a state that does not flap.
type Hysteresis struct {
	Rise, Fall int
	Up         bool
	run        int // checks in a row that contradict Up
}

// Add takes the result of a check and says whether Up has changed.
func (h *Hysteresis) Add(good bool) bool {
	if good == h.Up {
		h.run = 0
		return false
	}
	h.run++
	if h.Up && h.run < h.Fall || !h.Up && h.run < h.Rise {
		return false
	}
	h.Up, h.run = good, 0
	return true
}

// A watcher checks one address until its context ends.
type watcher struct {
	checks  Checks
	client  *http.Client
	address string
	changed func(up bool, why error) // called when it became ready or is lost
	doubt   chan struct{}            // holds a token when a request has failed there
}

// newWatcher returns a watcher. Every check opens a connection of its own, as
// a worker that accepts none any more is not ready.
func newWatcher(c Checks, via http.RoundTripper, address string, changed func(bool, error)) *watcher {
	return &watcher{
		checks: c, client: &http.Client{Transport: via, CheckRedirect: noRedirect}, address: address,
		changed: changed, doubt: make(chan struct{}, 1),
	}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// suspect asks for a check at once: a request has failed there. Otherwise a
// worker that refuses everything, and so is always idle, would draw requests
// until the next regular check.
func (w *watcher) suspect() {
	select {
	case w.doubt <- struct{}{}:
	default:
	}
}

// run checks at once, then every period, four times as often until the worker has
// been ready: every one of those is waited for. More often while a change is in doubt.
func (w *watcher) run(ctx context.Context) {
	h := Hysteresis{Rise: w.checks.Rise, Fall: w.checks.Fall}
	born := false
	due := time.NewTimer(0)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-due.C:
		case <-w.doubt:
			if h.run > 0 {
				continue // it is in doubt already
			}
		}
		began := time.Now()
		err := w.check(ctx)
		if ctx.Err() != nil {
			return
		}
		if !wire.IsOwn(err) && h.Add(err == nil) { // the gateway's own lack of files is nothing of the worker
			w.changed(h.Up, err)
		}
		wait := w.checks.Period
		if born = born || h.Up; !born {
			wait /= 4
		}
		if h.run > 0 {
			wait = min(wait/10, w.checks.soon)
		}
		due.Reset(time.Until(began.Add(wait)))
	}
}

// check asks once.
func (w *watcher) check(ctx context.Context) error {
	_, err := w.get(ctx, w.checks.Path)
	return err
}

// get fetches a small answer.
func (w *watcher) get(ctx context.Context, path string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, w.checks.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.address+path, nil)
	if err != nil {
		return nil, err
	}
	a, err := w.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(io.LimitReader(a.Body, 64<<10))
	if err == nil && a.StatusCode/100 != 2 {
		err = fmt.Errorf("%s%s answered %s", w.address, path, a.Status)
	}
	return text, err
}
