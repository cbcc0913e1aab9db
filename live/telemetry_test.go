package live

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestMeter: a report is the difference of two readings one period apart.
func TestMeter(t *testing.T) {
	const none = -1
	m := meter{period: 10 * time.Second, at: -1}
	for _, c := range []struct {
		at   time.Duration // s
		r    Report
		want float64
	}{
		{10, Report{Used: 5, Capacity: 100, CPU: 0.9}, none}, // nothing before
		{20, Report{Used: 9, Capacity: 120, CPU: 0.9}, 0.2},
		{30, Report{Used: 9, Capacity: 140, CPU: 0.9}, 0},
		{40, Report{Used: 30, Capacity: 160}, 1},    // more than there was: clocks differ
		{60, Report{Used: 50, Capacity: 200}, none}, // that of 50 s is missing
		{70, Report{Used: 60, Capacity: 220}, 0.5},
		{80, Report{Used: 70, Capacity: 240, Instance: "b"}, none}, // another process
		{90, Report{Used: 80, Capacity: 260, Instance: "b"}, 0.5},
		{100, Report{Used: 5, Capacity: 270, Instance: "b"}, none}, // they began again
		{110, Report{Used: 10, Capacity: 20, Instance: "b"}, none},
		{120, Report{Used: 15, Capacity: 40, Instance: "b"}, 0.25},
		{130, Report{CPU: 0.7}, 0.7}, // it does not count: as it is
		{140, Report{Used: 15, Capacity: 80, CPU: 0.7}, none},
		{160, Report{CPU: 0.7}, none},
	} {
		cpu, ok := m.read(c.at*time.Second, &c.r)
		if ok != (c.want != none) || ok && math.Abs(cpu-c.want) > 1e-12 {
			t.Errorf("at %d s: %v, %v, want %v", c.at, cpu, ok, c.want)
		}
	}
}

// reported are the reports that a brain was told.
type reported []string

func (r *reported) Add(now time.Duration, e *policy.Event, _ []policy.Command) {
	if e.Kind == policy.Telemetry {
		*r = append(*r, fmt.Sprintf("w%d: %.2f of %v at %v", e.Worker, e.CPU, e.At, now))
	}
}

// A teller is a worker of two cores that says how it is after a delay, and is
// busy with one of them from the 12th second of the test on.
type teller struct {
	began   time.Time
	delay   time.Duration
	foreign bool        // says only a utilisation
	silent  atomic.Bool // does not answer
}

func (w *teller) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/telemetry" {
		return
	}
	if w.silent.Load() {
		<-r.Context().Done()
		return
	}
	if w.foreign {
		fmt.Fprint(out, `{"cpu":0.4}`)
		return
	}
	now := time.Since(w.began)
	fmt.Fprintf(out, `{"cpu":0.99,"cpu_used_s":%v,"cpu_capacity_s":%v}`, max(0, now-12*time.Second).Seconds(), 2*(time.Hour+now).Seconds())
	out.(http.Flusher).Flush()
	time.Sleep(w.delay)
}

// TestReportsCoverTheirPeriod: of 10 s, at 10, 20, ... s of the run, whenever a
// worker became ready. The first report is of its first whole period; where one
// is missing, so is the next.
func TestReportsCoverTheirPeriod(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard reported
		began := time.Now().Add(3 * time.Millisecond) // newFarmWith starts three workers
		counts := &teller{began: began, delay: time.Millisecond}
		silent := &teller{began: began}
		foreign := &teller{foreign: true}
		f := newFarmWith(t, testConfig(4), &heard, 3, func(o *Options, c *Checks) {
			c.Telemetry, c.Fall = 10*time.Second, 100
			o.Brain.Hold()
		}, counts, silent, foreign, &teller{began: began})
		defer f.close()
		f.brain.Begin()
		time.AfterFunc(25*time.Second, func() { silent.silent.Store(true) })
		time.AfterFunc(35*time.Second, func() { silent.silent.Store(false) })
		time.Sleep(15 * time.Second)
		f.static.Initial(0, 1)
		time.Sleep(46 * time.Second)
		f.static.Close()
		f.brain.Do(func(*policy.Controller) {
			var want []string
			for _, c := range []struct {
				worker, at, ms int
				cpu            float64
			}{
				{0, 10, 1, 0}, {0, 20, 1, 0.4}, {0, 30, 1, 0.5}, {0, 40, 1, 0.5}, {0, 50, 1, 0.5}, {0, 60, 1, 0.5},
				{1, 10, 0, 0}, {1, 20, 0, 0.4}, {1, 50, 0, 0.5}, {1, 60, 0, 0.5}, // 30 s is missing
				{2, 10, 0, 0.4}, {2, 20, 0, 0.4}, {2, 30, 0, 0.4}, {2, 40, 0, 0.4}, {2, 50, 0, 0.4}, {2, 60, 0, 0.4},
				{3, 30, 0, 0.5}, {3, 40, 0, 0.5}, {3, 50, 0, 0.5}, {3, 60, 0, 0.5}, // ready at 15 s
			} {
				at := time.Duration(c.at) * time.Second
				want = append(want, fmt.Sprintf("w%d: %.2f of %v at %v", c.worker, c.cpu, at, at+time.Duration(c.ms)*time.Millisecond))
			}
			slices.SortStableFunc(heard, func(a, b string) int { return cmp.Compare(a[:2], b[:2]) })
			if !slices.Equal(heard, want) {
				t.Errorf("reports\n%s\nwant\n%s", strings.Join(heard, "\n"), strings.Join(want, "\n"))
			}
		})
	})
}

// TestAskedAt: at multiples of the period, and every 5 s for notices.
func TestAskedAt(t *testing.T) {
	const s = time.Second
	for _, c := range []struct {
		period, after, at time.Duration
		telemetry         bool
	}{
		{s, 0, s, true}, {s, 1500 * time.Millisecond, 2 * s, true}, {s, 4 * s, 5 * s, true},
		{10 * s, 0, 5 * s, false}, {10 * s, 5 * s, 10 * s, true}, {10 * s, 10 * s, 15 * s, false},
		{7 * s, 5 * s, 7 * s, true}, {7 * s, 7 * s, 10 * s, false},
		{time.Minute, 55 * s, time.Minute, true}, {-1, 55 * s, time.Minute, false},
	} {
		checks := Checks{Telemetry: c.period}
		if at, telemetry := checks.ask(c.after); at != c.at || telemetry != c.telemetry {
			t.Errorf("telemetry every %v, after %v: %v (%v), want %v (%v)", c.period, c.after, at, telemetry, c.at, c.telemetry)
		}
	}
}
