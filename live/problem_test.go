package live

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// TestProblemSaysWhenToComeAgain: an error of the gateway's own says what it is, and when to
// come again where that is known or the status asks for it: whole seconds, rounded up, at
// least one.
func TestProblemSaysWhenToComeAgain(t *testing.T) {
	for _, c := range []struct {
		status int
		after  time.Duration
		want   string
	}{
		{http.StatusServiceUnavailable, 0, "1"},
		{http.StatusServiceUnavailable, 2 * time.Second, "2"},
		{http.StatusServiceUnavailable, 2*time.Second + 1, "3"},
		{http.StatusTooManyRequests, 0, "1"},
		{http.StatusTooManyRequests, 300 * time.Millisecond, "1"},
		{http.StatusBadGateway, 0, ""},
		{http.StatusGatewayTimeout, 0, ""},
		{http.StatusBadRequest, 0, ""},
		{http.StatusBadGateway, 5 * time.Second, "5"},
	} {
		w := httptest.NewRecorder()
		problem(w, c.status, c.after, "the detail")
		if got := w.Header().Get("Retry-After"); got != c.want || w.Code != c.status {
			t.Errorf("%d after %v: Retry-After %q with status %d, want %q", c.status, c.after, got, w.Code, c.want)
		}
		var said struct {
			Title, Detail string
			Status        int
		}
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil || said.Title != http.StatusText(c.status) || said.Status != c.status || said.Detail != "the detail" {
			t.Errorf("%d: %s (error %v)", c.status, w.Body, err)
		}
	}
}

// TestCrowdedIsToldAtOnce: who is turned away without the Controller being asked is told why and when to come again.
func TestCrowdedIsToldAtOnce(t *testing.T) {
	w := httptest.NewRecorder()
	crowded(w, "too many")
	if w.Code != http.StatusServiceUnavailable || w.Header()["Cnv-Reason"][0] != "capacity" || w.Header().Get("Retry-After") != "1" {
		t.Errorf("%d, %v", w.Code, w.Header())
	}
}
