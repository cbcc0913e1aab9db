package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/live/aws/deploy"
	"cnv/live/local"
)

// smokes is smoke with a record in a folder of its own.
func smokes(t *testing.T, url string, more ...string) (args []string, records func() []deploy.SmokeRecord) {
	dir := t.TempDir()
	return append([]string{"smoke", "--yes", "--worker", script(t), "--out", dir, "--endpoint", url}, more...), func() (out []deploy.SmokeRecord) {
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			var r deploy.SmokeRecord
			text, err := os.ReadFile(file)
			if err == nil {
				err = json.Unmarshal(text, &r)
			}
			if err != nil {
				t.Errorf("%s: %v", file, err)
			}
			out = append(out, r)
		}
		return out
	}
}

// empty says whether nothing of a smoke test is on a cloud.
func empty(t *testing.T, m *memory, cloud *local.Cloud) {
	t.Helper()
	if n, _ := cloud.Processes(); n > 0 {
		t.Errorf("%d instances are left", n)
	}
	if _, said := m.run("status", "--deployment", "smoke", "--endpoint", cloud.URL()); !strings.Contains(said, "nothing is there") {
		t.Errorf("there is\n%s", said)
	}
}

// TestSmoke: who has the policies of both operators makes one of each, and nothing is left; the record
// has the times.
func TestSmoke(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud := m.cloud(t, local.Config{
			Boot: func(uint64, string) time.Duration { return 20 * time.Second }, Begin: func(uint64, string) time.Duration { return 5 * time.Second }, Cold: func(uint64) time.Duration { return 3 * time.Second },
			Late: 2 * time.Second, Hidden: 2 * time.Second, Settle: time.Second,
		})
		policies := deploy.Policies("smoke", deploy.In("us-east-1", "*"), []string{"t4g.*"})
		url, err := cloud.As("owner", nil, policies["deployer"], policies["deployer-roles"], policies["runner"])
		if err != nil {
			t.Fatal(err)
		}
		args, records := smokes(t, url)
		code, said := m.run(args...)
		if code != exitDone || !strings.HasSuffix(said, "nothing is left\n") || !strings.Contains(said, "a rehearsal on a cloud on this machine") {
			t.Fatalf("exit %d\n%s", code, said)
		}
		empty(t, m, cloud)
		all := records()
		if len(all) != 1 {
			t.Fatalf("%d records", len(all))
		}
		r := all[0]
		if r.Version != 1 || r.Cloud != "local" || r.Region != "us-east-1" || r.Type != "t4g.small" || r.Error != "" || r.Left == nil || len(r.Left) > 0 || r.MaxUSD != 0.10 || r.WorstUSD <= 0 || r.WorstUSD > 0.01 || len(r.Looked) < 10 {
			t.Errorf("the record is %+v", r)
		}
		took := map[string]float64{}
		for _, x := range r.Took {
			took[x.What] = x.S
		}
		for what, least := range map[string]float64{
			"create function": 1, "create table": 0, "write item": 0, "call function": 3, "launch instance": 0,
			"instance runs, from its launch": 20, "instance has ended itself, from its launch": 25, "remove all": 0,
		} {
			if s, there := took[what]; !there || s < least || s > least+10 {
				t.Errorf("%s took %g s (%v), want %g and a bit", what, s, there, least)
			}
		}
		time.Sleep(2 * time.Second)
		if code, said := m.run(args...); code != exitDone {
			t.Errorf("a second time: exit %d\n%s", code, said)
		}
		if n := len(records()); n != 2 {
			t.Errorf("%d records, want one of each time", n)
		}
	})
}

// TestSmokeRefuses: nothing is made for less money than it may take, nor beside what is there.
func TestSmokeRefuses(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud := m.cloud(t, local.Config{Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }})
		args, records := smokes(t, cloud.URL())
		for _, c := range []struct {
			more []string
			code int
			says string
		}{
			{[]string{"--max-usd", "0.005"}, exitInput, "--max-usd 0.005: it may cost $0.00"},
			{[]string{"--max-usd", "NaN"}, exitInput, "--max-usd NaN"},
			{[]string{"--dry-run"}, exitDone, "nothing was changed"},
			{[]string{"--region", "eu-west-1", "--dry-run"}, exitDone, "prices here are those of us-east-1"},
		} {
			if code, said := m.run(slices.Concat(args, c.more)...); code != c.code || !strings.Contains(said, c.says) {
				t.Errorf("%v: exit %d, want %d and %q:\n%s", c.more, code, c.code, c.says, said)
			}
		}
		empty(t, m, cloud)
		if code, said := m.run("deploy", "--deployment", "smoke", "--yes", "--worker", script(t), "--endpoint", cloud.URL()); code != exitDone {
			t.Fatal(said)
		}
		if code, said := m.run(args...); code != exitFailed || !strings.Contains(said, "is there already") {
			t.Errorf("beside another: exit %d\n%s", code, said)
		}
		if n := len(records()); n > 0 {
			t.Errorf("%d records of what was not done", n)
		}
	})
}

// TestSmokeCleansUp: whichever call fails, and when it is interrupted, all that was made is
// removed, and the record says what was wrong.
func TestSmokeCleansUp(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud := m.cloud(t, local.Config{Boot: func(uint64, string) time.Duration { return time.Second }})
		args, records := smokes(t, cloud.URL())
		failed := func(what, why string, code int, said string) {
			t.Helper()
			if code != exitFailed || !strings.Contains(said, why) {
				t.Errorf("%s: exit %d, want %d and %q:\n%s", what, code, exitFailed, why, said)
			}
			empty(t, m, cloud)
			if all := records(); len(all) == 0 || !strings.Contains(all[len(all)-1].Error, why) || len(all[len(all)-1].Left) > 0 {
				t.Errorf("%s: the last record is not of it: %+v", what, all)
			}
			time.Sleep(2 * time.Second) // records are named by the second
		}
		for _, call := range []string{"CreateLogGroup", "PutRetentionPolicy", "CreateRole", "PutRolePolicy", "CreateFunction", "PublishVersion", "CreateTable", "UpdateTimeToLive", "CreateSecurityGroup", "BatchWriteItem", "GetItem", "Invoke"} {
			if err := cloud.Break([]local.Fault{{Action: call, Code: "AccessDeniedException"}}, time.Now(), nil); err != nil {
				t.Fatal(err)
			}
			code, said := m.run(args...)
			if err := cloud.Break(nil, time.Now(), nil); err != nil {
				t.Fatal(err)
			}
			failed(call, "AccessDeniedException", code, said)
		}
		i := m.begin(args...)
		i.wait(t, "doing wait")
		i.stop()
		failed("interrupted", "context canceled", i.end(), i.text())
	})
}

// TestSmokeEndsTheInstance: one that does not end itself is ended from here.
func TestSmokeEndsTheInstance(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud := m.cloud(t, local.Config{
			Boot: func(uint64, string) time.Duration { return time.Second }, Begin: func(uint64, string) time.Duration { return time.Hour },
		})
		args, records := smokes(t, cloud.URL())
		code, said := m.run(args...)
		if code != exitFailed || !strings.Contains(said, "has not ended itself within 10m0s: it is running") {
			t.Errorf("exit %d\n%s", code, said)
		}
		empty(t, m, cloud)
		if all := records(); len(all) != 1 || len(all[0].Left) > 0 || !strings.Contains(all[0].Error, "has not ended itself") {
			t.Errorf("the records are %+v", all)
		}
	})
}
