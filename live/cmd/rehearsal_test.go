package main

import (
	"bytes"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cnv/live/local"
)

// TestRehearsal: what is typed for AWS, with the endpoints of a cloud on this machine in the
// environment, as live --serve says them: what is built runs here, whatever the
// processor. The user's credentials sign calls and are nowhere else, whatever is logged
// and kept: not in what is printed, results, journals, temporary files, or the table.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some 20 s of real time")
	}
	kept, out, tmp, said := t.TempDir(), t.TempDir(), t.TempDir(), &lines{}
	cloud, err := local.Start(local.Config{
		Dir: kept, Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond },
		Log: slog.New(slog.NewJSONHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	u, err := url.Parse(cloud.URL())
	if err != nil {
		t.Fatal(err)
	}
	key := u.User.Username()
	u.User = nil
	worker := workerScript(t)
	secrets := []string{key, "MARKED-SECRET-KEY", "MARKED-SESSION-TOKEN"}
	file := write(t, rise)
	for _, args := range [][]string{
		{"doctor"},
		{"deploy", file, "--worker", worker, "--yes"},
		{"live", file, "--worker", worker, "--target", "aws", "--yes", "--out", out, "--log", "debug", "--journal", "--requests"},
		{"status"},
		{"live", file, "--worker", worker, "--target", "aws", "--dry-run"},
		{"destroy", "--yes"},
		{"live", file, "--worker", worker, "--target", "aws", "--yes"}, // an error
	} {
		if args[0] != "doctor" {
			args = append(args, "--deployment", "rehearsal")
		}
		cmd := exec.Command(program(t), args...)
		cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "XDG_CACHE_HOME="+tmp, "HOME="+tmp, "AWS_ENDPOINT_URL="+u.String(), "AWS_REGION=us-east-1",
			"AWS_ACCESS_KEY_ID="+key, "AWS_SECRET_ACCESS_KEY="+secrets[1], "AWS_SESSION_TOKEN="+secrets[2])
		cmd.Stdout, cmd.Stderr = said, said
		if err := cmd.Run(); err != nil && (args[0] != "live" || !strings.Contains(said.text(), "nothing is left")) {
			t.Fatalf("%v: %v\n%s", args, err, said.text())
		}
	}
	for _, want := range []string{`"msg":"request"`, "Results in", "nothing is left", "deploy it first"} {
		if !strings.Contains(said.text(), want) {
			t.Errorf("%q is not said: nothing was tried\n%s", want, said.text())
		}
	}
	if rows := requests(t, filepath.Join(out, "tiny", "runs.csv")); len(rows) != 1 || rows[0]["requests"] == "0" {
		t.Errorf("%v", rows)
	}
	if n, _ := cloud.Processes(); n != 0 {
		t.Errorf("%d processes are left", n)
	}
	notIn(t, "what was printed", []byte(said.text()), secrets...)
	if n := nothingSecret(t, out, secrets...); n < 5 {
		t.Errorf("%d files of results", n)
	}
	nothingSecret(t, tmp, secrets...)
	nothingSecret(t, kept, secrets...)
}

// nothingSecret looks into every file for credentials, and says how many there are.
func nothingSecret(t *testing.T, dir string, secrets ...string) (files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		notIn(t, path, text, secrets...)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return files
}

func notIn(t *testing.T, where string, text []byte, secrets ...string) {
	t.Helper()
	for i, s := range secrets {
		if bytes.Contains(text, []byte(s)) {
			t.Errorf("credential %d of %d is in %s", i+1, len(secrets), where)
		}
	}
}
