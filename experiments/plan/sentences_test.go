package plan

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"cnv/results/answer"
	"cnv/results/compare"
)

// asked is an experiment that asks for sentences.
const asked = `question = "q"
primary = ["response_p50_s", "cost_usd"]
live_seeds = 2
[cluster]
instance = "c7g.large"
discipline = "fcfs"
boot = ["5s", "10s"]
[[fault]]
at = "1m"
policies = ["other"]
[[workload]]
name = "w"
generator = "poisson"
rate = [1, 2]
size = "exponential"
mean_work = "100ms"
duration = "10m"
[[policy]]
router = "jsq"
[[policy]]
name = "other"
router = "p2c"
gateway_queue = true
[[policy]]
router = "random"
[[contrast]]
name = "the router"
from = "jsq"
to = "other"
on = ["w rate=1 boot=5s"]
expected = { response_p50_s = "better", cost_usd = "same" }
expected_on = ["w rate=1 boot=5s"]
[[threshold]]
axis = "boot"
policy = "jsq"
max = 2
expected = "10s"
[[share]]
from = "jsq"
to = "other"
[[reference]]
name = "theory"
policy = "jsq"
values = { "w rate=2 boot=5s" = 1, "w rate=1 boot=10s" = 0.5 }
`

// anywhere is an experiment without what is about one workload of several.
func anywhere(text string) string {
	for _, key := range []string{"on", "expected", "expected_on"} {
		before, rest, _ := strings.Cut(text, "\n"+key+" = ")
		_, after, _ := strings.Cut(rest, "\n")
		text = before + "\n" + after
	}
	return text
}

func TestSentences(t *testing.T) {
	p, err := Parse("f.toml", ".", asked, Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := p.Answer()
	line := func(name string) answer.ThresholdLine {
		return answer.ThresholdLine{Name: name, Steps: []answer.ThresholdStep{{Value: "5s", Workload: name + " boot=5s"}, {Value: "10s", Workload: name + " boot=10s"}}}
	}
	for _, c := range []struct{ got, want any }{
		{a.Thresholds, []answer.Threshold{{Axis: "boot", Policy: "jsq", Metric: "response_p50_s", Bound: 2, Expected: "10s", Lines: []answer.ThresholdLine{line("w rate=1"), line("w rate=2")}}}},
		{a.Shares, []answer.Share{{Metric: "response_p50_s", From: "jsq", To: "other"}}},
		{a.References, []answer.Reference{{Name: "theory", Policy: "jsq", Metric: "response_p50_s", Values: []answer.ReferenceValue{{Workload: "w rate=1 boot=10s", Value: 0.5}, {Workload: "w rate=2 boot=5s", Value: 1}}}}},
		{a.Contrasts[0].On, []string{"w rate=1 boot=5s"}},
		{a.Contrasts[0].Expected, map[string]compare.Expectation{"response_p50_s": compare.ExpectBetter, "cost_usd": compare.ExpectSame}},
		{a.Contrasts[0].ExpectedOn, []string{"w rate=1 boot=5s"}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("got  %+v\nwant %+v", c.got, c.want)
		}
	}
}

// TestThresholdRises: whatever the order in the file, steps go from the least value
// up; values that have no order stay as they are.
func TestThresholdRises(t *testing.T) {
	for list, want := range map[string]string{
		`["90s", "45s", "10s"]`: "[10s 45s 90s]",
		`["1m", "5s", "10s"]`:   "[5s 10s 1m]",
		`[{ dist = "lognormal", mean = "30s", cv2 = 0.5 }, "10s"]`: "[{cv2=0.5,dist=lognormal,mean=30s} 10s]",
	} {
		text := strings.Replace(anywhere(asked), `boot = ["5s", "10s"]`, "boot = "+list, 1)
		text, rest, _ := strings.Cut(text, "[[reference]]")
		if rest == "" {
			t.Fatal("no reference")
		}
		p, err := Parse("f.toml", ".", text, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range p.Answer().Thresholds[0].Lines {
			var got []string
			for _, s := range line.Steps {
				got = append(got, s.Value)
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%s on %s: %v, want %s", list, line.Name, got, want)
			}
		}
	}
	rates := strings.Replace(strings.Replace(anywhere(asked), `rate = [1, 2]`, `rate = [10, 2]`, 1), "axis = \"boot\"", "axis = \"rate\"", 1)
	rates, _, _ = strings.Cut(strings.Replace(rates, `expected = "10s"`, `expected = "10"`, 1), "[[reference]]")
	p, err := Parse("f.toml", ".", rates, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if steps := p.Answer().Thresholds[0].Lines[0].Steps; steps[0].Value != "2" || steps[1].Value != "10" {
		t.Errorf("numbers: %v", steps)
	}
}

// TestSentencesThatCannotBe: names that are not there, with the nearest one.
func TestSentencesThatCannotBe(t *testing.T) {
	for _, c := range []struct{ line, by, want string }{
		{`axis = "boot"`, `axis = "bot"`, `threshold.axis: no workloads differ in "bot"`},
		{`max = 2`, ``, `threshold.max: give one of min and max`},
		{`expected = "10s"`, `expected = "11s"`, `threshold.expected: "11s" is not on the axis (nearest valid name "10s")`},
		{`policies = ["other"]`, `policies = ["othr"]`, `fault.policies: unknown policy "othr" (nearest valid name "other")`},
		{`response_p50_s = "better"`, `response_p50_s = "beter"`, `contrast.expected: response_p50_s = "beter", want better, worse, same, not better, not worse (nearest valid name "better")`},
		{`response_p50_s = "better"`, `response_p90_s = "better"`, `contrast.expected: "response_p90_s" is not primary: only the differences of those hold together (nearest valid name "response_p50_s")`},
		{`response_p50_s = "better"`, `response_p50_s = 1`, `response_p50_s: want a word such as "better", got the integer 1`},
		{`expected = { response_p50_s = "better", cost_usd = "same" }`, `expected = "better"`, `contrast.expected: want a table by metric`},
		{`cost_usd = "same"`, `cost_usd = "higher"`, `contrast.expected: cost_usd = "higher", want better`},
		{"\nexpected = {", "\nagain_expected = {", `contrast.again_expected: there is no again_from and again_to`},
		{`expected_on = ["w rate=1 boot=5s"]`, `expected_on = ["w rate=1"]`, `contrast.expected_on: unknown workload "w rate=1"`},
		{`expected_on = ["w rate=1 boot=5s"]`, `expected_on = ["w rate=2 boot=5s"]`, `contrast.expected_on: the contrast is not about "w rate=2 boot=5s"`},
		{"expected = { response_p50_s = \"better\", cost_usd = \"same\" }", ``, `contrast.expected_on: does nothing, as nothing is expected`},
		{"\non = [\"w rate=1 boot=5s\"]", "\non = [\"w rate=1\"]", `contrast.on: unknown workload "w rate=1"`},
		{`max = 2`, "max = 2\nmetric = \"recovery_s\"", `threshold.metric: recovery_s counts from the instant that the key after names`},
		{`name = "theory"`, "name = \"theory\"\nmetric = \"recovery_s\"", `reference.metric: recovery_s counts from the instant that the key after names`},
		{`"w rate=1 boot=10s" = 0.5`, `"w rate=1 boot=10s" = nan`, `reference.values: w rate=1 boot=10s: NaN is not a usable number`},
		{"[[policy]]\nrouter = \"random\"\n", "", `share: there is no policy but "jsq" and "other"`},
		{`name = "theory"`, ``, `reference.name: missing`},
		{`values = { "w rate=2 boot=5s" = 1,`, `values = { "w rate=3 boot=5s" = 1,`, `reference.values: unknown workload "w rate=3 boot=5s"`},
		{`discipline = "fcfs"`, `discipline = "ps"`, `policy.gateway_queue: needs slots`},
		{`live_seeds = 2`, `live_seeds = -1`, `live_seeds: -1, must be in [0, 100000]`},
		{"[[share]]\nfrom = \"jsq\"", "[[share]]\nmetric = \"requests\"\nfrom = \"jsq\"", `share.metric: "requests" is not primary`},
		{"[[share]]\nfrom = \"jsq\"", "[[share]]\nfrom = \"other\"", `share.to: "other" is where the difference begins`},
	} {
		if !strings.Contains(asked, c.line) {
			t.Fatalf("%q is not there", c.line)
		}
		_, err := Parse("f.toml", ".", strings.Replace(asked, c.line, c.by, 1), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error = %v\nwant %q", c.by, err, c.want)
		}
	}
}

// TestPolicyKeysOfTheWorld: a fault hits the policies that it names, requests wait at
// the gateway under the policy that says so, and live has its own number of seeds.
func TestPolicyKeysOfTheWorld(t *testing.T) {
	p, err := Parse("f.toml", ".", asked, Options{Live: true})
	if err != nil {
		t.Fatal(err)
	}
	if p.Seeds != 2 {
		t.Errorf("%d seeds live, want 2", p.Seeds)
	}
	for _, c := range p.Cells() {
		cfg := c.Config(1)
		other := c.Policy.Name == "other"
		if got := len(cfg.Faults) == 1 && cfg.Faults[0].At == time.Minute; got != other || !other && len(cfg.Faults) > 0 {
			t.Errorf("%s: faults %+v", c.Policy.Name, cfg.Faults)
		}
		if got := cfg.Control.Pools[0].Limit; (got == 2) != other || !other && got != 0 {
			t.Errorf("%s: a limit of %d per worker", c.Policy.Name, got)
		}
	}
	three := 3
	if p, err = Parse("f.toml", ".", asked, Options{Live: true, Seeds: &three}); err != nil || p.Seeds != 3 {
		t.Errorf("%d seeds (error %v), want the 3 asked for", p.Seeds, err)
	}
}

// TestWorkIsRead: a formula of work is read, and what is none is named with its column.
func TestWorkIsRead(t *testing.T) {
	text := func(by string) string {
		return "question = \"q\"\nseeds = 1\n[cluster]\ninstance = \"c7g.large\"\n[[workload]]\ntrace = \"cnv:azure-llm-2023-conversation\"\nwork = " + by + "\n[[policy]]\nrouter = \"jsq\"\n"
	}
	p, err := Parse("f.toml", "nowhere", text(`"1ms * tokens_in + 10ms * tokens_out"`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if load := p.Scenarios[0].Workload.Made.Load; load < 10 || load > 30 { // 5.5/s of 1155 tokens in and 211 out
		t.Errorf("a load of %v cores", load)
	}
	for by, want := range map[string]string{
		`"1ms * tokens"`:           `"tokens" is neither a field nor a feature of any class (nearest valid name "tokens_in")`,
		`"tokens_in"`:              `f.toml:7: workload.work: "tokens_in", column 1: it comes out as a number, want a time`,
		`"1ms * tokens_in tokens"`: `column 17: "t" is one too many`,
		`{ tokens_in = "1ms" }`:    `want a string`,
	} {
		if _, err := Parse("f.toml", ".", text(by), Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error = %v\nwant %q", by, err, want)
		}
	}
}

// TestExpectedAgain: what is expected of the second pair, too.
func TestExpectedAgain(t *testing.T) {
	text := strings.Replace(asked, "\nexpected = {", "\nagain_from = \"random\"\nagain_to = \"other\"\nagain_expected = { cost_usd = \"not worse\" }\nexpected = {", 1)
	p, err := Parse("f.toml", ".", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Answer().Contrasts[0].AgainExpected["cost_usd"]; got != compare.ExpectNotWorse {
		t.Errorf("%q of the second pair, want %q", got, compare.ExpectNotWorse)
	}
}
