package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestCalibrateFindsTheLifeOfEnvironments: when environments of functions end is found by which
// calls were cold, though the experiment in the journal says nothing of it; the placebo holds.
func TestCalibrateFindsTheLifeOfEnvironments(t *testing.T) {
	if testing.Short() {
		t.Skip("TestWhatIfFindsTheTruth starts the same goroutines")
	}
	world := func(functions string) string {
		text := filled("", "boot = \"10s\"\n[functions]\ncold = \"300ms\"\n"+functions, "router = \"jsq\"\nspill = \"always\"")
		return strings.NewReplacer("rate = 12", "rate = 0.8", "2m", "50m").Replace(text)
	}
	for name, c := range map[string]struct {
		truth string
		want  map[string]time.Duration
	}{
		"spare":    {"keep_alive = \"4s\"\nspare_keep_alive = \"1s\"", map[string]time.Duration{"keep_alive": 4 * time.Second, "spare_keep_alive": time.Second}},
		"lifetime": {"keep_alive = \"640s\"\nlifetime = \"1m\"", map[string]time.Duration{"lifetime": time.Minute}},
	} {
		file := filepath.Join(t.TempDir(), "world.toml")
		var out bytes.Buffer
		code := run([]string{"whatif", relabelled(t, world(""), world(c.truth)), "--policy", "b", "-o", file}, &out, &out)
		text, err := os.ReadFile(file)
		if code != exitDone || err != nil {
			t.Fatalf("%s: exit code %d, %v\n%s", name, code, err, out.String())
		}
		for key, want := range c.want {
			m := regexp.MustCompile(`(?m)^` + key + ` = "(.*)"`).FindStringSubmatch(string(text))
			if m == nil {
				t.Errorf("%s: no %s in\n%s", name, key, text)
				continue
			}
			if is, err := time.ParseDuration(m[1]); err != nil || (is-want).Abs() > want/10 {
				t.Errorf("%s: %s = %v, want %v within a tenth (%v)", name, key, is, want, err)
			}
		}
	}
}
