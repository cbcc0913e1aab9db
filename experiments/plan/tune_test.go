package plan

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	_ "cnv/internal/seeded"
	"cnv/policy"
	"cnv/policy/scale"
)

// every is all combinations of parts that files may name, one policy for each part.
func every(t *testing.T) []*Policy {
	t.Helper()
	var out []*Policy
	for _, role := range Roles {
		for _, spec := range role.Specs {
			keys := map[string]string{"router": "jsq", "spill": "never", "scaler": "fixed", "estimator": "mean"}
			if role.Name == "keepalive" {
				keys["spill"] = "always" // which has environments to keep
			}
			keys[role.Name] = spec.Name
			text := "[functions]\nmemory_mb = 1769\n[cluster]\ninstance = \"c7g.medium\"\n[[policy]]\nname = \"x\"\nmax = 7\n"
			for _, r := range Roles {
				if keys[r.Name] != "" {
					text += r.Name + " = \"" + keys[r.Name] + "\"\n"
				}
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
		for _, u := range p.Tunables(nil) {
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
		d := p.Draw(nil, policy.NewRand(seed, "tune", 0).At(n))
		if d == nil {
			if len(p.Tunables(nil)) > 0 {
				t.Fatal("nothing usable was drawn")
			}
			return
		}
		if again := p.Draw(nil, policy.NewRand(seed, "tune", 0).At(n)); again.Drawn() != d.Drawn() {
			t.Fatalf("%s, then %s", d.Drawn(), again.Drawn())
		}
		for _, u := range d.Tunables(nil) {
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

// TestDrawnWorkersFit: a number of workers is drawn from those that the pool may
// have, so that no trial is another one under a name that promises more.
func TestDrawnWorkersFit(t *testing.T) {
	for _, c := range []struct {
		name, pool, keys string
		low, high        float64 // of n; both 0: there is nothing to draw
	}{
		{"as declared", "", "", 1, 100},
		{"a small pool", "max = 6", "", 1, 6},
		{"between", "min = 3\nmax = 6", "", 3, 6},
		{"the policy's own bounds", "max = 6", "min = 2\nmax = 9", 2, 9},
		{"the widest of an axis", "max = [6, 12]", "", 1, 12},
		{"one size only", "min = 6\nmax = 6\ninitial = 6", "", 0, 0},
		{"more than the range", "min = 200\ninitial = 200\nmax = 300", "", 0, 0},
	} {
		p := parse(t, "question = \"q\"\n[cluster]\ninstance = \"c7g.large\"\n"+c.pool+`
[[workload]]
generator = "poisson"
rate = 1
requests = 10
[[policy]]
router = "jsq"
scaler = "fixed"
`+c.keys)
		pol := p.Policies[0]
		low, high := 0.0, 0.0
		for _, u := range pol.Tunables(p.Scenarios) {
			if u.Key == "n" {
				low, high = u.Low, u.High
			}
		}
		if low != c.low || high != c.high {
			t.Errorf("%s: n from %v to %v, want %v to %v", c.name, low, high, c.low, c.high)
		}
		draw := policy.NewRand(1, "tune", 0)
		for n := range uint64(200) {
			d := pol.Draw(p.Scenarios, draw.At(n))
			if (d == nil) != (c.high == 0) {
				t.Fatalf("%s: drew %v", c.name, d)
			}
			if d == nil {
				break
			}
			if got := float64(d.roles["scaler"].make().(*scale.Fixed).N); got < low || got > high {
				t.Fatalf("%s: n = %v", c.name, got)
			}
			if text := d.clamped(p.Scenarios[len(p.Scenarios)-1].Env); text != "" {
				t.Fatalf("%s: %s", c.name, text)
			}
		}
	}
}
