package dynamo

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// target names the service and its version in X-Amz-Target.
const target = "DynamoDB_20120810"

// mostBody is the largest request, AWS's limit.
const mostBody = 16 << 20

// actions are the calls that are answered, by name: those of the program, and of who
// looks into its tables with another one.
var actions = map[string]func(*DB, []byte) (any, error){
	"CreateTable": typed((*DB).createTable), "DescribeTable": typed((*DB).describeTable),
	"DeleteTable": typed((*DB).deleteTable), "ListTables": typed((*DB).listTables),
	"UpdateTimeToLive": typed((*DB).updateTTL), "DescribeTimeToLive": typed((*DB).describeTTL),
	"ListTagsOfResource": typed((*DB).listTags), "BatchWriteItem": typed((*DB).batchWrite),
	"UpdateItem": typed((*DB).updateItem), "DeleteItem": typed((*DB).deleteItem),
	"GetItem": typed((*DB).getItem), "Query": typed((*DB).query), "Scan": typed((*DB).scan),
}

// Actions are the names of the calls that are answered, sorted.
func Actions() []string { return slices.Sorted(maps.Keys(actions)) }

// typed decodes a call's parameters for f.
func typed[In any](f func(*DB, *In) (any, error)) func(*DB, []byte) (any, error) {
	return func(d *DB, body []byte) (any, error) {
		var in In
		if err := read(body, &in); err != nil {
			return nil, err
		}
		return f(d, &in)
	}
}

// ServeHTTP answers a call.
func (d *DB) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	service, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	act := actions[action]
	if service != target || act == nil || r.Method != http.MethodPost {
		writeError(w, failure("UnknownOperationException", "the local DynamoDB does not know %s (%s to service %q); it knows POST to %s of %s",
			action, r.Method, service, target, strings.Join(Actions(), ", ")))
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, mostBody))
	if err != nil {
		writeError(w, failure("SerializationException", "the request was not read: %v", err))
		return
	}
	out, err := act(d, body)
	if err != nil {
		writeError(w, err)
		return
	}
	write(w, http.StatusOK, out)
}

// An apiError is one of DynamoDB.
type apiError struct {
	code, text string
	fields     map[string]any // more of the answer
}

func (e *apiError) Error() string { return e.code + ": " + e.text }

func failure(code, format string, args ...any) error {
	return &apiError{code: code, text: fmt.Sprintf(format, args...)}
}

// invalid is the error of a request that is wrong in itself.
func invalid(format string, args ...any) error {
	return failure("ValidationException", format, args...)
}

// Fail writes an error as DynamoDB and other services with JSON do.
func Fail(w http.ResponseWriter, status int, code, text string) {
	write(errorHeader(w, code), status, errorBody(&apiError{code: code, text: text}))
}

// writeError writes an error of a call; what is not DynamoDB's is internal.
func writeError(w http.ResponseWriter, err error) {
	var e *apiError
	if !errors.As(err, &e) {
		e = &apiError{code: "InternalServerError", text: err.Error()}
	}
	status := http.StatusBadRequest
	switch e.code {
	case "InternalServerError", "InternalFailure":
		status = http.StatusInternalServerError
	case "ServiceUnavailable":
		status = http.StatusServiceUnavailable
	}
	write(errorHeader(w, e.code), status, errorBody(e))
}

func errorHeader(w http.ResponseWriter, code string) http.ResponseWriter {
	w.Header().Set("X-Amzn-ErrorType", code)
	return w
}

func errorBody(e *apiError) map[string]any {
	body := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + e.code, "message": e.text}
	maps.Copy(body, e.fields)
	return body
}

// write answers with JSON and its checksum, which clients look at.
func write(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(text)), 10))
	w.WriteHeader(status)
	w.Write(text) // the client has gone if it fails
}

// read decodes parameters; one that is not a field of v is refused.
func read(body []byte, v any) error {
	if nesting(body) > mostNesting {
		return invalid("Nesting Levels have exceeded supported limits")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("there is more after the parameters")
		}
	}
	var known *apiError
	if err == nil || errors.As(err, &known) {
		return err
	}
	return failure("SerializationException", "the local DynamoDB cannot take this call: %v", err)
}

// mostNesting is of JSON: two levels for each of the 32 that AWS's attributes may
// have, and some around them. It bounds the work of decoding.
const mostNesting = 2*32 + 16

// nesting is how deep the braces and brackets of a JSON text are.
func nesting(text []byte) int {
	deepest, depth, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// oneOf refuses a value of a parameter that is none of its values; "" is
// always one: it was not given.
func oneOf(parameter, got string, want ...string) error {
	if got == "" || slices.Contains(want, got) {
		return nil
	}
	return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]",
		got, parameter, strings.Join(want, ", "))
}
