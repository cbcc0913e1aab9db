package plan

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestKeysAreAll: every table that a file may have is listed, every key that is
// read has a type and a line of text, and none is twice in a table.
func TestKeysAreAll(t *testing.T) {
	heads := map[string]bool{}
	for _, table := range Tables() {
		heads[strings.Trim(table.Head, "[]")] = true
		seen := map[string]bool{}
		for _, k := range table.Keys {
			if seen[k.Key] || k.Type == "" || k.Doc == "" {
				t.Errorf("%s: %+v", table.Head, k)
			}
			seen[k.Key] = true
		}
	}
	for _, name := range append([]string{"cluster.launch"}, rootTables...) {
		if !heads[name] {
			t.Errorf("%s is not listed", name)
		}
	}
}

// TestKeysTellDefaults: the defaults in the text are those that are read.
func TestKeysTellDefaults(t *testing.T) {
	e, pool, functions, fault, gateways := defaultEnvironment(), defaultPool(), defaultFunctions(), defaultFault(), defaultGateways()
	looked := 0
	for head, defaults := range map[string]any{
		"": &e.top, "[cluster]": &e.cluster, "[[pool]]": &pool, "[functions]": &functions,
		"[telemetry]": &e.telemetry, "[retry]": &e.retry, "[[fault]]": &fault, "[gateways]": &gateways,
	} {
		values := settings(defaults)
		for _, table := range Tables() {
			for _, k := range table.Keys {
				v, ok := values[k.Key]
				if table.Head != head || !ok || k.Default == "" || k.Default == "required" || v == -1 || v == -1.0 {
					continue // -1 is filled in from other keys
				}
				looked++
				switch list := v.(type) {
				case []string:
					v = strings.Join(list, " and ")
				case []float64:
					v = "" // each is by the place of another key
				}
				said, _, _ := strings.Cut(strings.ReplaceAll(k.Default, `"`, ""), ":")
				if d, err := time.ParseDuration(said); err == nil {
					said = lasting(d)
				}
				want := fmt.Sprint(v)
				if table.Head+k.Key == "[[pool]]boot" {
					want = rounded(pool.Boot.median).String()
				}
				if d, err := time.ParseDuration(want); err == nil {
					want = lasting(d)
				}
				if zero := want == "" || want == "0s"; !zero && said != want && !strings.HasPrefix(said, want+" (") {
					t.Errorf("%s %s: default %q, want %s", head, k.Key, k.Default, want)
				}
			}
		}
	}
	if looked < 30 {
		t.Errorf("%d defaults, want those of all tables that have some", looked)
	}
}
