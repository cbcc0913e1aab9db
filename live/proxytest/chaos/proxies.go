package main

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"cnv/live"
	"cnv/live/host"
	"cnv/policy"
	"cnv/policy/health"
	"cnv/policy/route"
)

// workersBehind is how many workers a proxy has.
const workersBehind = 4

// attemptTimeout is how long each proxy waits for a worker.
const attemptTimeout = 2 * time.Second

// A proxy is what is tried.
type proxy struct {
	name  string
	had   func() error // nil: it is here
	start func(workers []string, dir string) (address string, stop func(), err error)
}

// proxies are those by name.
var proxies = map[string]*proxy{
	"cnv":     {"cnv", func() error { return nil }, startGateway},
	"haproxy": {"haproxy", inPath("haproxy"), startHAProxy},
	"caddy":   {"caddy", inPath("caddy"), startCaddy},
}

func inPath(name string) func() error {
	return func() error { _, err := exec.LookPath(name); return err }
}

// A running is a proxy with its workers.
type running struct {
	address string
	ends    []func()
}

func (r *running) all() {
	for i := len(r.ends) - 1; i >= 0; i-- {
		r.ends[i]()
	}
}

// begin starts the proxy before fresh workers, whose book it returns.
func (p *proxy) begin() (*book, *running, error) {
	r := &running{}
	b := newBook()
	var addresses []string
	for range workersBehind {
		w, err := newWorker(b)
		if err != nil {
			r.all()
			return nil, nil, err
		}
		r.ends = append(r.ends, w.close)
		addresses = append(addresses, w.addr)
	}
	dir, err := os.MkdirTemp("", "chaos-")
	if err != nil {
		r.all()
		return nil, nil, err
	}
	r.ends = append(r.ends, func() { os.RemoveAll(dir) })
	address, stop, err := p.start(addresses, dir)
	if err != nil {
		r.all()
		return nil, nil, err
	}
	r.address, r.ends = address, append(r.ends, stop)
	for range 100 { // until all workers are there
		if a, err := http.Get("http://" + address + "/spin"); err == nil {
			a.Body.Close()
			if a.StatusCode == http.StatusOK {
				time.Sleep(300 * time.Millisecond)
				return b, r, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	r.all()
	return nil, nil, fmt.Errorf("%s does not answer", p.name)
}

// holdFor is how long our gateway holds the beginning of an answer; 0: as long as by default.
var holdFor time.Duration

// startGateway starts ours with its defaults, and a time-out of attempts.
func startGateway(workers []string, _ string) (string, func(), error) {
	ctrl, err := policy.New(policy.Config{
		Seed: 1, Leader: true, Router: &route.JSQ{Tie: route.TieRandom}, Health: health.NewOutlier(),
		Classes: []policy.Class{{Name: "spin", Prior: 0.01}},
		Pools:   []policy.Pool{{Name: "vm", Cores: 1, Speed: 1, Initial: len(workers), Max: len(workers)}},
		Retry:   policy.Retry{Max: 1, Budget: 0.1, Unsent: 7, PassRefusals: true, Backoff: 100 * time.Millisecond, AttemptTimeout: attemptTimeout},
	})
	if err != nil {
		return "", nil, err
	}
	quiet := slog.New(slog.DiscardHandler)
	brain := live.NewBrain(ctrl, nil, 10_000)
	ws := live.NewWorkers(brain, quiet)
	static := live.NewStatic([]live.StaticPool{{Speed: 1, Addresses: workers}}, ws, live.Checks{Telemetry: -1}, &http.Transport{DisableKeepAlives: true}, quiet)
	brain.Go(static)
	for range workers {
		static.Initial(0, 1)
	}
	g := live.NewGateway(live.Options{Brain: brain, Workers: ws, Classes: []live.Class{{Name: "spin"}}, Log: quiet, HoldFor: holdFor, Timeout: 15 * time.Second})
	s := live.NewServer(g, nil)
	s.ErrorLog = log.New(io.Discard, "", 0)
	l, err := host.Or(nil).Listen("127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	guard := &live.Guard{}
	go s.Serve(guard.Over(l))
	return l.Addr().String(), func() { s.Close(); static.Close(); brain.Stop() }, nil
}

func free() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// program runs another proxy until it is stopped.
func program(cmd *exec.Cmd) (func(), error) {
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }, nil
}

// startHAProxy starts it as it loses least: three repeats of everything that can be repeated,
// elsewhere, POSTs only where nothing was sent.
func startHAProxy(workers []string, dir string) (string, func(), error) {
	address, err := free()
	if err != nil {
		return "", nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "global\n  maxconn 4096\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 20s\n  timeout server %dms\n  timeout queue 5s\n  retries 3\n  option redispatch 1\n  retry-on all-retryable-errors\n"+
		"frontend f\n  bind %s\n  default_backend b\nbackend b\n  balance leastconn\n  http-request disable-l7-retry if METH_POST\n  default-server check inter 200ms fall 2 rise 1 observe layer7 error-limit 5 on-error mark-down\n",
		attemptTimeout.Milliseconds(), address)
	for i, w := range workers {
		fmt.Fprintf(&b, "  server s%d %s\n", i, w)
	}
	file := filepath.Join(dir, "haproxy.cfg")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return "", nil, err
	}
	stop, err := program(exec.Command("haproxy", "-f", file))
	return address, stop, err
}

// startCaddy starts it with passive checks and repeats for two seconds.
func startCaddy(workers []string, dir string) (string, func(), error) {
	address, err := free()
	if err != nil {
		return "", nil, err
	}
	text := fmt.Sprintf("{\n  admin off\n  auto_https off\n}\nhttp://%s {\n  reverse_proxy %s {\n    lb_policy least_conn\n    lb_try_duration 2s\n    lb_retries 3\n    fail_duration 10s\n    max_fails 5\n    unhealthy_status 5xx\n"+
		"    transport http {\n      response_header_timeout %dms\n    }\n  }\n}\n", address, strings.Join(workers, " "), attemptTimeout.Milliseconds())
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return "", nil, err
	}
	cmd := exec.Command("caddy", "run", "--config", file, "--adapter", "caddyfile")
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	stop, err := program(cmd)
	return address, stop, err
}
