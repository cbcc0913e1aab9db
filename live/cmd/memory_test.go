package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"cnv/live/host"
	"cnv/live/local"
	"cnv/live/memnet"
	"cnv/live/run"
	"cnv/worker/workertest"
)

// A memory is a machine in memory: its network is a memnet, and its programs are the
// worker's own front ends in goroutines (workertest). The gateway, the cloud and the SDK between them
// are the real ones, so a test of minutes takes as long as its code has to compute.
//
// What it cannot show is left to tests with processes: what the kernel does when a program
// is killed, and how long real cores take.
type memory struct {
	memnet.Machine

	clouds []*local.Cloud // of the test itself
}

// inMemory plays a test in virtual time on a machine in memory.
func inMemory(t *testing.T, play func(t *testing.T, m *memory)) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		m.Run = m.start
		play(t, m)
		for _, cloud := range m.clouds {
			cloud.Close()
		}
		time.Sleep(10 * time.Minute) // who still waits for an address that is deaf, or for an idle connection, gives up
		if left := m.Programs(); left > 0 {
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

// start runs the worker, whatever the program is, as its variables and arguments say.
func (m *memory) start(out io.Writer, env []string, _ string, args ...string) (host.Process, error) {
	return m.Begin(func(p *memnet.Program) (func(), error) {
		return workertest.Prepare(workertest.Program{
			Out: out, Env: env, Args: args, Asked: p.Asked, End: p.End, Listen: p.Listen, Client: m.client(0),
		})
	})
}

// client makes requests over the network, each with a connection of its own.
func (m *memory) client(patience time.Duration) *http.Client {
	return &http.Client{Timeout: patience, Transport: host.Transport(m)}
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
