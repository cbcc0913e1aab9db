package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// A Change sets a key of an experiment file to another value before it is read.
type Change struct {
	Key  string // "cluster.boot"; "workload.rate" and "policy.scaler_params.window" are of all tables that give it
	Text string // as TOML writes it; text need not be quoted
}

// String is the change as a command line has it.
func (c Change) String() string { return c.Key + "=" + c.Text }

// value is the new value.
func (c Change) value() any {
	var out map[string]any
	if _, err := toml.Decode("x = "+c.Text, &out); err != nil {
		return c.Text
	}
	return normal(out["x"])
}

// notMet are the keys and tables that no policy meets.
var notMet = []string{"question", "hypothesis", "seeds", "live_seeds", "seed", "worlds", "primary", "delta", "usd_per_miss", "steady", "contrast", "threshold", "share", "reference", "require"}

// Judged says whether a key or table of the top of a file says how the experiment is
// asked, run or judged, and not what policies meet.
func Judged(key string) bool { return slices.Contains(notMet, key) }

// apply makes the change. A key that no table of a list gives is a problem: nobody
// could say which of them are meant.
func (r *reader) apply(c Change) {
	parts := strings.Split(c.Key, ".")
	if c.Key == "" || slices.Contains(parts, "") {
		r.problem(c.Key, "a key to change is a name, or names with dots between them, such as cluster.boot")
		return
	}
	if Judged(parts[0]) {
		r.problem(c.Key, "says how the experiment is asked, run or judged: what is varied is what policies meet")
		return
	}
	if n := put(r.root.keys, parts, c.value()); n == 0 {
		r.problem(c.Key, "no table of the file gives it: write it there first, if only with its default")
	}
}

// put sets a key below a table, and says in how many tables. Tables that are
// missing are made, but not in lists, where those that lack the key are left alone.
func put(keys map[string]any, parts []string, v any) int {
	if len(parts) == 1 {
		keys[parts[0]] = v
		return 1
	}
	switch below := keys[parts[0]].(type) {
	case nil:
		made := map[string]any{}
		keys[parts[0]] = made
		return put(made, parts[1:], v)
	case map[string]any:
		return put(below, parts[1:], v)
	case []any:
		n := 0
		for _, x := range below {
			if t, ok := x.(map[string]any); ok && given(t, parts[1:]) {
				n += put(t, parts[1:], v)
			}
		}
		return n
	}
	return 0
}

// given says whether a table gives a key.
func given(keys map[string]any, parts []string) bool {
	x, ok := keys[parts[0]]
	if len(parts) == 1 || !ok {
		return ok
	}
	below, ok := x.(map[string]any)
	return ok && given(below, parts[1:])
}

// ParseChange reads "cluster.boot=10s".
func ParseChange(text string) (Change, error) {
	key, value, ok := strings.Cut(text, "=")
	if key = strings.TrimSpace(key); !ok || key == "" || strings.TrimSpace(value) == "" {
		return Change{}, fmt.Errorf("%q: want key=value, such as cluster.boot=10s", text)
	}
	return Change{key, strings.TrimSpace(value)}, nil
}
