package scale

import "math"

// A Usage is the pods of a workload as the HPA groups them. All have asked for one
// machine, so that a share of the request is a utilisation. It stands apart from the HPA, so
// that the original can be held against it.
type Usage struct {
	Measured int     // pods that count
	Unready  int     // pods that are not ready, or whose metric does not count yet
	Missing  int     // pods without a metric
	Used     float64 // sum of the utilisations of the measured ones
}

// Replicas is the number of replicas for a target utilisation, before any behaviour:
// current where nothing is to change or nothing is known. As in the original, utilisations
// are cut to whole percents.
//
// Source: kubernetes/kubernetes 0006726, GetResourceReplicas.
func (u Usage) Replicas(current int, target, tolerance float64) int {
	if u.Measured == 0 {
		return current
	}
	ratio := utilisation(u.Used, u.Measured, target)
	grows := u.Unready > 0 && ratio > 1
	if !grows && u.Missing == 0 {
		if within(ratio, tolerance) {
			return current
		}
		return int(math.Ceil(ratio * float64(u.Measured)))
	}
	n, used := u.Measured, u.Used
	switch {
	case ratio < 1:
		n += u.Missing
		used += float64(u.Missing)
	case ratio > 1:
		n += u.Missing
	}
	if grows {
		n += u.Unready
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
