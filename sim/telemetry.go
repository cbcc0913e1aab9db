package sim

import (
	"time"

	"cnv/policy"
)

// A report is a VM's utilisation on its way to the gateway.
type report struct {
	due time.Duration
	vm  policy.WorkerID
	as  time.Duration // the instant it describes
	cpu float64
}

// measure lets every VM that answers report its utilisation since its last
// report, and sets the next measurement.
func (w *world) measure() {
	period := w.cfg.TelemetryPeriod
	for _, v := range w.alive {
		if w.now < v.answers || v.hung {
			continue
		}
		v.advance(w.now)
		cpu := (v.busy - v.reported) / (float64(period) * float64(v.cores))
		v.reported = v.busy
		r := report{due: w.now + w.cfg.TelemetryDelay, vm: v.id, as: w.now, cpu: min(cpu, 1)}
		if w.cfg.TelemetryDelay == 0 {
			w.deliverReport(r)
			continue
		}
		w.reports.Push(r)
	}
	if w.reports.Len() > 0 {
		w.set(w.reportDue, w.reports.Front().due)
	}
	w.set(w.reportTick, w.now+period)
}

// arriveReports hands over the reports that are due.
func (w *world) arriveReports() {
	for w.reports.Len() > 0 && w.reports.Front().due <= w.now {
		w.deliverReport(w.reports.Pop())
	}
	if w.reports.Len() > 0 {
		w.set(w.reportDue, w.reports.Front().due)
	}
}

func (w *world) deliverReport(r report) {
	w.pending.Push(policy.Event{Kind: policy.Telemetry, Worker: r.vm, At: r.as, CPU: r.cpu})
}

// A deadline is a client's patience.
type deadline struct {
	at time.Duration
	id policy.RequestID
}

// leave lets the clients go whose patience is over.
func (w *world) leave() {
	for w.deadlines.Len() > 0 && w.deadlines.Front().at <= w.now {
		d := w.deadlines.Pop()
		if s := w.requests.Find(d.id); s >= 0 && !w.requests.At(s).ended {
			w.give(s)
		}
	}
	w.nextDeadline()
}

// nextDeadline sets the timer for the oldest client that still waits.
func (w *world) nextDeadline() {
	for w.deadlines.Len() > 0 {
		d := w.deadlines.Front()
		if s := w.requests.Find(d.id); s >= 0 && !w.requests.At(s).ended {
			w.set(w.patience, d.at)
			return
		}
		w.deadlines.Pop()
	}
}
