package report

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cnv/results/answer"
	"cnv/results/words"
)

// shownElsewhere are the entries of the manifest that the page shows in their own places.
// These would be long, or be there twice.
var shownElsewhere = []string{"configuration", "config", "answer", "command", "hypothesis", "question", "setting", "policies", "names"}

// mostEntries is how many entries of a table the page lists: more are the modules of the
// build.
const mostEntries = 12

// facts are the entries of the manifest that identify the experiment: build, seeds,
// digests. Nested names are joined with a dot, in alphabetical order. The first is the
// number of replications, and where it was allotted by workload: "30 at most: steady 10,
// burst 30".
func facts(s *answer.Stored) []factView {
	replications := strconv.Itoa(s.Manifest.Replications)
	for i, n := range s.Manifest.Allotted {
		replications += words.IfElse(i == 0, " at most: ", ", ") + fmt.Sprintf("%s %d", s.Manifest.Workloads[i], n)
	}
	out := []factView{{"replications", replications}}
	for _, key := range slices.Sorted(maps.Keys(s.Manifest.Run)) {
		if !slices.Contains(shownElsewhere, key) {
			out = append(out, flatten(key, s.Manifest.Run[key])...)
		}
	}
	return out
}

// flatten lists the leaves of a decoded JSON value under their names. null is left out; a
// list without lists or maps in it is one line, "1, 2, 3"; other lists have numbers from 0
// in their names.
func flatten(name string, v any) []factView {
	switch v := v.(type) {
	// A key without a value says nothing.
	case nil:
		return nil
	case map[string]any:
		if len(v) > mostEntries {
			return []factView{{name, strconv.Itoa(len(v)) + " entries, in manifest.json"}}
		}
		var out []factView
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, flatten(name+"."+key, v[key])...)
		}
		return out
	case []any:
		if names, ok := leaves(v); ok {
			return []factView{{name, strings.Join(names, ", ")}}
		}
		var out []factView
		for i, e := range v {
			out = append(out, flatten(name+"."+strconv.Itoa(i), e)...)
		}
		return out
	case float64:
		return []factView{{name, words.Plain(v)}}
	}
	return []factView{{name, fmt.Sprint(v)}}
}

// leaves are the elements of a list as text; ok is false where a list or a map is among
// them.
func leaves(list []any) (names []string, ok bool) {
	for _, e := range list {
		switch e := e.(type) {
		case map[string]any, []any:
			return nil, false
		case float64:
			names = append(names, words.Plain(e))
		default:
			names = append(names, fmt.Sprint(e))
		}
	}
	return names, true
}

// configurationText is the effective configuration as indented JSON. "" where the manifest
// has none.
func configurationText(s *answer.Stored) string {
	c := s.Configuration()
	if c == nil {
		return ""
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return ""
	}
	return string(text)
}
