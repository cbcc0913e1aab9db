// Package event is how a request to the worker travels as the event of a
// function call, and its answer as the call's result. Whoever calls the
// function uses it too, so it imports next to nothing.
//
//	{"path": "/blurimage", "query": {"radius": ["8"]}, "type": "image/png", "body": "iVBORw0KGgo..."}
//
// is answered with
//
//	{"status": 200, "type": "image/png", "headers": {"Cnv-Cold": "true", ...}, "body": "iVBORw0KGgo..."}
//
// Bodies are base64, which encoding/json makes of bytes. An error of the client
// is an answer with its status, as over HTTP. A failed call (the service's
// FunctionError) is a defect of the function.
package event

import (
	"encoding/json"
	"fmt"
)

// MaxPayload is the longest event and the longest result of a synchronous call,
// bytes (AWS Lambda quotas, 6 MB; read 2026-11). A body fits if four thirds of
// it do, beside the rest.
const MaxPayload = 6 << 20

// MaxBody is the longest body that surely fits into an event or a result.
const MaxBody = (MaxPayload - 16<<10) / 4 * 3

// A Request is a request to a kernel.
type Request struct {
	Path  string `json:"path"` // "/raytracer"
	Query Query  `json:"query,omitempty"`
	Type  string `json:"type,omitempty"` // Content-Type of the body
	Body  []byte `json:"body,omitempty"`
}

// An Answer is what the worker answers.
type Answer struct {
	Status  int               `json:"status"` // of HTTP
	Type    string            `json:"type"`   // Content-Type of the body; problems are application/problem+json
	Headers map[string]string `json:"headers"`
	Body    []byte            `json:"body,omitempty"`
}

// A Query is the parameters, like url.Values. In JSON a single value may also
// stand without its list: {"ms": "5"}.
type Query map[string][]string

// UnmarshalJSON reads parameters.
func (q *Query) UnmarshalJSON(text []byte) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil {
		return fmt.Errorf("query: want an object of strings or lists of strings: %w", err)
	}
	out := make(Query, len(given))
	for name, value := range given {
		var one string
		var many []string
		if json.Unmarshal(value, &one) == nil && string(value) != "null" {
			many = []string{one}
		} else if err := json.Unmarshal(value, &many); err != nil {
			return fmt.Errorf("query: %.40q: want a string or a list of strings: %w", name, err)
		}
		out[name] = many
	}
	*q = out
	return nil
}
