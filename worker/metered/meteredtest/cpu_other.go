//go:build !unix

package meteredtest

import "time"

var start = time.Now()

// cpu is the time since the start: without getrusage the best there is.
func cpu() time.Duration { return time.Since(start) }
