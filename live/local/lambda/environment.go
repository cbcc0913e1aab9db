package lambda

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"time"

	"cnv/live/host"
	"cnv/live/local/child"
)

// An environment is a process that handles one call after the other. Its
// fields that change are of Service.mu.
type environment struct {
	s        *Service
	v        *version
	id       string
	process  host.Process
	out      *child.Tail
	calls    chan *invocation // the call it is to handle
	current  *invocation
	expire   *time.Timer
	started  time.Time
	cold     time.Duration // drawn: the least that it takes
	warm     bool          // it has
	prepared bool          // provisioned: it does not expire
	gone     bool          // it has ended or was asked to
}

// start begins an environment; s.mu is held.
func (s *Service) start(v *version, prepared bool) (*environment, error) {
	s.started++
	e := &environment{
		s: s, v: v, id: fmt.Sprintf("env-%d-%s", s.started, rand.Text()), calls: make(chan *invocation, 1), out: &child.Tail{},
		started: time.Now(), cold: s.o.Cold(s.started), prepared: prepared,
	}
	kind := "on-demand"
	if prepared {
		kind = "provisioned-concurrency"
	}
	c := &v.config
	env := []string{
		"AWS_LAMBDA_RUNTIME_API=" + s.o.URL + "/runtime/" + e.id,
		"AWS_LAMBDA_FUNCTION_NAME=" + c.FunctionName, "AWS_LAMBDA_FUNCTION_VERSION=" + c.Version,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(c.MemorySize), "AWS_LAMBDA_INITIALIZATION_TYPE=" + kind,
		"AWS_REGION=" + s.o.Place.Region, "_HANDLER=" + c.Handler, "CNV_DIE_WITH_PARENT=true", "CNV_CPU=kernels",
	}
	if s.o.Function != nil {
		env = append(env, s.o.Function(c.MemorySize)...)
	}
	process, err := s.o.Host.Start(e.out, env, v.program)
	if err != nil {
		return nil, err
	}
	e.process = process
	e.expire = time.AfterFunc(time.Hour, func() { s.expired(e) })
	e.expire.Stop()
	s.envs[e.id] = e
	v.all = append(v.all, e)
	s.group.Add(1)
	go func() {
		defer s.group.Done()
		<-process.Done()
		s.ended(e)
	}()
	return e, nil
}

// pick takes an idle environment: a provisioned one if there is one, else the
// one used last; nil: none.
func (v *version) pick() *environment {
	if len(v.idle) == 0 {
		return nil
	}
	at := slices.IndexFunc(v.idle, func(e *environment) bool { return e.prepared })
	if at < 0 {
		at = len(v.idle) - 1
	}
	e := v.idle[at]
	v.forget(e)
	return e
}

// rest lets an environment wait for its next call.
func (e *environment) rest() {
	e.v.idle = append(e.v.idle, e)
	if !e.prepared {
		e.expire.Reset(e.s.o.Clock.Real(e.s.o.KeepAlive))
	}
}

// forget takes an environment out of those that wait for calls.
func (v *version) forget(e *environment) {
	e.expire.Stop()
	if at := slices.Index(v.idle, e); at >= 0 {
		v.idle = slices.Delete(v.idle, at, at+1)
	}
}

// expired ends an environment that was idle for too long.
func (s *Service) expired(e *environment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.Contains(e.v.idle, e) {
		e.v.forget(e)
		e.stop()
	}
}

// ended takes in that a process has ended; the call that it had has failed. A
// provisioned one is replaced, if it ever came to wait for calls.
func (s *Service) ended(e *environment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	again := e.prepared && e.warm && !e.v.retired && !s.closed
	e.gone = true
	delete(s.envs, e.id)
	e.v.forget(e)
	e.v.all = slices.DeleteFunc(e.v.all, func(x *environment) bool { return x == e })
	if e.current != nil {
		select {
		case e.current.answer <- broken("Runtime.ExitError", "RequestId: %s Error: Runtime exited: %.500s", e.current.id, bytes.TrimSpace([]byte(e.out.String()))):
		default: // it was answered
		}
	}
	if again {
		if err := s.keep(e.v, e.v.wanted); err != nil {
			s.o.Log.Warn("a provisioned environment is not replaced", "function", e.v.of.FunctionName, "err", err)
		}
	}
}

// stop asks an environment to end.
func (e *environment) stop() {
	e.gone = true
	e.process.Stop(e.s.o.Grace)
}

// retire ends the environments of a version: idle ones now, busy ones after
// their call.
func (v *version) retire() {
	v.retired = true
	for _, e := range v.all {
		if e.current == nil {
			v.forget(e)
			e.stop()
		}
	}
}
