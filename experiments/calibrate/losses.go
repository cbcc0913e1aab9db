package calibrate

import (
	"fmt"
	"time"

	"cnv/policy"
)

// A Loss is a worker that was ready and ended though nobody had terminated it.
type Loss struct {
	At     time.Duration // when something went wrong with it
	Told   time.Duration // when the gateway was told
	Notice time.Duration // when it was told that it would be; never: it was not
	Hang   bool          // requests there got nowhere, instead of failing
	Idle   bool          // nothing was there that could fail
}

const (
	// soonest is how long health checks take to notice a worker that is gone, by default.
	soonest = 2500 * time.Millisecond
	// longestFailing is how long before its end a worker may have begun to fail for that reason.
	longestFailing = 30 * time.Second
)

// health notes how an attempt ended.
func (w *host) health(now time.Duration, status policy.Status) {
	switch {
	case status == policy.OK:
		w.well, w.failing = now, never
	case status == policy.Error && w.failing == never:
		w.failing = now
	}
}

// loss is what was seen of the end of a worker: it went wrong when the first of the attempts
// failed of which none was answered after; where some got nowhere, not before its last
// answer.
func (w *host) loss(now time.Duration) Loss {
	l := Loss{At: now, Told: now, Notice: w.notice}
	switch {
	case w.notice != never:
		l.At = w.until
	case w.failing != never && w.failing < now && now-w.failing <= longestFailing:
		l.At = w.failing
	case len(w.in) > 0:
		l.Hang, l.At = true, max(w.well, w.in[0].Begin, now-soonest)
	default:
		l.Idle = true
	}
	return l
}

// fitLosses makes a fault of each worker that was lost during the arrivals, where the
// experiment has none: one of yesterday is part of yesterday, under any policy.
func (s *Seen) fitLosses(f *Fits) {
	if _, own := s.File["fault"]; own || len(s.Lost) == 0 {
		return
	}
	n := 0
	for _, l := range s.Lost {
		from := l.At
		if l.Notice != never {
			from = l.Notice
		}
		if from -= s.Start; from < 0 || l.At > s.Last {
			continue
		}
		table, kind := fmt.Sprintf("fault.%d", n), `"crash"`
		n++
		f.knows(table, "at", fmt.Sprintf("%q", from), 1, "a worker was lost that nobody had terminated, of which the gateway was told at %s; which one another policy would have had there is not known, so any is hit", l.Told-s.Start)
		switch {
		case l.Notice != never:
			kind = `"spot"`
			f.knows(table, "notice", fmt.Sprintf("%q", l.At-l.Notice), 1, "from the notice to the end")
		case l.Hang:
			kind = `"hang"`
			f.knows(table, "noticed", fmt.Sprintf("%q", l.Told-l.At), 1, "from its last answer, at most %s, until the gateway was told; no request failed before", soonest)
		default:
			f.knows(table, "noticed", fmt.Sprintf("%q", l.Told-l.At), 1, "%s", noticed(l.Idle))
			f.knows(table, "failed", `"0s"`, 1, "within noticed")
		}
		f.knows(table, "kind", kind, 1, "by what its requests saw")
	}
}

// noticed says what is known of the time until a crash was noticed.
func noticed(idle bool) string {
	if idle {
		return "no request was there, so when it happened was not seen"
	}
	return "from the first request that failed there until the gateway was told"
}
