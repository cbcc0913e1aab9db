package main

import (
	"os"

	"cnv/live/local/child"
	"cnv/workloads/trace"
)

// sweepTraces removes what imports that were killed have left beside a trace and among
// temporary files, and names it.
func (c *console) sweepTraces(dir string) {
	for _, l := range trace.Leftovers(dir) {
		if child.Gone(l.Process) && os.RemoveAll(l.Path) == nil {
			c.printf("removed %s, which an import that was killed has left\n", trace.Shown(l.Path))
		}
	}
}
