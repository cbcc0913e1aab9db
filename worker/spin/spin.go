// Package spin holds the kernels for tests and calibration, whose work is what
// the request says: spin keeps a core busy, sleep keeps nothing busy.
package spin

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"cnv/worker/kernel"
)

// longest is the most a request may ask for.
const longest = 10 * time.Minute

// RoundsPerMs is the work that spin does for a millisecond, in rounds of a
// xorshift generator (Marsaglia 2003, doi:10.18637/jss.v008.i14). Six dependent
// operations make a round, one a cycle, so this is a millisecond at 2.6 GHz,
// the clock of the reference vCPU. It is never calibrated at run time: the same
// request is the same work, and the same counts, on every machine.
//
// Measured on an AMD EPYC (boosting to about 3.5 GHz): 0.74 ms; never on a c7g.
const RoundsPerMs = 433_000

// block is how many rounds are done between two looks at the context: 25 µs.
const block = RoundsPerMs / 40

// Spin computes for as long as ms of the reference vCPU take, 0 to 600,000 with
// decimals, and answers with the last state of the generator.
func Spin(ctx context.Context, r *kernel.Request) (kernel.Answer, error) {
	d, err := duration(r.Query)
	if err != nil {
		return kernel.Answer{}, err
	}
	state := uint64(0x9E3779B97F4A7C15)
	for left := int64(d.Microseconds()) * RoundsPerMs / 1000; left > 0; left -= block {
		if err := ctx.Err(); err != nil {
			return kernel.Answer{}, err
		}
		state = rounds(state, min(left, block))
	}
	return text("%016x\n", state), nil
}

// rounds is the generator's state n rounds on.
func rounds(state uint64, n int64) uint64 {
	for range n {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
	}
	return state
}

// Sleep waits for ms of wall time, 0 to 600,000 with decimals, and answers with
// them.
func Sleep(ctx context.Context, r *kernel.Request) (kernel.Answer, error) {
	d, err := duration(r.Query)
	if err != nil {
		return kernel.Answer{}, err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return kernel.Answer{}, ctx.Err()
	case <-timer.C:
		a := text("%v\n", d)
		a.Waited = true
		return a, nil
	}
}

// duration is the parameter ms, to the microsecond.
func duration(q url.Values) (time.Duration, error) {
	given := q.Get("ms")
	ms, err := strconv.ParseFloat(given, 64)
	if most := float64(longest / time.Millisecond); err != nil || !(ms >= 0 && ms <= most) { // NaN is neither
		return 0, kernel.Bad("parameter ms=%.40q: want milliseconds from 0 to %g, such as ms=250", given, most)
	}
	return time.Duration(ms*1e3) * time.Microsecond, nil
}

// text is an answer to be read.
func text(format string, args ...any) kernel.Answer {
	return kernel.Answer{Type: "text/plain; charset=utf-8", Body: fmt.Appendf(nil, format, args...)}
}
