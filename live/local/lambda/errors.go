package lambda

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// An apiError is one of AWS.
type apiError struct {
	status     int
	code, text string
	reason     string
}

func (e *apiError) Error() string { return e.code + ": " + e.text }

func failure(status int, code, format string, args ...any) error {
	return &apiError{status: status, code: code, text: fmt.Sprintf(format, args...)}
}

// Fail writes an error as Lambda does.
func Fail(w http.ResponseWriter, status int, code, text string) {
	fail(w, &apiError{status: status, code: code, text: text})
}

func fail(w http.ResponseWriter, err error) {
	e, ok := err.(*apiError)
	if !ok {
		e = &apiError{status: http.StatusInternalServerError, code: "ServiceException", text: err.Error()}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-ErrorType", e.code)
	w.WriteHeader(e.status)
	body := map[string]string{"Type": "User", "message": e.text}
	if e.reason != "" {
		body["Reason"] = e.reason
	}
	json.NewEncoder(w).Encode(body)
}
