package spot

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// TestWatch: nothing for a while, an outage, then a notice, always with a token.
func TestWatch(t *testing.T) {
	want := time.Date(2026, 11, 23, 19, 2, 0, 0, time.UTC)
	var asked atomic.Int32
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /latest/api/token", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Aws-Ec2-Metadata-Token-Ttl-Seconds") == "" {
			t.Error("a token without a time to live was asked for")
		}
		io.WriteString(w, "secret")
	})
	mux.HandleFunc("GET /latest/meta-data/spot/instance-action", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Aws-Ec2-Metadata-Token") != "secret" {
			t.Error("asked without the token")
		}
		switch asked.Add(1) {
		case 1:
			http.NotFound(w, r)
		case 2:
			http.Error(w, "down", http.StatusServiceUnavailable)
		case 3:
			io.WriteString(w, "not JSON")
		default:
			io.WriteString(w, `{"action":"terminate","time":"2026-11-23T19:02:00Z"}`)
		}
	})
	s := httptest.NewServer(mux)
	defer s.Close()
	at, ok := Watch(t.Context(), http.DefaultClient, s.URL+"/", time.Millisecond)
	if !ok || !at.Equal(want) || asked.Load() != 4 {
		t.Errorf("%v, %v after %d questions; want %v after 4", at, ok, asked.Load(), want)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, ok := Watch(ctx, http.DefaultClient, "http://127.0.0.1:1", time.Millisecond); ok {
		t.Error("a notice from nowhere")
	}
}
