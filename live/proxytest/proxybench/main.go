//go:build linux

// Proxybench measures what the gateway costs beside other proxies: CPU time
// per request, and the time it adds to an answer, in one run on one machine.
//
//	go -C live/proxytest run ./proxybench [--seconds 5] [--rounds 3]
//
// It starts a backend, and before it in turn: nothing, the gateway with a
// policy on, and those of HAProxy and Caddy that are on PATH. Rounds of all of
// them alternate, and medians over the rounds are printed, so that noise hits
// all alike.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "serve" {
		serve(os.Args[2], os.Args[3:])
		return
	}
	seconds := flag.Float64("seconds", 4, "of each measurement")
	rounds := flag.Int("rounds", 3, "of all proxies in turn")
	connections := flag.Int("connections", 16, "at once where CPU is measured")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, time.Duration(*seconds*1e9), *rounds, *connections); err != nil {
		fmt.Fprintln(os.Stderr, "proxybench:", err)
		os.Exit(1)
	}
}

// A proxy is what stands before the backend.
type proxy struct {
	name    string
	command func(dir, listen, backend string) (*exec.Cmd, error)

	url     string
	process *os.Process
	took    map[string][]sample // by load
}

// proxies are those to compare; what is not installed is left out.
var proxies = []*proxy{
	{name: "direct"},
	{name: "gateway", command: gatewayCommand},
	{name: "haproxy", command: haproxyCommand},
	{name: "caddy", command: caddyCommand},
}

func run(ctx context.Context, long time.Duration, rounds, connections int) error {
	dir, err := os.MkdirTemp("", "proxybench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	backend, err := startSelf("backend")
	if err != nil {
		return err
	}
	defer backend.stop()
	var there []*proxy
	for _, p := range proxies {
		stop, err := p.start(dir, backend)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s is left out: %v\n", p.name, err)
			continue
		}
		defer stop()
		p.took = map[string][]sample{}
		there = append(there, p)
	}
	loads := []load{
		{"200 B", 200, connections, 0}, {"256 KiB up", 256 << 10, connections, 0}, {"500/s", 200, 0, 500},
	}
	for round := range rounds {
		for _, l := range loads {
			for _, p := range there {
				fmt.Fprintf(os.Stderr, "\rround %d of %d, %-10s %-10s", round+1, rounds, l.name, p.name)
				s, err := l.drive(ctx, p, long)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", p.name, l.name, err)
				}
				p.took[l.name] = append(p.took[l.name], s)
			}
		}
	}
	fmt.Fprint(os.Stderr, "\r")
	report(there, loads)
	return nil
}

// start runs the proxy and waits until it answers.
func (p *proxy) start(dir string, backend *child) (func(), error) {
	if p.command == nil {
		p.url, p.process = "http://"+backend.address, backend.process
		return func() {}, nil
	}
	listen, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd, err := p.command(dir, listen, backend.address)
	if err != nil {
		return nil, err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p.url, p.process = "http://"+listen, cmd.Process
	stop := func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	for range 100 {
		if a, err := http.Get(p.url + "/spin"); err == nil {
			a.Body.Close()
			if a.StatusCode == http.StatusOK {
				return stop, nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	return nil, fmt.Errorf("no answer at %s within 5 s", listen)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

func haproxyCommand(dir, listen, backend string) (*exec.Cmd, error) {
	path, err := exec.LookPath("haproxy")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "haproxy.cfg")
	text := fmt.Sprintf(`global
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  http-reuse always
frontend f
  bind %s
  option forwardfor
  default_backend b
backend b
  balance leastconn
  server s %s check
`, listen, backend)
	return exec.Command(path, "-f", file), os.WriteFile(file, []byte(text), 0o600)
}

func caddyCommand(dir, listen, backend string) (*exec.Cmd, error) {
	path, err := exec.LookPath("caddy")
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "Caddyfile")
	text := fmt.Sprintf("{\n  admin off\n  auto_https off\n}\nhttp://%s {\n  reverse_proxy %s {\n    lb_policy least_conn\n    transport http {\n      keepalive_idle_conns_per_host 1024\n    }\n  }\n}\n", listen, backend)
	cmd := exec.Command(path, "run", "--config", file, "--adapter", "caddyfile")
	cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	return cmd, os.WriteFile(file, []byte(text), 0o600)
}

func gatewayCommand(_, listen, backend string) (*exec.Cmd, error) {
	self, err := os.Executable()
	return exec.Command(self, "serve", "gateway", listen, backend), err
}

// report prints medians over the rounds.
func report(there []*proxy, loads []load) {
	fmt.Printf("%-12s", "")
	for _, l := range loads {
		fmt.Printf("  %-36s", l.name)
	}
	fmt.Println()
	fmt.Printf("%-12s", "proxy")
	for range loads {
		fmt.Printf("  %9s %8s %8s %8s", "CPU us", "p50 us", "p99 us", "req/s")
	}
	fmt.Println()
	for _, p := range there {
		fmt.Printf("%-12s", p.name)
		for _, l := range loads {
			s := p.took[l.name]
			fmt.Printf("  %9.1f %8.0f %8.0f %8.0f", median(s, func(s sample) float64 { return s.cpu }),
				median(s, func(s sample) float64 { return s.p50 }), median(s, func(s sample) float64 { return s.p99 }),
				median(s, func(s sample) float64 { return s.rate }))
		}
		fmt.Println()
	}
	cpu := func(name, load string) float64 {
		for _, p := range there {
			if p.name == name {
				return median(p.took[load], func(s sample) float64 { return s.cpu })
			}
		}
		return 0
	}
	for _, other := range []string{"caddy", "haproxy"} {
		for _, l := range loads[:2] {
			if c := cpu(other, l.name); c > 0 {
				fmt.Printf("CPU per request, %s: gateway / %s = %.2f\n", l.name, other, cpu("gateway", l.name)/c)
			}
		}
	}
	var p50 [2]float64
	for _, p := range there {
		m := median(p.took["500/s"], func(s sample) float64 { return s.p50 })
		switch p.name {
		case "direct":
			p50[0] = m
		case "gateway":
			p50[1] = m
		}
	}
	fmt.Printf("added median at 500/s: %.0f us\n", p50[1]-p50[0])
}

func median(s []sample, of func(sample) float64) float64 {
	var v []float64
	for _, x := range s {
		v = append(v, of(x))
	}
	slices.Sort(v)
	return v[len(v)/2]
}
