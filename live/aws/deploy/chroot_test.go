package deploy

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// chroot is a root file system in which scripts may run as they would on an
// instance, or the test is skipped.
func chroot(t *testing.T) string {
	t.Helper()
	root := os.Getenv("CNV_CHROOT")
	if root == "" || os.Getuid() != 0 {
		t.Skip("CNV_CHROOT names no root file system, or we are not root: an optional judge (debootstrap --variant=minbase --include=curl,python3-minimal,libpython3-stdlib,systemd,ca-certificates bookworm DIR)")
	}
	return root
}

// TestBakeScriptRuns: in a root file system of its own the script loads the
// package, installs it, and leaves a service that systemd takes; with another
// package it stops before that.
func TestBakeScriptRuns(t *testing.T) {
	root := chroot(t)
	s := testSpec(packed(t, "chroot"))
	program, err := worker()
	if err != nil {
		t.Fatal(err)
	}
	s.Gateway = &Gateway{Type: "c7g.medium", Admin: "203.0.113.7/32", Flags: []string{"--max-usd", "5"}, Life: time.Hour}
	pages := &Pages{Token: []byte("token"), Cert: []byte("cert"), Key: []byte("key")}
	if s.Gateway.Package, err = PackGateway(program, program, []byte("question = \"q\"\n"), pages); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		kit   kit
		files []string
		exec  string
		bad   bool
	}{
		{"worker", s.workerKit("image"), []string{"bootstrap"}, "ExecStart=/opt/cnv/bootstrap --listen 0.0.0.0:8000", false},
		{"gateway", s.gatewayKit("image"), []string{"cnv-live", "worker", "experiment.toml"}, "ExecStart=/opt/cnv/cnv-live /opt/cnv/experiment.toml --target aws", false},
		{"another package", s.workerKit("image"), nil, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range []string{"opt/cnv", "etc/systemd/system/cnv.service", "etc/systemd/system/cnv-life.timer"} {
				if err := os.RemoveAll(filepath.Join(root, name)); err != nil {
					t.Fatal(err)
				}
			}
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if c.bad {
					w.Write([]byte("PK something else"))
					return
				}
				w.Write(c.kit.packed)
			}))
			defer server.Close()
			script, err := c.kit.userData(server.URL + "/package?X-Amz-Signature=abc")
			if err != nil {
				t.Fatal(err)
			}
			run := func(stdin string, args ...string) (string, error) {
				cmd := exec.Command("chroot", append([]string{root}, args...)...)
				cmd.Stdin, cmd.Env = strings.NewReader(stdin), []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "SYSTEMD_OFFLINE=1"}
				text, err := cmd.CombinedOutput()
				return string(text), err
			}
			text, err := run(script, "/bin/bash", "-s")
			unit, unitErr := os.ReadFile(filepath.Join(root, "etc/systemd/system/cnv.service"))
			if c.bad {
				if err == nil || unitErr == nil {
					t.Errorf("a package with another checksum was installed: %v\n%s", err, text)
				}
				return
			}
			if err != nil || unitErr != nil || !bytes.Contains(unit, []byte(c.exec)) {
				t.Fatalf("%v, %v:\n%s\n%s", err, unitErr, text, unit)
			}
			for _, name := range c.files {
				if info, err := os.Stat(filepath.Join(root, "opt/cnv", name)); err != nil || info.Mode()&0o111 == 0 || info.Size() == 0 {
					t.Errorf("%s: %v", name, err)
				}
			}
			for _, name := range []string{"admin-token", "admin-cert.pem", "admin-key.pem"} {
				info, err := os.Stat(filepath.Join(root, "opt/cnv", name))
				if c.name == "gateway" && (err != nil || info.Mode().Perm() != 0o400) {
					t.Errorf("%s: want it for root to read only: %v, %v", name, info, err)
				}
			}
			if _, err := os.Stat(filepath.Join(root, "opt/cnv/worker.zip")); err == nil {
				t.Error("the package is left behind")
			}
			for _, link := range []string{"multi-user.target.wants/cnv.service", "timers.target.wants/cnv-life.timer"} {
				if _, err := os.Lstat(filepath.Join(root, "etc/systemd/system", link)); err != nil {
					t.Errorf("not enabled: %v", err)
				}
			}
			if text, err := run("", "systemd-analyze", "verify", "--man=no", "/etc/systemd/system/cnv.service", "/etc/systemd/system/cnv-life.timer"); err != nil || strings.Contains(text, "cnv") {
				t.Errorf("systemd says: %v\n%s", err, text)
			}
		})
	}
}
