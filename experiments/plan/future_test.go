package plan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/policy"
	"cnv/results"
	"cnv/sim"
)

// steps is a journal of what happened before an instant.
type steps struct {
	before time.Duration
	all    []decidedStep
}

// A decidedStep is one event and what was decided then.
type decidedStep struct {
	now   time.Duration
	event policy.Event
	cmds  []policy.Command
}

func (s *steps) Add(now time.Duration, e *policy.Event, cmds []policy.Command) {
	if now < s.before {
		s.all = append(s.all, decidedStep{now, *e, slices.Clone(cmds)})
	}
}

// same says whether two are. A part that is not a number is like itself.
func (s decidedStep) same(o decidedStep) bool {
	return s.now == o.now && (s.event == o.event && slices.Equal(s.cmds, o.cmds) || fmt.Sprintf("%+v", s) == fmt.Sprintf("%+v", o))
}

// twoFutures writes two recordings that are alike for two minutes. After that
// the requests of one are a hundred times as much work, come more often, are of a
// class that was never seen, and go on for longer.
func twoFutures(t *testing.T, dir string) {
	r := policy.NewRand(1, "future", 0)
	var past strings.Builder
	past.WriteString("arrival_us,class,work_us\n")
	at := 0
	for ; at < 120_000_000; at += 100_000 + r.IntN(200_000) {
		fmt.Fprintf(&past, "%d,%c,%d\n", at, "ab"[r.IntN(2)], 100_000+r.IntN(900_000))
	}
	a, b := past.String(), past.String()
	for k := range 200 {
		a += fmt.Sprintf("%d,a,%d\n", at+k*200_000, 200_000)
		b += fmt.Sprintf("%d,%c,%d\n", at+k*100_000, "abc"[k%3], 20_000_000)
	}
	b += fmt.Sprintf("%d,a,1\n", at+997_000_000)
	for name, text := range map[string]string{"a.csv": a, "b.csv": b, "yesterday.csv": past.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestNobodyKnowsTheFuture: what is decided before an instant does not depend on
// what arrives after it, whatever the policy, and whatever is known at the start.
func TestNobodyKnowsTheFuture(t *testing.T) {
	dir := t.TempDir()
	twoFutures(t, dir)
	priors := []string{`"none"`, `"300ms"`, `{ a = "100ms", default = "none" }`, `{ train = "30s" }`, `{ trace = "yesterday.csv" }`}
	for k, prior := range priors {
		for i, p := range everyPolicy() {
			// What a prior tells goes through the estimator: each meets each. Other policies take turns.
			if !p.estimates && i%len(priors) != k {
				continue
			}
			p := p.text
			t.Run(prior+" "+p, func(t *testing.T) {
				t.Parallel()
				before := 2 * time.Minute
				if strings.Contains(prior, "train") {
					before -= 30 * time.Second
				}
				a, b := decided(t, dir, "a.csv", prior, p, before), decided(t, dir, "b.csv", prior, p, before)
				if len(a) < 500 {
					t.Errorf("%d steps were compared, want hundreds", len(a))
				}
				for i := range min(len(a), len(b)) {
					if !a[i].same(b[i]) {
						t.Fatalf("step %d depends on the future:\n%+v\n%+v", i, a[i], b[i])
					}
				}
				if len(a) != len(b) {
					t.Errorf("%d and %d steps before the futures differ", len(a), len(b))
				}
			})
		}
	}
}

// A variedPolicy is the lines of a policy; estimates says that its estimator is what varies.
type variedPolicy struct {
	text      string
	estimates bool
}

// everyPolicy varies one role at a time, over all that there are.
func everyPolicy() (out []variedPolicy) {
	base := map[string]string{"router": "leastwork", "spill": "slo", "scaler": "demand", "estimator": "mean"}
	for _, role := range Roles {
		for _, spec := range role.Specs {
			var b strings.Builder
			for _, other := range Roles {
				name := base[other.Name]
				if other.Name == role.Name {
					name = spec.Name
				}
				if name != "" {
					fmt.Fprintf(&b, "%s = %q\n", other.Name, name)
				}
			}
			out = append(out, variedPolicy{b.String(), role.Name == "estimator"})
		}
	}
	return out
}

// decided is the steps of a run before an instant.
func decided(t *testing.T, dir, file, prior, p string, before time.Duration) []decidedStep {
	text := fmt.Sprintf(`question = "q"
replicate = "none"
prior = %s
[cluster]
instance = "c7g.large"
initial = 2
max = 6
[functions]
[telemetry]
period = "5s"
[[workload]]
trace = %q
[[policy]]
name = "p"
%s`, prior, file, p)
	plan, err := Parse("f.toml", dir, text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := plan.Cells()[0]
	src, err := c.Scenario.Workload.Made.Open(1)
	if err != nil {
		t.Fatal(err)
	}
	cfg, log := c.Config(1), &steps{before: before}
	cfg.Journal = log
	if _, err := sim.Run(context.Background(), cfg, src, results.NewRun(results.RunInfo{})); err != nil {
		t.Fatal(err)
	}
	return log.all
}
