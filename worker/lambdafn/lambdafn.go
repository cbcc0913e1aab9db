package lambdafn

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"cnv/worker/lambdafn/event"
	"cnv/worker/serve/run"
)

// Inside says whether this process was started by the service.
func Inside() bool { return os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" }

// A Handler answers the calls of one environment. It is a lambda.Handler.
type Handler struct {
	Runner *run.Runner // required
	Kernel string      // of events that do not say which; may be empty
	Warm   bool        // the environment was provisioned before it was called for

	called atomic.Bool
}

// Start answers calls for the rest of the process's life.
func Start(h *Handler) { lambda.StartWithOptions(h) }

// Invoke answers one call. Its error makes the call fail: the kernel is
// defective. A call that takes too long is for the service to end, which ends the
// process, tells the caller so and bills the whole time-out.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	cold := !h.called.Swap(true) && !h.Warm
	ctx = context.WithoutCancel(ctx) // an answer at the time-out would be an error like any other
	res := h.answer(ctx, payload)
	if res.Defect != nil {
		return nil, messages.InvokeResponse_Error{Type: "KernelDefect", Message: h.Runner.Instance + ": " + res.Defect.Error()}
	}
	return h.result(&res, cold)
}

// answer computes the answer to an event.
func (h *Handler) answer(ctx context.Context, payload []byte) run.Result {
	q, err := read(payload, h.Kernel)
	if err != nil {
		return run.Refuse(http.StatusBadRequest, "the event cannot be read: "+err.Error())
	}
	return h.Runner.Do(ctx, strings.Trim(q.Path, "/"), url.Values(q.Query), q.Type, q.Body)
}

// result writes an answer, or that it is too long for a function.
func (h *Handler) result(res *run.Result, cold bool) ([]byte, error) {
	if len(res.Body) > event.MaxBody {
		long := run.Refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf(
			"the answer has %d bytes and a function can give %d: ask for a smaller picture, or a virtual machine", len(res.Body), event.MaxBody))
		long.Ran, long.Use = res.Ran, res.Use
		res = &long
	}
	a := event.Answer{Status: res.Status, Type: res.Type, Body: res.Body, Headers: map[string]string{}}
	h.Runner.Headers(res, cold, func(name, value string) { a.Headers[name] = value })
	return json.Marshal(a)
}
