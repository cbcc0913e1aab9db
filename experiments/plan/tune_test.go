package plan

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"cnv/policy"
)

// every is all combinations of parts that files may name, one policy for each part.
func every(t *testing.T) []*Policy {
	t.Helper()
	var out []*Policy
	for _, role := range Roles {
		for _, spec := range role.Specs {
			keys := map[string]string{"router": "jsq", "spill": "never", "scaler": "fixed", "estimator": "mean"}
			keys[role.Name] = spec.Name
			text := "[functions]\nmemory_mb = 1769\n[cluster]\ninstance = \"c7g.medium\"\n[[policy]]\nname = \"x\"\nmax = 7\n"
			for _, r := range Roles {
				text += r.Name + " = \"" + keys[r.Name] + "\"\n"
			}
			all, err := Policies("x.toml", text)
			if err != nil {
				t.Fatalf("%s: %v", spec.Name, err)
			}
			out = append(out, all...)
		}
	}
	return out
}

// TestDraw: what is drawn is in its range, usable, the same for the same seed,
// and can be pasted: read from its TOML it has the same settings.
func TestDraw(t *testing.T) {
	all := every(t)
	tunable := 0
	for _, p := range all {
		for _, u := range p.Tunables() {
			if !(u.Low < u.High) || u.Key == "" {
				t.Errorf("%+v: no range", u)
			}
			tunable++
		}
	}
	if tunable < 20 {
		t.Errorf("%d tunable parameters, want those that are declared", tunable)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(all).Draw(t, "policy")
		seed, n := rapid.Uint64().Draw(t, "seed"), rapid.Uint64Max(1000).Draw(t, "trial")
		d := p.Draw(policy.NewRand(seed, "tune", 0).At(n))
		if d == nil {
			if len(p.Tunables()) > 0 {
				t.Fatal("nothing usable was drawn")
			}
			return
		}
		if again := p.Draw(policy.NewRand(seed, "tune", 0).At(n)); again.Drawn() != d.Drawn() {
			t.Fatalf("%s, then %s", d.Drawn(), again.Drawn())
		}
		for _, u := range d.Tunables() {
			part := d.roles[u.Role].make()
			for _, f := range fields(part) {
				if f.key != u.Key {
					continue
				}
				v := 0.0
				switch f.value.Kind() {
				case reflect.Float64:
					v = f.value.Float()
				default:
					if v = float64(f.value.Int()); f.value.Type() == durationType {
						v /= 1e9
					}
				}
				if v < u.Low-0.005*u.High || v > u.High*1.005 {
					t.Fatalf("%s.%s = %v, want %v to %v", u.Role, u.Key, v, u.Low, u.High)
				}
			}
		}
		text, err := d.TOML("pasted")
		if err != nil {
			t.Fatal(err)
		}
		back, err := Policies("y.toml", "[functions]\nmemory_mb = 1769\n[cluster]\ninstance = \"c7g.medium\"\n"+text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		want := d.describe()
		want["name"] = "pasted"
		if got := back[0].describe(); !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\nread back from\n%s\nwant %v", got, text, want)
		}
	})
}
