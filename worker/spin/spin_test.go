package spin

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"cnv/worker/kernel"
)

func request(ms string) *kernel.Request {
	return &kernel.Request{Query: url.Values{"ms": {ms}}, Limits: kernel.Default}
}

// TestSpinIsTheSameWorkEverywhere: the answer is the state after as many rounds
// as the request says, counted here one by one.
func TestSpinIsTheSameWorkEverywhere(t *testing.T) {
	for _, c := range []struct {
		ms     string
		rounds int
	}{{"0", 0}, {"0.001", 433}, {"1", 433_000}, {"2.5", 1_082_500}} {
		x := uint64(0x9E3779B97F4A7C15)
		for range c.rounds {
			x ^= x << 13
			x ^= x >> 7
			x ^= x << 17
		}
		a, err := Spin(t.Context(), request(c.ms))
		if want := string(text("%016x\n", x).Body); err != nil || string(a.Body) != want {
			t.Errorf("spin %s ms = %q, %v, want %q", c.ms, a.Body, err, want)
		}
	}
}

func TestSleepTakesItsTime(t *testing.T) {
	began := time.Now()
	if a, err := Sleep(t.Context(), request("20.5")); err != nil || string(a.Body) != "20.5ms\n" {
		t.Errorf("sleep = %q, %v", a.Body, err)
	}
	if took := time.Since(began); took < 20*time.Millisecond {
		t.Errorf("slept for %v, want at least 20.5ms", took)
	}
}

func TestWhatCannotBeAskedIsRefused(t *testing.T) {
	for _, ms := range []string{"", "x", "-1", "NaN", "+Inf", "600001", "1e9"} {
		for name, k := range map[string]kernel.Func{"spin": Spin, "sleep": Sleep} {
			_, err := k(t.Context(), request(ms))
			if bad := (*kernel.Error)(nil); !errors.As(err, &bad) || bad.Status != 400 {
				t.Errorf("%s ms=%q: %v, want a bad request", name, ms, err)
			}
		}
	}
}

func TestTheyEndWithTheirContext(t *testing.T) {
	for name, k := range map[string]kernel.Func{"spin": Spin, "sleep": Sleep} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		began := time.Now()
		_, err := k(ctx, request("60000"))
		cancel()
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took > 5*time.Second {
			t.Errorf("%s: %v after %v, want the deadline's error after 20ms", name, err, took)
		}
	}
}

// BenchmarkSpin is how far a millisecond of spin is from one on this machine.
func BenchmarkSpin(b *testing.B) {
	for b.Loop() {
		if _, err := Spin(context.Background(), request("1")); err != nil {
			b.Fatal(err)
		}
	}
}
