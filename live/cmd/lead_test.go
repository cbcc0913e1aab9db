package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"cnv/internal/testtime"
	"cnv/live/local"
	"cnv/live/run"
)

// A client asks for a little, again and again, and remembers what came of it.
type client struct {
	dial     func(ctx context.Context, network, address string) (net.Conn, error) // nil: TCP
	mu       sync.Mutex
	answered []time.Time
	failed   map[string]int
	unheard  []span // requests that nobody answered, though somebody may have taken them
}

// A span is the time of one request.
type span struct{ began, ended time.Time }

// ask goes on until stop is closed.
func (x *client) ask(url string, stop chan struct{}) {
	c := &http.Client{Timeout: 3 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, DialContext: x.dial}}
	for {
		select {
		case <-stop:
			return
		case <-time.After(20 * time.Millisecond):
		}
		began := time.Now()
		a, err := c.Get(url)
		x.mu.Lock()
		switch {
		case errors.Is(err, syscall.ECONNREFUSED):
			x.failed["refused"]++
		case err != nil:
			x.failed["no answer"]++
			x.unheard = append(x.unheard, span{began, time.Now()})
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
// and its instances: none is launched again, none ended. What is lost is what was in flight.
func TestLeaderIsKilledUnderLoad(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes some 20 s of real time")
	}
	cloud, begin := deployed(t, write(t, strings.Replace(fixed, "initial = 1", "initial = 2\nmin = 2", 1)))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	first, said := begin("--serve", "--keep", "--listen", address)
	said.wait(t, "admin pages")
	second, standing := begin("--serve", "--keep", "--listen", address)
	standing.wait(t, "standing by")

	x, stop := &client{failed: map[string]int{}}, make(chan struct{})
	var group sync.WaitGroup
	const clients = 4
	for range clients {
		group.Go(func() { x.ask("http://"+address+"/sleep?ms=50", stop) })
	}
	asked := time.Now()
	testtime.Until(t, "answers", func() bool { return x.since(asked) > 0 })
	time.Sleep(2500 * time.Millisecond) // the lease is renewed once more, and tells what was spent
	before, _ := cloud.Processes()
	killed := time.Now()
	if err := first.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	first.Wait()
	dead := time.Now()
	standing.wait(t, "admin pages")
	back := time.Duration(0)
	testtime.Until(t, "answers of the other gateway", func() bool {
		back = x.since(dead)
		return back > 0
	})
	time.Sleep(time.Second)
	close(stop)
	group.Wait()
	t.Logf("served again %v after the leader was killed; %d answers, not answered: %v", back.Round(time.Millisecond), len(x.answered), x.failed)
	for why := range x.failed {
		if why != "no answer" && why != "refused" {
			t.Errorf("%d requests got %s", x.failed[why], why)
		}
	}
	for _, r := range x.unheard { // each client has one in flight at a time
		if r.began.After(dead) || r.ended.Before(killed) {
			t.Errorf("a request was lost that was not in flight at the kill: from %v to %v after it", r.began.Sub(killed), r.ended.Sub(killed))
		}
	}
	if len(x.unheard) > clients {
		t.Errorf("%d requests were lost, at most %d were in flight at the kill", len(x.unheard), clients)
	}
	if !strings.Contains(standing.text(), "going on with a run whose gateway died: it had spent $0.001") {
		t.Errorf("the budget begins again: %s", standing.text())
	}
	if after, _ := cloud.Processes(); after != before || before != 2 {
		t.Errorf("%d instances before, %d after; want 2 that were taken over", before, after)
	}
	standing.wait(t, "end it with Ctrl-C") // it answers before it has begun altogether, and is not to be asked to end then
	second.Process.Signal(syscall.SIGTERM)
	if err := second.Wait(); err != nil {
		t.Errorf("at its end: %v\n%s", err, standing.text())
	}
	if left, _ := cloud.Processes(); left != 2 {
		t.Errorf("%d instances are left to the next gateway, want 2", left)
	}
}

// TestLeaseCannotBeRenewed: a leader whose table is down serves on without
// scaling, and scales again once it has renewed its lease; at its end it ends
// its instances. A gateway that begins meanwhile waits.
func TestLeaseCannotBeRenewed(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud, begin := m.deployed(t, write(t, strings.Replace(rise, "initial = 1", "initial = 2\nmin = 2", 1)))
		leader := begin("--serve", "--listen", "127.0.0.1:0")
		leader.wait(t, "admin pages")
		address := regexp.MustCompile(`gateway (http://[0-9.:]+)`).FindStringSubmatch(leader.text())[1]
		x, stop := &client{dial: m.Dial, failed: map[string]int{}}, make(chan struct{})
		var group sync.WaitGroup
		for began := time.Now(); x.since(began) == 0; {
			once := make(chan struct{})
			time.AfterFunc(100*time.Millisecond, func() { close(once) })
			if x.ask(address+"/sleep?ms=1", once); time.Since(began) > 20*time.Second {
				t.Fatalf("no answers: %v\n%s", x.failed, leader.text())
			}
		}
		clear(x.failed) // until workers were ready
		for range 4 {
			group.Go(func() { x.ask(address+"/sleep?ms=50", stop) })
		}
		if err := cloud.Break([]local.Fault{{Action: "UpdateItem", Code: "InternalServerError"}}, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		leader.wait(t, "scaling is paused until the lease is renewed")
		other := begin("--serve", "--keep")
		other.wait(t, "whether another gateway leads is not known")
		began := time.Now()
		time.Sleep(run.LeaseTerm + time.Second)
		if x.since(began) == 0 || x.since(time.Now().Add(-time.Second)) == 0 {
			t.Errorf("nobody is answered\n%s", leader.text())
		}
		other.stop()
		other.end()
		if err := cloud.Break(nil, time.Now(), nil); err != nil {
			t.Fatal(err)
		}
		leader.wait(t, "the lease is renewed: scaling goes on")
		close(stop)
		group.Wait()
		if len(x.failed) > 0 {
			t.Errorf("of requests %v failed\n%s", x.failed, leader.text())
		}
		leader.stop()
		if code := leader.end(); code != exitDone || strings.Contains(leader.text(), "another gateway leads now") {
			t.Errorf("at its end: exit %d\n%s", code, leader.text())
		}
		if left := leftOver(cloud); left != 0 {
			t.Errorf("%d instances are left", left)
		}
	})
}

// TestSpentBudgetEndsInstances: a gateway whose budget is spent leaves nothing,
// whatever --keep says: nobody may come next.
func TestSpentBudgetEndsInstances(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud, begin := m.deployed(t, write(t, rise))
		gateway := begin("--serve", "--keep", "--max-time", "5s")
		gateway.wait(t, "worker ready")
		if code := gateway.end(); code != exitSpent {
			t.Errorf("exit %d, want %d\n%s", code, exitSpent, gateway.text())
		}
		if left := leftOver(cloud); left != 0 {
			t.Errorf("%d instances are left\n%s", left, gateway.text())
		}
	})
}

// leftOver is how many instances there still are a minute after a gateway has ended, sooner if
// none: ending one takes a while.
func leftOver(cloud *local.Cloud) int {
	for range 60 {
		if left, _ := cloud.Processes(); left == 0 {
			return 0
		}
		time.Sleep(time.Second)
	}
	left, _ := cloud.Processes()
	return left
}

// deployed is a cloud with a deployment for an experiment, and how to begin a
// program there.
func deployed(t *testing.T, file string) (*local.Cloud, func(flags ...string) (*exec.Cmd, *lines)) {
	cloud, err := local.Start(local.Config{Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cloud.Close() })
	worker := workerScript(t)
	common := []string{"--worker", worker, "--yes", "--endpoint", cloud.URL(), "--deployment", "two"}
	var out bytes.Buffer
	if code := command(append([]string{"deploy", file}, common...), &out, &out); code != 0 {
		t.Fatal(out.String())
	}
	return cloud, func(flags ...string) (*exec.Cmd, *lines) {
		said := &lines{}
		cmd := exec.Command(program(t), append(append([]string{file, "--target", "aws", "--out", t.TempDir(), "--log", "info"}, common...), flags...)...)
		cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
		cmd.Stdout, cmd.Stderr = said, said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { cmd.Process.Kill() })
		return cmd, said
	}
}

// TestTwoMeasureAtOnce: of two who measure with one deployment the second waits
// until the first has done, as each takes all instances for its own.
func TestTwoMeasureAtOnce(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		cloud, begin := m.deployed(t, write(t, brief))
		first := begin("--no-figures")
		first.wait(t, "admin pages")
		second := begin("--no-figures")
		second.wait(t, "standing by")
		if strings.Contains(second.text(), "admin pages") {
			t.Error("the second did not wait")
		}
		for _, x := range []*invocation{first, second} {
			if code := x.end(); code != exitDone || !strings.Contains(x.text(), "Results in") {
				t.Errorf("exit %d:\n%s", code, x.text())
			}
		}
		if strings.Contains(second.text(), "adopted") {
			t.Errorf("the second took instances of the first:\n%s", second.text())
		}
		if left := leftOver(cloud); left != 0 {
			t.Errorf("%d instances are left", left)
		}
	})
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
	defer func() {
		if t.Failed() {
			t.Log(l.text())
		}
	}()
	testtime.Until(t, "that somebody says "+word, func() bool { return strings.Contains(l.text(), word) })
}
