package policy

import "time"

// meterSpan is how far back ScaleView.Concurrency can look, in marks one second apart.
const meterSpan = 20 * 60

// A meter adds up the number of requests in the system over time. It runs from when it
// is first asked: a run whose scaler does not ask pays nothing.
type meter struct {
	on    bool
	begun time.Duration
	last  time.Duration          // the instant that sum is of
	sum   float64                // request-seconds from begun to last
	marks [meterSpan + 1]float64 // sum at whole seconds. Invariant: mark i is that of the latest second up to last that is i modulo their number
}

// start begins to count.
func (m *meter) start(now time.Duration) {
	m.on, m.begun, m.last = true, now, now
}

// pass counts n requests in the system from last until now.
func (m *meter) pass(now time.Duration, n int) {
	second := m.last/time.Second + 1
	if end := now / time.Second; end-second > meterSpan { // only the last ones can be asked for
		m.sum += float64(n) * inSeconds((end-meterSpan)*time.Second-m.last)
		m.last = (end - meterSpan) * time.Second
		second = end - meterSpan
	}
	for ; second*time.Second <= now; second++ {
		m.sum += float64(n) * inSeconds(second*time.Second-m.last)
		m.last = second * time.Second
		m.marks[second%(meterSpan+1)] = m.sum
	}
	m.sum += float64(n) * inSeconds(now-m.last)
	m.last = now
}

// at is the sum at an instant up to last, linear within a second.
// t must not be before the oldest mark.
func (m *meter) at(t time.Duration) float64 {
	if t <= m.begun {
		return 0
	}
	from, to := t.Truncate(time.Second), t.Truncate(time.Second)+time.Second
	before, after := 0.0, m.sum
	if from > m.begun {
		before = m.marks[from/time.Second%(meterSpan+1)]
	} else {
		from = m.begun
	}
	if to <= m.last {
		after = m.marks[to/time.Second%(meterSpan+1)]
	} else {
		to = m.last
	}
	if to == from {
		return after
	}
	return before + (after-before)*float64(t-from)/float64(to-from)
}

// over is the mean over the last window, of what was counted.
func (m *meter) over(now, window time.Duration, n int) float64 {
	m.pass(now, n)
	from := max(now-min(window, meterSpan*time.Second-time.Second), m.begun)
	if from >= now {
		return float64(n)
	}
	return (m.sum - m.at(from)) / inSeconds(now-from)
}

// InFlight is the requests in the system: at workers, on functions, and waiting.
func (v *ScaleView) InFlight() int { return v.c.table.Len() * v.c.cfg.gateways() }

// Concurrency is the mean over time of InFlight over the last window (at most 20 minutes
// less a second, and less where it is asked for the first time: it is counted from then
// on). It is exact where the window begins at a whole second, and linear between two of
// them. O(seconds since the last change).
func (v *ScaleView) Concurrency(window time.Duration) float64 {
	m := &v.c.meter
	if !m.on {
		m.start(v.Now)
	}
	return m.over(v.Now, window, v.c.table.Len()) * float64(v.c.cfg.gateways())
}

// Reported is the mean of the utilisation reports of a worker that describe an instant in
// (from, to], at most [SampleSpan] ago; false if there is none. O(reports since from).
func (v *ScaleView) Reported(w WorkerID, from, to time.Duration) (mean float64, ok bool) {
	return v.f.workers[w].reported(from, to)
}

// recount is called before the number of requests in the system changes.
func (c *Controller) recount() {
	if c.meter.on {
		c.meter.pass(c.now, c.table.Len())
	}
}
