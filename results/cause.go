package results

import "time"

// A missCause is why a request was missed that an idle worker would have answered in time. Each
// such request has one cause, the first below that applies.
type missCause uint8

const (
	missRefused missCause = iota
	missLost
	missCold
	missBoot
	missQueueing

	missCauses = iota
)

// missCauseTexts are the name of each cause in columns, and what it is.
var missCauseTexts = [missCauses][2]string{
	missRefused:  {"refused", "refused with 429 or 503"},
	missLost:     {"lost", "answered with an error, as attempts failed"},
	missCold:     {"cold", "answered late by a call that waited for INIT"},
	missBoot:     {"boot", "late, left by their client or unfinished, with VMs launching or booting meanwhile: at a point of the timeline while they were in the system, or at the last point before they ended"},
	missQueueing: {"queueing", "likewise, with none on its way: they waited, or shared a machine with too many others"},
}

// A booting is what the timeline says of VMs that are not ready yet.
type booting struct {
	now  bool          // at the last point some were launching or booting
	last time.Duration // the last point at which some were; 0 none
}

// tick takes a point of the timeline.
func (b *booting) tick(s *Sample) {
	if b.now = s.Booting > 0; b.now {
		b.last = s.At
	}
}

// causeOf is why a request was missed that has just ended and that an idle worker would have
// answered in time.
func (r *Run) causeOf(q *Request) missCause {
	switch {
	case q.Ending == Rejected:
		return missRefused
	case q.Ending == Failed:
		return missLost
	case q.Ending == Answered && q.Cold:
		return missCold
	case r.boots.now || r.boots.last > 0 && r.boots.last >= q.Arrival:
		return missBoot
	}
	return missQueueing
}

// missColumns are the avoidable misses by cause; they add up to missed_avoidable.
func missColumns() []Column {
	var out []Column
	for k, t := range missCauseTexts {
		out = append(out, Column{"missed_" + t[0], "1", "avoidable misses: " + t[1], LowerIsBetter, events(func(s *summary) float64 { return s.causes[k] })})
	}
	return out
}
