package scale

import "math"

// A usage is the pods of a workload as the HPA groups them. All have asked for one
// machine, so that a share of the request is a utilisation.
type usage struct {
	measured int     // pods that count
	unready  int     // pods that are not ready, or whose metric does not count yet
	missing  int     // pods without a metric
	used     float64 // sum of the utilisations of the measured ones
}

// replicas is the number of replicas for a target utilisation, before any behaviour:
// current where nothing is to change or nothing is known. As in the original, utilisations
// are cut to whole percents.
//
// Source: kubernetes/kubernetes 0006726, GetResourceReplicas.
func (u usage) replicas(current int, target, tolerance float64) int {
	if u.measured == 0 {
		return current
	}
	ratio := utilisation(u.used, u.measured, target)
	grows := u.unready > 0 && ratio > 1
	if !grows && u.missing == 0 {
		if within(ratio, tolerance) {
			return current
		}
		return int(math.Ceil(ratio * float64(u.measured)))
	}
	n, used := u.measured, u.used
	switch {
	case ratio < 1:
		n += u.missing
		used += float64(u.missing)
	case ratio > 1:
		n += u.missing
	}
	if grows {
		n += u.unready
	}
	again := utilisation(used, n, target)
	if within(again, tolerance) || ratio < 1 && again > 1 || ratio > 1 && again < 1 {
		return current
	}
	replicas := int(math.Ceil(again * float64(n)))
	if again < 1 && replicas > current || again > 1 && replicas < current {
		return current
	}
	return replicas
}

// utilisation is that of n machines relative to a target, both in whole percents.
func utilisation(used float64, n int, target float64) float64 {
	return math.Floor(100*used/float64(n)+1e-9) / math.Round(100*target)
}

// within says whether a ratio is so close to 1 that nothing is to change.
func within(ratio, tolerance float64) bool { return math.Abs(1-ratio) <= tolerance }
