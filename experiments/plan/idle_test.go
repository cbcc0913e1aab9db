package plan

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"cnv/sim"
	"cnv/workloads"
)

// plainFile is an experiment in which nothing fails and nobody leaves.
const plainFile = `question = "q"
seeds = 1
[cluster]
instance = { cores = 1, speed = 1.0, usd_per_hour = 0.036 }
initial = 1
[[workload]]
generator = "poisson"
rate = 1
duration = "10m"
[[policy]]
router = "jsq"
`

// TestIdleKeysAreRefused: a key that can do nothing beside the others is a
// problem with its line, and none as soon as it can, in any cell.
func TestIdleKeysAreRefused(t *testing.T) {
	for _, c := range []struct{ cluster, table, want, enough string }{
		{`abandoned = "runs on"`, "", `f.toml:5: cluster.abandoned: does nothing, as nothing is ever cancelled at a machine`, `timeout = "1s"`},
		{`abandoned = "runs on"`, "", `f.toml:5: cluster.abandoned: does nothing`, `timeout = ["0s", "1s"]`},
		{"", "[retry]\nattempt_timeout = \"1s\"\nmax = 0\nunsent = 0\nbackoff = \"1s\"", `f.toml:10: retry.backoff: does nothing, as nothing is tried again: give max`, ""},
		{"", "[retry]\nmax = 0\nbudget = 1", `f.toml:8: retry.budget: does nothing`, ""},
		{"", "[client]\nretry = 2", `f.toml:7: client.retry: does nothing, as no client is ever left unserved`, `timeout = "1s"`},
		{"", "[client]\nbackoff = \"1s\"", `f.toml:7: client.backoff: does nothing, as no client tries again: give retry`, ""},
		{"", "[client]\njitter = 0", `f.toml:7: client.jitter: does nothing`, ""},
		{"", "[client]\nbudget = 1", `f.toml:7: client.budget: does nothing`, ""},
		{"", "[telemetry]\nperiod = \"0s\"\ndelay = \"1s\"", `f.toml:8: telemetry.delay: does nothing, as nobody reports`, ""},
		{`spot_usd_per_hour = 0.01`, "", `f.toml:5: cluster.spot_usd_per_hour: does nothing`, ""},
		{"", "[functions]\nfull = \"wait\"", `f.toml:7: functions.full: does nothing, as no policy sends requests to functions`, ""},
		{"", "[[fault]]\nat = \"1m\"\nworker = \"1\"", `f.toml:8: fault.worker: there is never a worker 1`, ""},
		{"", "[[fault]]\nat = \"1m\"\n[[fault]]\nat = \"71m\"", `f.toml:9: fault.at: 1h11m0s, must be before the end of the run`, ""},
		{"", "[[fault]]\nat = \"1m\"\nevery = \"1us\"", `f.toml:8: fault.every: 1µs, gives more than 100000 faults in a run`, ""},
		{"", "[telemetry]\nperiod = \"1us\"", `f.toml:7: telemetry.period: 1µs, must be 0s or at least 10ms`, ""},
		{"", "[[fault]]\nat = \"1m\"\nnotice = \"1m\"", `f.toml:8: fault.notice: does nothing, as only kind = "spot" gives notice`, ""},
		{"", "[[fault]]\nat = \"1m\"\n[[fault]]\nat = \"2m\"\nkind = \"spot\"", `f.toml:10: fault.kind: "spot" hits spot instances, of which there are none`, ""},
		{"", "[[fault]]\nat = \"1m\"\nkind = \"hang\"\nfailed = \"1s\"", `f.toml:9: fault.failed: does nothing, as no request fails at a worker that hangs`, ""},
		{`market = "spot"`, "[[fault]]\nat = \"1m\"\nkind = \"spot\"\nnoticed = \"1s\"", `fault.noticed: does nothing, as the provider tells`, ""},
		{`market = "spot"`, "[[fault]]\nat = \"1m\"\nkind = \"spot\"\nfailed = \"1s\"", `fault.failed: does nothing, as the provider tells`, ""},
		{"", "[client]\nretry = 1\nbackoff = \"0s\"\njitter = 0.5\n[[fault]]\nat = \"1m\"", `f.toml:9: client.jitter: does nothing, as it is a share of the backoff`, ""},
		{"", "[[require]]\nmetric = \"recovered\"\nmin = 1", `f.toml:7: require.metric: recovered counts from the instant that the key after names, which is missing: give after`, `after = "1m"`},
	} {
		text := strings.Replace(plainFile, "initial = 1\n", c.cluster+"\ninitial = 1\n"+c.table+"\n", 1)
		text = strings.Replace(text, "\n\ninitial", "\ninitial", 1)
		if _, err := Parse("f.toml", ".", text, Options{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: %v, want %s", c.cluster, c.table, err, c.want)
		}
		if c.enough == "" {
			continue
		}
		if _, err := Parse("f.toml", ".", c.enough+"\n"+text, Options{}); err != nil {
			t.Errorf("%s %s with %s: %v", c.cluster, c.table, c.enough, err)
		}
	}
	for key, want := range map[string]string{
		`replicate = "none"`: "f.toml:1: replicate: does nothing, as no workload is recorded",
		`block = "1m"`:       "f.toml:1: block: does nothing", `thin = 0.1`: "f.toml:1: thin: does nothing",
		`after = "10m"`: "f.toml:1: after: 10m0s, must be before the last arrival",
		`primary = ["miss_avoidable", "goodput_after_per_s"]`: "f.toml:1: primary: goodput_after_per_s counts from the instant that the key after names, which is missing: give after",
		`delta = { attainment_after = 0.1 }`:                  "f.toml:1: delta: attainment_after counts from the instant that the key after names, which is missing: give after",
		`prior = { file = "x" }`:                              `f.toml:1: prior: file: unknown key`,
	} {
		if _, err := Parse("f.toml", ".", key+"\n"+plainFile, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", key, err, want)
		}
	}
}

// TestIdleInTheSimulatorIsSaid: retries act live whenever a worker fails; that
// nothing of the file makes one fail is a warning, with the line.
func TestIdleInTheSimulatorIsSaid(t *testing.T) {
	for table, idle := range map[string]bool{
		"[retry]\nmax = 2\n": true, "[retry]\nmax = 0\n": false, "[retry]\nmax = 2\nattempt_timeout = \"1s\"\n": false,
		"[retry]\nmax = 2\n[[fault]]\nat = \"1m\"\n": false, "[retry]\nmax = 2\n[functions]\n": false,
	} {
		p, err := Parse("f.toml", ".", plainFile+table, Options{})
		if err != nil {
			t.Errorf("%s: %v", table, err)
			continue
		}
		said := strings.Contains(strings.Join(p.Notes(), "\n"), "f.toml:13: retry.max: does nothing, as nothing in this file fails an attempt")
		if said != idle {
			t.Errorf("%s: notes %q", table, p.Notes())
		}
	}
}

// TestIdlePriorAndReplaceAreSaid: they cost nothing but a line, so they are noted.
func TestIdlePriorAndReplaceAreSaid(t *testing.T) {
	for _, c := range []struct{ top, cluster, more, want string }{
		{`prior = "1s"`, "", "", "f.toml:1: prior: does nothing, as no policy looks at predicted work"},
		{`prior = "none"`, "", "", ""},
		{`prior = "1s"`, "", "[[policy]]\nrouter = \"leastwork\"\n", ""},
		{"", "replace = true", "", "f.toml:4: cluster.replace: does nothing, as nothing in this file takes a worker away"},
		{"", "replace = true", "[[fault]]\nat = \"1m\"\n", ""},
	} {
		text := strings.Replace(plainFile, "[cluster]\n", "[cluster]\n"+c.cluster+"\n", 1) + c.more
		p, err := Parse("f.toml", ".", strings.TrimSpace(c.top+"\n"+text), Options{})
		if err != nil {
			t.Errorf("%+v: %v", c, err)
			continue
		}
		notes := strings.Join(p.Notes(), "\n")
		if said := strings.Contains(notes, "does nothing"); said != (c.want != "") || !strings.Contains(notes, c.want) {
			t.Errorf("%+v: notes %q", c, notes)
		}
	}
}

// TestKeysOfClients: what the file says is what the simulator is told.
func TestKeysOfClients(t *testing.T) {
	text := strings.Replace(plainFile, "initial = 1\n", "initial = 1\nabandoned = \"finishes\"\n", 1)
	text = "timeout = \"2s\"\nafter = \"1m\"\n" + text + "[client]\nretry = 3\nbackoff = \"1s\"\njitter = 0.25\nbudget = 0.2\n[retry]\nattempt_timeout = \"750ms\"\n"
	p, err := Parse("f.toml", ".", text, Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := p.Cells()[0].Config(1)
	if want := (&workloads.Patience{Retry: 3, Backoff: time.Second, Jitter: 0.25, Budget: 0.2}); !reflect.DeepEqual(cfg.Clients, want) {
		t.Errorf("clients %+v, want %+v", cfg.Clients, want)
	}
	if cfg.Abandoned != sim.Finishes || cfg.Timeout != 2*time.Second || cfg.Control.Retry.AttemptTimeout != 750*time.Millisecond || p.After != time.Minute {
		t.Errorf("%+v", cfg)
	}
	l := p.Answer().Leaving[0]
	if l.Abandoned != "finishes" || l.Retry != 3 || !l.Attempts {
		t.Errorf("leaving %+v", l)
	}
}

// TestNobodyIsSaidToRunOn: what servers do for clients that have left is said
// only where a client can leave a machine, or an attempt be given up there.
func TestNobodyIsSaidToRunOn(t *testing.T) {
	for name, c := range map[string]struct{ top, cluster, want string }{
		"nobody leaves": {"", "", ""},
		"clients leave": {"timeout = \"1s\"\n", "", "stops"},
		"functions":     {"timeout = \"1s\"\n", "initial = 0\nmin = 0\nmax = 0\n[functions]\n", ""},
		"both":          {"timeout = \"1s\"\n", "initial = 1\n[functions]\n", "stops"},
	} {
		text := plainFile
		if c.cluster != "" {
			text = strings.Replace(text, "initial = 1\n", c.cluster, 1)
		}
		p, err := Parse("f.toml", ".", c.top+text, Options{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := p.Answer().Leaving[0].Abandoned; got != c.want {
			t.Errorf("%s: abandoned = %q, want %q", name, got, c.want)
		}
	}
}

// TestAttemptsThatNeverLastSoLong: a time-out of attempts that clients or
// functions always come before is refused.
func TestAttemptsThatNeverLastSoLong(t *testing.T) {
	for _, c := range []struct {
		top, tables, spill string
		idle               bool
	}{
		{"timeout = \"1s\"\n", "attempt_timeout = \"2s\"\n", "never", true},
		{"timeout = \"1s\"\n", "attempt_timeout = \"1s\"\n", "never", true},
		{"timeout = [\"1s\", \"3s\"]\n", "attempt_timeout = \"2s\"\n", "never", false},
		{"", "attempt_timeout = \"2s\"\n", "never", false},
		{"", "attempt_timeout = \"2s\"\n[functions]\ntimeout = \"2s\"\n", "always", true},
		{"", "attempt_timeout = \"2s\"\n[functions]\ntimeout = \"2s\"\n", "busy", false},
		{"", "attempt_timeout = \"1s\"\n[functions]\ntimeout = \"2s\"\n", "always", false},
	} {
		text := c.top + plainFile + "spill = \"" + c.spill + "\"\n[retry]\nmax = 1\n" + c.tables
		_, err := Parse("f.toml", ".", text, Options{})
		if idle := err != nil && strings.Contains(err.Error(), "retry.attempt_timeout: does nothing, as no attempt lasts so long"); idle != c.idle || err != nil && !idle {
			t.Errorf("%s%s%s: %v", c.top, c.tables, c.spill, err)
		}
	}
}

// TestOneErrorForOneMistake: a number that cannot be read, or is out of bounds,
// is told once.
func TestOneErrorForOneMistake(t *testing.T) {
	for _, key := range []string{"min = 1.5", "min = -1", "slots = 1.5", "ebs_gb = \"x\"", "max = 0"} {
		text := strings.Replace(plainFile, "initial = 1\n", "initial = 1\n"+key+"\n", 1)
		_, err := Parse("f.toml", ".", text, Options{})
		if err == nil || strings.Contains(err.Error(), "policy") || key != "max = 0" && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestKeysOfLittleEffectAreSaid: a key that acts in some runs only, or otherwise than
// it looks, is a note with its line.
func TestKeysOfLittleEffectAreSaid(t *testing.T) {
	const after = "f.toml:13: fault.at: 11m0s is after the last arrival of the longest workload, at about 10m0s: it happens only in runs in which requests still have no answer then"
	const functions = "f.toml:12: functions: does nothing, as no policy sends requests to functions: give spill, or leave [functions] out"
	for _, c := range []struct {
		top, tables, want string
		said              bool
	}{
		{"", "[[fault]]\nat = \"11m\"\n", after, true},
		{"", "[[fault]]\nat = \"9m\"\n", "fault.at", false},
		{"", "[functions]\n", functions, true},
		{"", "spill = \"busy\"\n[functions]\n", "functions: does nothing", false},
		{"timeout = \"1s\"\n", "[client]\nretry = 1\nbudget = 0\n", "f.toml:15: client.budget: 0 allows 10 repeated tries all the same: give retry = 0 for none", true},
		{"timeout = \"1s\"\n", "[client]\nretry = 1\nbudget = 0.1\n", "client.budget", false},
	} {
		p, err := Parse("f.toml", ".", c.top+plainFile+c.tables, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.tables, err)
			continue
		}
		if said := strings.Contains(strings.Join(p.Notes(), "\n"), c.want); said != c.said {
			t.Errorf("%s: notes %q", c.tables, p.Notes())
		}
	}
}

// TestFaultsOfOnePolicy: a worker that exists only under policies under which the fault
// does not happen never fails.
func TestFaultsOfOnePolicy(t *testing.T) {
	for policies, want := range map[string]bool{`["one"]`: false, `["two"]`: true, `["one", "two"]`: true} {
		text := plainFile + "name = \"one\"\n[[policy]]\nname = \"two\"\nrouter = \"jsq\"\ninitial = 2\n[[fault]]\nat = \"1m\"\nworker = \"1\"\npolicies = " + policies + "\n"
		_, err := Parse("f.toml", ".", text, Options{})
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "there is never a worker 1") {
			t.Errorf("under %s: %v", policies, err)
		}
	}
}

// TestAgainIsAnotherPair: an interaction of a change with itself is refused.
func TestAgainIsAnotherPair(t *testing.T) {
	for again, want := range map[[2]string]bool{{"a", "b"}: false, {"b", "a"}: false, {"c", "b"}: true, {"a", "c"}: true, {"c", "d"}: true} {
		text := plainFile + "name = \"a\"\n"
		for _, name := range []string{"b", "c", "d"} {
			text += "[[policy]]\nname = \"" + name + "\"\nrouter = \"random\"\n"
		}
		text += "[[contrast]]\nname = \"x\"\nfrom = \"a\"\nto = \"b\"\nagain_from = \"" + again[0] + "\"\nagain_to = \"" + again[1] + "\"\n"
		_, err := Parse("f.toml", ".", text, Options{})
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "contrast.again_from: from and to again") {
			t.Errorf("again %s: %v", again, err)
		}
	}
}

// TestOwnRepeatsAreSaid: where routers repeat failed attempts by a rule of their own it is
// said of which policies: where no other policy uses the key as a warning, else as an
// assumption, since the file is as it should be.
func TestOwnRepeatsAreSaid(t *testing.T) {
	text := strings.Replace(plainFile, "initial = 1\n", "initial = 1\nabandoned = \"finishes\"\n[retry]\nmax = 1\nbudget = 0\n[functions]\n", 1)
	for _, alone := range []bool{true, false} {
		file := text + "spill = \"always\"\n[[policy]]\nname = \"orig\"\nrouter = \"nova-original\"\n"
		if alone {
			file = strings.Replace(text, `"jsq"`, `"nova-original"`, 1) + "name = \"orig\"\n"
		}
		p, err := Parse("f.toml", ".", "timeout = \"1s\"\n"+file, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var assumed []string
		for _, a := range p.Assumptions() {
			assumed = append(assumed, a.Text)
		}
		notes, not := strings.Join(assumed, "\n"), strings.Join(p.Notes(), "\n")
		if alone {
			notes, not = not, notes
		}
		if strings.Contains(not, "f.toml:9: retry.max") {
			t.Errorf("alone %v: also %q", alone, not)
		}
		for _, want := range []string{"f.toml:9: retry.max: does nothing under orig, as the router repeats failed attempts", "f.toml:10: retry.budget: does nothing under orig, as the router repeats"} {
			if !strings.Contains(notes, want) {
				t.Errorf("alone %v: notes %q, want %q", alone, notes, want)
			}
		}
	}
}

// TestFunctionsRunOn: abandoned says what machines do; where only functions take
// requests it does nothing, whether there are machines beside them or not.
func TestFunctionsRunOn(t *testing.T) {
	for _, initial := range []string{"0", "2"} {
		text := strings.Replace(plainFile, "initial = 1\n", "initial = "+initial+"\nmin = 0\nabandoned = \"finishes\"\n[functions]\n", 1) + "spill = \"always\"\n"
		_, err := Parse("f.toml", ".", "timeout = \"1s\"\n"+text, Options{})
		if err == nil || !strings.Contains(err.Error(), "f.toml:7: cluster.abandoned: does nothing") && !strings.Contains(err.Error(), "f.toml:8: cluster.abandoned: does nothing") {
			t.Errorf("initial = %s: %v, want it refused", initial, err)
		}
	}
}

// TestACoreServesOneAtOnce: under fcfs slots beyond the cores do nothing, which is said;
// under ps requests share the cores up to the slots.
func TestACoreServesOneAtOnce(t *testing.T) {
	for _, c := range []struct {
		lines string
		slots int
		note  string
	}{
		{"discipline = \"fcfs\"\nslots = 2\n", 1, "f.toml:6: cluster.slots: 2 are no more than 1 core of a worker: fcfs serves one request per core"},
		{"discipline = \"fcfs\"\n", 1, ""},
		{"discipline = \"ps\"\nslots = 2\n", 2, ""},
	} {
		p, err := Parse("f.toml", ".", strings.Replace(plainFile, "initial = 1\n", c.lines+"initial = 1\n", 1), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := p.Cells()[0].Config(1).Control.Pools[0].Slots; got != c.slots {
			t.Errorf("%q: a worker serves %d at once, want %d", c.lines, got, c.slots)
		}
		if notes := strings.Join(p.Notes(), "\n"); strings.Contains(notes, "slots") != (c.note != "") || !strings.Contains(notes, c.note) {
			t.Errorf("%q: notes %q, want %q", c.lines, notes, c.note)
		}
	}
}

// TestNoEnvironmentIsMade: where all environments are provisioned nothing of new ones acts.
func TestNoEnvironmentIsMade(t *testing.T) {
	for _, key := range []string{`cold = "1s"`, "scale_step = 5", `keep_alive = "1m"`, `spare_keep_alive = "1m"`, `lifetime = "2h"`} {
		for _, n := range []string{"1", "2"} {
			text := plainFile + "spill = \"busy\"\n[functions]\nconcurrency = 2\nprovisioned = " + n + "\n" + key + "\n"
			_, err := Parse("f.toml", ".", text, Options{})
			if said := err != nil && strings.Contains(err.Error(), "does nothing, as provisioned is concurrency"); said != (n == "2") || !said && err != nil {
				t.Errorf("%s, %s provisioned: %v", key, n, err)
			}
		}
	}
}

// TestLearnOfNothingIsSaid: where no policy looks at predicted work it does not matter
// from where estimators learn.
func TestLearnOfNothingIsSaid(t *testing.T) {
	for router, want := range map[string]bool{"jsq": true, "leastwork": false} {
		p, err := Parse("f.toml", ".", strings.Replace(plainFile, "jsq", router, 1)+"[store]\nlearn = \"store\"\n", Options{})
		if err != nil {
			t.Fatal(err)
		}
		if notes := strings.Join(p.Notes(), "\n"); strings.Contains(notes, "f.toml:13: store.learn: does nothing") != want {
			t.Errorf("%s: notes %q", router, notes)
		}
	}
}

// TestEstimatorNobodyReads: an estimator beside parts that look at no predicted work is noted.
func TestEstimatorNobodyReads(t *testing.T) {
	for parts, want := range map[string]bool{
		"router = \"jsq\"\nestimator = \"repeat\"\n": true, "router = \"jsq\"\n": false, "router = \"leastwork\"\nestimator = \"repeat\"\n": false,
		"router = \"random\"\nestimator = \"exact\"\n": true, "router = \"jsq\"\nscaler = \"demand\"\nestimator = \"exact\"\n": false,
	} {
		text := "question = \"q\"\n[cluster]\ninstance = \"c7g.large\"\ninitial = 1\n[[workload]]\ngenerator = \"poisson\"\nrate = 1\nduration = \"10m\"\n[[policy]]\n" + parts
		got := strings.Contains(strings.Join(parse(t, text).Notes(), " "), "estimator: decides nothing, as no other part")
		if got != want {
			t.Errorf("%q: noted %v, want %v", parts, got, want)
		}
	}
}
