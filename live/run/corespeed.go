package run

import (
	"context"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/serve/cpu"
	"cnv/worker/spin"
)

// othersHere is how many others want a core of this machine: its load average of the last
// minute, 0 where it is not told.
func othersHere() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	load, err := strconv.ParseFloat(strings.SplitN(string(text), " ", 2)[0], 64)
	if err != nil || !(load >= 0) {
		return 0
	}
	return load
}

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
