package load

import (
	"strconv"

	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/features"
)

// Spin asks workers to be busy for an arrival's work, at the speed of their
// cores relative to the reference vCPU (> 0), whatever its class. Unknown work
// is none. The gateway is told what the arrival is known by, so that estimators
// have as much to go by as with the request that it stands for.
func Spin(classes []policy.Class, speed float64) func(a *workloads.Arrival) Request {
	return timed("/spin?ms=", classes, speed)
}

// Sleep asks workers to wait for as long as the work would take, which as many
// as there are can do on one machine.
func Sleep(classes []policy.Class, speed float64) func(a *workloads.Arrival) Request {
	return timed("/sleep?ms=", classes, speed)
}

func timed(path string, classes []policy.Class, speed float64) func(a *workloads.Arrival) Request {
	return func(a *workloads.Arrival) Request {
		ms := max(a.Work.Seconds(), 0) * 1e3 / speed
		q := Request{Path: string(strconv.AppendFloat([]byte(path), ms, 'f', 3, 64))}
		if int(a.Class) < len(classes) {
			c := &classes[a.Class]
			q.Class, q.StandsFor = c.Name, standsFor(a, c.Features)
		}
		return q
	}
}

// standsFor is what an arrival is known by, as attributes; "" it is by nothing.
func standsFor(a *workloads.Arrival, names []string) string {
	text := ""
	if a.Features != (features.Vector{}) {
		text = features.Format(names, &a.Features)
	}
	if a.Key == 0 {
		return text
	}
	if text != "" {
		text += ";"
	}
	return text + "key=" + strconv.FormatUint(uint64(a.Key), 16)
}
