package second_test

import (
	"math/bits"
	"reflect"
	"slices"
	"strings"
	"testing"

	"cnv/policy"
	"cnv/sim"
)

// unjudged are the fields of a run's configuration that no world of this package sets, and why.
var unjudged = map[string]string{
	"Gateways":                                "several gateways: TestStaleBoard and drawGateways in sim",
	"Control.Gateway":                         "several gateways",
	"Control.Gateways":                        "several gateways",
	"Control.Sight":                           "what a gateway counts by reports: TestStaleBoard in sim",
	"Control.Leader":                          "set by a run",
	"Control.PS":                              "set by a run",
	"Control.Seed":                            "set by a run",
	"Control.Witness":                         "it changes nothing",
	"Control.Retry.PassRefusals":              "a rule of the control plane, which both worlds share",
	"Control.Retry.Unsent":                    "a rule of the control plane, which both worlds share",
	"Control.Classes.Features":                "for estimators, of which both worlds have the same",
	"Control.Pools.OnNotice":                  "a rule of the control plane, which both worlds share",
	"Control.Functions.MaxBytes":              "a rule of the control plane, which both worlds share",
	"Control.Functions.FixedKeepAlive":        "a rule of the control plane, which both worlds share",
	"Control.Functions.Others.Full":           "said by the first function",
	"Control.Functions.Others.Concurrency":    "said by the first function",
	"Pools.Launch.Whole":                      "both worlds draw launches by sim.Launch.Draw",
	"Hazards.Fault.At":                        "of faults at an instant",
	"Hazards.Fault.Worker":                    "of faults at an instant",
	"Hazards.Fault.Name":                      "of faults at an instant",
	"Hazards.Fault.Zone":                      "of faults of zones, which hit no single worker",
	"Hazards.Fault.Pool":                      "of faults of zones, which hit no single worker",
	"Hazards.Fault.Share":                     "of faults of zones, which hit no single worker",
	"Control.Functions.Others.MaxBytes":       "a rule of the control plane, which both worlds share",
	"Control.Functions.Others.FixedKeepAlive": "a rule of the control plane, which both worlds share",
	"Journal":                                 "it changes nothing",
}

// TestEveryFieldIsJudged: each field of a configuration is set in some world, or has its reason above.
func TestEveryFieldIsJudged(t *testing.T) {
	set := map[string]bool{}
	for seed := range uint64(300) {
		d := &drawnWorld{seed: seed, has: allFeatures - 1, arrivals: 1}
		if seed%3 > 0 { // some features leave others out
			d.has &= feature(bits.Reverse64(seed * 0x9e3779b97f4a7c15))
		}
		cfg, _ := d.world()
		walk(reflect.ValueOf(cfg), "", func(path string, v reflect.Value) { set[path] = set[path] || !v.IsZero() })
	}
	for path, is := range set {
		why := ""
		for name, text := range unjudged {
			if path == name || strings.HasPrefix(path, name+".") {
				why = text
			}
		}
		if !is && why == "" {
			t.Errorf("%s is set in no world, so that the second simulator does not judge it: draw it, or say why not", path)
		}
	}
	for name := range unjudged {
		if set[name] || !slices.ContainsFunc(paths(set), func(p string) bool { return p == name || strings.HasPrefix(p, name+".") }) {
			t.Errorf("%s is unjudged, but some world sets it, or there is no such field", name)
		}
	}
}

func paths(set map[string]bool) (out []string) {
	for p := range set {
		out = append(out, p)
	}
	return out
}

// ours says whether a type is a struct of a configuration.
func ours(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && (t.PkgPath() == reflect.TypeFor[sim.Config]().PkgPath() || t.PkgPath() == reflect.TypeFor[policy.Config]().PkgPath())
}

// walk calls f for each field of a configuration, those of the structs in it too, by its path without the
// places in lists.
func walk(v reflect.Value, path string, f func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !ours(v.Type().Elem()) {
			f(path, v)
		} else if !v.IsNil() {
			walk(v.Elem(), path, f)
		}
	case reflect.Slice:
		if ours(v.Type().Elem()) {
			for i := range v.Len() {
				walk(v.Index(i), path, f)
			}
			return
		}
		f(path, v)
	case reflect.Struct:
		if !ours(v.Type()) {
			f(path, v)
			return
		}
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			walk(v.Field(i), strings.TrimPrefix(path+"."+name, "."), f)
		}
	default:
		f(path, v)
	}
}
