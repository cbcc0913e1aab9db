package plan

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"cnv/policy"
)

// changeable are the parameters of a policy that may be changed while a run goes
// on: by the same name, and within what the same check takes, as in the file.
func changeable(role string, made any) []policy.Setting {
	var out []policy.Setting
	for _, f := range fields(made) {
		if f.live == nil {
			continue
		}
		s := policy.Setting{Name: role + "_params." + f.key, Doc: f.doc, Kind: kindOf(f.value.Type()), Choices: f.live}
		s.Get = func() float64 { return numberOf(f.value, f.live) }
		s.Check = func(v float64) error { return checkField(made, f.value, f.live, v) }
		s.Set = func(v float64) {
			setField(f.value, f.live, v)
			if c, ok := made.(policy.Changer); ok {
				c.Changed()
			}
		}
		out = append(out, s)
	}
	return out
}

// settable is the tag set of a field: "yes" of a number, the words that it may be of a text.
func settable(tag string) []string {
	switch tag {
	case "":
		return nil
	case "yes":
		return []string{}
	}
	return strings.Split(tag, ",")
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
	case t.Kind() == reflect.String, isWord(t):
		return policy.SetChoice
	}
	return policy.SetInteger
}

// isWord says whether a field is an enum that reads itself from its word.
func isWord(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// numberOf is the value of a field as a setting has it.
func numberOf(v reflect.Value, choices []string) float64 {
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
	case policy.SetChoice:
		return float64(max(0, slices.Index(choices, fmt.Sprint(v.Interface()))))
	}
	return float64(v.Int())
}

// setField gives a field the value of a setting.
func setField(field reflect.Value, choices []string, v float64) {
	switch kindOf(field.Type()) {
	case policy.SetDuration:
		field.SetInt(int64(policy.Seconds(v)))
	case policy.SetSwitch:
		field.SetBool(v != 0)
	case policy.SetNumber:
		field.SetFloat(v)
	case policy.SetChoice:
		setWord(field, choices[int(v)])
	default:
		field.SetInt(int64(v))
	}
}

// setWord gives a text, or an enum that reads itself, one of its words.
func setWord(field reflect.Value, word string) {
	if field.Kind() == reflect.String {
		field.SetString(word)
		return
	}
	if err := field.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(word)); err != nil {
		panic(fmt.Sprintf("the word %q of the tag set: %v", word, err))
	}
}

// checkField says whether a policy's Validate would take a value of a parameter,
// which it has for as long as that takes.
func checkField(made any, field reflect.Value, choices []string, v float64) error {
	checked, ok := made.(interface{ Validate() error })
	if !ok {
		return nil
	}
	before := reflect.New(field.Type()).Elem()
	before.Set(field)
	defer field.Set(before)
	setField(field, choices, v)
	return checked.Validate()
}
