package constants

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"cnv/results/compare"
)

const file = `question = "40s"
seeds = 20
live_seeds = 30
slo = "5x"
timeout = "1m"
[cluster]
instance = "c7g.large"
boot = "25s"
max = 40
min = 2
[functions]
memory_mb = 1769
keep_alive = "100s"
[[workload]]
name = "3s"
rate = [5, 20.0]
[[workload]]
rate = 0.0
cv2 = 10
[[contrast]]
name = "1s"
[[threshold]]
max = 0.5
expected = "25s"
[[share]]
from = "3s"
[[reference]]
name = "4s"
values = { w = 2.5 }
`

func decode(t *testing.T) map[string]any {
	t.Helper()
	var keys map[string]any
	if _, err := toml.Decode(file, &keys); err != nil {
		t.Fatal(err)
	}
	return keys
}

// TestLeaves: every number of a file that a move changes is one, each once, and what
// says how the experiment is judged is none.
func TestLeaves(t *testing.T) {
	keys := decode(t)
	catalogued(keys)
	var got []string
	for _, l := range leaves(keys, leaf{}) {
		got = append(got, l.name)
	}
	want := []string{"cluster.boot", "cluster.ebs_gb", "cluster.max",
		"functions.concurrency", "functions.keep_alive", "functions.memory_mb", "functions.scale_step", "functions.timeout",
		"slo", "timeout", "workload[1].rate[2]"}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestMoved: one number is moved, and the file stays as it was.
func TestMoved(t *testing.T) {
	keys := decode(t)
	before := fmt.Sprint(keys)
	for _, l := range leaves(keys, leaf{}) {
		now := fmt.Sprint(moved(keys, l.path, 1+move))
		if now == before {
			t.Errorf("%s is not moved", l.name)
		}
	}
	if fmt.Sprint(keys) != before {
		t.Error("moving has changed the file")
	}
	for _, c := range []struct{ from, want any }{
		{"25s", "26s"}, {"1m", "1m2.4s"}, {"5x", "5.2x"}, {20.0, 20.8}, {int64(40), int64(42)}, {int64(1769), int64(1840)},
	} {
		if got, ok := times(c.from, 1.04); !ok || got != c.want {
			t.Errorf("%v becomes %v, want %v", c.from, got, c.want)
		}
	}
	for _, v := range []any{int64(10), "c7g.large", "0s", 0.0, true} {
		if got, ok := times(v, 1.04); ok {
			t.Errorf("%v becomes %v", v, got)
		}
	}
}

// TestMovedAxis: a value of an axis is in the names of workloads, and a file that names
// them is not refused when it is moved.
func TestMovedAxis(t *testing.T) {
	e := &experiment{name: "x", seeds: 2}
	err := e.read(`question = "q"
seeds = 2
[cluster]
instance = "c7g.large"
boot = ["25s", "50s"]
[[workload]]
name = "w"
generator = "poisson"
rate = 2.0
duration = "1m"
[[policy]]
router = "jsq"
[[policy]]
router = "p2c"
[[contrast]]
name = "the router"
from = "jsq"
to = "p2c"
on = ["w boot=25s"]
expected = { miss_avoidable = "same" }
expected_on = ["w boot=25s"]
[[threshold]]
axis = "boot"
policy = "jsq"
max = 0.5
expected = "25s"
[[reference]]
name = "theory"
policy = "jsq"
values = { "w boot=25s" = 0.5 }
[[require]]
metric = "miss_avoidable"
workload = "w boot=25s"
max = 0.9
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range e.checks() {
		if _, err := c.plan(c.by); err != nil {
			t.Errorf("%s %v: %v", c.constant, c.by, err)
		}
	}
}

// TestMovedPolicyKeepsItsName: a value of an axis of policies is in their names, and verdicts
// of the same pairs are set against each other when it is moved.
func TestMovedPolicyKeepsItsName(t *testing.T) {
	e := &experiment{name: "x", seeds: 2}
	err := e.read(`question = "q"
seeds = 2
[cluster]
instance = "c7g.large"
initial = 2
[[workload]]
name = "w"
generator = "poisson"
rate = 2.0
duration = "1m"
[[policy]]
router = "jsq"
[[policy]]
router = "ringhash"
router_params = { points = [50, 100] }
[[policy]]
router = "random"
`)
	if err != nil {
		t.Fatal(err)
	}
	was, err := e.base[0]()
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, c := range e.checks() {
		if !strings.Contains(c.constant, "points") {
			continue
		}
		tried++
		p, err := c.plan(c.by)
		if err != nil {
			t.Fatal(err)
		}
		now, err := e.compare(t.Context(), p, 0)
		if err != nil || len(now) != len(was) || len(now) == 0 {
			t.Fatalf("%s: %d verdicts, %d as it is: %v", c.constant, len(now), len(was), err)
		}
		for k := range now {
			if now[k].Policy != was[k].Policy || now[k].Against != was[k].Against || now[k].Metric != was[k].Metric {
				t.Errorf("%s: %s → %s is judged as %s → %s", c.constant, now[k].Against, now[k].Policy, was[k].Against, was[k].Policy)
			}
		}
	}
	if tried != 4 {
		t.Errorf("%d moves of two points", tried)
	}
}

// TestRefusalsAreCounted: what a file refuses is no move that passed.
func TestRefusalsAreCounted(t *testing.T) {
	e := &experiment{name: "x"}
	done := []*check{{e: e, constant: "a", by: 1 + move, pairs: 3}, {e: e, constant: "b", by: 1 + move, refused: errors.New("x.toml:3: b: no")}}
	var out bytes.Buffer
	report(&out, []*experiment{e}, done, done, 6)
	if !strings.Contains(out.String(), "\n| x | 1 | 1 | 3 | 0 | 0 | 0 | 0 |\n") {
		t.Error(out.String())
	}
}

// TestKindOf: a verdict that is lost by a hair is borderline; one told the other way, or
// by a difference of another size, hangs on the constant.
func TestKindOf(t *testing.T) {
	row := func(diff, half float64, verdict string) *compare.Compared {
		return &compare.Compared{Diff: diff, JointLow: diff - half, JointHigh: diff + half, Delta: 0.01, Verdict: verdict}
	}
	better := row(-0.2, 0.05, compare.Better)
	for _, c := range []struct {
		was, now *compare.Compared
		want     kind
	}{
		{better, row(-0.21, 0.05, compare.Better), stays},
		{better, row(0.2, 0.05, compare.Worse), turns},
		{better, row(-0.04, 0.05, compare.NotKnown), flips},
		{better, row(-0.04, 0.02, compare.Better), jumps},
		{better, row(-0.16, 0.17, compare.NotKnown), borderline},
		{row(-0.04, 0.05, compare.NotKnown), better, flips},
		{row(-0.016, 0.003, compare.Better), row(-0.007, 0.002, compare.Same), borderline}, // by less than matters
		{row(0, 0.05, compare.NotKnown), row(0.01, 0.05, compare.NotKnown), stays},
		{better, row(math.NaN(), math.NaN(), compare.NotKnown), borderline},
	} {
		if got := kindOf(c.was, c.now); got != c.want {
			t.Errorf("%v %s, moved %v %s: %v, want %v", c.was.Diff, c.was.Verdict, c.now.Diff, c.now.Verdict, got, c.want)
		}
	}
}

// TestReportFails: a verdict that turns or jumps is a failure, a borderline one is not.
func TestReportFails(t *testing.T) {
	e := &experiment{name: "x"}
	for k := stays; k <= turns; k++ {
		c := &check{e: e, constant: "cluster.boot", by: 1 + move, pairs: 3}
		if k != stays {
			c.changes = []change{{c, k, compare.Compared{Workload: "steady", Verdict: compare.Better}, compare.Compared{Verdict: compare.Worse}}}
		}
		var out bytes.Buffer
		if failed := report(&out, []*experiment{e}, []*check{c}, []*check{c}, 6); failed != (k == flips || k == turns) {
			t.Errorf("%v: failed is %v", k, failed)
		}
		if listed := strings.Contains(out.String(), "| x | cluster.boot | +4 % | steady |"); listed != (k != stays) {
			t.Errorf("%v: listed is %v:\n%s", k, listed, &out)
		}
	}
}

// TestMerged: rows of one experiment take the place of its old ones, in order, and all
// others stay; of a sample it is said of how many.
func TestMerged(t *testing.T) {
	order := []string{"a", "b", "c"}
	made := func(name string, kinds ...kind) string {
		e := &experiment{name: name}
		done := []*check{{e: e, constant: "k", by: 1 + move, refused: errors.New(name + ".toml:1: no")}}
		for _, k := range kinds {
			c := &check{e: e, constant: "m", by: 1 - move, pairs: 2}
			c.changes = []change{{c, k, compare.Compared{Workload: k.String()}, compare.Compared{}}}
			done = append(done, c)
		}
		var out bytes.Buffer
		report(&out, []*experiment{e}, done, append(slices.Clone(done), &check{e: e}), 6)
		return out.String()
	}
	text := made("b", borderline)
	for _, again := range []struct{ name, text string }{{"c", made("c", jumps)}, {"a", made("a", borderline)}, {"b", made("b", turns, borderline)}} {
		text = merged(text, again.text, again.name, order)
	}
	at := -1
	for _, want := range []string{
		"\n| a | 1 of 2 | 1 | 2 | 0 | 0 | 0 | 1 |\n| b | 2 of 3 | 1 | 4 | 1 | 0 | 0 | 1 |\n| c | 1 of 2 | 1 | 2 | 0 | 0 | 1 | 0 |\n\n## Turns\n",
		"|\n| b | m | -4 % | turns |", "\n\n## Jumps\n", "|\n| c | m | -4 % | jumps |", "\n\n## Borderline\n", "|\n| a | m | -4 % | borderline |", "|\n| b | m | -4 % | borderline |",
		"\n\n## Not moved, as the file would be refused\n\n- a, k +4 %: a.toml:1: no\n- b, k", "\n- c, k +4 %: c.toml:1: no\n",
	} {
		next := strings.Index(text, want)
		if next <= at || strings.Count(text, want) != 1 {
			t.Errorf("%q is missing, twice there or out of order in\n%s", want, text)
		}
		at = max(at, next)
	}
	if again := merged(text, made("b", turns, borderline), "b", order); again != text {
		t.Errorf("the same rows again give\n%s", again)
	}
}
