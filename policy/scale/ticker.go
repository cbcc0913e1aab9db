package scale

import "time"

// A ticker says when something is due that happens less often than decisions. The zero
// value is due at once.
type ticker struct{ next time.Duration }

// due says whether it is due: at first, and then at multiples of the period since the start
// of the run, also where decisions come late.
func (t *ticker) due(now, period time.Duration) bool {
	if now < t.next {
		return false
	}
	t.next = now - (now-t.next)%period + period
	return true
}
