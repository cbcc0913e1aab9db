package live

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestUnusableTelemetry: what a worker says of itself and nobody can use is told
// once.
func TestUnusableTelemetry(t *testing.T) {
	for _, c := range []struct {
		says  string
		after time.Duration
		told  int
	}{
		{`{"cpu":NaN}`, 0, 1}, {`{"cpu":"half"}`, 0, 1}, {`{"cpu":7}`, 0, 1}, {`{"cpu":-1}`, 0, 1}, {strings.Repeat("[", 1<<20), 0, 1},
		{`{"cpu":0.5,"cpu_used_s":-1,"cpu_capacity_s":1}`, 0, 1}, {`{"cpu":0.5,"cpu_used_s":1,"cpu_capacity_s":-1}`, 0, 1},
		{`{"cpu":0.5}`, 1500 * time.Millisecond, 1}, // they are wanted more often than they come, so none is of use
		{`{"cpu":0.5}`, 0, 0}, {`{"cpu":-1,"cpu_used_s":1,"cpu_capacity_s":3}`, 0, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			var told bytes.Buffer
			f := newFarmWith(t, testConfig(1), nil, 0, func(_ *Options, k *Checks) { k.Telemetry, k.Timeout = time.Second, 3*time.Second }, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/telemetry" {
					select {
					case <-time.After(c.after):
					case <-r.Context().Done():
					}
					io.WriteString(w, c.says)
				}
			}))
			defer f.close()
			f.workers.log = slog.New(slog.NewTextHandler(&told, nil))
			f.static.Initial(0, 1)
			time.Sleep(10 * time.Second)
			f.static.Close() // what it is told is read when nobody writes it any more
			if n := strings.Count(told.String(), "/telemetry"); n != c.told {
				t.Errorf("%.20q: told %d times, want %d:\n%s", c.says, n, c.told, told.String())
			}
		})
	}
}

// TestFailing: what fails every second is told at once, then once a minute with
// how often.
func TestFailing(t *testing.T) {
	var f failing
	var told []int
	for now, i := time.Now(), 0; i < 150; i++ {
		if n := f.failed(now.Add(time.Duration(i) * time.Second)); n > 0 {
			told = append(told, n)
		}
	}
	if len(told) != 3 || told[0] != 1 || told[1] != 60 || told[2] != 60 {
		t.Errorf("told of %v failures, want 1, 60, 60", told)
	}
}
