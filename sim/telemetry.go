package sim

import (
	"time"

	"cnv/policy"
)

// A reading is how busy a VM had been up to an instant.
// The difference of two readings is exact, however many requests came and went between them.
type reading struct {
	at   time.Duration // -1: it was never read
	busy float64       // core-nanoseconds since it came
}

// A report is a VM's utilisation on its way to the gateway.
// cpu is the share of all cores, in [0, 1].
type report struct {
	due time.Duration
	vm  policy.WorkerID
	as  time.Duration // the instant it describes
	cpu float64
	to  uint8 // gateway
	n   int32 // requests there, as policy.Config.Sight wants
}

// transit is the least time a report takes: the timers of the gateway at the
// instant that a report describes cannot know it, as live, where it crosses a network.
const transit = time.Nanosecond

// firstReport is when workers are first read: at the phase, or a period after the
// start, when there would be nothing to read yet.
func firstReport(cfg *Config) time.Duration {
	if cfg.TelemetryPhase > 0 {
		return cfg.TelemetryPhase
	}
	return cfg.TelemetryPeriod
}

// measure reads every VM that is in service and answers, at the phase after a
// multiple of the period, as the live gateway does, and sets the next measurement. A report is
// the difference of two readings one period apart: it covers exactly that
// period, so a VM that became ready within one first reports after the next.
// A worker that hangs or cannot be reached does not answer the question, as live; one that
// crashed is no longer there. A report that does not come leaves out the next as well, as live:
// nothing was read at the beginning of its period.
func (w *world) measure() {
	period := w.cfg.TelemetryPeriod
	for _, v := range w.alive {
		if v.state != policy.StateReady || v.ready == w.now || v.hung || w.now < max(v.cut, v.mute, w.muted) {
			continue
		}
		v.advance(w.now)
		last := v.read
		v.read = reading{w.now, v.busy}
		if last.at < 0 || w.now-last.at != period {
			continue
		}
		w.report(report{
			due: w.now + max(w.cfg.TelemetryDelay, transit), vm: v.id, as: w.now,
			cpu: min((v.busy-last.busy)/(float64(period)*float64(v.cores)), 1),
		})
	}
	w.nextReport()
	w.set(w.reportTick, w.now+period)
}

// nextReport sets the timer of the next report that arrives.
func (w *world) nextReport() {
	if w.reports.Len() > 0 {
		w.setAs(news, w.reportDue, w.reports.Front().due)
	}
}

// arriveReports hands over the reports that are due.
func (w *world) arriveReports() {
	for w.reports.Len() > 0 && w.reports.Front().due <= w.now {
		r := w.reports.Pop()
		w.tell(r.to, policy.Event{Kind: policy.Telemetry, Worker: r.vm, At: r.as, CPU: r.cpu, N: r.n})
	}
	w.nextReport()
}
