package live

import (
	"context"
	"io"
	"net/http"
	"sync"
	"testing"

	"cnv/policy"
)

// ready waits until the farm's one worker is.
func (f *farm) ready() {
	f.t.Helper()
	eventually(f.t, "a worker", func() bool {
		n := 0
		f.brain.Do(func(k *policy.Controller) { n = len(k.View().Ready()) })
		return n == 1
	})
}

// TestManySlowReadersHoldLittle: 560 readers of one address that take nothing hold at most half of
// the memory that answers may have, not the 56 MB that they ask for; another address is served.
func TestManySlowReadersHoldLittle(t *testing.T) {
	const limit = 8 << 20
	f := newFarm(t, testConfig(1), func(o *Options, k *Checks) { o.Memory, k.Telemetry = limit, -1 }, http.HandlerFunc(sizes))
	defer f.close()
	_, addr := f.onLoopback(0)
	f.ready()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	var group sync.WaitGroup
	for range 560 {
		group.Go(func() {
			r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/spin/100000", nil)
			if a, err := from(t, "127.0.0.1", false).Do(r); err == nil {
				<-ctx.Done()
				a.Body.Close()
			}
		})
	}
	eventually(t, "they hold a part", func() bool { return f.gateway.Held() > limit/4 })
	for range 20 {
		a, err := from(t, "127.0.0.2", false).Get("http://" + addr + "/spin/100")
		if err != nil {
			t.Fatalf("another address: %v", err)
		}
		if text, err := io.ReadAll(a.Body); a.StatusCode != http.StatusOK || len(text) != 100 || err != nil {
			t.Errorf("another address: %d, %d bytes, %v", a.StatusCode, len(text), err)
		}
		a.Body.Close()
		if held := f.gateway.Held(); held > limit/2+1<<20 {
			t.Errorf("%d bytes are held, half of %d may be", held, limit)
		}
	}
	leave()
	group.Wait()
	eventually(t, "nothing is held", func() bool { return f.gateway.InFlight() == 0 && f.gateway.Held() == 0 })
}
