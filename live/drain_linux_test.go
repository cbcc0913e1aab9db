package live

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cnv/internal/testtime"
	"cnv/live/host"
)

// TestDrainLosesNothing: clients that keep connections, and clients that open one for each
// request, lose nothing while a gateway goes: every request is answered, or its connection
// was refused or never opened, so that it was not sent.
func TestDrainLosesNothing(t *testing.T) {
	var sent, lost atomic.Int64
	const requests = 100
	for round := range int64(5) {
		f := newFarm(t, testConfig(1), plain, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Millisecond) }))
		l, err := host.Or(nil).Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		g := &Guard{Listener: l}
		s := NewServer(f.gateway, nil)
		go s.Serve(g)
		ctx, stop := context.WithCancel(t.Context())
		var group sync.WaitGroup
		for i := range 40 {
			group.Go(func() {
				tr := &http.Transport{DisableKeepAlives: i%2 == 0, DialContext: (&net.Dialer{Timeout: 500 * time.Millisecond}).DialContext}
				defer tr.CloseIdleConnections()
				for ctx.Err() == nil {
					r, _ := http.NewRequest("POST", "http://"+l.Addr().String()+"/spin", nil)
					a, err := tr.RoundTrip(r)
					var dial *net.OpError
					switch {
					case err == nil:
						a.Body.Close()
						sent.Add(1)
					case errors.As(err, &dial) && dial.Op == "dial", errors.Is(err, syscall.ECONNREFUSED):
						return // it was not sent
					default:
						lost.Add(1)
						t.Log(err)
					}
					if i%2 == 1 {
						time.Sleep(rand.N(400 * time.Millisecond))
					}
				}
			})
		}
		testtime.Until(t, "requests are answered", func() bool { return sent.Load()+lost.Load() >= (round+1)*requests })
		if err := Shutdown(ctx, s, f.gateway, g, 200*time.Millisecond); err != nil {
			t.Error(err)
		}
		stop()
		group.Wait()
		f.close()
	}
	if lost.Load() > 0 {
		t.Errorf("%d of %d requests lost", lost.Load(), sent.Load()+lost.Load())
	}
	t.Logf("%d requests", sent.Load())
}
