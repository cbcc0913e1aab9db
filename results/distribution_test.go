package results_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cnv/results"
)

// TestDamagedDistributionsAreNamed: file and line of what no quantile is.
func TestDamagedDistributionsAreNamed(t *testing.T) {
	const good = "workload,policy,p,response_s,answered_response_s\nw,p,0.5,1,1\n"
	for name, c := range map[string]struct{ row, want string }{
		"NaN":      {"w,p,0.6,NaN,1\n", `distributions.csv:3: response_s: "NaN" is no value`},
		"NaN of p": {"w,p,nan,1,1\n", `distributions.csv:3: p: "nan" is no value`},
		"no p":     {"w,p,,1,1\n", `distributions.csv:3: p: "", must be between 0 and 1 and ascend`},
		"falls":    {"w,p,0.4,1,1\n", `distributions.csv:3: p: "0.4", must be between 0 and 1 and ascend`},
		"above":    {"w,p,1.5,1,1\n", `distributions.csv:3: p: "1.5", must be between 0 and 1 and ascend`},
		"none":     {"w,p,0.6,inf,\nw,q,0.5,1,1\n", ""},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "distributions.csv"), []byte(good+c.row), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := results.ReadDistributions(dir)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}
