package plan

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/BurntSushi/toml"

	"cnv/policy/scale"
)

// set puts a decoded TOML value into a field, strictly.
func set(v reflect.Value, x any) []error {
	if u, ok := v.Addr().Interface().(toml.Unmarshaler); ok {
		return flatten(u.UnmarshalTOML(x))
	}
	if u, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		s, ok := x.(string)
		if !ok {
			return mismatch("a string", x)
		}
		return flatten(u.UnmarshalText([]byte(s)))
	}
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		return set(v.Elem(), x)
	}
	if v.Type() == reflect.TypeFor[time.Duration]() {
		return setDuration(v, x)
	}
	if part, ok := v.Addr().Interface().(*scale.Part); ok {
		return setPart(part, x)
	}
	switch v.Kind() {
	case reflect.String:
		if s, ok := x.(string); ok {
			v.SetString(s)
			return nil
		}
		return mismatch("a string", x)
	case reflect.Bool:
		if b, ok := x.(bool); ok {
			v.SetBool(b)
			return nil
		}
		return mismatch("true or false", x)
	case reflect.Slice:
		return setList(v, x)
	}
	return setNumber(v, x)
}

// maxDuration bounds what a file may ask for, so that sums of durations stay
// within what can be said.
const maxDuration = 87_600 * time.Hour

// setDuration takes "90s", "1h30m", "250ms".
func setDuration(v reflect.Value, x any) []error {
	const want = `a duration such as "90s" or "1h30m"`
	s, ok := x.(string)
	if !ok {
		return mismatch(want, x)
	}
	d, err := time.ParseDuration(s)
	if err == nil && (d > maxDuration || d < -maxDuration) {
		return []error{fmt.Errorf("%q, must be at most %v (ten years)", s, maxDuration)}
	}
	if err != nil {
		return mismatch(want, x)
	}
	v.SetInt(int64(d))
	return nil
}

// setNumber takes integers and, where the field is one, floats.
func setNumber(v reflect.Value, x any) []error {
	switch n := x.(type) {
	case int64:
		switch {
		case v.CanInt() && !v.OverflowInt(n):
			v.SetInt(n)
			return nil
		case v.CanUint() && n >= 0 && !v.OverflowUint(uint64(n)):
			v.SetUint(uint64(n))
			return nil
		case v.CanFloat():
			v.SetFloat(float64(n))
			return nil
		}
		return mismatch("an integer of "+v.Type().String(), x)
	case float64:
		if !v.CanFloat() {
			break
		}
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return []error{fmt.Errorf("%v is not a usable number", n)}
		}
		v.SetFloat(n)
		return nil
	}
	if v.CanFloat() {
		return mismatch("a number", x)
	}
	return mismatch("an integer", x)
}

// setList takes a list of what the field's elements are.
func setList(v reflect.Value, x any) []error {
	items, ok := x.([]any)
	if tables, all := x.([]map[string]any); all {
		ok = true
		for _, t := range tables {
			items = append(items, t)
		}
	}
	if !ok {
		return mismatch("a list", x)
	}
	list := reflect.MakeSlice(v.Type(), len(items), len(items))
	var errs []error
	for i, item := range items {
		errs = append(errs, set(list.Index(i), item)...)
	}
	v.Set(list)
	return errs
}

// mismatch is the error of a value of the wrong type.
func mismatch(want string, x any) []error {
	return []error{fmt.Errorf("want %s, got %s", want, describe(x))}
}

// describe names a TOML value in an error.
func describe(x any) string {
	switch x.(type) {
	case string:
		return fmt.Sprintf("the string %q", x)
	case int64:
		return fmt.Sprintf("the integer %v", x)
	case float64:
		return fmt.Sprintf("the number %v", x)
	case bool:
		return fmt.Sprint(x)
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}
