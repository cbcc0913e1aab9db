package calibrate

import (
	"fmt"

	"github.com/BurntSushi/toml"

	"cnv/policy"
	"cnv/workloads"
)

// A File is the experiment of a journal, as TOML decodes it.
type File map[string]any

// ReadFile reads the experiment in a journal's header.
func ReadFile(text string) (File, error) {
	f := File{}
	if _, err := toml.Decode(text, (*map[string]any)(&f)); err != nil {
		return nil, fmt.Errorf("the experiment in the journal: %w", err)
	}
	return f, nil
}

// runsOn says whether workers go on with what nobody waits for, under any variant.
func (f File) runsOn() bool {
	t, _ := f["cluster"].(map[string]any)
	x := t["abandoned"]
	if several, ok := x.([]any); ok {
		for _, v := range several {
			if v == "runs on" {
				return true
			}
		}
	}
	return x == "runs on"
}

// hasSlots says whether the file bounds how many requests a worker serves at once.
func (f File) hasSlots() bool {
	t, _ := f["cluster"].(map[string]any)
	if _, has := t["slots"]; has {
		return true
	}
	pools, _ := f["pool"].([]map[string]any)
	for _, p := range pools {
		if _, has := p["slots"]; has {
			return true
		}
	}
	return false
}

// hasSpares says whether the file has a time-out for spare environments of functions.
func (f File) hasSpares() bool {
	t, _ := f["functions"].(map[string]any)
	_, has := t["spare_keep_alive"]
	return has
}

// late is the median time of a launch of a pool after its operating system is up, seconds,
// if the file gives it.
func (f File) late(p policy.PoolID) (s float64, given bool) {
	pool, _ := f["cluster"].(map[string]any)
	if pools, ok := f["pool"].([]map[string]any); ok && int(p) < len(pools) {
		if _, own := pools[p]["launch"]; own {
			pool = pools[p]
		}
	}
	t, ok := pool["launch"].(map[string]any)
	for _, key := range []string{"start", "health"} {
		if x, has := t[key]; has {
			if d, errs := workloads.ParseDist(x); errs == nil {
				s += d.Median()
			}
		}
	}
	return s, ok
}

// overrides says whether the policy of a name, or of which that is a variant, has a key of
// the pools of its own.
func (f File) overrides(name, key string) bool {
	policies, _ := f["policy"].([]map[string]any)
	for _, p := range policies {
		own, ok := p["name"].(string)
		if !ok {
			own, _ = p["router"].(string)
		}
		if _, has := p[key]; has && (name == own || len(name) > len(own) && name[:len(own)+1] == own+" ") {
			return true
		}
	}
	return false
}
