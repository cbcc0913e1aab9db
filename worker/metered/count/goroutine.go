package count

import "unsafe"

// Enter begins a goroutine that one with shard s started: it gives it a shard
// of its own, which Leave gives back.
func Enter(s *Shard) *Shard {
	if s.request == nil {
		return new(Shard)
	}
	s = s.request.take()
	setLabels(unsafe.Pointer(s))
	return s
}

// Leave ends what Enter began. What the goroutine counted stays in the shard,
// which the next goroutine of the request counts on in.
func Leave(s *Shard) {
	if r := s.request; r != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.idle = append(r.idle, s)
	}
}

// Spawn is f for a function of the standard library that will run it on
// another goroutine.
func Spawn(s *Shard, f func()) func() {
	return func() {
		s := Enter(s)
		defer Leave(s)
		f()
	}
}

// Fork lets the goroutine that the caller, whose shard is s, starts before
// Back inherit a shard of its own, and returns the labels that Back restores.
func Fork(s *Shard) (labels unsafe.Pointer) {
	labels = getLabels()
	if s.request != nil {
		setLabels(unsafe.Pointer(s.request.take()))
	}
	return labels
}

// Back ends what Fork began.
func Back(labels unsafe.Pointer) { setLabels(labels) }
