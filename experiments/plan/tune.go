package plan

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"cnv/policy"
)

// A Tunable is a parameter of a policy that declares a range worth searching.
type Tunable struct {
	Role, Key string
	Low, High float64 // seconds of a duration
	kind      reflect.Type
}

var durationType = reflect.TypeFor[time.Duration]()

// Tunables are those of all parts of a policy, as far as they matter on the
// scenarios; nil: as they are declared.
func (p *Policy) Tunables(on []*Scenario) []Tunable {
	var out []Tunable
	for _, role := range Roles {
		of := reflect.TypeOf(p.roles[role.Name].spec.New()).Elem()
		if of.Kind() != reflect.Struct {
			continue
		}
		for _, f := range reflect.VisibleFields(of) {
			low, high, ok := strings.Cut(f.Tag.Get("range"), ":")
			if !ok {
				continue
			}
			u := Tunable{role.Name, f.Tag.Get("toml"), endOf(low, f.Type), endOf(high, f.Type), f.Type}
			if u = p.within(f.Tag.Get("within"), u, on); u.Low < u.High {
				out = append(out, u)
			}
		}
	}
	return out
}

// within clips the range of a number of workers, which the tag "within" of its
// field says it is: "min:max" if there is no use for fewer or more than the first
// pool may have, ":max" if there is none for more. Where scenarios have other
// pools than one another it is the widest of them.
func (p *Policy) within(tag string, u Tunable, on []*Scenario) Tunable {
	least, most := math.Inf(1), 0.0
	for _, s := range on {
		if len(s.Env.pools) > 0 {
			pool := s.Env.pools[0].control()
			p.bounds(&pool)
			least, most = min(least, float64(pool.Min)), max(most, float64(pool.Max))
		}
	}
	if strings.HasPrefix(tag, "min:") && most > 0 {
		u.Low = max(u.Low, least)
	}
	if strings.HasSuffix(tag, ":max") && most > 0 {
		u.High = min(u.High, most)
	}
	return u
}

// endOf reads an end of a range, which a test has checked.
func endOf(text string, of reflect.Type) float64 {
	if of == durationType {
		d, _ := time.ParseDuration(text)
		return d.Seconds()
	}
	v, _ := strconv.ParseFloat(text, 64)
	return v
}

// draw is a value of the range as TOML has it: uniform, or uniform in the
// logarithm where the range spans a factor of ten or more.
func (t Tunable) draw(r *policy.Rand) any {
	u := r.Float64()
	v := t.Low + u*(t.High-t.Low)
	if t.Low > 0 && t.High >= 10*t.Low {
		v = t.Low * math.Pow(t.High/t.Low, u)
	}
	switch {
	case t.kind == durationType && v < 10:
		return fmt.Sprint(time.Duration(v*1e3) * time.Millisecond)
	case t.kind == durationType:
		return fmt.Sprint(time.Duration(v) * time.Second)
	case t.kind.Kind() == reflect.Float64:
		v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64) // what people can read and paste
		return v
	}
	return int64(math.Round(v))
}

// Draw is the policy with all parameters that are tunable on the scenarios drawn at
// random; one that cannot be used is drawn again. nil if there is none to draw,
// or none usable among a hundred.
func (p *Policy) Draw(on []*Scenario, r *policy.Rand) *Policy {
	tunables := p.Tunables(on)
	if len(tunables) == 0 {
		return nil
	}
	for range 100 {
		out := *p
		out.roles = maps.Clone(p.roles)
		for _, t := range tunables {
			c := out.roles[t.Role]
			keys := maps.Clone(c.params.keys)
			if keys == nil {
				keys = map[string]any{}
			}
			keys[t.Key] = t.draw(r)
			c.params = table{c.params.path, keys}
			out.roles[t.Role] = c
		}
		if out.usable() {
			return &out
		}
	}
	return nil
}

// usable says whether all parts take their parameters.
func (p *Policy) usable() bool {
	for _, role := range Roles {
		if v, has := p.part(role.Name).(interface{ Validate() error }); has && v.Validate() != nil {
			return false
		}
	}
	return true
}

// Drawn are the values of the tunable parameters, as "scaler.high = 0.7, ...".
func (p *Policy) Drawn() string {
	var parts []string
	for _, t := range p.Tunables(nil) {
		value := settings(p.roles[t.Role].make())[t.Key]
		if d, ok := value.(string); ok {
			value = strconv.Quote(d)
		}
		parts = append(parts, fmt.Sprintf("%s.%s = %v", t.Role, t.Key, value))
	}
	return strings.Join(parts, ", ")
}

// TOML is the policy as a [[policy]] of an experiment file, under a name.
func (p *Policy) TOML(name string) (string, error) {
	block := map[string]any{"name": name}
	for _, role := range Roles {
		if p.open(role.Name) {
			continue
		}
		block[role.Name] = p.names[role.Name]
		if keys := p.roles[role.Name].params.keys; len(keys) > 0 {
			block[role.Name+"_params"] = keys
		}
	}
	if p.keys.Initial != nil {
		block["initial"] = int64(p.keys.Initial.N)
		if p.keys.Initial.Auto {
			block["initial"] = "auto"
		}
	}
	for key, v := range map[string]*int{"min": p.keys.Min, "max": p.keys.Max} {
		if v != nil {
			block[key] = int64(*v)
		}
	}
	if p.keys.Replace != nil {
		block["replace"] = *p.keys.Replace
	}
	if p.keys.Queue != nil {
		block["gateway_queue"] = *p.keys.Queue
	}
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	e.Indent = ""
	err := e.Encode(map[string]any{"policy": []map[string]any{block}})
	return b.String(), err
}
