package ec2

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// A form is the parameters of a call. Those that nobody reads are refused, so
// that nothing is silently ignored.
type form struct {
	values url.Values
	read   map[string]bool
	wait   time.Duration // until the call is answered
}

func newForm(v url.Values) *form {
	return &form{values: v, read: map[string]bool{"Action": true, "Version": true, "DryRun": true}}
}

// end is called when all parameters are read, and before anything is done:
// unknown ones are refused, and dry runs end here.
func (f *form) end() error {
	if unread := f.unread(); len(unread) > 0 {
		return failure("UnknownParameter", "the local EC2 does not know %s of %s", strings.Join(unread, ", "), f.values.Get("Action"))
	}
	if f.values.Get("DryRun") == "true" {
		return failure("DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
	}
	return nil
}

func (f *form) text(name string) string {
	f.read[name] = true
	return f.values.Get(name)
}

// number reads an integer; absent is what it is if it is not there.
func (f *form) number(name string, absent int) (int, error) {
	s := f.text(name)
	if s == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, failure("InvalidParameterValue", "%s=%q: want a whole number", name, s)
	}
	return n, nil
}

// list reads Name.1, Name.2, ...
func (f *form) list(name string) []string {
	var out []string
	for i := 1; ; i++ {
		key := fmt.Sprintf("%s.%d", name, i)
		if !f.values.Has(key) {
			return out
		}
		out = append(out, f.text(key))
	}
}

// has says whether any parameter begins so.
func (f *form) has(prefix string) bool {
	for k := range f.values {
		if strings.HasPrefix(k, prefix) {
			return true
		}
	}
	return false
}

// tags reads Prefix.Tag.1.Key and so on.
func (f *form) tags(prefix string) map[string]string {
	out := map[string]string{}
	for i := 1; ; i++ {
		key := fmt.Sprintf("%s.%d.", prefix, i)
		if !f.values.Has(key + "Key") {
			return out
		}
		out[f.text(key+"Key")] = f.text(key + "Value")
	}
}

// specified reads the TagSpecifications of a call that makes such resources.
func (f *form) specified(kinds ...string) (map[string]map[string]string, error) {
	out := map[string]map[string]string{}
	for _, kind := range kinds {
		out[kind] = map[string]string{}
	}
	for i := 1; f.has(fmt.Sprintf("TagSpecification.%d.", i)); i++ {
		prefix := fmt.Sprintf("TagSpecification.%d.", i)
		kind := f.text(prefix + "ResourceType")
		if out[kind] == nil {
			return nil, failure("InvalidParameterValue", "tags for %q: only for %s here", kind, strings.Join(kinds, ", "))
		}
		maps.Copy(out[kind], f.tags(prefix+"Tag"))
	}
	return out, nil
}

// A filter is one of a Describe call: any of the values, which may have * and ?.
type filter struct {
	name   string
	values []string
}

func (f *form) filters() []filter {
	var out []filter
	for i := 1; f.values.Has(fmt.Sprintf("Filter.%d.Name", i)); i++ {
		out = append(out, filter{f.text(fmt.Sprintf("Filter.%d.Name", i)), f.list(fmt.Sprintf("Filter.%d.Value", i))})
	}
	return out
}

// match says whether a resource with these attributes passes all filters. An
// attribute that the resource cannot have is an error.
func match(filters []filter, attributes map[string]string, tags map[string]string) (bool, error) {
	for _, f := range filters {
		have, known := attributes[f.name]
		if key, ok := strings.CutPrefix(f.name, "tag:"); ok {
			have, known = tags[key], true
			if _, tagged := tags[key]; !tagged {
				return false, nil
			}
		}
		if !known {
			return false, failure("InvalidParameterValue", "The filter '%s' is invalid", f.name)
		}
		if !slices.ContainsFunc(f.values, func(v string) bool { ok, _ := path.Match(v, have); return ok }) {
			return false, nil
		}
	}
	return true, nil
}

// unread are the parameters that nobody has asked for.
func (f *form) unread() []string {
	var out []string
	for k := range f.values {
		if !f.read[k] {
			out = append(out, k)
		}
	}
	sort.Strings(out)
	return out
}

// An apiError is one of AWS, with its code.
type apiError struct{ code, text string }

func (e *apiError) Error() string { return e.code + ": " + e.text }

func failure(code, format string, args ...any) error {
	return &apiError{code, fmt.Sprintf(format, args...)}
}
