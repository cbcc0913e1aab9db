package load

import (
	"strconv"

	"cnv/workloads"
)

// Spin asks workers to be busy for an arrival's work, at the speed of their
// cores relative to the reference vCPU (> 0), whatever its class. Unknown work
// is none.
func Spin(classes []string, speed float64) func(a *workloads.Arrival) Request {
	return timed("/spin?ms=", classes, speed)
}

// Sleep asks workers to wait for as long as the work would take, which as many
// as there are can do on one machine.
func Sleep(classes []string, speed float64) func(a *workloads.Arrival) Request {
	return timed("/sleep?ms=", classes, speed)
}

func timed(path string, classes []string, speed float64) func(a *workloads.Arrival) Request {
	return func(a *workloads.Arrival) Request {
		ms := max(a.Work.Seconds(), 0) * 1e3 / speed
		q := Request{Path: string(strconv.AppendFloat([]byte(path), ms, 'f', 3, 64))}
		if int(a.Class) < len(classes) {
			q.Class = classes[a.Class]
		}
		return q
	}
}
