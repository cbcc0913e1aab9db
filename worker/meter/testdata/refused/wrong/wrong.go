// Package wrong hides the counters, and takes names of the meter.
package wrong

import (
	"context"
	"runtime/pprof"
)

type shard struct{}

func (shard) sum_mt() int { _ms := 1; return _ms }

// Labels sets profiler labels.
func Labels() {
	pprof.Do(context.Background(), pprof.Labels("a", "b"), func(context.Context) { shard{}.sum_mt() })
}
