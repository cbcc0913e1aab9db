package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cnv/live/admin"
)

// TestSet changes settings of a gateway that serves, by the command: those that
// are right hold, those that are wrong change nothing, who did it is in the log,
// and the journal replays to the same decisions.
func TestSet(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		a, _ := m.worker(t)
		b, _ := m.worker(t)
		token, out := filepath.Join(t.TempDir(), "token"), t.TempDir()
		if err := os.WriteFile(token, []byte(admin.NewToken()), 0o600); err != nil {
			t.Fatal(err)
		}
		text := strings.Replace(experiment, `router = "jsq"`, "router = \"p2c\"\nestimator = \"repeat\"", 1)
		serve := m.begin(write(t, text), "--workers", a+","+b, "--serve", "--quiet", "--journal", "--out", out, "--admin-token", token)
		serve.wait(t, "admin pages")
		at := regexp.MustCompile(`gateway (http://[0-9.:]+), admin pages (http://[0-9.:]+)`).FindStringSubmatch(serve.text())
		if at == nil {
			t.Fatal(serve.text())
		}
		client := m.client(10 * time.Second)
		waitReady(t, client, at[1])
		for _, c := range []struct {
			args   []string
			code   int
			stdout string
			stderr string
		}{
			{[]string{"router_params.choices=1", "retry.max=2", "--token-file", token}, 0, "router_params.choices was 2 and is 1\nretry.max was 1 and is 2\n", ""},
			{[]string{"router_params.choices=17", "--token-file", token}, 2, "", "choices = 17, must be in [1, 16]; it stays 1"},
			{[]string{"router_params.choice=3", "--token-file", token}, 2, "", `nearest valid name "router_params.choices"`},
			{[]string{"estimator_params.then=rls", "--token-file", token}, 0, "estimator_params.then was mean and is rls\n", ""},
			{[]string{"estimator_params.target=count", "--token-file", token}, 2, "", `want one of cpu, instructions, blocks, counts (nearest valid name "counts")`},
			{[]string{"retry.max=3"}, 2, "", "--token-file"},
			{[]string{"max"}, 2, "", "want NAME=VALUE"},
			{[]string{"--admin", "x"}, 2, "", "unknown flag --admin (see cnv set --help)"},
			{nil, 0, "router_params.choices = 1 ", ""},
		} {
			i := m.begin(append([]string{"set", at[2]}, c.args...)...)
			code := i.end()
			if code != c.code || !strings.Contains(i.printed.text(), c.stdout) || !strings.Contains(i.text(), c.stderr) {
				t.Errorf("set %v: exit %d, %q, %q; want %+v", c.args, code, i.printed.text(), i.text(), c)
			}
		}
		for range 20 {
			if r, err := client.Get(at[1] + "/spin?ms=1"); err == nil {
				r.Body.Close()
			}
		}
		serve.stop()
		if code := serve.end(); code != exitDone {
			t.Fatalf("exit %d\n%s", code, serve.text())
		}
		if n := strings.Count(serve.text(), `"changed by hand"`); n != 3 || !strings.Contains(serve.text(), `"what":"retry.max","from":"1","to":"2"`) || !strings.Contains(serve.text(), `"what":"estimator_params.then","from":"mean","to":"rls"`) {
			t.Errorf("%d lines of the log tell of changes, want 3:\n%s", n, serve.text())
		}
		journals, _ := filepath.Glob(filepath.Join(out, "*.served", "*"))
		if len(journals) != 1 {
			t.Fatalf("journals %v", journals)
		}
		if n := replay(t, journals[0]); n < 20 {
			t.Errorf("only %d records", n)
		}
	})
}
