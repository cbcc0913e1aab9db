package policy_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// imports says which of our folders a folder may import beside itself:
// libraries import one way, policy ← workloads, results ← sim, live. The
// mains (experiments, live/cmd), live/run and live/operate may import all.
var imports = map[string][]string{
	"policy":    {},
	"workloads": {"policy"},
	"results":   {"policy"},
	"sim":       {"policy", "workloads", "results"},
	"live":      {"policy", "workloads", "results", "worker/lambdafn/event"}, // what the two say to each other
	"worker":    {"workloads/features", "policy/latency"},                    // what it says of its response times is what the simulator's say
	"internal":  {},                                                          // what only builds and tests of this project use
}

// judging is what tests ask for programs of others; beside them only packages for tests
// import it, whose names end in test.
const judging = "internal/judges"

// runs joins the real world to experiment files, as a main does, and is a library
// for all that: so it may import what mains may, and only mains and operates import it.
const runs = "live/run"

// operates is what an operator's commands do with a deployment, which they make for
// experiments: it may import what mains may, and only mains import it.
const operates = "live/operate"

// studies is the program that asks whether the project's numbers are so. Packages below it
// may import what mains may, and only the program imports them.
const studies = "results/study"

// knows says what a package below policy may import of policy beside the vocabulary:
// policies know nothing of each other. The books price what they follow; messages name the
// nearest name; enums are read by their words.
var knows = map[string][]string{
	"policy/journal/account": {"policy/catalog"},
	"policy/catalog":         {"policy/nearest"},
	"policy/enum":            {"policy/nearest"},
	"policy/estimate":        {"policy/enum"},
	"policy/route":           {"policy/enum"},
	"policy/scale":           {"policy/enum"},
	"policy/spill":           {"policy/enum"},
}

// floors says which packages of results a floor of it stands on, the lowest first.
var floors = map[string][]string{
	"results/words":    {},
	"results/stat":     {},
	"results/csvfile":  {},
	"results":          {"results/stat", "results/csvfile"},
	"results/fidelity": {"results/words", "results/csvfile", "results"},
	"results/compare":  {"results/words", "results/stat", "results/csvfile", "results", "results/fidelity"},
	"results/answer":   {"results/words", "results/stat", "results", "results/fidelity", "results/compare"},
	"results/figure":   {"results/words", "results/stat", "results", "results/compare", "results/answer"},
	"results/report":   {"results/words", "results/stat", "results", "results/fidelity", "results/compare", "results/answer", "results/figure"},
}

// awsSDK is imported by live/aws alone; the rest of the project builds
// without it.
const awsSDK = "github.com/aws/aws-sdk-go-v2"

// TestImports: every package imports only what its folder may.
func TestImports(t *testing.T) {
	suite := goListIn(t, filepath.Join("..", "live", "proxytest"), "-e", "./...") // a module of its own
	packages := slices.Concat(goList(t, "-e", "cnv/..."), suite)
	for _, p := range packages {
		for _, problem := range breaches(p) {
			t.Errorf("%s %s", p.ImportPath, problem)
		}
	}
	if len(packages) < 5 || len(suite) == 0 {
		t.Errorf("looked at %d packages, %d of them of the proxy suite, want both modules", len(packages), len(suite))
	}
}

// TestOneMainUnderExperiments: `go run ./experiments/...` works only with one.
func TestOneMainUnderExperiments(t *testing.T) {
	var mains []string
	for _, p := range goList(t, "-e", "cnv/...") {
		if p.Name == "main" && strings.HasPrefix(p.ImportPath, "cnv/experiments") {
			mains = append(mains, p.ImportPath)
			if i := slices.IndexFunc(p.Deps, func(d string) bool { return strings.HasPrefix(d, awsSDK) }); i >= 0 {
				t.Errorf("%s compiles the AWS SDK: %s", p.ImportPath, p.Deps[i])
			}
		}
	}
	if len(mains) > 1 {
		t.Errorf("several main packages under experiments: %v", mains)
	}
}

// breaches lists the rules that a package breaks.
func breaches(p listed) []string {
	var out []string
	own := strings.TrimPrefix(p.ImportPath, "cnv/")
	folder, _, _ := strings.Cut(own, "/")
	if slices.Contains([]string{"util", "utils", "common", "types", "pkg", "helpers"}, path.Base(own)) {
		out = append(out, "has a name that says nothing")
	}
	for _, dep := range p.Imports {
		if strings.HasPrefix(dep, awsSDK) && own != "live/aws" && !strings.HasPrefix(own, "live/aws/") {
			out = append(out, "imports "+dep+": only live/aws may")
		}
		to, ours := strings.CutPrefix(dep, "cnv/")
		allowed, ruled := imports[folder]
		if ours && inside(to, studies) && own != studies {
			out = append(out, "imports "+dep+": only "+studies+" may")
			continue
		}
		if !ours || p.Name == "main" || inside(own, studies) && to != runs && to != operates {
			continue
		}
		if to == runs && own != operates || to == operates {
			out = append(out, "imports "+dep+": only mains may")
			continue
		}
		if to == judging {
			if !strings.HasSuffix(own, "test") {
				out = append(out, "imports "+dep+": only tests may")
			}
			continue
		}
		if !ruled || own == runs || own == operates {
			continue
		}
		if !inside(to, folder) && !slices.ContainsFunc(allowed, func(a string) bool { return inside(to, a) }) {
			out = append(out, "imports "+dep+": "+folder+" may not")
		}
		if below, floor := floors[own]; floor && inside(to, "results") && !slices.Contains(below, to) {
			out = append(out, "imports "+dep+": floors of results stand only on lower ones")
		}
		if folder == "policy" && to != "policy" && (own == "policy" || !inside(to, own)) && !slices.Contains(knows[own], to) {
			out = append(out, "imports "+dep+": policies know only the vocabulary, not each other")
		}
	}
	return out
}

// inside says whether a package is a folder or below it.
func inside(pkg, folder string) bool { return pkg == folder || strings.HasPrefix(pkg, folder+"/") }

// TestBreachesAreFound: each rule refuses what it is for.
func TestBreachesAreFound(t *testing.T) {
	for _, c := range []struct {
		from, to string
		breaches int
	}{
		{"policy/route", "cnv/policy", 0},
		{"policy/route", "cnv/policy/spill", 1},
		{"policy", "cnv/policy/route", 1},
		{"policy", "cnv/policy/journal", 1},
		{"policy/route", "cnv/policy/journal", 1},
		{"policy/journal", "cnv/policy", 0},
		{"policy/journal", "cnv/policy/route", 1},
		{"policy/journal", "cnv/policy/catalog", 1},
		{"policy/journal/account", "cnv/policy/catalog", 0},
		{"policy/journal/account", "cnv/policy/route", 1},
		{"policy/journal/account", "cnv/results", 2},
		{"policy", "cnv/workloads", 2},
		{"workloads", "cnv/policy", 0},
		{"workloads", "cnv/results", 1},
		{"results", "cnv/sim", 1},
		{"results", "cnv/results/stat", 0},
		{"results/stat", "cnv/results", 1},
		{"results/words", "cnv/results", 1},
		{"results", "cnv/results/compare", 1},
		{"results/csvfile", "cnv/results", 1},
		{"results/compare", "cnv/results", 0},
		{"results/compare", "cnv/results/answer", 1},
		{"results", "cnv/results/answer", 1},
		{"results/study/coverage", "cnv/sim", 0},
		{"results/study/coverage", "cnv/live/run", 1},
		{"results/study/coverage", "cnv/live/operate", 1},
		{"results/study/coverage", "cnv/results/study/readme", 1},
		{"results/compare", "cnv/results/study/coverage", 1},
		{"results/study", "cnv/results/study/coverage", 0},
		{"results/figure", "cnv/results/report", 1},
		{"results/report", "cnv/results/figure", 0},
		{"sim", "cnv/policy/catalog", 0},
		{"sim", "cnv/live", 1},
		{"live", "cnv/sim", 1},
		{"live/run", "cnv/sim", 0},
		{"live/aws", "cnv/live/run", 1},
		{"experiments/plan", "cnv/live/run", 1},
		{"live/operate", "cnv/live/run", 0},
		{"live/operate", "cnv/experiments/plan", 0},
		{"live/run", "cnv/live/operate", 1},
		{"live/aws", "cnv/live/operate", 1},
		{"live/local", "cnv/live/journals", 0},
		{"worker", "cnv/policy", 1},
		{"worker", "cnv/workloads", 1},
		{"worker", "cnv/workloads/features", 0},
		{"worker", "cnv/policy/latency", 0},
		{"experiments/plan", "cnv/sim", 0},
		{"live/aws", awsSDK + "/service/ec2", 0},
		{"live", awsSDK + "/config", 1},
		{"worker", awsSDK + "/config", 1},
		{"live/aws/awstest", "cnv/internal/judges", 0},
		{"live/aws", "cnv/internal/judges", 1},
		{"live/run", "cnv/internal/judges", 1},
		{"live/aws", "cnv/internal/testtime", 1},
		{"internal/judges", "cnv/policy", 1},
		{"sim/util", "fmt", 1},
	} {
		p := listed{ImportPath: "cnv/" + c.from, Name: path.Base(c.from), Imports: []string{c.to}}
		if got := breaches(p); len(got) != c.breaches {
			t.Errorf("%s importing %s: %q, want %d breaches", c.from, c.to, got, c.breaches)
		}
	}
}

// A listed is a package as `go list` describes it.
type listed struct {
	ImportPath, Dir, Name, Export string
	GoFiles, Imports, Deps        []string
}

// goList asks the go command about packages.
func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	return goListIn(t, "", args...)
}

// goListIn asks in a folder, of another module say.
func goListIn(t *testing.T, folder string, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,Name,Export,GoFiles,Imports,Deps"}, args...)...)
	cmd.Dir = folder
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.Bytes())
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
