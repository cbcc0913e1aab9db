package stat

import ()

// Carriers is how many values vary, as if these alike and no others did: a sum of n
// normal ones has n/3, one that a few bursts make has less than those. 0 where none
// varies.
func Carriers(xs []float64) float64 {
	if len(xs) == 0 {
		return 0
	}
	mean, two, four := MeanOf(xs), 0.0, 0.0
	for _, x := range xs {
		square := (x - mean) * (x - mean)
		two, four = two+square, four+square*square
	}
	if four == 0 {
		return 0
	}
	return two * two / four
}
