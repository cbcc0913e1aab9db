package admin

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const secret = "0123456789abcdef0123456789abcdef"

func guarded(t *testing.T) http.Handler {
	t.Helper()
	a, err := NewAccess(" " + secret + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return a.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("inside " + r.Method)) }))
}

func ask(h http.Handler, method, path, form string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "https://gateway.example:9000"+path, strings.NewReader(form))
	if form != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAccess(t *testing.T) {
	h := guarded(t)
	bearer := "Bearer " + secret
	for _, c := range []struct {
		method, path string
		header       []string
		status       int
	}{
		{"GET", "/", nil, 401}, {"GET", "/metrics", nil, 401}, {"POST", "/pause", nil, 401}, {"GET", "/login", nil, 401},
		{"GET", "/healthz", nil, 200}, {"GET", "/readyz", nil, 200},
		{"GET", "/metrics", []string{"Authorization", bearer}, 200}, {"POST", "/pause", []string{"Authorization", bearer}, 200},
		{"GET", "/metrics", []string{"Authorization", bearer + "0"}, 401}, {"GET", "/metrics", []string{"Authorization", "Basic " + secret}, 401},
		{"GET", "/metrics", []string{"Cookie", cookieName + "=" + secret}, 401}, {"GET", "/metrics", []string{"Cookie", cookieName + "="}, 401},
		{"POST", "/pause", []string{"Authorization", bearer, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
	} {
		w := ask(h, c.method, c.path, "", c.header...)
		if w.Code != c.status {
			t.Errorf("%s %s %q: %d, want %d", c.method, c.path, c.header, w.Code, c.status)
		}
		if strings.Contains(w.Body.String()+w.Result().Header.Get("Set-Cookie"), secret) {
			t.Errorf("%s %s tells the token", c.method, c.path)
		}
	}
	if body := ask(h, "GET", "/", "").Body.String(); !strings.Contains(body, `type="password"`) || strings.Contains(body, "inside") {
		t.Errorf("a stranger gets %q", body)
	}
}

// TestLogin: a browser gives the token once and has a cookie for it that
// scripts and other sites cannot use.
func TestLogin(t *testing.T) {
	h := guarded(t)
	form := url.Values{"token": {secret}}.Encode()
	w := ask(h, "POST", "/login", form)
	cookies := w.Result().Cookies()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" || len(cookies) != 1 {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	c := cookies[0]
	if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || strings.Contains(c.Value, secret) {
		t.Errorf("%+v", c)
	}
	if w := ask(h, "POST", "/set?n=3", "", "Cookie", c.Name+"="+c.Value); w.Code != 200 || w.Body.String() != "inside POST" {
		t.Errorf("with the cookie: %d %s", w.Code, w.Body)
	}
	if w := ask(h, "POST", "/login", form, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("from another site: %d", w.Code)
	}
	if w := ask(h, "POST", "/login", "token="+strings.Repeat("x", 10_000)); w.Code != 403 {
		t.Errorf("a long one: %d", w.Code)
	}
}

// TestGuessing: who guesses has to wait; who knows the token and sends it in a
// header need not.
func TestGuessing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := guarded(t)
		status := map[int]int{}
		for range 30 {
			status[ask(h, "POST", "/login", "token=guess").Code]++
			status[ask(h, "GET", "/metrics", "", "Authorization", "Bearer guess").Code]++
		}
		if status[403]+status[401] != mostWrong || status[429] != 60-mostWrong {
			t.Errorf("%v", status)
		}
		form := url.Values{"token": {secret}}.Encode()
		if w := ask(h, "POST", "/login", form); w.Code != 429 || w.Header().Get("Retry-After") == "" {
			t.Errorf("the right one among the guesses: %d", w.Code)
		}
		if w := ask(h, "GET", "/metrics", "", "Authorization", "Bearer "+secret); w.Code != 200 {
			t.Errorf("the right one in a header: %d", w.Code)
		}
		time.Sleep(61 * time.Second)
		if w := ask(h, "POST", "/login", form); w.Code != http.StatusSeeOther {
			t.Errorf("a minute later: %d", w.Code)
		}
	})
}

func TestShortTokens(t *testing.T) {
	if _, err := NewAccess("short"); err == nil || !strings.Contains(err.Error(), "want 32") {
		t.Error(err)
	}
}
