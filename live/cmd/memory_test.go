package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/host"
	"cnv/live/local"
	"cnv/live/memnet"
	"cnv/live/run"
	"cnv/worker/kernel"
	"cnv/worker/kernels"
	"cnv/worker/lambdafn"
	"cnv/worker/serve"
	workrun "cnv/worker/serve/run"
	"cnv/worker/spot"
)

// A memory is a machine in memory: its network is a memnet, and its programs are the
// worker's own front ends in goroutines. The gateway, the cloud and the SDK between them
// are the real ones, so a test of minutes takes as long as its code has to compute.
//
// What it cannot show is left to tests with processes: what the kernel does when a program
// is killed, and how long real cores take.
type memory struct {
	memnet.Machine

	mu      sync.Mutex
	running map[*task]bool
	clouds  []*local.Cloud // of the test itself
}

// inMemory plays a test in virtual time on a machine in memory.
func inMemory(t *testing.T, play func(t *testing.T, m *memory)) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{running: map[*task]bool{}}
		m.Run = m.start
		play(t, m)
		for _, cloud := range m.clouds {
			cloud.Close()
		}
		time.Sleep(10 * time.Minute) // who still waits for an address that is deaf, or for an idle connection, gives up
		if left := m.programs(); left > 0 {
			t.Errorf("%d programs are left behind", left)
		}
	})
}

// script is a worker program of which only its presence counts: a machine in memory runs
// its own.
func script(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "worker")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return file
}

// programs is how many workers and environments run.
func (m *memory) programs() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.running)
}

// client makes requests over the network, each with a connection of its own.
func (m *memory) client(patience time.Duration) *http.Client {
	return &http.Client{Timeout: patience, Transport: host.Transport(m)}
}

// A task is a worker or a function's environment.
type task struct {
	m    *memory
	out  io.Writer
	env  map[string]string
	done chan struct{}

	asked, end   context.Context // asked to end; ended at once
	ask, endNow  context.CancelFunc
	mu           sync.Mutex
	conns        map[net.Conn]bool
	hung, killed bool
}

// start runs the worker, whatever the program is, as its variables and arguments say.
func (m *memory) start(out io.Writer, env []string, _ string, args ...string) (host.Process, error) {
	p := &task{m: m, out: out, env: map[string]string{}, done: make(chan struct{}), conns: map[net.Conn]bool{}}
	p.end, p.endNow = context.WithCancel(context.Background())
	p.asked, p.ask = context.WithCancel(p.end)
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		p.env[name] = value
	}
	runs := p.function
	if p.env["AWS_LAMBDA_RUNTIME_API"] == "" {
		at := func(flag string) string { return args[slices.Index(args, flag)+1] }
		l, err := m.Listen(at("--listen"))
		if err != nil {
			return nil, err
		}
		cores, err := strconv.Atoi(at("--concurrency"))
		if err != nil {
			return nil, err
		}
		runs = func() { p.serve(l, cores) }
	}
	m.mu.Lock()
	m.running[p] = true
	m.mu.Unlock()
	go func() {
		runs()
		p.endNow()
		m.mu.Lock()
		delete(m.running, p)
		m.mu.Unlock()
		close(p.done)
	}()
	return p, nil
}

// runner computes as the worker does, but that what would keep a core busy sleeps: cores
// take no virtual time.
func (p *task) runner() *workrun.Runner {
	all := kernels.All()
	all["spin"] = all["sleep"]
	r := &workrun.Runner{Plain: all, Limits: kernel.Default, Instance: workrun.NewInstance(), Log: slog.New(slog.NewJSONHandler(p.out, nil)), Occupied: &workrun.Occupied{}}
	if slow := p.number("CNV_SLOW"); slow > 0 {
		r.Pace = &workrun.Pace{Slow: slow, Speed: p.number("CNV_CORE_SPEED"), Share: p.number("CNV_SHARE")}
	}
	return r
}

// number is a variable; 0 without it.
func (p *task) number(name string) float64 {
	v, _ := strconv.ParseFloat(p.env[name], 64)
	return v
}

// serve is a worker with the flags that instances have.
func (p *task) serve(l net.Listener, cores int) {
	r := p.runner()
	s := serve.New(serve.Options{
		Runner: r, Log: r.Log, Concurrency: cores, Queue: 100_000, Wait: time.Hour, CPU: r.Occupied.Source(cores),
	})
	go func() {
		if at, ok := spot.Watch(p.asked, p.m.client(0), p.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"], spot.Period); ok {
			s.EndsAt(at)
		}
	}()
	stop := context.AfterFunc(p.end, func() { l.Close() })
	defer stop()
	if err := s.Serve(p.asked, &mortal{l, p}); err != nil && p.end.Err() == nil {
		fmt.Fprintln(p.out, err)
	}
}

// function is an environment: it asks the Runtime API for calls.
func (p *task) function() {
	r := p.runner()
	h := &lambdafn.Handler{Runner: r, Warm: p.env["AWS_LAMBDA_INITIALIZATION_TYPE"] == "provisioned-concurrency"}
	client := p.m.client(0)
	api := "http://" + p.env["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
	for {
		id, payload, err := p.api(client, http.MethodGet, api+"next", nil)
		if err != nil {
			return
		}
		answer, err := h.Invoke(p.asked, payload)
		verb := "/response"
		if err != nil {
			verb, answer = "/error", []byte(fmt.Sprintf(`{"errorMessage":%q}`, err))
		}
		if _, _, err := p.api(client, http.MethodPost, api+id+verb, answer); err != nil {
			return
		}
	}
}

// api calls the Runtime API.
func (p *task) api(c *http.Client, method, url string, body []byte) (id string, answer []byte, err error) {
	q, err := http.NewRequestWithContext(p.asked, method, url, bytes.NewReader(body))
	if err != nil {
		return "", nil, err
	}
	a, err := c.Do(q)
	if err != nil {
		return "", nil, err
	}
	defer a.Body.Close()
	answer, err = io.ReadAll(a.Body)
	if err == nil && a.StatusCode/100 != 2 {
		err = errors.New(a.Status)
	}
	return a.Header.Get("Lambda-Runtime-Aws-Request-Id"), answer, err
}

// Done is closed when it has ended.
func (p *task) Done() <-chan struct{} { return p.done }

// Stop asks it to end, and kills it after the grace.
func (p *task) Stop(grace time.Duration) {
	p.mu.Lock()
	hung := p.hung
	p.mu.Unlock()
	if hung {
		p.Kill()
		return
	}
	p.ask()
	go func() {
		select {
		case <-p.done:
		case <-time.After(grace):
			p.Kill()
		}
	}()
}

// Hang has its connections stay, and nothing come from them.
func (p *task) Hang() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hung = true
}

// Kill breaks its connections without a word.
func (p *task) Kill() {
	p.mu.Lock()
	p.killed = true
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.endNow()
}

// A mortal is the listener of a program: its connections end with it.
type mortal struct {
	net.Listener
	p *task
}

func (l *mortal) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	if l.p.killed {
		c.Close()
	}
	l.p.conns[c] = true
	return &mortalConn{c, l.p}, nil
}

type mortalConn struct {
	net.Conn
	p *task
}

// Write says nothing more once the program hangs or is killed.
func (c *mortalConn) Write(b []byte) (int, error) {
	c.p.mu.Lock()
	hung, killed := c.p.hung, c.p.killed
	c.p.mu.Unlock()
	switch {
	case killed:
		return 0, net.ErrClosed
	case hung:
		<-c.p.end.Done()
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func (c *mortalConn) Close() error {
	c.p.mu.Lock()
	delete(c.p.conns, c.Conn)
	c.p.mu.Unlock()
	return c.Conn.Close()
}

// An invocation is the live program in a goroutine.
type invocation struct {
	*lines                     // both outputs
	printed lines              // standard output
	stop    context.CancelFunc // as SIGTERM asks it to end
	done    chan struct{}
	code    int // once it is done
}

// begin starts the live program.
func (m *memory) begin(args ...string) *invocation {
	ctx, stop := context.WithCancel(context.Background())
	i := &invocation{lines: &lines{}, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(i.done)
		defer stop()
		i.code = ended(i, execute(&run.Console{Ctx: ctx, Out: io.MultiWriter(i, &i.printed), Err: i, Host: m}, args))
	}()
	return i
}

// wait waits until it has ended, and returns its exit code.
func (i *invocation) end() int {
	<-i.done
	return i.code
}

// run plays the live program to its end.
func (m *memory) run(args ...string) (code int, said string) {
	i := m.begin(args...)
	return i.end(), i.text()
}

// cloud is a local cloud on the machine; it ends with the test.
func (m *memory) cloud(t *testing.T, cfg local.Config) *local.Cloud {
	t.Helper()
	cfg.Host = m
	cloud, err := local.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	m.clouds = append(m.clouds, cloud)
	return cloud
}

// deployed is a cloud with a deployment for an experiment, and how to begin a gateway
// there.
func (m *memory) deployed(t *testing.T, file string) (*local.Cloud, func(flags ...string) *invocation) {
	t.Helper()
	cloud := m.cloud(t, local.Config{Boot: func(uint64, string) time.Duration { return 10 * time.Millisecond }})
	common := []string{"--worker", script(t), "--yes", "--endpoint", cloud.URL(), "--deployment", "two"}
	if code, said := m.run(append([]string{"deploy", file}, common...)...); code != exitDone {
		t.Fatal(said)
	}
	return cloud, func(flags ...string) *invocation {
		return m.begin(append(append([]string{file, "--target", "aws", "--out", t.TempDir(), "--log", "info"}, common...), flags...)...)
	}
}

// worker is a worker that sleeps, and how often it was asked.
func (m *memory) worker(t *testing.T) (string, *atomic.Int64) {
	t.Helper()
	answer, n := sleeper()
	address, _ := m.serve(t, answer)
	return address, n
}

// serve answers at an address until the test ends.
func (m *memory) serve(t *testing.T, answer http.Handler) (address string, s *http.Server) {
	t.Helper()
	l, err := m.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s = &http.Server{Handler: answer}
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr().String(), s
}
