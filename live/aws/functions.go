package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"cnv/live"
	"cnv/worker/lambdafn/event"
)

// Functions passes requests to a Lambda function, as an http.RoundTripper.
type Functions struct {
	name, version string
	calls         *lambda.Client // one try each
	deadline      *Deadline      // ends what is kept warm without a gateway; nil: nothing does
	management    *lambda.Client

	mu          sync.Mutex // of whoever changes provisioned environments
	provisioned int32      // -1: not known
}

// NewFunctions returns the Functions of a function's version or alias. At most
// calls are under way at once without waiting for connections; longest is how long
// the service may take for one: INIT and the function's time-out.
func NewFunctions(cfg aws.Config, name, version string, calls int, longest time.Duration) *Functions {
	return &Functions{
		name: name, version: version,
		calls:      lambda.NewFromConfig(onData(cfg, calls, longest+5*time.Second)),
		management: lambda.NewFromConfig(cfg), provisioned: -1,
	}
}

// Until has what is kept warm from now on end by a deadline if nobody postpones it.
func (f *Functions) Until(d *Deadline) { f.deadline = d }

// MaxBytes is the largest body that a call can carry.
const MaxBytes = event.MaxBody

// RoundTrip invokes the function and waits for its answer. A throttled call's
// error wraps live.ErrThrottled, that of one that outlasted the function's
// time-out live.ErrFunctionTimeout; one that the function failed says how.
func (f *Functions) RoundTrip(r *http.Request) (*http.Response, error) {
	payload, err := toEvent(r)
	if err != nil {
		return nil, err
	}
	out, err := f.calls.Invoke(r.Context(), &lambda.InvokeInput{FunctionName: &f.name, Qualifier: &f.version, Payload: payload})
	if err != nil {
		var many *types.TooManyRequestsException
		if errors.As(err, &many) {
			return nil, fmt.Errorf("%w: %s", live.ErrThrottled, many.Reason)
		}
		return nil, fmt.Errorf("function %s: %w", f.name, err)
	}
	if out.FunctionError != nil && bytes.Contains(out.Payload, []byte("Task timed out after")) {
		return nil, fmt.Errorf("function %s: %w: %.200s", f.name, live.ErrFunctionTimeout, out.Payload)
	}
	if out.FunctionError != nil {
		return nil, fmt.Errorf("function %s failed (%s): %.200s", f.name, *out.FunctionError, out.Payload)
	}
	return fromAnswer(r, out.Payload)
}

// toEvent is a request as the function takes it.
func toEvent(r *http.Request) ([]byte, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(io.LimitReader(r.Body, MaxBytes+1)); err != nil {
			return nil, err
		}
	}
	if len(body) > MaxBytes {
		return nil, fmt.Errorf("a body of more than %d bytes is too long for a function", MaxBytes)
	}
	return json.Marshal(event.Request{
		Path: r.URL.Path, Query: event.Query(r.URL.Query()), Type: r.Header.Get("Content-Type"), Body: body,
	})
}

// fromAnswer is what the function gave, as an HTTP answer.
func fromAnswer(r *http.Request, payload []byte) (*http.Response, error) {
	var a event.Answer
	if err := json.Unmarshal(payload, &a); err != nil {
		return nil, fmt.Errorf("the function's answer cannot be read: %w", err)
	}
	if a.Status < 200 || a.Status > 599 {
		return nil, fmt.Errorf("the function answered with status %d", a.Status)
	}
	h := http.Header{}
	for name, value := range a.Headers {
		h.Set(name, value)
	}
	if a.Type != "" {
		h.Set("Content-Type", a.Type)
	}
	h.Set("Content-Length", strconv.Itoa(len(a.Body)))
	return &http.Response{
		Status: strconv.Itoa(a.Status) + " " + http.StatusText(a.Status), StatusCode: a.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(bytes.NewReader(a.Body)), ContentLength: int64(len(a.Body)), Request: r,
	}, nil
}

// Provision keeps n environments of the version ready, and waits until they
// are; 0: none.
func (f *Functions) Provision(ctx context.Context, n int32) error {
	err := f.Keep(ctx, n)
	if err == nil && n > 0 {
		err = f.untilReady(ctx)
	}
	return err
}

// Keep asks for n environments of the version to be kept ready; 0: none. Of
// several calls one works at a time.
func (f *Functions) Keep(ctx context.Context, n int32) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.provisioned == n {
		return nil
	}
	f.provisioned = -1 // until it is known
	change := f.keep
	if n == 0 {
		change = f.keepNone
	}
	if err := change(ctx, n); err != nil {
		return fmt.Errorf("function %s: %d provisioned environments: %w", f.name, n, err)
	}
	f.provisioned = n
	return nil
}

// keep asks for some, which get their deadline before they are there.
func (f *Functions) keep(ctx context.Context, n int32) error {
	if f.deadline != nil {
		if err := f.deadline.Warm(ctx, f.name, f.version); err != nil {
			return err
		}
	}
	_, err := f.management.PutProvisionedConcurrencyConfig(ctx, &lambda.PutProvisionedConcurrencyConfigInput{
		FunctionName: &f.name, Qualifier: &f.version, ProvisionedConcurrentExecutions: &n,
	})
	return err
}

// keepNone gives up all.
func (f *Functions) keepNone(ctx context.Context, _ int32) error {
	_, err := f.management.DeleteProvisionedConcurrencyConfig(ctx, &lambda.DeleteProvisionedConcurrencyConfigInput{
		FunctionName: &f.name, Qualifier: &f.version,
	})
	if err != nil && code(err) != "ProvisionedConcurrencyConfigNotFoundException" {
		return err
	}
	if f.deadline != nil {
		f.deadline.Cold(ctx, f.name, f.version)
	}
	return nil
}

// untilReady waits for provisioned environments, which takes a minute or two.
func (f *Functions) untilReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 2*time.Second) {
		out, err := f.management.GetProvisionedConcurrencyConfig(ctx, &lambda.GetProvisionedConcurrencyConfigInput{
			FunctionName: &f.name, Qualifier: &f.version,
		})
		switch {
		case err != nil:
			return fmt.Errorf("function %s: provisioned environments: %w", f.name, err)
		case out.Status == types.ProvisionedConcurrencyStatusEnumReady:
			return nil
		case out.Status == types.ProvisionedConcurrencyStatusEnumFailed:
			return fmt.Errorf("function %s: provisioned environments failed: %s", f.name, aws.ToString(out.StatusReason))
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}
