package lambdafn

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"cnv/worker/kernel"
	"cnv/worker/lambdafn/event"
	"cnv/worker/serve/run"
	"cnv/worker/spin"
)

// handler has kernels that tell what they were asked, or fail.
func handler() *Handler {
	return &Handler{Runner: &run.Runner{
		Plain: map[string]kernel.Func{
			"sleep": spin.Sleep,
			"echo": func(_ context.Context, r *kernel.Request) (kernel.Answer, error) {
				return kernel.Answer{Type: "text/x", Body: []byte(r.Query.Encode() + " " + r.Type + " " + string(r.Body))}, nil
			},
			"large": func(context.Context, *kernel.Request) (kernel.Answer, error) {
				return kernel.Answer{Body: make([]byte, event.MaxBody+1)}, nil
			},
			"panics": func(context.Context, *kernel.Request) (kernel.Answer, error) { panic("at the disco") },
		},
		Limits: kernel.Limits{Body: 100}, Instance: "env-1", Log: slog.New(slog.DiscardHandler),
	}}
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// TestEvents: ours, the original's, and what is neither.
func TestEvents(t *testing.T) {
	for _, c := range []struct {
		about, kernel, event string
		status               int
		text                 string
	}{
		{"ours", "", `{"path":"/echo","query":{"b":["2"],"a":"1"},"type":"text/y","body":"` + b64("hi") + `"}`, 200, "a=1&b=2 text/y hi"},
		{"ours without a body", "", `{"path":"/echo"}`, 200, "  "},
		{"the path goes before the environment", "bake", `{"path":"echo"}`, 200, "  "},
		{"the field goes before the environment", "bake", `{"kernel":"echo","body":"` + b64("x") + `"}`, 200, "  x"},
		{"the original's picture", "echo", `{"body":"` + b64("JFIF") + `","fileFormat":"jpeg"}`, 200, " image/jpeg JFIF"},
		{"the original's scene", "echo", `{"scols":"4","srows":"3","aa":"false","other":7,"input":"` + b64("0 0\n1") + `"}`, 200,
			`aa=false&scols=4&srows=3 application/json {"scene":"0 0\n1"}`},
		{"with a texture", "echo", `{"input":"` + b64("0") + `","texmap":"` + b64("BM") + `"}`, 200, ` application/json {"scene":"0","texmap":"` + b64("BM") + `"}`},
		{"an empty scene", "echo", `{"input":""}`, 200, ` application/json {"scene":""}`},
		{"a number for a string", "echo", `{"scols":4,"input":""}`, 400, "scols: want a string"},
		{"no kernel", "", `{"body":""}`, 400, "no path: want"},
		{"no such kernel", "", `{"path":"/bake"}`, 404, "there are /echo"},
		{"no base64", "", `{"path":"/echo","body":"***"}`, 400, "the event cannot be read"},
		{"no JSON", "echo", `{"path":`, 400, "the event cannot be read"},
		{"nothing", "echo", ``, 400, "the event cannot be read"},
		{"a list", "echo", `[]`, 400, "the event cannot be read"},
		{"null", "", `null`, 400, "no path"},
		{"a word for parameters", "", `{"path":"/echo","query":"a=1"}`, 400, "want an object of strings"},
		{"a large body", "", `{"path":"/echo","body":"` + b64(strings.Repeat("x", 101)) + `"}`, 413, "longer than 100 bytes"},
		{"a large answer", "", `{"path":"/large"}`, 413, "a function can give"},
		{"a bad request", "", `{"path":"/sleep"}`, 400, "want milliseconds"},
	} {
		h := handler()
		h.Kernel = c.kernel
		out, err := h.Invoke(t.Context(), []byte(c.event))
		var a event.Answer
		if err == nil {
			err = json.Unmarshal(out, &a)
		}
		if err != nil || a.Status != c.status || !strings.Contains(string(a.Body), c.text) {
			t.Errorf("%s: %d %q, %v; want %d %q", c.about, a.Status, a.Body, err, c.status, c.text)
		}
		if a.Headers["Cnv-Instance"] != "env-1" {
			t.Errorf("%s: instance %q", c.about, a.Headers["Cnv-Instance"])
		}
	}
}

// TestOnlyTheFirstCallIsCold: and none of an environment that was provisioned.
func TestOnlyTheFirstCallIsCold(t *testing.T) {
	for warm, want := range map[bool][]string{false: {"true", "false", "false"}, true: {"false", "false", "false"}} {
		h := handler()
		h.Warm = warm
		for i, cold := range want {
			out, err := h.Invoke(t.Context(), []byte(`{"path":"/sleep","query":{"ms":"0"}}`))
			var a event.Answer
			if err = errors.Join(err, json.Unmarshal(out, &a)); err != nil || a.Headers["Cnv-Cold"] != cold || a.Headers["Cnv-Cpu-Us"] == "" {
				t.Errorf("call %d of an environment, provisioned %v: %v, %v, want cold %s", i, warm, a.Headers, err, cold)
			}
		}
	}
}

// TestDefectsFailTheCall: other than what the client did wrong.
func TestDefectsFailTheCall(t *testing.T) {
	_, err := handler().Invoke(t.Context(), []byte(`{"path":"/panics"}`))
	var failed messages.InvokeResponse_Error
	if !errors.As(err, &failed) || failed.Type != "KernelDefect" || failed.ShouldExit || strings.Contains(failed.Message, "disco") {
		t.Errorf("a panic: %v, want a defect that says no more than that", err)
	}
}

// TestTheTimeoutIsTheServices: a call is answered however little of its time is left, and
// one that takes too long is not given up here.
func TestTheTimeoutIsTheServices(t *testing.T) {
	for _, left := range []time.Duration{150 * time.Millisecond, 10 * time.Millisecond} {
		ctx, cancel := context.WithTimeout(t.Context(), left)
		defer cancel()
		out, err := handler().Invoke(ctx, []byte(`{"path":"/sleep","query":{"ms":"50"}}`))
		if err != nil || !bytes.Contains(out, []byte(`"status":200`)) {
			t.Errorf("50 ms of work with %v left: %s, %v; want 200", left, out, err)
		}
	}
}

func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		`{"path":"/echo","query":{"a":["1"]},"type":"t","body":"aGk="}`, `{"body":"aGk=","fileFormat":"png"}`,
		`{"scols":"4","input":"aGk=","texmap":"aGk="}`, `{"kernel":"echo","query":null}`, `null`, `{"input":null}`,
	} {
		f.Add([]byte(seed))
	}
	h := handler()
	h.Kernel = "echo"
	f.Fuzz(func(t *testing.T, payload []byte) {
		out, err := h.Invoke(t.Context(), payload)
		var a event.Answer
		if err != nil && !bytes.Contains(payload, []byte("panics")) || err == nil && (json.Unmarshal(out, &a) != nil || a.Status < 200) {
			t.Errorf("%q: %q, %v", payload, out, err)
		}
	})
}
