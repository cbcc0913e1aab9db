package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cnv/internal/testtime"
)

// TestMain lets this test program be the worker too: what is tested is a real
// process with its signals, pipes and exit code.
func TestMain(m *testing.M) {
	if os.Getenv(asWorker) != "" {
		main()
	}
	os.Exit(m.Run())
}

// asWorker is the variable that makes it one.
const asWorker = "CNV_TEST_AS_WORKER"

// command is a worker that is not started yet, and what it will say on stderr.
func command(t *testing.T, env []string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(append(os.Environ(), asWorker+"=1"), env...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	return cmd, &errs
}

// A ready is the line that a worker prints.
type ready struct {
	Address, Instance string
	PID               int
	Metered           bool
}

// start starts a worker on a free port and returns it when it listens.
func start(t *testing.T, cmd *exec.Cmd) ready {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var r ready
	if err != nil || json.Unmarshal(line, &r) != nil || r.Address == "" || r.PID != cmd.Process.Pid || len(r.Instance) != 16 {
		t.Fatalf("the worker said %q, %v\n%s", line, err, cmd.Stderr)
	}
	return r
}

// end waits for a worker's end and returns its exit code.
func end(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	stop := context.AfterFunc(testtime.Context(t), func() { cmd.Process.Kill() })
	defer stop()
	cmd.Wait()
	return cmd.ProcessState.ExitCode() // -1: killed
}

func get(t *testing.T, url string) (int, http.Header, string) {
	t.Helper()
	a, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return 0, nil, ""
	}
	defer a.Body.Close()
	text, _ := io.ReadAll(a.Body)
	return a.StatusCode, a.Header, string(text)
}

// TestLife: a worker says where it is, works, says that it does not count, and
// ends well.
func TestLife(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ready.json")
	cmd, errs := command(t, []string{"CNV_NOTICE=10ms"}, "--listen", "127.0.0.1:0", "--ready-file", file)
	r := start(t, cmd)
	text, err := os.ReadFile(file)
	if want := fmt.Sprintf(`{"address":%q,"pid":%d,"instance":%q,"metered":%v}`+"\n", r.Address, r.PID, r.Instance, r.Metered); string(text) != want || err != nil {
		t.Errorf("the file says %q, %v, want %q", text, err, want)
	}
	status, h, _ := get(t, "http://"+r.Address+"/spin?ms=1")
	if status != 200 || h.Get("Cnv-Instance") != r.Instance || (h.Get("Cnv-Instructions") != "") != r.Metered || h.Get("Cnv-Cold") != "false" {
		t.Errorf("spin: %d %v", status, h)
	}
	if status, _, text := get(t, "http://"+r.Address+"/"); status != 200 || text != "" {
		t.Errorf("probe: %d %q", status, text)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if code := end(t, cmd); code != 0 {
		t.Errorf("exit code %d\n%s", code, errs)
	}
	if strings.Contains(errs.String(), "not metered: ") == r.Metered {
		t.Errorf("metered %v, and it said %s", r.Metered, errs)
	}
}

// TestDrainUnderLoad: SIGTERM to a real worker under load, clients go by
// /readyz: no request fails, and the exit code is 0.
func TestDrainUnderLoad(t *testing.T) {
	cmd, errs := command(t, nil, "--listen=127.0.0.1:0", "--notice=3s", "--queue=100")
	url := "http://" + start(t, cmd).Address
	var welcome atomic.Bool
	var answered atomic.Int64
	var clients sync.WaitGroup
	welcome.Store(true)
	for range 10 {
		clients.Go(func() {
			for welcome.Load() {
				if status, _, text := get(t, url+"/spin?ms=2"); status != 200 {
					t.Errorf("%d %s", status, text)
				}
				answered.Add(1)
			}
		})
	}
	time.Sleep(200 * time.Millisecond)
	cmd.Process.Signal(syscall.SIGTERM)
	for welcome.Load() {
		status, _, _ := get(t, url+"/readyz")
		welcome.Store(status == 200)
		time.Sleep(10 * time.Millisecond)
	}
	clients.Wait()
	if code := end(t, cmd); code != 0 || answered.Load() < 10 {
		t.Errorf("exit code %d after %d answers\n%s", code, answered.Load(), errs)
	}
}

// TestGraceOverIsAFailure: and a second signal ends the process at once.
func TestGraceOverIsAFailure(t *testing.T) {
	for _, c := range []struct {
		grace string
		again bool
		code  int
	}{{"50ms", false, 1}, {"10h", true, -1}} {
		cmd, errs := command(t, nil, "--listen=127.0.0.1:0", "--notice=0s", "--grace="+c.grace)
		url := "http://" + start(t, cmd).Address
		asked := make(chan struct{})
		go func() {
			defer close(asked)
			if a, err := http.Get(url + "/sleep?ms=60000"); err == nil {
				a.Body.Close()
			}
		}()
		for inside := false; !inside; time.Sleep(5 * time.Millisecond) {
			_, _, text := get(t, url+"/telemetry")
			inside = strings.Contains(text, `"in_flight":1`)
		}
		cmd.Process.Signal(os.Interrupt)
		if c.again {
			again := time.NewTicker(100 * time.Millisecond) // two that come together are one
			defer again.Stop()
			go func() {
				for range again.C {
					if cmd.Process.Signal(os.Interrupt) != nil {
						return
					}
				}
			}()
		}
		if code := end(t, cmd); code != c.code {
			t.Errorf("grace %s, asked again %v: exit code %d, want %d\n%s", c.grace, c.again, code, c.code, errs)
		}
		<-asked
	}
}

// TestDiesWithParent: when the pipe to it ends, or, without one, its parent.
func TestDiesWithParent(t *testing.T) {
	cmd, errs := command(t, nil, "--listen=127.0.0.1:0", "--notice=0s", "--die-with-parent")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	r := start(t, cmd)
	io.WriteString(in, "what is written is no sign\n")
	if status, _, _ := get(t, "http://"+r.Address+"/readyz"); status != 200 {
		t.Errorf("while the pipe is open: %d", status)
	}
	in.Close()
	if code := end(t, cmd); code != 0 {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}

// TestUnusableArguments: all problems at once, exit code 2.
func TestUnusableArguments(t *testing.T) {
	cmd, errs := command(t, []string{"CNV_TRANSFER=0s"}, "--sample=NaN", "--queue=-1", "--max-memory=5", "--warm=-1s", "--kernel=blur")
	cmd.Run()
	if code := cmd.ProcessState.ExitCode(); code != 2 {
		t.Errorf("exit code %d, want 2", code)
	}
	for _, want := range []string{"--sample=NaN: want 0 to 1", "--queue=-1: want at least 0", "--max-memory=5: want at least 6291456", "--warm=-1s", "--kernel=blur: there are blurimage, enhanceimage", "--transfer=0s: want more than 0s"} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("no %q in %s", want, errs)
		}
	}
	for _, args := range [][]string{{"--listen=nowhere"}, {"--listen=127.0.0.1:0", "--ready-file=/no/such/folder/file"}} {
		cmd, errs := command(t, nil, args...)
		cmd.Run()
		if code := cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(errs.String(), "worker: ") {
			t.Errorf("%v: exit code %d, %s", args, code, errs)
		}
	}
}
