package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/policy"
)

// severalFunctions is a file with the three classes of the kernels and the given tables.
func severalFunctions(tables string) string {
	return `question = "q"
seeds = 1
[functions]
memory_mb = 1024
keep_alive = "1m"
` + tables + `
[[workload]]
generator = "poisson"
rate = 1
duration = "30s"
[[policy]]
router = "jsq"
spill = "always"
`
}

// TestSeveralFunctions: what a function does not say is said by [functions]; the one without
// classes takes all that no other names.
func TestSeveralFunctions(t *testing.T) {
	p, err := Parse("f.toml", "", severalFunctions(`
[[function]]
name = "small"
[[function]]
name = "large"
memory_mb = 4096
timeout = "30s"
classes = ["blurimage"]
reserved = 50
`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := p.Cells()[0].Config(1)
	var of []int
	for _, c := range cfg.Control.Classes {
		of = append(of, c.Function)
	}
	if !slices.Equal(of, []int{0, 1, 0}) {
		t.Errorf("classes go to %v, want blurimage alone to 1", of)
	}
	small, large := cfg.Funcs, cfg.Funcs.At(1)
	if small.MemoryMB != 1024 || large.MemoryMB != 4096 || large.KeepAlive != time.Minute || large.Timeout != 30*time.Second || large.Reserved != 50 || small.Concurrency != 1000 {
		t.Errorf("functions %+v", *small)
	}
	c := cfg.Control.Functions
	if c.Shared() != 950 || c.At(1).Timeout != 30*time.Second || c.At(1).Share <= c.Share || c.At(1).Reserved != 50 {
		t.Errorf("the control plane knows %+v", *c)
	}
	if got := p.Setting(); !slices.ContainsFunc(got, func(pair [2]string) bool { return strings.HasPrefix(pair[1], "large: 4096 MB") }) {
		t.Errorf("setting %v", got)
	}
}

// TestOneFunctionIsFunctions: a file with one [[function]] means what [functions] does.
func TestOneFunctionIsFunctions(t *testing.T) {
	config := func(tables string) (policy.Functions, []policy.Class) {
		p, err := Parse("f.toml", "", severalFunctions(tables), Options{})
		if err != nil {
			t.Fatal(err)
		}
		cfg := p.Cells()[0].Config(1)
		return *cfg.Control.Functions, cfg.Control.Classes
	}
	a, classes := config("")
	b, same := config("[[function]]\n")
	if a.Share != b.Share || a.KeepAlive != b.KeepAlive || len(b.Others) > 0 || !slices.EqualFunc(classes, same, func(x, y policy.Class) bool { return x.Name == y.Name && x.Function == y.Function }) {
		t.Errorf("%+v and %+v", a, b)
	}
}

// TestFunctionsWithoutFunctions: [[function]] needs no [functions].
func TestFunctionsWithoutFunctions(t *testing.T) {
	text := strings.Replace(severalFunctions("[[function]]\n"), "[functions]\nmemory_mb = 1024\nkeep_alive = \"1m\"\n", "", 1)
	p, err := Parse("f.toml", "", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if f := p.Cells()[0].Config(1).Funcs; f.MemoryMB != 1769 {
		t.Errorf("%+v", *f)
	}
}

// TestFunctionProblems are told with the key and what would be right.
func TestFunctionProblems(t *testing.T) {
	for tables, want := range map[string]string{
		"[[function]]\nconcurrency = 5\n":                                                    "function.concurrency: is of all functions together: give it in [functions]; what one makes at most is reserved",
		"[[function]]\nclasses = [\"blurimge\"]\n[[function]]\n":                             `function.classes: no workload has a class "blurimge" (nearest valid name "blurimage")`,
		"[[function]]\nclasses = [\"blurimage\"]\n":                                          `function.classes: no function takes raytracer, enhanceimage`,
		"[[function]]\n[[function]]\n":                                                       `function.classes: missing: function "function-1" takes the classes that no other function names`,
		"[[function]]\nclasses = [\"blurimage\"]\n[[function]]\nclasses = [\"blurimage\"]\n": `function.classes: calls of class "blurimage" go to function "function-1"`,
		"[[function]]\nname = \"a\"\nclasses = [\"blurimage\"]\n[[function]]\nname = \"a\"":  `function.name: "a" is the name of another function`,
		"[[function]]\nreserved = 901\n":                                                     "function.reserved: 901 in all functions: Lambda keeps 100 of concurrency = 1000 for functions that reserve none, so at most 900 can be reserved",
		"[[function]]\nreserved = 5\nprovisioned = 6\n":                                      "function.provisioned: 6 of function \"function-1\", must be in [0, 5]",
		"[[function]]\nmemory_mb = 64\n":                                                     "function.memory_mb:",
		"[[function]]\nclases = [\"blurimage\"]\n":                                           "function.clases: unknown key (nearest valid name \"classes\")",
		"[[function]]\nramp = \"90s\"\n":                                                     "function.ramp: does nothing, as no environment is kept warm: give provisioned",
		"[[function]]\nclasses = []\n":                                                       "function.classes: an empty list",
		"reserved = 5\n":                                                                     "functions.reserved: unknown key",
	} {
		_, err := Parse("f.toml", "", severalFunctions(tables), Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", tables, err, want)
		}
	}
}
