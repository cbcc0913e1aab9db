package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cnv/live/local"
)

// TestDeployWithoutAccount: what a deployment would make, and cost, is said to
// who has no account; everything else wants one.
func TestDeployWithoutAccount(t *testing.T) {
	for _, name := range []string{"AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_WEB_IDENTITY_TOKEN_FILE",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_REGION", "AWS_DEFAULT_REGION"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(dir, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(dir, "credentials"))
	script := filepath.Join(dir, "program")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		code int
		says []string
	}{
		{[]string{"deploy", "--dry-run"}, exitDone, []string{"note: no AWS region", "nothing of deployment main", "create    function       cnv-main", "At worst $0.0227 per hour, $0.54 per day, while the builder", "10 steps to do; nothing was changed"}},
		{[]string{"deploy", "--dry-run", "--region", "eu-west-1"}, exitDone, []string{"no AWS credentials", "prices here are those of us-east-1, not of eu-west-1"}},
		{[]string{"deploy", "--dry-run", "tiny", "--gateway", "--program", script, "--max-usd-per-hour", "1", "--allow", "0.0.0.0/0"}, exitDone, []string{"warning: --allow 0.0.0.0/0: anybody on the internet may call the gateway", "at worst $1.00 per hour, $24 per day", "launch    gateway"}},
		{[]string{"deploy", "--dry-run", "tiny", "--gateway", "--program", script, "--max-usd-per-hour", "0.04"}, exitInput, []string{"own instance, a c7g.medium, costs $0.0422 per hour", "allow more"}},
		{[]string{"deploy", "--dry-run", "tiny", "--gateway", "--allow", "nonsense"}, exitInput, []string{`--allow "nonsense": want addresses such as 203.0.113.0/24`}},
		{[]string{"deploy", "--dry-run", "tiny", "--gateway", "--allow", "203.0.113.7"}, exitInput, []string{"--allow 203.0.113.7: did you mean 203.0.113.7/32?"}},
		{[]string{"deploy", "--dry-run", "tiny", "--gateway", "--admin-allow", "203.0.113.7/24"}, exitInput, []string{"--admin-allow 203.0.113.7/24: did you mean 203.0.113.0/24?"}},
		{[]string{"deploy", "--dry-run", "tiny", "--gateway", "--allow", "2001:db8::/32"}, exitInput, []string{"--allow 2001:db8::/32: want IPv4 addresses"}},
		{[]string{"deploy", "--dry-run", "--builder", "c6i.large"}, exitInput, []string{"--builder c6i.large: it is of x86_64: want a type for arm64"}},
		{[]string{"deploy", "--dry-run", "--builder", "t4g.smal"}, exitInput, []string{"--builder: ", "t4g.small"}},
		{[]string{"deploy", "--yes"}, exitInput, []string{"no AWS region"}},
		{[]string{"deploy", "--yes", "--region", "eu-west-1"}, exitInput, []string{"no AWS credentials"}},
		{[]string{"live", "tiny", "--dry-run", "--target", "aws", "--region", "eu-west-1"}, exitDone, []string{"prices here are those of us-east-1, not of eu-west-1"}},
		{[]string{"live", "tiny", "--yes", "--target", "aws", "--region", "eu-west-1", "--worker", "nowhere"}, exitInput, []string{"no AWS credentials"}},
	} {
		t.Setenv("CNV_EXPERIMENTS", fmt.Sprintf("{%q: %q}", "tiny", experiment))
		var out bytes.Buffer
		code := command(slices.Concat(c.args[:1], []string{"--worker", script}, c.args[1:]), &out, &out)
		for _, want := range c.says {
			if code != c.code || !strings.Contains(out.String(), want) {
				t.Errorf("%v: exit %d, want %d and %q:\n%s", c.args, code, c.code, want, out.String())
			}
		}
	}
}

// TestDestroyEndsInstancesFirst: where it cannot be told what else a deployment has,
// destroy still ends its instances, which cost most, and says what is wrong.
func TestDestroyEndsInstancesFirst(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud, begin := m.deployed(t, write(t, rise))
		gateway := begin("--serve", "--keep")
		gateway.wait(t, "worker ready")
		gateway.stop()
		gateway.end()
		if n, _ := cloud.Processes(); n == 0 {
			t.Fatal("no instance was kept")
		}
		if err := cloud.Break([]local.Fault{{Action: "GetFunction", Code: "AccessDeniedException"}}, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		code, said := m.run("destroy", "--yes", "--endpoint", cloud.URL(), "--deployment", "two")
		for _, want := range []string{"its instances can be ended", "ended; all else is left", "AccessDeniedException"} {
			if code != exitFailed || !strings.Contains(said, want) {
				t.Errorf("exit %d, want %d and %q:\n%s", code, exitFailed, want, said)
			}
		}
		if n, _ := cloud.Processes(); n != 0 {
			t.Errorf("%d instances are left", n)
		}
	})
}
