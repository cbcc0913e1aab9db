package constants

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/experiments/plan"
)

// A leaf is a number of an experiment file.
type leaf struct {
	name string // "cluster.boot", "workload[2].rate", "workload.rate[0]"
	path []any  // keys and places
}

// leaves are the numbers below a decoded value that a move by 4 % changes, in order. What
// says how the experiment is asked, run or judged is none.
func leaves(v any, at leaf) (out []leaf) {
	switch x := v.(type) {
	case map[string]any:
		for _, key := range sorted(x) {
			if key == "name" || len(at.path) == 0 && plan.Judged(key) {
				continue
			}
			out = append(out, leaves(x[key], at.below(strings.TrimPrefix(at.name+"."+key, "."), key))...)
		}
	case []map[string]any:
		for i := range x {
			out = append(out, leaves(x[i], at.below(fmt.Sprintf("%s[%d]", at.name, i+1), i))...)
		}
	case []any:
		for i := range x {
			out = append(out, leaves(x[i], at.below(fmt.Sprintf("%s[%d]", at.name, i+1), i))...)
		}
	default:
		if _, ok := times(v, 1+move); ok {
			out = append(out, at)
		}
	}
	return out
}

// below is a leaf further down.
func (l leaf) below(name string, step any) leaf {
	return leaf{name, append(slices.Clone(l.path), step)}
}

// bound is a bound as a multiple, "5x".
var bound = regexp.MustCompile(`^([0-9.]+)x$`)

// times is a value that is a number, a duration or a multiple, at so many times what
// it is; false: it is none of these, or too small an integer to move by that.
func times(v any, by float64) (any, bool) {
	switch x := v.(type) {
	case int64:
		moved := int64(math.Round(float64(x) * by))
		return moved, moved != x
	case float64:
		return x * by, x != 0
	case string:
		if m := bound.FindStringSubmatch(x); m != nil {
			n, err := strconv.ParseFloat(m[1], 64)
			return strconv.FormatFloat(n*by, 'f', -1, 64) + "x", err == nil && n != 0
		}
		d, err := time.ParseDuration(x)
		return time.Duration(math.Round(float64(d) * by)).Round(time.Microsecond).String(), err == nil && d != 0
	}
	return nil, false
}

// moved is a copy of a decoded file in which a number is at so many times what it is.
func moved(v any, path []any, by float64) any {
	if len(path) == 0 {
		out, _ := times(v, by)
		return out
	}
	switch x := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(x))
		for k := range x {
			out[k] = x[k]
		}
		key, _ := path[0].(string)
		out[key] = moved(x[key], path[1:], by)
		return out
	case []map[string]any:
		out := slices.Clone(x)
		i, _ := path[0].(int)
		out[i], _ = moved(x[i], path[1:], by).(map[string]any)
		return out
	case []any:
		out := slices.Clone(x)
		i, _ := path[0].(int)
		out[i] = moved(x[i], path[1:], by)
		return out
	}
	return v
}
