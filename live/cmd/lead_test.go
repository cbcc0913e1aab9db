package main

import (
	"bytes"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cnv/live/local"
)

// A client asks for a little, again and again, and remembers when it was answered.
type client struct {
	mu       sync.Mutex
	answered []time.Time
	failed   map[string]int
}

// ask goes on until stop is closed.
func (x *client) ask(url string, stop chan struct{}) {
	c := &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		select {
		case <-stop:
			return
		case <-time.After(20 * time.Millisecond):
		}
		a, err := c.Get(url)
		x.mu.Lock()
		switch {
		case err != nil:
			x.failed["no answer"]++
		case a.StatusCode != http.StatusOK:
			x.failed[a.Status]++
		default:
			x.answered = append(x.answered, time.Now())
		}
		x.mu.Unlock()
		if err == nil {
			a.Body.Close()
		}
	}
}

// since is the first answer after an instant, as a distance; 0: none yet.
func (x *client) since(at time.Time) time.Duration {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, t := range x.answered {
		if t.After(at) {
			return t.Sub(at)
		}
	}
	return 0
}

// TestLeaderIsKilledUnderLoad: of two gateways of a deployment one serves and
// one stands by. When the first is killed without a word, the other takes its place
// and its instances: none is launched anew, none ended. What is lost is what was in flight.
func TestLeaderIsKilledUnderLoad(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some 20 s of real time")
	}
	cloud, err := local.Start(local.Config{Boot: func(uint64) time.Duration { return 10 * time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	defer cloud.Close()
	worker, file := workerProgram(t), write(t, strings.Replace(rise, "initial = 1", "initial = 2\nmin = 2", 1))
	var out bytes.Buffer
	if code := run([]string{"deploy", file, "--worker", worker, "--yes", "--endpoint", cloud.URL(), "--deployment", "two"}, &out, &out); code != 0 {
		t.Fatal(out.String())
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	gateway := func() (*exec.Cmd, *lines) {
		said := &lines{}
		cmd := exec.Command(program, file, "--target", "aws", "--endpoint", cloud.URL(), "--deployment", "two", "--worker", worker,
			"--yes", "--serve", "--keep", "--listen", address, "--out", t.TempDir(), "--log", "info")
		cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
		cmd.Stdout, cmd.Stderr = said, said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, said
	}
	first, said := gateway()
	defer first.Process.Kill()
	said.wait(t, "admin pages")
	second, standing := gateway()
	defer second.Process.Kill()
	standing.wait(t, "standing by")

	x, stop := &client{failed: map[string]int{}}, make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() { x.ask("http://"+address+"/sleep?ms=50", stop) })
	}
	for began := time.Now(); x.since(began) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > 20*time.Second {
			t.Fatalf("no answers: %v\n%s", x.failed, said.text())
		}
	}
	time.Sleep(time.Second)
	before, _ := cloud.Processes()
	killed := time.Now()
	if err := first.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	first.Wait()
	back := time.Duration(0)
	for back == 0 && time.Since(killed) < 40*time.Second {
		time.Sleep(20 * time.Millisecond)
		back = x.since(killed.Add(200 * time.Millisecond)) // answers under way are no service
	}
	time.Sleep(time.Second)
	close(stop)
	group.Wait()
	if back == 0 {
		t.Fatalf("no service within 40 s\n%s", standing.text())
	}
	t.Logf("served again %v after the leader was killed; %d answers, not answered: %v", (back + 200*time.Millisecond).Round(time.Millisecond), len(x.answered), x.failed)
	for why := range x.failed {
		if why != "no answer" {
			t.Errorf("%d requests got %s", x.failed[why], why)
		}
	}
	if after, _ := cloud.Processes(); after != before || before != 2 {
		t.Errorf("%d instances before, %d after; want 2 that were taken over", before, after)
	}
	second.Process.Signal(syscall.SIGTERM)
	if err := second.Wait(); err != nil {
		t.Errorf("at its end: %v\n%s", err, standing.text())
	}
	if left, _ := cloud.Processes(); left != 2 {
		t.Errorf("%d instances are left to the next gateway, want 2", left)
	}
}

// lines are what a program says.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *lines) wait(t *testing.T, word string) {
	t.Helper()
	for range 400 {
		if strings.Contains(l.text(), word) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%q was not said:\n%s", word, l.text())
}
