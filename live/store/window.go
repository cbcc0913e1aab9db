package store

import (
	"fmt"
	"time"

	"cnv/policy"
)

// A window is what one worker did within one second.
type window struct {
	done, failed, cold float64 // attempts
	work, cpu          float64
	samples            float64 // of cpu
}

// observe counts an attempt's end or a report, and closes the windows of the
// second before.
func (s *Store) observe(now time.Duration, e *policy.Event) {
	if e.Kind != policy.Done && e.Kind != policy.Telemetry {
		return
	}
	if second := s.o.Origin(now) / 1000; second != s.second {
		s.flush()
		s.second = second
	}
	id := e.Worker
	if e.Kind == policy.Done {
		id = policy.NoWorker // the fleet's: what ran where is not told
	}
	w := s.windows[id]
	if w == nil {
		w = &window{}
		s.windows[id] = w
	}
	switch {
	case e.Kind == policy.Telemetry:
		w.cpu += e.CPU
		w.samples++
	case e.Status == policy.OK:
		w.done++
		w.work += e.Work
		if e.Cold {
			w.cold++
		}
	default:
		w.failed++
	}
}

// flush queues the windows of the current second.
func (s *Store) flush() {
	at := s.second * 1000
	for id, w := range s.windows {
		i := Item{
			Partition: fmt.Sprintf("run#%s#w#%d", s.o.Run, id), Sort: fmt.Sprintf("%013d", at),
			Expires: time.UnixMilli(at).Add(s.o.Keep),
			Numbers: map[string]float64{"done": w.done, "failed": w.failed, "cold": w.cold, "work_s": w.work},
		}
		if id == policy.NoWorker {
			i.Partition = "run#" + s.o.Run + "#fleet"
		}
		if w.samples > 0 {
			i.Numbers["cpu"] = w.cpu / w.samples
		}
		s.writer.add(i)
	}
	clear(s.windows)
}
