// Package record drives a worker with scenarios of requests and keeps what it
// measured of each: the project's own recorded traces are made this way.
package record

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"cnv/live/wire"
	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/features"
	"cnv/workloads/trace"
)

// A Case is a request that can be asked.
type Case struct {
	Name  string // says in the trace which input it was
	Class string // a kernel
	Path  string // with query
	Type  string // Content-Type
	Body  []byte

	Features features.Vector // by the names of the class
	Key      policy.Key
}

// A Step is a case that is due at an instant of its scenario, or, if After is
// set, so long after the answer to the step before.
type Step struct {
	Case  int
	At    time.Duration
	After bool
}

// A Scenario is requests in the order of their instants.
type Scenario struct {
	Name  string
	Steps []Step
}

// Options say how to record.
type Options struct {
	Worker string        // host:port
	Speed  float64       // of its cores, relative to the reference vCPU
	Gap    time.Duration // between two scenarios
	Retry  int           // times that a request which the worker is too busy for (503) is asked again
	Tell   func(done, of int)
}

// maxAnswer bounds answers that are read.
const maxAnswer = 256 << 20

// Run plays the scenarios, one after the other, and returns what was
// recorded, and for how long. A request that the worker does not answer with
// 200 is an error: a trace must not mix work with failures.
func Run(ctx context.Context, cases []Case, all []Scenario, classes []workloads.Class, o Options) ([]trace.Recorded, time.Duration, error) {
	r := &recorder{cases: cases, classes: classes, o: o, start: time.Now(), transport: &wire.Transport{}}
	defer r.transport.Close()
	for i := range all {
		r.of += len(all[i].Steps)
	}
	for i := range all {
		if err := r.play(ctx, &all[i]); err != nil {
			return nil, 0, fmt.Errorf("scenario %s: %w", all[i].Name, err)
		}
		select {
		case <-time.After(o.Gap):
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
	return r.rows, time.Since(r.start), nil
}

// A recorder is a recording under way.
type recorder struct {
	cases     []Case
	classes   []workloads.Class
	o         Options
	start     time.Time
	transport *wire.Transport
	of        int

	mu   sync.Mutex
	rows []trace.Recorded
	err  error
}

// play plays one scenario.
func (r *recorder) play(ctx context.Context, s *Scenario) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	begin := time.Now()
	for _, step := range s.Steps {
		if step.After {
			group.Wait()
			begin = time.Now()
		}
		select {
		case <-time.After(time.Until(begin.Add(step.At))):
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
		group.Go(func() {
			if err := r.ask(ctx, s.Name, &r.cases[step.Case]); err != nil {
				r.mu.Lock()
				if r.err == nil {
					r.err = err
				}
				r.mu.Unlock()
				cancel()
			}
		})
	}
	group.Wait()
	if r.err != nil {
		return r.err
	}
	return context.Cause(ctx)
}

// ask asks one request and keeps what was measured.
func (r *recorder) ask(ctx context.Context, scenario string, c *Case) error {
	began := time.Since(r.start)
	method := http.MethodPost
	if c.Body == nil {
		method = http.MethodGet
	}
	q := &wire.Request{
		Address: r.o.Worker, Method: method, URI: c.Path, Host: r.o.Worker, Body: c.Body, Length: int64(len(c.Body)),
		Header: http.Header{"Content-Type": {c.Type}, "User-Agent": {"cnv-record"}},
	}
	for try := 0; ; try++ {
		a, err := r.transport.Do(ctx, q)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(a.Body, maxAnswer))
		a.Body.Close()
		switch {
		case err != nil:
			return fmt.Errorf("%s: %w", c.Name, err)
		case a.StatusCode == http.StatusServiceUnavailable && try < r.o.Retry:
			time.Sleep(100 * time.Millisecond)
			continue
		case a.StatusCode != http.StatusOK:
			return fmt.Errorf("%s: the worker answered %s", c.Name, a.Status)
		}
		return r.keep(scenario, c, a.Header, began, time.Since(r.start)-began, n)
	}
}

// keep adds a row.
func (r *recorder) keep(scenario string, c *Case, h http.Header, began, took time.Duration, bytes int64) error {
	class := -1
	for i := range r.classes {
		if r.classes[i].Name == c.Class {
			class = i
		}
	}
	cpu, err := strconv.ParseInt(h.Get("Cnv-Cpu-Us"), 10, 64)
	if class < 0 || err != nil {
		return fmt.Errorf("%s: class %q, Cnv-Cpu-Us %q: the worker does not say how much CPU time it took", c.Name, c.Class, h.Get("Cnv-Cpu-Us"))
	}
	attr := "input=" + c.Name + ";scenario=" + scenario
	if f := features.Format(r.classes[class].Features, &c.Features); f != "" {
		attr = f + ";" + attr
	}
	for _, m := range [][2]string{{"instructions", "Cnv-Instructions"}, {"blocks", "Cnv-Blocks"}, {"calls", "Cnv-Calls"}} {
		if n, err := strconv.ParseUint(h.Get(m[1]), 10, 63); err == nil {
			attr += ";" + m[0] + "=" + strconv.FormatUint(n, 10)
		}
	}
	attr += ";key=" + strconv.FormatUint(uint64(c.Key), 16)
	row := trace.Recorded{Attr: attr, Arrival: workloads.Arrival{
		At: began, Class: policy.ClassID(class), Key: c.Key,
		Work: time.Duration(float64(cpu) * r.o.Speed * float64(time.Microsecond)), Wall: took,
		Memory: workloads.Unknown, BytesIn: int64(len(c.Body)), BytesOut: bytes, Status: http.StatusOK, Features: c.Features,
	}}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rows = append(r.rows, row)
	if r.o.Tell != nil {
		r.o.Tell(len(r.rows), r.of)
	}
	return nil
}
