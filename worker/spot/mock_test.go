//go:build unix

package spot

import (
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"cnv/internal/judges"
	"cnv/internal/testtime"
)

// TestWatchOnMock: Amazon's own mock of the metadata service gives a notice, and
// it is understood.
func TestWatchOnMock(t *testing.T) {
	program := judges.Find(t, "ec2-metadata-mock", "go install github.com/aws/amazon-ec2-metadata-mock/cmd/ec2-metadata-mock@v1.13.0")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	cmd := exec.Command(program, "spot", "--action", "terminate", "--hostname", "127.0.0.1", "--port", fmt.Sprint(port), "--imdsv2", "--mock-delay-sec", "2")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	}()
	ctx := testtime.Context(t)
	endpoint := fmt.Sprintf("http://127.0.0.1:%d", port)
	for at, err := ask(ctx, http.DefaultClient, endpoint); err != nil || !at.IsZero(); at, err = ask(ctx, http.DefaultClient, endpoint) {
		if ctx.Err() != nil || !at.IsZero() {
			t.Fatalf("before there is a notice: %v, %v", at, err)
		}
		time.Sleep(50 * time.Millisecond) // it begins to serve
	}
	if at, ok := Watch(ctx, http.DefaultClient, endpoint, 100*time.Millisecond); !ok || time.Until(at) > 5*time.Minute {
		t.Errorf("notice for %v, %v", at, ok)
	}
}
