package store

import (
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
)

// A window is what one worker, all functions (account.OnFunction), or all of them
// (policy.NoWorker) did within one second.
type window struct {
	done, failed, cold float64 // attempts
	work, cpu          float64
	samples            float64 // of cpu
	took               [buckets]float64
}

// Attempts, and in the rows of the fleet whole requests, are counted by the
// time they took: bucket i ends at 1 ms times 2^(i/2), the last one never.
const buckets = 42

func bucket(took time.Duration) int {
	if took <= time.Millisecond {
		return 0
	}
	return min(int(math.Ceil(2*math.Log2(took.Seconds()*1000))), buckets-1)
}

// header is the item that says what the rows of the run are about.
func (s *Store) header() Item {
	at := s.o.Origin(0)
	var bounds []float64
	for i := range buckets - 1 {
		bounds = append(bounds, math.Pow(2, float64(i)/2)/1000)
	}
	return Item{
		Partition: "run#" + s.o.Run, Sort: "meta", Expires: time.UnixMilli(at).Add(s.o.Keep), Texts: s.o.About,
		Numbers: map[string]float64{"start_ms": float64(at)}, Lists: map[string][]float64{"took_bounds_s": bounds},
	}
}

// turn closes the windows of the second before.
func (s *Store) turn(now time.Duration) {
	if second := s.o.Origin(now) / 1000; second != s.second {
		s.flush()
		s.second = second
	}
}

// window is the current one of a worker.
func (s *Store) window(id policy.WorkerID) *window {
	w := s.windows[id]
	if w == nil {
		w = &window{}
		s.windows[id] = w
	}
	return w
}

// reported counts a worker's report.
func (s *Store) reported(e *policy.Event) {
	w := s.window(e.Worker)
	w.cpu += e.CPU
	w.samples++
}

// ended counts an attempt, where it ran and for all.
func (s *Store) ended(now time.Duration, r account.Running, e *policy.Event) {
	s.window(r.On).took[bucket(now-r.Since)]++
	for _, id := range [...]policy.WorkerID{r.On, policy.NoWorker} {
		w := s.window(id)
		if e.Status != policy.OK {
			w.failed++
			continue
		}
		w.done++
		w.work += e.Work
		if e.Cold {
			w.cold++
		}
	}
}

// answered counts a request by its response time.
func (s *Store) answered(took time.Duration) { s.window(policy.NoWorker).took[bucket(took)]++ }

// flush queues the windows of the current second.
func (s *Store) flush() {
	s.rows.NextSecond()
	at := s.second * 1000
	for id, w := range s.windows {
		i := Item{
			Sort: fmt.Sprintf("%013d", at), Expires: time.UnixMilli(at).Add(s.o.Keep),
			Numbers: map[string]float64{"done": w.done, "failed": w.failed, "cold": w.cold, "work_s": w.work},
		}
		switch id {
		case policy.NoWorker:
			i.Partition = "run#" + s.o.Run + "#fleet"
		case account.OnFunction:
			i.Partition = "run#" + s.o.Run + "#functions"
		default:
			i.Partition = fmt.Sprintf("run#%s#w#%d", s.o.Run, id)
		}
		if w.samples > 0 {
			i.Numbers["cpu"] = w.cpu / w.samples
		}
		n := buckets
		for n > 0 && w.took[n-1] == 0 {
			n--
		}
		if n > 0 {
			i.Lists = map[string][]float64{"took": w.took[:n]}
		}
		s.writer.add(i)
	}
	clear(s.windows)
}
