package plan

import (
	"fmt"
	"slices"
)

// onlyOf is the kinds of faults that a key is of, and why it does nothing with another.
var onlyOf = []struct {
	key   string
	kinds []string
	why   func(kind string) string
}{
	{"notice", []string{"spot"}, func(string) string { return `only kind = "spot" gives notice` }},
	{"noticed", []string{"crash", "hang", "partition", "zone"}, unnoticed},
	{"failed", []string{"crash", "zone"}, unnoticed},
	{"lasts", []string{"hang", "slow", "sick", "partition", "telemetry", "store", "zone", "no-capacity"}, func(kind string) string { return fmt.Sprintf("kind = %q never ends by itself", kind) }},
	{"factor", []string{"slow"}, func(string) string { return `only kind = "slow" has a speed` }},
	{"on", []string{"sick"}, func(string) string { return `only kind = "sick" comes and goes` }},
	{"off", []string{"sick"}, func(string) string { return `only kind = "sick" comes and goes` }},
	{"worker", []string{"crash", "hang", "slow", "sick", "partition", "spot", "telemetry"}, func(kind string) string { return fmt.Sprintf("kind = %q is of no single worker", kind) }},
	{"zone", []string{"zone", "no-capacity"}, func(string) string { return `only kind = "zone" and "no-capacity" are of zones` }},
	{"pool", []string{"no-capacity"}, func(string) string { return `only kind = "no-capacity" is of a pool` }},
	{"share", []string{"no-capacity"}, func(string) string { return `only kind = "no-capacity" refuses a share of the launches` }},
}

// unnoticed is why a key about health checks does nothing with a kind of fault.
func unnoticed(kind string) string {
	switch kind {
	case "spot":
		return "the provider tells of the end of a spot instance"
	case "hang":
		return "no request fails at a worker that hangs: it is noticed by health checks"
	case "partition":
		return "no request fails at a worker that cannot be reached: it is noticed by health checks"
	case "store":
		return "health checks are of workers"
	case "no-capacity":
		return "no worker fails"
	case "telemetry":
		return "health checks find nothing at a worker whose reports are lost"
	}
	return "health checks find nothing at a worker that is " + kind
}

// problems is what is wrong with a fault, by key. has says which of them are given.
func (f *faultTable) problems(has func(key string) bool) (out [][2]string) {
	wrong := func(cond bool, key, format string, args ...any) {
		if cond {
			out = append(out, [2]string{key, fmt.Sprintf(format, args...)})
		}
	}
	if !contains(faultKinds, f.Kind) {
		wrong(true, "kind", "unknown kind %q%s", f.Kind, hint(f.Kind, faultKinds))
	} else {
		for _, o := range onlyOf {
			wrong(has(o.key) && !slices.Contains(o.kinds, f.Kind), o.key, "does nothing, as %s", o.why(f.Kind))
		}
	}
	wrong(f.At < 0, "at", "%v, must not be negative", f.At)
	wrong(f.Every < 0, "every", "%v, must not be negative", f.Every)
	wrong(f.Lasts < 0, "lasts", "%v, must not be negative", f.Lasts)
	wrong(f.Notice < 0, "notice", "%v, must not be negative", f.Notice)
	wrong(f.Detected < 0, "noticed", "%v, must not be negative", f.Detected)
	wrong(f.Failed < 0, "failed", "%v, must not be negative", f.Failed)
	wrong(!(f.Factor > 0 && f.Factor < 1), "factor", "%v, must be in (0, 1)", f.Factor)
	wrong(f.On < 0, "on", "%v, must not be negative", f.On)
	wrong(f.Off < 0, "off", "%v, must not be negative", f.Off)
	wrong(f.On > 0 && f.Off == 0, "on", "does nothing without off, for how long it is well")
	wrong(f.Off > 0 && f.On == 0, "off", "does nothing without on, for how long it is sick")
	_, err := f.worker()
	wrong(err != nil && f.Worker == "all", "worker", `"all": only kind = "telemetry" hits all workers; give "any" or a number`)
	wrong(err != nil && f.Worker != "all", "worker", "%q, want \"any\" or the number of a worker, such as \"0\"", f.Worker)
	return out
}
