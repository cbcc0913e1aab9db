package policy

import (
	"testing"
	"time"
)

// TestReclaimIsAwaited: a worker that will be taken away is drained, and is
// terminated only where it is still there a minute after its time.
func TestReclaimIsAwaited(t *testing.T) {
	notice := Event{Kind: WorkerNotice, Worker: 0, At: 120 * time.Second}
	drained := Event{Kind: WorkerDrained, Worker: 0}
	for _, c := range []struct {
		name string
		play func(*lab)
	}{
		{"taken away", func(l *lab) {
			l.step(1, notice, "drain w0, wake 3m0s")
			l.step(1, drained, "")
			l.step(121, Event{Kind: WorkerLost, Worker: 0}, "")
			l.step(200, Event{Kind: Wake}, "")
		}},
		{"not taken away", func(l *lab) {
			l.step(1, notice, "drain w0, wake 3m0s")
			l.step(1, drained, "")
			l.step(180, Event{Kind: Wake}, "terminate w0")
		}},
		{"not taken away, idle late", func(l *lab) {
			l.step(0, arrival(0), "r0.0 -> w0")
			l.step(1, notice, "drain w0, wake 3m0s")
			l.step(180, Event{Kind: Wake}, "")
			l.step(181, ended(0, 0, OK), "deliver r0.0")
			l.step(181, drained, "terminate w0")
		}},
		{"drained before", func(l *lab) {
			l.step(0, Event{Kind: Resize, N: 0}, "drain w0")
			l.step(1, notice, "wake 3m0s")
			l.step(2, drained, "")
		}},
		{"its time has come", func(l *lab) {
			l.step(120, notice, "drain w0, wake 3m0s")
			l.step(120, drained, "")
			l.step(120, Event{Kind: WorkerLost, Worker: 0}, "")
		}},
		{"its time is past", func(l *lab) {
			l.step(130, notice, "drain w0, wake 3m10s")
			l.step(130, drained, "")
			l.step(190, Event{Kind: Wake}, "terminate w0")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.play(newLab(t, 1, Config{Pools: []Pool{{Cores: 1, Speed: 1, Max: 10, Replace: ReplaceNever}}}))
		})
	}
}
