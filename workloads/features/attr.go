package features

import (
	"fmt"
	"strconv"
	"strings"
)

// Format writes features as an attribute string, "kpx=120;rays=1;...", in the
// order of their names. Parse reads it back to the same bits.
func Format(names []string, v *Vector) string {
	var b []byte
	for i, name := range names {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, name...)
		b = append(b, '=')
		b = strconv.AppendFloat(b, v[i], 'g', -1, 64)
	}
	return string(b)
}

// Parse fills v from the attributes "k=v;k=v" that are named; others may be
// there and may be no numbers. Features that are not there are 0. It does not
// allocate unless it fails. At most as many names as a Vector holds are used.
func Parse(names []string, attr string, v *Vector) error {
	*v = Vector{}
	names = names[:min(len(names), len(v))]
	for attr != "" {
		var pair string
		pair, attr, _ = strings.Cut(attr, ";")
		key, value, ok := strings.Cut(pair, "=")
		if !ok {
			return fmt.Errorf("attribute %q: want key=value", pair)
		}
		for i, name := range names {
			if name != key {
				continue
			}
			x, err := strconv.ParseFloat(value, 64)
			if err != nil || x-x != 0 {
				return fmt.Errorf("attribute %q: want a finite number", pair)
			}
			v[i] = x
		}
	}
	return nil
}
