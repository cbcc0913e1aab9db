package features

import (
	"fmt"
	"strconv"
	"strings"

	"cnv/policy"
)

// Executed is what a recorded request executed, by the attributes instructions,
// blocks and calls; what is not there is 0.
func Executed(attr string) (x policy.Executed, err error) {
	if !strings.Contains(attr, "instructions=") {
		return x, nil
	}
	for _, c := range [...]struct {
		name string
		to   *int64
	}{{"instructions", &x.Instructions}, {"blocks", &x.Blocks}, {"calls", &x.Calls}} {
		if *c.to, err = count(attr, c.name); err != nil {
			return policy.Executed{}, err
		}
	}
	return x, nil
}

// count is an attribute that is a whole number from 0 on.
func count(attr, name string) (int64, error) {
	for attr != "" {
		var pair string
		pair, attr, _ = strings.Cut(attr, ";")
		if text, ok := strings.CutPrefix(pair, name+"="); ok {
			n, err := strconv.ParseUint(text, 10, 62)
			if err != nil {
				return 0, fmt.Errorf("attribute %.40q: want a whole number", pair)
			}
			return int64(n), nil
		}
	}
	return 0, nil
}
