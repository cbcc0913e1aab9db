package run

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"cnv/worker/metered"
)

// StatusGone is the status, never sent, of a request whose client has left.
const StatusGone = 499

// ProblemType is the Content-Type of answers that say what is wrong (RFC 9457).
const ProblemType = "application/problem+json"

// A Result is what became of a request.
type Result struct {
	Status int // of HTTP
	Type   string
	Body   []byte
	Ran    bool  // a kernel was called, and Use says what it used
	Use    Use   // also of requests that failed
	Defect error // what a kernel failed with, other than a bad request; its Status is 500
}

// Use is what a request used.
type Use struct {
	CPU, Wall time.Duration
	Metered   bool
	Counts    metered.Counts // if Metered
}

// Refuse is the result of a request that is not granted, with a body that says
// why.
func Refuse(status int, detail string) Result {
	return Result{Status: status, Type: ProblemType, Body: problem(status, detail)}
}

// problem is a body that says what is wrong.
func problem(status int, detail string) []byte {
	title := http.StatusText(status)
	if title == "" {
		title = "Client Closed Request"
	}
	text, err := json.Marshal(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{"about:blank", title, status, detail})
	if err != nil {
		panic("run: a problem that is no JSON: " + err.Error()) // strings and a number always are
	}
	return append(text, '\n')
}

// TooLarge refuses a body of more than limit bytes.
func TooLarge(limit int64) Result {
	return Refuse(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes", limit))
}

// The headers of answers. Counts are there for metered requests only.
const (
	HeaderInstructions = "Cnv-Instructions"
	HeaderBlocks       = "Cnv-Blocks"
	HeaderCalls        = "Cnv-Calls"
	HeaderCPU          = "Cnv-Cpu-Us"   // CPU time of the kernel, µs
	HeaderWall         = "Cnv-Wall-Us"  // its wall time, µs
	HeaderInstance     = "Cnv-Instance" // the process
	HeaderCold         = "Cnv-Cold"     // true: the process was started for this request
)

// Exposed lists the headers for browsers, which else hide them.
const Exposed = HeaderInstructions + ", " + HeaderBlocks + ", " + HeaderCalls + ", " + HeaderCPU + ", " +
	HeaderWall + ", " + HeaderInstance + ", " + HeaderCold

// Headers calls set with each header of an answer by this process.
func (r *Runner) Headers(res *Result, cold bool, set func(name, value string)) {
	set(HeaderInstance, r.Instance)
	if !res.Ran {
		return
	}
	set(HeaderCold, strconv.FormatBool(cold))
	set(HeaderCPU, strconv.FormatInt(res.Use.CPU.Microseconds(), 10))
	set(HeaderWall, strconv.FormatInt(res.Use.Wall.Microseconds(), 10))
	if c := res.Use.Counts; res.Use.Metered {
		set(HeaderInstructions, strconv.FormatInt(c.Instructions, 10))
		set(HeaderBlocks, strconv.FormatInt(c.Blocks, 10))
		set(HeaderCalls, strconv.FormatInt(c.Calls, 10))
	}
}
