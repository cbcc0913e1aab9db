package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"cnv/experiments/plan"
	"cnv/live/journals"
	"cnv/policy"
	"cnv/policy/journal"
)

// programs is the folder of programs that tests build, each once.
var programs string

func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.parallel" })
	if !chosen { // tests with processes mostly wait: more of them at once than cores
		flag.Set("test.parallel", "4")
	}
	// The first to ask for signals starts what waits for them in this process, which must not
	// be a test in a bubble of virtual time: others could not use it.
	first := make(chan os.Signal, 1)
	signal.Notify(first, os.Interrupt)
	signal.Stop(first)
	var err error
	if programs, err = os.MkdirTemp("", "cnv-live-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(programs)
	os.Exit(code)
}

// program is the live program, without symbols, as deploy --gateway builds it: its size
// has a limit. With -short nothing runs it: tests in memory play the same.
func program(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the live program, which is not built as this test is")
	}
	return built(t, &liveOnce, "cnv-live", "-ldflags=-s -w", ".")
}

// workerProgram is the worker, without meters: it is faster.
func workerProgram(t *testing.T) string {
	t.Helper()
	return built(t, &workerOnce, "worker", "-ldflags=-s -w", "cnv/worker/cmd")
}

// workerScript is a script that becomes the worker. Each command packs the worker, which
// takes a second of a whole program; TestLocalCloud packs that.
func workerScript(t *testing.T) string {
	t.Helper()
	return becomes(t, workerProgram(t))
}

// becomes is a script that becomes a program.
func becomes(t *testing.T, program string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "becomes")
	if err := os.WriteFile(file, []byte("#!/bin/sh\nexec "+program+` "$@"`+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

var liveOnce, workerOnce sync.Once

// built is a program that the first test that needs it builds.
func built(t *testing.T, once *sync.Once, name string, args ...string) string {
	t.Helper()
	out := filepath.Join(programs, name)
	once.Do(func() {
		if text, err := exec.Command("go", append([]string{"build", "-o", out}, args...)...).CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, text)
		}
	})
	if _, err := os.Stat(out); err != nil {
		t.Fatalf("%s was not built", name)
	}
	return out
}

// worker is a worker that sleeps; it says how often it was asked.
func worker(t *testing.T) (string, *atomic.Int64) {
	answer, n := sleeper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), n
}

// sleeper answers as a worker does, and counts how often it was asked.
func sleeper() (http.HandlerFunc, *atomic.Int64) {
	n := &atomic.Int64{}
	return func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/readyz":
			return
		case "/telemetry":
			io.WriteString(w, `{"cpu":0.25,"in_flight":0}`)
			return
		}
		n.Add(1)
		ms, _ := strconv.ParseFloat(r.URL.Query().Get("ms"), 64)
		time.Sleep(time.Duration(ms * 1e6))
		w.Header().Set("Cnv-Cpu-Us", fmt.Sprint(int(ms*1000)))
		io.WriteString(w, "done")
	}, n
}

const experiment = `question = "which one?"
seeds = 1
slo = "5x"
[cluster]
instance = "c7g.large"
initial = 2
max = 2
[telemetry]
period = "500ms"
[[workload]]
name = "steady"
generator = "poisson"
rate = 100
size = "exponential"
mean_work = "5ms"
duration = "2s"
[[policy]]
name = "jsq"
router = "jsq"
[[policy]]
name = "rr"
router = "roundrobin"
`

func write(t *testing.T, text string) string {
	file := filepath.Join(t.TempDir(), "tiny.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestLive plays an experiment against two workers: the results are those of
// compare, every request is in them once, and the journals replay.
func TestLive(t *testing.T) {
	a, na := worker(t)
	b, nb := worker(t)
	out := t.TempDir()
	cmd := exec.Command(program(t), write(t, experiment), "--workers", a+","+b, "--out", out, "--journal", "--requests", "--format", "csv", "--shadow", "p2c")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	dir := filepath.Join(out, "tiny")
	for _, file := range []string{"manifest.json", "runs.csv", "comparison.csv", "timeline.parquet", "columns.md", "report.html"} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", file, err)
		}
	}
	f, err := os.Open(filepath.Join(dir, "requests.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	answered := 0
	col := map[string]int{}
	for i, name := range rows[0] {
		col[name] = i
	}
	for _, row := range rows[1:] {
		if row[col["status"]] == "200" && row[col["worker"]] != "" && row[col["kind"]] == "vm" {
			answered++
		}
	}
	if n := int(na.Load() + nb.Load()); answered != len(rows)-1 || n != answered || answered < 300 {
		t.Errorf("%d requests, %d answered, %d at the workers; want about 400 of each", len(rows)-1, answered, n)
	}
	for _, name := range []string{"jsq", "rr"} {
		if n := replay(t, filepath.Join(dir, "journals", "steady", name, "seed-1")); n < 300 {
			t.Errorf("journal of %s: %d records", name, n)
		}
	}
	for _, want := range []string{"gateway http://127.0.0.1:", "p2c would have placed", " answered"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("stderr lacks %q:\n%s", want, stderr.String())
		}
	}
}

// replay feeds a journal to a fresh Controller and returns its length.
func replay(t *testing.T, dir string) uint64 {
	t.Helper()
	r, err := journals.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cfg, err := r.Header.Configuration()
	if err != nil {
		t.Fatal(err)
	}
	policies, err := plan.Policies("journal", r.Header.Experiment)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range policies {
		if p.Name == r.Header.Policy {
			p.Fresh(&cfg)
		}
	}
	ctrl, err := policy.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	n, diff, torn, err := journal.Replay(r, ctrl)
	if err != nil || diff != nil || torn {
		t.Fatalf("after %d records: %v %v torn %v", n, diff, err, torn)
	}
	return n
}

// tell starts a gateway that serves, and is what it says. It is asked to end when the test does.
func tell(t *testing.T, serve *exec.Cmd) *bufio.Reader {
	t.Helper()
	stdout, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		serve.Process.Signal(syscall.SIGTERM) // it may have ended
		serve.Wait()
	})
	return bufio.NewReader(stdout)
}

// TestDrain: on SIGTERM, under load, no request fails, and the program exits 0.
func TestDrain(t *testing.T) {
	a, _ := worker(t)
	b, _ := worker(t)
	cmd := exec.Command(program(t), write(t, experiment), "--workers", a+","+b, "--serve", "--quiet")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	line, _ := tell(t, cmd).ReadString('\n')
	m := regexp.MustCompile(`gateway (http://[0-9.:]+), admin pages (http://[0-9.:]+)`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("%q %s", line, stderr.String())
	}
	waitReady(t, http.DefaultClient, m[1])
	var group sync.WaitGroup
	var sent, failed atomic.Int64
	for range 8 {
		group.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			for {
				r, err := client.Post(m[1]+"/spin?ms=20", "text/plain", strings.NewReader("x"))
				sent.Add(1)
				if err != nil || r.StatusCode != 200 {
					failed.Add(1)
					return
				}
				io.Copy(io.Discard, r.Body)
				r.Body.Close()
				if r.Close { // asked to connect elsewhere
					return
				}
			}
		})
	}
	for began := time.Now(); sent.Load() < 50 && time.Since(began) < time.Minute; { // however busy the machine is
		time.Sleep(10 * time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	if err := cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, stderr.String())
	}
	if failed.Load() != 0 || sent.Load() < 50 {
		t.Errorf("%d of %d requests failed", failed.Load(), sent.Load())
	}
	if _, err := net.DialTimeout("tcp", strings.TrimPrefix(m[1], "http://"), time.Second); err == nil {
		t.Error("the gateway still listens")
	}
}

func waitReady(t *testing.T, c *http.Client, url string) {
	t.Helper()
	for range 100 {
		if r, err := c.Get(url + "/spin?ms=1"); err == nil {
			r.Body.Close()
			if r.StatusCode == 200 {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the gateway does not answer")
}

// TestRefused: what cannot be run ends with 2 and says why.
func TestRefused(t *testing.T) {
	file, cloudy := write(t, experiment), write(t, rise)
	storing := write(t, strings.Replace(experiment, "[cluster]", "[store]\nlearn = \"store\"\n[cluster]", 1))
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"nowhere.toml"}, 2, "nowhere.toml"},
		{[]string{file, "--target", "static"}, 2, "pool vm begins with 2 workers (jsq on steady), and --workers gives 0"},
		{[]string{storing, "--workers", "127.0.0.1:1,127.0.0.1:2"}, 2, "jsq learns from a store, which --target static does not have"},
		{[]string{file, "--workers", "a"}, 2, "--workers a: want HOST:PORT"},
		{[]string{file, "--workers", "127.0.0.1:1,http://127.0.0.1:1/"}, 2, "names 127.0.0.1:1 twice"},
		{[]string{file, "--workers", "gpu=a:1"}, 2, `no pool is called "gpu"`},
		{[]string{file, "--workers", "127.0.0.1:1,127.0.0.1:2", "--policy", "p2c"}, 2, `no policy "p2c": there are jsq, rr`},
		{[]string{file, "--workers", "127.0.0.1:1,127.0.0.1:2", "--shadow", "psjf"}, 2, `no policy "psjf"`},
		{[]string{file, "--workers", "127.0.0.1:1,127.0.0.1:2", "--admin", "0.0.0.0:0"}, 2, "the admin pages want all of --admin-token FILE"},
		{[]string{file, "--workers", "127.0.0.1:1,127.0.0.1:2", "--keep"}, 2, "--keep needs --serve"},
		{[]string{file, "--workers", "127.0.0.1:1,127.0.0.1:2", "--serve", "--seeds", "2"}, 2, "--seeds 2 cannot be combined with --serve"},
		{[]string{file, "--workers", "127.0.0.1:1,127.0.0.1:2", "--wait", "300ms", "--no-figures"}, 1, "workers are not ready: 2 of 2 in pool vm; nobody listens at 127.0.0.1:1: connect: connection refused"},
		{[]string{file, "--workers", "127.0.0.1:0,127.0.0.1:70000"}, 2, "--workers 127.0.0.1:70000: want HOST:PORT, with a port from 1 to 65535"},
		{[]string{file, "--health", "no slash"}, 2, "want a path, such as /readyz"},
		{[]string{file, "--health", "http://x/readyz"}, 2, "want a path, such as /readyz"},
		{[]string{cloudy, "--deployment", "../x"}, 2, `deployment "../x": want a-z`},
		{[]string{cloudy, "--deployment="}, 2, `deployment "": want a-z`},
		{[]string{cloudy, "--max-usd-per-hour", "1e-3"}, 2, "--max-usd-per-hour is 0.001: begin with fewer, or allow more"},
		{[]string{write(t, strings.Replace(rise, "initial = 1", "initial = 2", 1)), "--max-vcpus", "1"}, 2, "--max-vcpus is 1: begin with fewer, or allow more"},
		{[]string{write(t, strings.NewReplacer("initial = 1", "initial = 1000", "max = 4", "max = 1000").Replace(rise))}, 2, "a run begins with 1000 instances (initial), --max-instances is 20"},
		{[]string{file, "--target", "moon"}, 2, `--target: "moon", want one of local, aws, static, gateway`},
		{[]string{file, "--max-usd=0"}, 2, "--max-usd 0: must be positive, as nothing runs without a limit"},
		{[]string{file, "--max-time=-1h"}, 2, "--max-time -1h0m0s: must be positive"},
		{[]string{file, "--workers", "127.0.0.1:1,127.0.0.1:2", "--listen", "nowhere"}, 2, "--listen nowhere: "},
		{[]string{cloudy, "--worker", "nowhere"}, 2, "--worker: open nowhere: no such file"},
		{[]string{cloudy, "--worker", cloudy}, 2, "is not a program for Linux"},
	} {
		var out, errs bytes.Buffer
		if code := command(append(c.args, "--out", t.TempDir()), &out, &errs); code != c.code || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.says, errs.String())
		}
	}
}

// TestNamed: every command takes the name of an experiment, behind any flag.
func TestNamed(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"live", "--fresh", "tiny", "--policy", "psjf"}, `no policy "psjf": there are jsq, rr`},
		{[]string{"live", "tinny"}, `no experiment "tinny" (nearest valid name "tiny")`},
		{[]string{"live"}, `no experiment "quickstart-live"`},
		{[]string{"deploy", "tiny", "--worker", "nowhere", "--dry-run"}, "--worker: open nowhere"},
	} {
		t.Setenv("CNV_EXPERIMENTS", fmt.Sprintf("{%q: %q}", "tiny", experiment))
		var out, errs bytes.Buffer
		if code := command(c.args, &out, &errs); code != exitInput || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v: exit %d, want %d with %q:\n%s", c.args, code, exitInput, c.says, errs.String())
		}
		if _, there := os.LookupEnv("CNV_EXPERIMENTS"); there {
			t.Errorf("%v: children inherit the experiments", c.args)
		}
	}
}
