package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
)

// broken is a run in which one worker is killed and one hangs while both are
// busy.
const broken = `question = "What does the loss of two of three workers cost?"
slo = "20s"
timeout = "60s"
seeds = 1
[telemetry]
period = "1s"
[cluster]
instance = "c7g.medium"
discipline = "fcfs"
initial = 3
max = 3
boot = "1s"
[retry]
max = 3
[[fault]]
at = "1500ms"
worker = "0"
[[fault]]
at = "2s"
kind = "hang"
worker = "1"
[[workload]]
name = "steady"
generator = "poisson"
rate = 8
duration = "5s"
size = "constant"
mean_work = "200ms"
[[policy]]
router = "jsq"
scaler = "fixed"
`

// TestFaults: workers fail when the experiment says so, under live as under
// compare: each request that can be repeated is answered, once.
func TestFaults(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		file, out := filepath.Join(t.TempDir(), "broken.toml"), t.TempDir()
		if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		code, text := m.run(file, "--out", out, "--worker", script(t), "--requests", "--format", "csv", "--no-figures")
		if code != exitDone {
			t.Fatalf("exit %d\n%s", code, text)
		}
		for _, want := range []string{"fault at 1.5s: worker 0 (i-", "killed", "fault at 2s: worker 1 (i-", "hangs"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not said:\n%s", want, text)
			}
		}
		rows := requests(t, filepath.Join(out, "broken", "requests.csv"))
		again := 0
		for _, r := range rows {
			if r["status"] != "200" {
				t.Errorf("request %s: status %s", r["request"], r["status"])
			}
			if r["attempt"] != "1" {
				again++
			}
			finish, err := strconv.Atoi(r["finish_us"])
			if err != nil || r["worker"] == "0" && finish > 1_500_000 || r["worker"] == "1" && finish > 2_000_000 {
				t.Errorf("request %s: answered by worker %s at %s µs (%v), after it was killed or hung", r["request"], r["worker"], r["finish_us"], err)
			}
		}
		if len(rows) < 20 || again == 0 {
			t.Errorf("%d requests, %d of them repeated; want some", len(rows), again)
		}
	})
}

// TestFaultsThatPass: a worker that hangs for a second goes on, and loses nothing; one is
// slow; the table fails for two seconds, and takes what it missed.
func TestFaultsThatPass(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		text := strings.Replace(broken, "at = \"1500ms\"\nworker", "at = \"1500ms\"\nkind = \"slow\"\nlasts = \"1s\"\nworker", 1)
		text = strings.Replace(text, "kind = \"hang\"\n", "kind = \"hang\"\nlasts = \"1s\"\n", 1)
		text = strings.Replace(text, "[[workload]]", "[store]\n[[fault]]\nat = \"1s\"\nkind = \"store\"\nlasts = \"2s\"\n[[workload]]", 1)
		file, out := filepath.Join(t.TempDir(), "passing.toml"), t.TempDir()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, said := m.run(file, "--out", out, "--worker", script(t), "--requests", "--format", "csv", "--no-figures")
		if code != exitDone {
			t.Fatalf("exit %d\n%s", code, said)
		}
		for _, want := range []string{"fault at 1s: calls of the table fail for 2s", "fault at 1.5s: worker 0 (i-", "works 0.5 times as fast for 1s", "fault at 2s: worker 1 (i-", "hangs for 1s"} {
			if !strings.Contains(said, want) {
				t.Errorf("%q is not said:\n%s", want, said)
			}
		}
		after := 0
		for _, r := range requests(t, filepath.Join(out, "passing", "requests.csv")) {
			finish, err := strconv.Atoi(r["finish_us"])
			if err != nil || r["status"] != "200" {
				t.Errorf("request %s: status %s (%v)", r["request"], r["status"], err)
			}
			switch {
			case r["worker"] == "1" && finish > 2_010_000 && finish < 2_990_000:
				t.Errorf("request %s: answered by worker 1 at %d µs, while it hung", r["request"], finish)
			case r["worker"] == "1" && finish >= 2_990_000:
				after++
			}
		}
		if after == 0 {
			t.Error("worker 1 answered nothing after it hung")
		}
	})
}

// TestCloudFails: what goes wrong in the cloud costs time, at most; each
// request is answered, once, and the run has its results.
func TestCloudFails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults []string // nil: the quota of a new account
		says   string   // an expression: that it struck; of throttles the results tell
	}{
		"functions are throttled": {[]string{"action=Invoke,code=TooManyRequestsException,every=2"}, ""},
		"no capacity":             {[]string{"action=RunInstances,code=InsufficientInstanceCapacity"}, `launch failed.*InsufficientInstanceCapacity`},
		"the table is down": {[]string{
			"action=BatchWriteItem,code=InternalServerError", "action=GetItem,code=InternalServerError", "action=Query,code=InternalServerError",
		}, "not everything measured was written"},
		"instances cannot be listed": {[]string{"action=DescribeInstances,code=RequestLimitExceeded,next=6"}, `instances cannot be listed.*RequestLimitExceeded`},
		"a zone is lost":             {[]string{"action=outage,code=us-east-1a,from=2s"}, `fault at 2s: zone us-east-1a is out, with [1-9]`},
		"the account is new":         {nil, "VcpuLimitExceeded"},
	} {
		faults := c.faults
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, func(t *testing.T, m *memory) {
				out := t.TempDir()
				text := strings.Replace(rise, "[functions]", "[retry]\nmax = 3\n[functions]", 1)
				if name == "a zone is lost" { // with one of three instances
					text = strings.Replace(text, "initial = 1", "initial = 3", 1)
				}
				args := []string{write(t, text), "--out", out, "--worker", script(t), "--requests", "--format", "csv", "--no-figures"}
				for _, f := range faults {
					args = append(args, "--fault", f)
				}
				if faults == nil {
					args = append(args, "--vcpu-quota", "2")
				}
				code, said := m.run(args...)
				if code != exitDone {
					t.Fatalf("exit %d\n%s", code, said)
				}
				if !regexp.MustCompile(c.says).MatchString(said) {
					t.Errorf("nothing was struck: want %q\n%s", c.says, said)
				}
				if lost := strings.Contains(said, "not everything measured was written"); lost != (name == "the table is down") {
					t.Errorf("measurements were lost: %v\n%s", lost, said)
				}
				if refused := strings.Contains(said, "VcpuLimitExceeded"); refused != (name == "the account is new") {
					t.Errorf("launches were over the quota: %v\n%s", refused, said)
				}
				runs := requests(t, filepath.Join(out, "tiny", "runs.csv"))
				if throttled := runs[0]["throttles"] != "0"; throttled != (name == "functions are throttled") {
					t.Errorf("%s calls were throttled\n%s", runs[0]["throttles"], said)
				}
				rows := requests(t, filepath.Join(out, "tiny", "requests.csv"))
				answered := map[string]int{}
				for _, r := range rows {
					if answered[r["request"]]++; r["status"] != "200" || answered[r["request"]] > 1 {
						t.Errorf("request %s: status %s, %d times", r["request"], r["status"], answered[r["request"]])
					}
				}
				if len(rows) < 30 {
					t.Errorf("only %d requests", len(rows))
				}
			})
		})
	}
}

// TestSpotInstancesAreTakenAway: notice is given by a call of the cloud or by the
// experiment; the worker is drained in time, and no request is lost.
func TestSpotInstancesAreTakenAway(t *testing.T) {
	t.Parallel()
	spot := strings.Replace(rise, "initial = 1", "initial = 2\nmarket = \"spot\"\nspot_usd_per_hour = 0.015", 1)
	spot = strings.Replace(spot, `duration = "7s"`, `duration = "12s"`, 1)
	told := strings.Replace(spot, "[[workload]]", "[[fault]]\nat = \"1s\"\nkind = \"spot\"\nnotice = \"9s\"\n[[workload]]", 1)
	for name, c := range map[string]struct {
		text string
		args []string
		says string
	}{
		"by the cloud":      {spot, []string{"--fault", "action=spot,from=1s,delay=9s"}, "fault at 1s: instance i-"},
		"by the experiment": {told, nil, "has notice: taken away in 9s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inMemory(t, func(t *testing.T, m *memory) {
				out := t.TempDir()
				args := append([]string{write(t, c.text), "--out", out, "--worker", script(t), "--requests", "--format", "csv", "--no-figures", "--journal", "--log", "info"}, c.args...)
				code, text := m.run(args...)
				if code != exitDone || !strings.Contains(text, c.says) {
					t.Fatalf("exit %d, want %q\n%s", code, c.says, text)
				}
				if strings.Contains(text, `"worker lost"`) {
					t.Errorf("a worker was lost, though it had notice:\n%s", text)
				}
				for _, r := range requests(t, filepath.Join(out, "tiny", "requests.csv")) {
					if r["status"] != "200" || r["attempt"] != "1" {
						t.Errorf("request %s: status %s after %s attempts", r["request"], r["status"], r["attempt"])
					}
				}
				noticed(t, filepath.Join(out, "tiny", "journals", "rise", "both", "seed-1"))
				runs := requests(t, filepath.Join(out, "tiny", "runs.csv"))
				if usd, err := strconv.ParseFloat(runs[0]["cost_instances_usd"], 64); err != nil || usd <= 0 || usd > 0.015/3600*60*6 {
					t.Errorf("instances cost $%v, %v; want the spot price of a minute or so", usd, err)
				}
			})
		})
	}
}

// noticed checks that a worker had notice in a run, was drained, and ended
// because it had, before it was taken away.
func noticed(t *testing.T, dir string) {
	t.Helper()
	r, err := journals.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var told policy.Event
	for {
		var rec journal.Record
		if err := r.Next(&rec); err != nil {
			t.Fatalf("of notice %+v nothing came: %v", told, err)
		}
		switch e := &rec.Event; {
		case e.Kind == policy.WorkerNotice && told.At == 0:
			told = *e
		case e.Kind == policy.WorkerDrained && told.At > 0 && e.Worker == told.Worker:
			if rec.At > told.At {
				t.Errorf("drained at %v, after it was to be taken away at %v", rec.At, told.At)
			}
			return
		}
	}
}

// TestFaultsAndInputsThatCannotBeHad are refused before anything runs.
func TestFaultsAndInputsThatCannotBeHad(t *testing.T) {
	worker := filepath.Join(t.TempDir(), "worker")
	if err := os.WriteFile(worker, []byte("no program"), 0o700); err != nil {
		t.Fatal(err)
	}
	recorded, err := filepath.Abs("../../workloads/recorded")
	if err != nil {
		t.Fatal(err)
	}
	from := strings.Index(broken, "[[workload]]")
	wrongScale := broken[:from] + `[[workload]]
trace = "` + recorded + `"
where = "scenario=heap-beside-ball"
inputs = 1
replicate = "none"
[[policy]]
router = "jsq"
scaler = "fixed"
`
	for _, c := range []struct {
		text string
		args []string
		says string
	}{
		{broken, []string{"--target", "static", "--workers", "127.0.0.1:1,127.0.0.1:2,127.0.0.1:3"}, "cannot be made to fail"},
		{broken, []string{"--target", "aws", "--worker", worker}, "cannot be made to hang"},
		{broken, []string{"--worker", worker, "--fault", "action=spot"}, "give a pool of "},
		{broken, []string{"--worker", worker, "--fault", "action=Invok,code=X"}, "cnv: --fault action=Invok,code=X: there is no action \"Invok\": nearest are Invoke, "},
		{broken, []string{"--worker", worker, "--fault", "action=Invoke,code=TooManyRequest"}, "Invoke has no error \"TooManyRequest\" that is known here: nearest are TooManyRequestsException, "},
		{broken, []string{"--worker", worker, "--fault", "action=GetItem,code=TooManyRequestsException"}, "GetItem has no error"},
		{broken, []string{"--worker", worker, "--fault", "action=GetItem,code=?"}, "ProvisionedThroughputExceededException"},
		{broken, []string{"--worker", worker, "--fault", "action=?"}, "actions are kill, zone, outage, spot, "},
		{broken, []string{"--worker", worker, "--fault", "action=zone"}, "code \"\": want the zone, one of us-east-1a"},
		{broken, []string{"--worker", worker, "--fault", "action=Invoke,form=2s"}, "did you mean from?"},
		{broken, []string{"--worker", worker, "--fault", "Invoke"}, "want key=value"},
		{broken, []string{"--worker", worker, "--fault", "action=Invoke,from=2"}, "missing unit"},
		{broken, []string{"--worker", worker, "--fault", "code=X"}, "action is missing"},
		{wrongScale, []string{"--worker", worker}, "none of the inputs that `trace record --scale 1` makes"},
	} {
		var out, errs bytes.Buffer
		args := append([]string{write(t, c.text), "--out", t.TempDir()}, c.args...)
		if code := command(args, &out, &errs); code != 2 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v: exit %d, want 2 with %q:\n%s", c.args, code, c.says, errs.String())
		}
	}
}

// TestServingFails: a gateway that serves on loopback fails as its experiment and
// its flags say, and goes on.
func TestServingFails(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		text := strings.Replace(rise, "[[workload]]", "[[fault]]\nat = \"10s\"\nkind = \"crash\"\n[[workload]]", 1)
		gateway := m.begin(write(t, text), "--serve", "--out", t.TempDir(), "--worker", script(t), "--fault", "action=RunInstances,code=InsufficientInstanceCapacity,from=9s", "--log", "info")
		for _, word := range []string{") killed", "worker lost", "InsufficientInstanceCapacity"} {
			gateway.wait(t, word)
		}
		gateway.stop()
		if code := gateway.end(); code != exitDone {
			t.Errorf("exit %d\n%s", code, gateway.text())
		}
	})
}

// TestLeftRunning: a command that could not end its instances fails, and its
// results are there.
func TestLeftRunning(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		file, out := filepath.Join(t.TempDir(), "left.toml"), t.TempDir()
		text := broken[:strings.Index(broken, "[retry]")] + broken[strings.Index(broken, "[[workload]]"):]
		if err := os.WriteFile(file, []byte(strings.Replace(text, `"5s"`, `"1s"`, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		code, said := m.run(file, "--out", out, "--worker", script(t), "--no-figures", "--fault", "action=TerminateInstances,code=InternalError")
		if code != exitFailed || !strings.Contains(said, "cnv: 3 instances could not be ended: i-") {
			t.Errorf("exit %d\n%s", code, said)
		}
		if _, err := os.Stat(filepath.Join(out, "left", "comparison.csv")); err != nil {
			t.Error(err)
		}
	})
}
