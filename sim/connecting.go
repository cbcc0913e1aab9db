package sim

import "time"

// connects is the instant at which a connection opened at now is accepted or
// refused: its first packets are lost while the system boots and are sent again
// after 1, 3, 7, 15, 31 and 63 s (RFC 6298 and Linux's tcp_syn_retries = 6). Where
// none was heard it fails after 127 s.
func (v *vm) connects(now time.Duration) (at time.Duration, heard bool) {
	at = now
	wait := time.Second
	for range 7 {
		if at >= v.up {
			return at, true
		}
		at += wait
		wait *= 2
	}
	return at, false
}
