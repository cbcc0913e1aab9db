package policytest

import (
	"reflect"
	"regexp"
	"testing"

	"cnv/policy"
)

// Specs checks a package's table of policies: names are short, lower case
// and given once; every policy says in one line what it is; New returns a
// pointer to a struct of type R whose defaults are valid; and every exported
// field is a documented parameter.
func Specs[R any](t *testing.T, specs []policy.Spec) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range specs {
		if !name.MatchString(s.Name) || seen[s.Name] {
			t.Errorf("%q: the name is not short and lower case, or given twice", s.Name)
		}
		seen[s.Name] = true
		if !line.MatchString(s.Doc) {
			t.Errorf("%s: the doc is not one line without a full stop: %q", s.Name, s.Doc)
		}
		p := s.New()
		if _, ok := p.(R); !ok {
			t.Errorf("%s: New returns a %T, which is no %v", s.Name, p, reflect.TypeFor[R]())
		}
		if v, ok := p.(interface{ Validate() error }); ok && v.Validate() != nil {
			t.Errorf("%s: the defaults are refused: %v", s.Name, v.Validate())
		}
		if v := reflect.TypeOf(p); v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
			t.Errorf("%s: New returns a %T, want a pointer to a struct", s.Name, p)
		} else {
			parameters(t, s.Name, v.Elem())
		}
	}
}

var (
	name = regexp.MustCompile(`^[a-z][a-z0-9-]{1,15}$`)
	line = regexp.MustCompile(`^[^\n]*[^\n.]$`)
	key  = regexp.MustCompile(`^([a-z][a-z0-9_]*|-)$`)
)

// parameters checks the exported fields of a policy.
func parameters(t *testing.T, policy string, s reflect.Type) {
	seen := map[string]bool{}
	for i := range s.NumField() {
		f := s.Field(i)
		if !f.IsExported() {
			continue
		}
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			parameters(t, policy, f.Type)
			continue
		}
		k := f.Tag.Get("toml")
		if !key.MatchString(k) || seen[k] {
			t.Errorf("%s: field %s: its key %q is missing, malformed or given twice: write it behind the field, as in `toml:\"choices\" doc:\"workers looked at\"`", policy, f.Name, k)
		}
		seen[k] = k != "-"
		if k != "-" && !line.MatchString(f.Tag.Get("doc")) {
			t.Errorf("%s: field %s: no doc that is one line without a full stop", policy, f.Name)
		}
	}
}
