package main

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"cnv/live/local"
)

// TestRehearsal: deploy, live and destroy as they are typed for AWS, with the
// endpoints of a cloud on this machine in the environment, as live --serve says
// them: what is built runs here, whatever the processor.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some 20 s of real time")
	}
	cloud, err := local.Start(local.Config{})
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
	file, out := write(t, rise), t.TempDir()
	for _, args := range [][]string{
		{"deploy", file, "--yes"},
		{"live", file, "--target", "aws", "--yes", "--out", out, "--no-figures"},
		{"destroy", "--yes"},
	} {
		cmd := exec.Command(program(t), append(args, "--deployment", "rehearsal", "--worker", workerProgram(t))...)
		if args[0] == "destroy" {
			cmd.Args = cmd.Args[:len(cmd.Args)-2]
		}
		cmd.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+u.String(), "AWS_ACCESS_KEY_ID="+key, "AWS_SECRET_ACCESS_KEY=local", "AWS_DEFAULT_REGION=us-east-1", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
		if text, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, text)
		}
	}
	if rows := requests(t, filepath.Join(out, "tiny", "runs.csv")); len(rows) != 1 || rows[0]["requests"] == "0" {
		t.Errorf("%v", rows)
	}
	if n, _ := cloud.Processes(); n != 0 {
		t.Errorf("%d processes are left", n)
	}
}
