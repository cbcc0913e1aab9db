package serve

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/serve/cpu"
	"cnv/worker/serve/run"
	"cnv/worker/spin"
)

// A silent listener is never dialled.
type silent struct{ closed chan struct{} }

func (l *silent) Accept() (net.Conn, error) { <-l.closed; return nil, net.ErrClosed }
func (l *silent) Close() error              { close(l.closed); return nil }
func (l *silent) Addr() net.Addr            { return &net.TCPAddr{} }

func TestLonelyServersEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options(newGate())
		o.Lonely = 10 * time.Second
		s, l := New(o), &silent{make(chan struct{})}
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(t.Context(), l) }()
		for range 5 { // somebody asks for its health
			time.Sleep(8 * time.Second)
			s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/readyz", nil))
		}
		select {
		case err := <-ended:
			t.Fatalf("ended while it was asked: %v", err)
		default:
		}
		asked := time.Now()
		if err := <-ended; err != nil || time.Since(asked) > 12*time.Second {
			t.Errorf("ended %v after the last question, %v", time.Since(asked), err)
		}
	})
}

func TestOccupiedTimeIsUtilisation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var o run.Occupied
		g := cpu.Gauge{Source: o.Source(2), Samples: 1}
		r := run.Runner{Plain: map[string]kernel.Func{"sleep": spin.Sleep}, Occupied: &o}
		g.Sample()
		var group sync.WaitGroup
		group.Go(func() {
			if res := r.Do(t.Context(), "sleep", url.Values{"ms": {"500"}}, "", nil); res.Use.CPU != 500*time.Millisecond {
				t.Errorf("a sleep of 500 ms is told as %v of CPU time", res.Use.CPU)
			}
		})
		time.Sleep(time.Second)
		g.Sample()
		group.Wait()
		if u := g.Utilisation(); u != 0.25 {
			t.Errorf("half a second of two cores in one: %g, want 0.25", u)
		}
	})
}
