// Package awstest gives tests somebody else's idea of AWS to be judged by.
package awstest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"cnv/live/aws"
)

// Moto starts a moto server and returns the configuration of an account
// there. Without moto_server on PATH the test is skipped, and says so.
func Moto(t *testing.T) sdk.Config {
	t.Helper()
	return start(t, "moto_server", "pip install 'moto[server]'", "/moto-api/config", `{"lambda":{"use_docker":false}}`,
		"-H", "127.0.0.1", "-p")
}

// Dynalite starts a dynalite, which knows DynamoDB only, likewise.
func Dynalite(t *testing.T) sdk.Config {
	t.Helper()
	return start(t, "dynalite", "npm install dynalite", "/", "{}", "--host", "127.0.0.1", "--createTableMs", "10", "--port")
}

// start starts a program whose last argument is a free port, and posts to a path
// until it answers.
func start(t *testing.T, name, install, path, body string, args ...string) sdk.Config {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not on PATH: an optional judge (%s)", name, install)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.Command(program, append(args, fmt.Sprint(port))...)
	cmd.Env = append(os.Environ(), "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION=1", "MOTO_ENABLE_AMI_VALIDATION=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	url := fmt.Sprintf("http://127.0.0.1:%d", port)
	for range 300 {
		r, err := http.Post(url+path, "application/json", strings.NewReader(body))
		if err == nil {
			r.Body.Close()
			cfg, err := aws.Local(url).Config(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return cfg
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s did not answer at %s within 30 s", name, url)
	panic("unreachable")
}
