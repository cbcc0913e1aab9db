package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/policy"
	"cnv/policy/journal/account"
)

// Kept says which requests leave records that the next run begins with.
func (s *Store) Kept() string {
	if s.o.Observe {
		return ""
	}
	return fmt.Sprintf(" (of at most %d requests a second and class)", account.RowsPerSecond)
}

// record queues the rows of what a request has taken: account.Rows says which.
func (s *Store) record(id policy.RequestID, e *policy.Event, byTime, byKey bool) {
	at := s.o.Origin(e.At)
	i := Item{
		Partition: "recent#" + s.o.Classes[e.Class], Sort: fmt.Sprintf("%013d#%x#%x", at, uint64(e.Key), uint64(id)),
		Expires: time.UnixMilli(at).Add(s.o.Keep),
		Numbers: map[string]float64{"work_s": e.Work, "at_ms": float64(at)},
		Lists:   map[string][]float64{"features": slices.Clone(e.Features[:])},
	}
	s.count(&i, e)
	if byTime {
		if s.o.Observe {
			i.observed = e
		}
		s.writer.add(i)
	}
	if !byKey {
		return
	}
	s.mu.Lock()
	delete(s.absent, e.Key)
	if _, ok := s.asked[e.Key]; ok {
		s.asked[e.Key] = false
	}
	s.mu.Unlock()
	i.Partition, i.Sort, i.observed = s.partition(e.Class, e.Key), sortOf(e.Key), nil
	s.writer.add(i)
}

// shards are the partitions of a class's records by key: DynamoDB takes some
// 1,000 writes per second of one.
const shards = 16

// partition is where the record of a class and key is.
func (s *Store) partition(c policy.ClassID, k policy.Key) string {
	return fmt.Sprintf("work#%s#%x", s.o.Classes[c], uint64(k)%shards)
}

func sortOf(k policy.Key) string { return strconv.FormatUint(uint64(k), 16) }

// lookup asks for the work of a key, unless somebody does already or it is
// known not to be there.
func (s *Store) lookup(c policy.ClassID, k policy.Key) {
	if k == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.lookups.Add(1)
	if _, ok := s.asked[k]; ok || time.Now().Before(s.absent[k]) {
		s.counts.shared.Add(1)
		return
	}
	select {
	case s.slots <- struct{}{}:
	default:
		s.counts.overlooked.Add(1)
		return
	}
	s.asked[k] = true
	s.group.Go(func() { s.ask(c, k) })
}

// ask reads one item and tells the brain what it says.
func (s *Store) ask(c policy.ClassID, k policy.Key) {
	ctx, cancel := context.WithTimeout(s.ctx, s.o.Timeout)
	defer cancel()
	item, ok, err := s.o.Table.Get(ctx, s.partition(c, k), sortOf(k))
	ok = ok && !s.foreign(item)
	<-s.slots
	s.mu.Lock()
	if err == nil && !ok && s.asked[k] {
		s.remember(k)
	}
	delete(s.asked, k)
	s.mu.Unlock()
	if err != nil {
		if s.ctx.Err() == nil {
			s.missed(err)
		}
		return
	}
	e := policy.Event{Kind: policy.Found, Class: c, Key: k}
	if ok {
		s.counts.found.Add(1)
		e.Work, e.At = item.Numbers["work_s"], s.instant(item)
		e.Executed, e.Pool = s.counted(item)
	}
	s.o.Post(e)
}

// missed tells of lookups that failed, not of each.
func (s *Store) missed(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed++; time.Since(s.said) < 10*time.Second {
		return
	}
	s.o.Log.Warn("lookups failed", "lookups", s.failed, "err", err)
	s.failed, s.said = 0, time.Now()
}

// foreign says whether an item is of another run since Options.Since.
func (s *Store) foreign(i Item) bool {
	at := int64(i.Numbers["at_ms"])
	return s.o.Since > 0 && at >= s.o.Since && at < s.o.Origin(0)
}

// instant is when an item was measured, since the start of this run.
func (s *Store) instant(i Item) time.Duration {
	return time.Duration(int64(i.Numbers["at_ms"])-s.o.Origin(0)) * time.Millisecond
}

// mostAbsent bounds the keys that are remembered as absent.
const mostAbsent = 10_000

// remember notes that a key is not there; s.mu is held.
func (s *Store) remember(k policy.Key) {
	if len(s.absent) >= mostAbsent {
		clear(s.absent)
	}
	s.absent[k] = time.Now().Add(s.o.Absent)
}

// Known are records of earlier runs, by class, the newest first.
type Known [][]Item

// Recall gives the n newest requests per class that earlier runs have recorded.
func (s *Store) Recall(ctx context.Context, n int) (Known, error) {
	var out Known
	for _, name := range s.o.Classes {
		items, err := s.o.Table.Recent(ctx, "recent#"+name, n)
		if err != nil {
			return nil, err
		}
		out = append(out, items)
	}
	return out, nil
}

// Warm tells the brain of them, the oldest first, so that estimators begin with
// what they knew. It returns how many they are.
func (s *Store) Warm(known Known) int {
	told := 0
	for c, items := range known {
		for _, i := range slices.Backward(items) {
			_, key, _ := strings.Cut(i.Sort, "#")
			key, _, _ = strings.Cut(key, "#")
			number, err := strconv.ParseUint(key, 16, 64)
			if err != nil {
				continue
			}
			e := policy.Event{Kind: policy.Observed, Class: policy.ClassID(c), Key: policy.Key(number), Work: i.Numbers["work_s"], At: s.instant(i)}
			e.Executed, e.Pool = s.counted(i)
			copy(e.Features[:], i.Lists["features"])
			s.o.Post(e)
			told++
		}
	}
	return told
}
