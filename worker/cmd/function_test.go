package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"cnv/internal/testtime"
	"cnv/worker/lambdafn/event"
)

// A service is the side of Lambda's Runtime API that calls functions
// (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html): it holds a process
// at next until there is an event, and takes its answer or error.
type service struct {
	*httptest.Server
	events chan string
	given  chan given
}

// A given is what a function gave for an event.
type given struct {
	failed bool
	body   []byte
}

const api = "/2018-06-01/runtime/"

func newService(t *testing.T) *service {
	s := &service{events: make(chan string), given: make(chan given)}
	over := make(chan struct{})
	id := 0
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+api+"invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case e := <-s.events:
			id++
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprint("call-", id))
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(time.Minute).UnixMilli()))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:worker")
			io.WriteString(w, e)
		case <-r.Context().Done():
		case <-over:
		}
	})
	for path, failed := range map[string]bool{"response": false, "error": true} {
		mux.HandleFunc("POST "+api+"invocation/{id}/"+path, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if want := fmt.Sprint("call-", id); r.PathValue("id") != want || err != nil {
				t.Errorf("%s for %s, %v, want %s", path, r.PathValue("id"), err, want)
			}
			w.WriteHeader(http.StatusAccepted)
			s.given <- given{failed, body}
		})
	}
	s.Server = httptest.NewServer(mux)
	t.Cleanup(func() {
		close(over)
		s.Close()
	})
	return s
}

// call calls the function and returns what it gave.
func (s *service) call(t *testing.T, e string) given {
	t.Helper()
	late := testtime.Over(t)
	select {
	case s.events <- e:
	case <-late:
		t.Fatal("no process asks for events")
	}
	select {
	case g := <-s.given:
		return g
	case <-late:
		t.Fatal("no answer to an event")
	}
	return given{}
}

// TestFunction: the worker as a function, called through the Runtime API:
// events of both shapes, what clients do wrong; the first call is cold, and all
// answers are of one process. One that takes longer than the function may is for the
// service to end: the tests of the local service do.
func TestFunction(t *testing.T) {
	s := newService(t)
	cmd, errs := command(t, []string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(s.URL, "http://"), "CNV_KERNEL=sleep"})
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	instance := ""
	for i, c := range []struct {
		event  string
		status int
		text   string
	}{
		{`{"path":"/spin","query":{"ms":["1"]}}`, 200, "\n"},
		{`{"path":"/sleep","query":{"ms":"1.5"}}`, 200, "1.5ms\n"},
		{`{"body":"aGk=","fileFormat":"png"}`, 400, "want milliseconds"},
		{`{"path":"/enhanceimage","body":"aGk=","type":"image/png"}`, 415, "send a JPEG, PNG or BMP"},
		{`{"path":"/bake"}`, 404, "no kernel bake"},
		{`"hi"`, 400, "the event cannot be read"},
		{`{"path":"/sleep","query":{"ms":"0"}}`, 200, "0s\n"},
	} {
		g := s.call(t, c.event)
		var a event.Answer
		if err := json.Unmarshal(g.body, &a); g.failed || err != nil {
			t.Fatalf("%s: failed %v: %s, %v\n%s", c.event, g.failed, g.body, err, errs)
		}
		if a.Status != c.status || !strings.Contains(string(a.Body), c.text) {
			t.Errorf("%s: %d %q, want %d %q", c.event, a.Status, a.Body, c.status, c.text)
		}
		if cold := a.Headers["Cnv-Cold"]; c.status != 404 && c.text != "the event cannot be read" && cold != fmt.Sprint(i == 0) {
			t.Errorf("call %d: cold %q", i, cold)
		}
		if instance == "" {
			instance = a.Headers["Cnv-Instance"]
		}
		if len(instance) != 16 || a.Headers["Cnv-Instance"] != instance {
			t.Errorf("call %d by instance %q, the first by %q", i, a.Headers["Cnv-Instance"], instance)
		}
	}
}
