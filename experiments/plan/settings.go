package plan

import (
	"reflect"
	"time"

	"cnv/policy"
)

// changeable are the parameters of a policy that may be changed while a run goes
// on: by the same name, and within what the same check takes, as in the file.
func changeable(role string, made any) []policy.Setting {
	var out []policy.Setting
	for _, f := range fields(made) {
		if !f.live {
			continue
		}
		s := policy.Setting{Name: role + "_params." + f.key, Doc: f.doc, Kind: kindOf(f.value.Type())}
		s.Get = func() float64 { return numberOf(f.value) }
		s.Check = func(v float64) error { return checkField(made, f.value, v) }
		s.Set = func(v float64) {
			setField(f.value, v)
			if c, ok := made.(policy.Changer); ok {
				c.Changed()
			}
		}
		out = append(out, s)
	}
	return out
}

// kindOf is how the values of a field are written.
func kindOf(t reflect.Type) policy.SettingKind {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return policy.SetDuration
	case t.Kind() == reflect.Bool:
		return policy.SetSwitch
	case t.Kind() == reflect.Float64:
		return policy.SetNumber
	}
	return policy.SetInteger
}

// numberOf is the value of a field as a setting has it.
func numberOf(v reflect.Value) float64 {
	switch kindOf(v.Type()) {
	case policy.SetDuration:
		return time.Duration(v.Int()).Seconds()
	case policy.SetSwitch:
		if v.Bool() {
			return 1
		}
		return 0
	case policy.SetNumber:
		return v.Float()
	}
	return float64(v.Int())
}

// setField gives a field the value of a setting.
func setField(field reflect.Value, v float64) {
	switch kindOf(field.Type()) {
	case policy.SetDuration:
		field.SetInt(int64(policy.Seconds(v)))
	case policy.SetSwitch:
		field.SetBool(v != 0)
	case policy.SetNumber:
		field.SetFloat(v)
	default:
		field.SetInt(int64(v))
	}
}

// checkField says whether a policy's Validate would take a value of a parameter,
// which it has for as long as that takes.
func checkField(made any, field reflect.Value, v float64) error {
	checked, ok := made.(interface{ Validate() error })
	if !ok {
		return nil
	}
	before := reflect.New(field.Type()).Elem()
	before.Set(field)
	defer field.Set(before)
	setField(field, v)
	return checked.Validate()
}
