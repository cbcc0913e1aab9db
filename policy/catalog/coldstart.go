package catalog

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"cnv/policy/nearest"
)

// ColdStartLevels are the probabilities of the quantiles of a ColdStart.
var ColdStartLevels = [...]float64{0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1}

// A ColdStart is the distribution of Lambda's Init Duration under a runtime:
// of a function that says hello, packed as a zip, with 512 MB. Memory from 128
// to 1,024 MB makes no difference. What the function itself sets up comes on
// top, and the way to the client 0.1 to 0.7 s (measured 2020, pacslab).
//
// Source: maxday/lambda-perf (Apache-2.0), 2026, about 1,820 cold starts each.
type ColdStart struct {
	Runtime   string // "go"
	Arch      Arch
	Samples   int
	Quantiles [len(ColdStartLevels)]time.Duration // by ColdStartLevels
}

// At is the quantile of level p in [0, 1], on straight lines between the
// recorded ones. With p uniform it draws from the distribution.
func (c *ColdStart) At(p float64) time.Duration {
	for i, level := range ColdStartLevels[1:] {
		if p <= level {
			below := ColdStartLevels[i]
			along := max(0, p-below) / (level - below)
			a, b := c.Quantiles[i], c.Quantiles[i+1]
			return a + time.Duration(along*float64(b-a))
		}
	}
	return c.Quantiles[len(c.Quantiles)-1]
}

// ColdStartOf is the distribution under a runtime. The error of an unknown
// runtime names the known ones.
func ColdStartOf(runtime string, arch Arch) (ColdStart, error) {
	for _, c := range coldStarts {
		if c.Runtime == runtime && c.Arch == arch {
			return c, nil
		}
	}
	return ColdStart{}, fmt.Errorf("unknown runtime %q: known are %s%s", runtime, strings.Join(Runtimes(), ", "), nearest.Hint(runtime, Runtimes()))
}

// Runtimes are the names of the runtimes with recorded cold starts, in order.
func Runtimes() []string {
	var names []string
	for _, c := range coldStarts {
		if !slices.Contains(names, c.Runtime) {
			names = append(names, c.Runtime)
		}
	}
	return names
}

// milliseconds are the quantiles of a ColdStart as recorded.
func milliseconds(q ...float64) (out [len(ColdStartLevels)]time.Duration) {
	for i := range min(len(q), len(out)) {
		out[i] = time.Duration(math.Round(q[i]*1e3)) * time.Microsecond
	}
	return out
}
