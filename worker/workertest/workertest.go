// Package workertest runs the worker's own front ends within a test, where the test says
// what the network is and when the program ends: so whole fleets play in the virtual time
// of testing/synctest.
package workertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"cnv/worker/kernel"
	"cnv/worker/kernels"
	"cnv/worker/lambdafn"
	"cnv/worker/serve"
	"cnv/worker/serve/run"
	"cnv/worker/spot"
)

// A Program is a worker program that is going to run. All fields are required.
type Program struct {
	Out  io.Writer // its output
	Env  []string  // "NAME=value"
	Args []string

	Asked  context.Context // done once it is asked to end
	End    context.Context // done once it is killed
	Listen func(address string) (net.Listener, error)
	Client *http.Client // of the network
}

// Prepare takes the address where the program listens, if it does, and returns what it runs
// until it ends: an environment of a function where AWS_LAMBDA_RUNTIME_API is set, else a
// worker with --listen and --concurrency.
func Prepare(p Program) (run func(), err error) {
	if p.value("AWS_LAMBDA_RUNTIME_API") != "" {
		return p.function, nil
	}
	at := func(flag string) string { return p.Args[slices.Index(p.Args, flag)+1] }
	cores, err := strconv.Atoi(at("--concurrency"))
	if err != nil {
		return nil, err
	}
	l, err := p.Listen(at("--listen"))
	if err != nil {
		return nil, err
	}
	return func() { p.serve(l, cores) }, nil
}

// value is a variable; empty without it.
func (p Program) value(name string) string {
	for _, e := range p.Env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

// number is a variable; 0 without it.
func (p Program) number(name string) float64 {
	v, _ := strconv.ParseFloat(p.value(name), 64)
	return v
}

// runner computes as the worker does, but that what would keep a core busy sleeps: cores
// take no virtual time.
func (p Program) runner() *run.Runner {
	all := kernels.All()
	all["spin"] = all["sleep"]
	r := &run.Runner{Plain: all, Limits: kernel.Default, Instance: run.NewInstance(), Log: slog.New(slog.NewJSONHandler(p.Out, nil)), Occupied: &run.Occupied{}}
	if slow := p.number("CNV_SLOW"); slow > 0 {
		r.Pace = &run.Pace{Slow: slow, Speed: p.number("CNV_CORE_SPEED"), Share: p.number("CNV_SHARE")}
	}
	return r
}

// serve is a worker with the flags that instances have.
func (p Program) serve(l net.Listener, cores int) {
	r := p.runner()
	s := serve.New(serve.Options{
		Runner: r, Log: r.Log, Concurrency: cores, Queue: 100_000, Wait: time.Hour, CPU: r.Occupied.Source(cores),
	})
	go func() {
		if at, ok := spot.Watch(p.Asked, p.Client, p.value("AWS_EC2_METADATA_SERVICE_ENDPOINT"), spot.Period); ok {
			s.EndsAt(at)
		}
	}()
	if err := s.Serve(p.Asked, l); err != nil && p.End.Err() == nil {
		fmt.Fprintln(p.Out, err)
	}
}

// function is an environment: it asks the Runtime API for calls.
func (p Program) function() {
	h := &lambdafn.Handler{Runner: p.runner(), Warm: p.value("AWS_LAMBDA_INITIALIZATION_TYPE") == "provisioned-concurrency"}
	api := "http://" + p.value("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		id, payload, err := p.api(http.MethodGet, api+"next", nil)
		if err != nil {
			return
		}
		answer, err := h.Invoke(p.Asked, payload)
		verb := "/response"
		if err != nil {
			verb, answer = "/error", fmt.Appendf(nil, `{"errorMessage":%q}`, err)
		}
		if _, _, err := p.api(http.MethodPost, api+id+verb, answer); err != nil {
			return
		}
	}
}

// api calls the Runtime API.
func (p Program) api(method, url string, body []byte) (id string, answer []byte, err error) {
	q, err := http.NewRequestWithContext(p.Asked, method, url, bytes.NewReader(body))
	if err != nil {
		return "", nil, err
	}
	a, err := p.Client.Do(q)
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
