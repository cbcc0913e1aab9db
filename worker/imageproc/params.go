package imageproc

import (
	"net/url"
	"strconv"

	"cnv/worker/kernel"
)

// integer is a parameter that is a whole number of lo to hi; fallback where it
// is not given or empty.
func integer(q url.Values, name string, fallback, lo, hi int) (int, error) {
	text := q.Get(name)
	if text == "" {
		return fallback, nil
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < lo || v > hi {
		return 0, kernel.Bad("parameter %s=%.40q: want a whole number of %d to %d", name, text, lo, hi)
	}
	return v, nil
}

// decimal is a parameter that is a number of lo to hi; fallback where it is
// not given or empty.
func decimal(q url.Values, name string, fallback, lo, hi float64) (float64, error) {
	text := q.Get(name)
	if text == "" {
		return fallback, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || !(v >= lo && v <= hi) { // NaN is neither
		return 0, kernel.Bad("parameter %s=%.40q: want a number of %g to %g", name, text, lo, hi)
	}
	return v, nil
}
