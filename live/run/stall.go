package run

import (
	"context"
	"time"

	"cnv/sim"
)

// throttlePeriod is how often a slow worker stops and goes on: as Linux has a group of
// processes run that has a share of the processors' time (cpu.max, 100 ms by default).
const throttlePeriod = 100 * time.Millisecond

// stall has an instance hang, or hang for a part of every throttlePeriod, until the
// fault is over or the run. It says what was hit.
func (p *cloudPlace) stall(ctx context.Context, id string, f *sim.Fault) string {
	hit := p.cloud.Hang(id)
	if hit == "" || f.Kind == sim.Hang && f.Lasts == 0 {
		return hit
	}
	if f.Lasts > 0 {
		var over context.CancelFunc
		ctx, over = context.WithTimeout(ctx, p.brain.Clock().Real(f.Lasts))
		context.AfterFunc(ctx, over)
	}
	if f.Kind == sim.Hang {
		context.AfterFunc(ctx, func() { p.cloud.Resume(hit) })
		return hit
	}
	go func() {
		runs := time.Duration(f.Factor * float64(throttlePeriod))
		for ctx.Err() == nil {
			pause(ctx, throttlePeriod-runs)
			p.cloud.Resume(hit)
			pause(ctx, runs)
			if ctx.Err() == nil && p.cloud.Hang(hit) == "" {
				return // it has ended
			}
		}
	}()
	return hit
}

// pause waits, but not longer than until the context ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
