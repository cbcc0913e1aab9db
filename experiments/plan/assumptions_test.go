package plan

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// told is the texts of the assumptions of a plan.
func told(p *Plan) (out []string) {
	for _, a := range p.Assumptions() {
		out = append(out, a.Text)
	}
	return out
}

// TestAssumptionsAreMerged: an axis of boot times is one sentence, with the column that
// says whether anything booted.
func TestAssumptionsAreMerged(t *testing.T) {
	p := parse(t, `question = "q"
[cluster]
instance = "c7g.large"
boot = ["10s", "25s", "1m30s"]
[[workload]]
generator = "poisson"
[[policy]]
router = "jsq"
`)
	var boots []string
	for _, a := range p.Assumptions() {
		if strings.Contains(a.Text, "boot") {
			boots = append(boots, a.Text)
			if a.Column != "launches" || len(a.Workloads) != 3 {
				t.Errorf("%q matters where %q of %q is above 0", a.Text, a.Column, a.Workloads)
			}
		}
	}
	if len(boots) != 1 || !strings.HasPrefix(boots[0], "boot 10s, 25s, 1m30s, an assumed spread of 20 % per part") {
		t.Errorf("%q, want one sentence of all boot times", boots)
	}
}

// TestPriorsAreToldWhereTheyMatter: where some policy predicts work.
func TestPriorsAreToldWhereTheyMatter(t *testing.T) {
	for policy, want := range map[string]bool{
		`router = "jsq"`:                                                     false,
		"router = \"random\"\nspill = \"busy\"":                              false,
		"router = \"p2c\"\nscaler = \"threshold\"":                           false,
		"router = \"jsq\"\nrouter_params = { tie = \"work\" }":               true,
		`router = "leastwork"`:                                               true,
		"router = \"leastwork\"\nestimator = \"exact\"":                      false,
		"router = \"jsq\"\nscaler = \"demand\"":                              true,
		"router = \"jsq\"\nspill = \"slo\"":                                  true,
		"router = \"jsq\"\nspill = \"busy\"\nspill_params = { limit = 2.0 }": true,
	} {
		p := parse(t, `question = "q"
[cluster]
instance = "c7g.large"
[functions]
memory_mb = 1769
[[workload]]
generator = "poisson"
[[policy]]
`+policy+"\n")
		got := slices.ContainsFunc(told(p), func(s string) bool { return strings.HasPrefix(s, "classes begin unknown") })
		if got != want {
			t.Errorf("%s: told %v, want %v", policy, got, want)
		}
	}
}

// TestSharedDrawsAreTold: workloads along an axis, of the workload or of its
// surroundings, meet the same chance, which is said; two tables, or one seed, are not
// along an axis.
func TestSharedDrawsAreTold(t *testing.T) {
	const one = "[[workload]]\nname = \"x\"\ngenerator = \"poisson\"\nrate = 1\n"
	for text, want := range map[string]int{
		one: 0,
		"[[workload]]\ngenerator = \"poisson\"\nrate = [1, 2]\n":            2,
		one + "[[workload]]\ngenerator = \"poisson\"\nrate = 2\n":           0,
		one + "[[workload]]\ngenerator = \"poisson\"\nrate = [2, 3, 4]\n":   3,
		"seeds = 1\n[[workload]]\ngenerator = \"poisson\"\nrate = [1, 2]\n": 0,
		"boot = [\"10s\", \"25s\"]\n" + one:                                 2,
	} {
		head, rest := "question = \"q\"\n", text
		if after, ok := strings.CutPrefix(text, "seeds = 1\n"); ok {
			head, rest = head+"seeds = 1\n", after
		}
		p := parse(t, head+"[cluster]\ninstance = \"c7g.large\"\n"+rest+"[[policy]]\nrouter = \"jsq\"\n")
		got := 0
		for _, a := range p.Assumptions() {
			if strings.Contains(a.Text, "share their random draws") {
				got = len(a.Workloads)
			}
		}
		if got != want {
			t.Errorf("%q: said of %d workloads, want %d", text, got, want)
		}
	}
}

// TestRedrawnIsSaid: where a recording is not resampled, what replications draw again all
// the same is said, and that intervals are about no other recording.
func TestRedrawnIsSaid(t *testing.T) {
	dir := t.TempDir()
	var rows strings.Builder
	for i := range 600 {
		fmt.Fprintf(&rows, "%d,a\n", i*997_331)
	}
	file := filepath.Join(dir, "sizes.csv")
	if err := os.WriteFile(file, []byte("arrival_us,class\n"+rows.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	recorded := fmt.Sprintf("[[workload]]\nname = \"x\"\ntrace = %q\nsize = \"exponential\"\nmean_work = \"100ms\"\n", file)
	for text, want := range map[string]string{
		recorded + "replicate = \"none\"\n":             "x: the recorded arrivals are the same in every replication: sizes that were not recorded are drawn again",
		recorded + "replicate = \"none\"\nload = 0.5\n": "x: the recorded arrivals are the same in every replication: sizes that were not recorded are drawn again",
		recorded: "",
		"[[workload]]\nname = \"x\"\ngenerator = \"poisson\"\nrate = 1\n": "",
	} {
		got := ""
		for _, a := range parse(t, "question = \"q\"\n[cluster]\ninstance = \"c7g.large\"\n"+text+"[[policy]]\nrouter = \"jsq\"\n").Assumptions() {
			if strings.Contains(a.Text, "in every replication") {
				got = a.Text
			}
		}
		if !strings.HasPrefix(got, want) || want == "" && got != "" || want != "" && !strings.HasSuffix(got, "about no other recording") {
			t.Errorf("%q: said %q, want %q", text, got, want)
		}
	}
}

// TestFullIsSaid: what becomes of requests beyond the limit of functions is said, where
// there were such; not under a policy that calls none.
func TestFullIsSaid(t *testing.T) {
	const refused, waits = `are refused (429; [functions] full = "refuse")`, `wait at the gateway ([functions] full = "wait")`
	for _, c := range []struct{ functions, spill, want, column string }{
		{"concurrency = 2", "always", `beyond the 2 calls that functions take at once ` + refused, "throttles"},
		{"concurrency = 1", "always", `beyond the 1 call that functions take at once ` + refused, "throttles"},
		{"concurrency = 2\nfull = \"wait\"", "always", waits, "function_calls"},
		{"concurrency = 2\nfull = [\"refuse\", \"wait\"]", "always", refused, "throttles"},
		{"concurrency = 2\nfull = [\"refuse\", \"wait\"]", "always", waits, "function_calls"},
		{"concurrency = 2", "busy", "", ""}, // it goes to a machine's line
		{"concurrency = 2\nfull = \"wait\"", "busy", "", ""},
		{"concurrency = 2\nfull = \"wait\"", "busy\"\n[[policy]]\nname = \"all\"\nrouter = \"jsq\"\nspill = \"always", waits + " under all", "function_calls"},
		{"concurrency = 2", "never", "", ""},
	} {
		text := strings.Replace(drawnFile, "[functions]", "[functions]\n"+c.functions, 1)
		said := false
		for _, a := range parseDrawn(t, strings.Replace(text, `spill = "busy"`, "spill = \""+c.spill+"\"", 1)).Assumptions() {
			if strings.Contains(a.Text, "that functions take at once") {
				said = said || c.want == "" || strings.HasSuffix(a.Text, c.want) && a.Column == c.column
			}
		}
		if said != (c.want != "") {
			t.Errorf("%+v: said %v", c, said)
		}
	}
}
