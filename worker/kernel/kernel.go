// Package kernel says what a kernel is: one kind of work a worker does for a
// request, such as rendering a scene. It is the border between the kernels and
// the front ends (HTTP, Lambda) that call them, and it is never metered.
package kernel

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// A Func does the work of one request. It may be called by many goroutines at
// once, ends soon after ctx is done (with ctx's error), and bounds time and
// memory by r.Limits. A request it cannot use is an *Error; any other error is
// a defect of the kernel.
type Func func(ctx context.Context, r *Request) (Answer, error)

// A Request is what the client sent. It is read, never changed or kept.
type Request struct {
	Query  url.Values // parameters
	Type   string     // Content-Type; empty if unknown
	Body   []byte
	Limits Limits
}

// An Answer is what the client gets.
type Answer struct {
	Type   string // Content-Type
	Body   []byte
	Waited bool // the kernel has waited instead of computing
}

// Limits bound what one request may ask for, whatever it says.
type Limits struct {
	Body   int64 // bytes
	Pixels int64 // of any picture decoded, rendered or answered
	Shapes int   // of a scene; lights, pigments and finishes each too
	Depth  int   // of a ray's reflections and refractions
}

// Default are the limits of a worker unless it is told otherwise.
var Default = Limits{Body: 6 << 20, Pixels: 25_000_000, Shapes: 100_000, Depth: 16}

// An Error says what is wrong with a request; Status is the 4xx it deserves.
type Error struct {
	Status int
	Detail string
}

// Error is the detail.
func (e *Error) Error() string { return e.Detail }

// Bad is an Error with status 400.
func Bad(format string, args ...any) *Error {
	return &Error{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// TooLarge is an Error with status 413.
func TooLarge(format string, args ...any) *Error {
	return &Error{http.StatusRequestEntityTooLarge, fmt.Sprintf(format, args...)}
}
