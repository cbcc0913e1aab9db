package main

import (
	"context"
	"net/url"
	"runtime"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/serve/cpu"
	"cnv/worker/spin"
)

// coreSpeed is the speed of this machine's cores, relative to the reference vCPU: how
// much less CPU time than there the worker's spin takes here, as when a trace is
// recorded. The least of some tries counts, which others have disturbed least.
func coreSpeed() (float64, error) {
	const tries, ms = 5, 20
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	least := time.Duration(0)
	for range tries {
		before, ok := cpu.Thread()
		if !ok {
			return 0, errNoClock
		}
		if _, err := spin.Spin(context.Background(), &kernel.Request{Query: url.Values{"ms": {"20"}}}); err != nil {
			return 0, err
		}
		after, _ := cpu.Thread()
		if took := after - before; least == 0 || took < least {
			least = took
		}
	}
	return ms * float64(time.Millisecond) / float64(least), nil
}
