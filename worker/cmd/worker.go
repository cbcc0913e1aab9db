package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/kernels"
	"cnv/worker/lambdafn"
	"cnv/worker/metered"
	"cnv/worker/serve"
	"cnv/worker/serve/cpu"
	"cnv/worker/serve/run"
	"cnv/worker/spot"
)

// A worker is what both front ends need.
type worker struct {
	c      *commandLine
	log    *slog.Logger
	runner *run.Runner
}

// newWorker puts kernels and their meter together.
func newWorker(c *commandLine, errs io.Writer) *worker {
	log := slog.New(slog.NewJSONHandler(errs, &slog.HandlerOptions{Level: c.Log}))
	w := &worker{c, log, &run.Runner{
		Plain: kernels.All(), Metered: metered.All(), Measure: metered.Measure, Sample: c.Sample,
		Limits:   kernel.Limits{Body: c.MaxBody, Pixels: c.MaxPixels, Shapes: c.MaxShapes, Depth: c.MaxDepth},
		Instance: run.NewInstance(), Log: log,
	}}
	if c.CPU == "kernels" {
		w.runner.Occupied = &run.Occupied{}
	}
	if c.Slow > 0 {
		w.runner.Pace = &run.Pace{Slow: c.Slow, Speed: c.CoreSpeed, Share: c.Share}
	}
	w.runner.Timeout = w.real(c.Timeout)
	if !metered.Available() {
		log.Warn("not metered: answers carry no instructions, blocks and calls; " +
			"a worker that counts is one command: go run ./worker/meter/cmd run ./worker/cmd")
	}
	return w
}

// real is how long a time of the slow clock takes here.
func (w *worker) real(d time.Duration) time.Duration {
	return time.Duration(float64(d) * max(w.c.Slow, 1))
}

// function answers calls until the service ends the process. How long a call may take is
// the function's time-out.
func (w *worker) function() {
	w.runner.Timeout = 0
	lambdafn.Start(&lambdafn.Handler{
		Runner: w.runner, Kernel: w.c.Kernel,
		Warm: os.Getenv("AWS_LAMBDA_INITIALIZATION_TYPE") == "provisioned-concurrency",
	})
}

// serve answers over HTTP until it is asked to stop.
func (w *worker) serve(in *os.File, out io.Writer) error {
	source, err := w.source()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if w.c.DieWithParent {
		if ctx, err = withParent(ctx, in); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", w.c.Listen)
	if err != nil {
		return err
	}
	s := serve.New(serve.Options{
		Runner: w.runner, Log: w.log, Concurrency: w.c.Concurrency, Queue: w.c.Queue, Wait: w.real(w.c.Wait),
		Transfer: w.c.Transfer, Memory: w.c.MaxMemory,
		Warm: w.real(w.c.Warm), Notice: w.c.Notice, Grace: w.c.Grace, Lonely: w.c.Lonely, CPU: source,
	})
	if err := w.announce(l.Addr().String(), out); err != nil {
		l.Close()
		return err
	}
	if w.c.Metadata != "" {
		go func() {
			if at, ok := spot.Watch(ctx, http.DefaultClient, w.c.Metadata, spot.Period); ok {
				w.log.Warn("the instance is going to be taken away", "at", at)
				s.EndsAt(at)
			}
		}()
	}
	context.AfterFunc(ctx, stop) // a second signal ends the process
	return s.Serve(ctx, l)
}

// source is whose utilisation is told.
func (w *worker) source() (cpu.Source, error) {
	if o := w.runner.Occupied; o != nil {
		return o.Source(cmp.Or(w.c.Concurrency, runtime.GOMAXPROCS(0))), nil
	}
	source, err := cpu.Choose(w.c.CPU, "/")
	if w.c.CPU == "auto" {
		err = nil // then none is told
	}
	return source, err
}

// announce tells whoever started the worker where it is.
func (w *worker) announce(address string, out io.Writer) error {
	line, err := json.Marshal(struct {
		Address  string `json:"address"`
		PID      int    `json:"pid"`
		Instance string `json:"instance"`
		Metered  bool   `json:"metered"`
	}{address, os.Getpid(), w.runner.Instance, metered.Available()})
	if err != nil {
		return err
	}
	line = append(line, '\n')
	if w.c.ReadyFile != "" {
		if err := writeWhole(w.c.ReadyFile, line); err != nil {
			return fmt.Errorf("--ready-file: %w", err)
		}
	}
	_, err = out.Write(line)
	return err
}

// writeWhole writes a file that nobody sees half written.
func writeWhole(name string, text []byte) error {
	aside, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-")
	if err != nil {
		return err
	}
	defer os.Remove(aside.Name())
	if _, err := aside.Write(text); err != nil {
		aside.Close()
		return err
	}
	if err := aside.Close(); err != nil {
		return err
	}
	return os.Rename(aside.Name(), name)
}
