//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"cnv/live"
	"cnv/policy"
	"cnv/policy/route"
)

// A child is this program again, serving something.
type child struct {
	process *os.Process
	address string
	stop    func()
}

// startSelf runs this program with "serve what" and reads its address.
func startSelf(what string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, "serve", what)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	return &child{cmd.Process, strings.TrimSpace(line), func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }}, err
}

// serve is the child's part.
func serve(what string, args []string) {
	address := "127.0.0.1:0"
	if len(args) > 0 {
		address = args[0]
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var h http.Handler = http.HandlerFunc(answer)
	if what == "gateway" {
		h = gateway(args[1])
	}
	fmt.Println(l.Addr())
	fmt.Fprintln(os.Stderr, live.NewServer(h, nil).Serve(l))
}

var ok = []byte(strings.Repeat("a", 200))

// answer is the backend: it reads everything and says 200 bytes.
func answer(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Length", "200")
	_, _ = w.Write(ok)
}

// gateway is ours, with join the shortest queue.
func gateway(backend string) http.Handler {
	cfg := policy.Config{
		Leader: true, Router: &route.JSQ{Tie: route.TieRandom}, Retry: policy.Retry{Max: 2, Budget: 0.1},
		Classes: []policy.Class{{Name: "spin", Prior: 0.001}},
		Pools:   []policy.Pool{{Name: "vm", Cores: 2, Speed: 1, Max: 1}},
	}
	ctrl, err := policy.New(cfg)
	if err != nil {
		panic(err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	b := live.NewBrain(ctrl, nil, 10_000)
	ws := live.NewWorkers(b, log)
	s := live.NewStatic([]live.StaticPool{{Addresses: []string{backend}, Speed: 1}}, ws, live.Checks{Period: time.Second, Telemetry: -1}, nil, log)
	b.Go(s)
	s.Initial(0, 1)
	return live.NewGateway(live.Options{Brain: b, Workers: ws, Classes: []live.Class{{Name: "spin", Pure: true}}, Log: log})
}
