package admin

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// An Access decides who may see and use the admin pages: those who know a token,
// as "Authorization: Bearer TOKEN" or by a cookie that the page of a browser gets
// for it. On loopback all may see them. The token itself is kept nowhere.
type Access struct {
	loopback bool

	token, session [sha256.Size]byte

	mu    sync.Mutex
	wrong []time.Time // of the last minute
}

// LeastToken is how long a token must be, bytes.
const LeastToken = 32

// mostWrong tokens are taken in a minute; then nobody can log in until one of
// them is a minute old. A right one in a header is always taken.
const mostWrong = 10

const cookieName = "cnv_session"

// sessionTime is how long a browser need not be asked again.
const sessionTime = 12 * time.Hour

// NewAccess takes a token.
func NewAccess(token string) (*Access, error) {
	if token = strings.TrimSpace(token); len(token) < LeastToken {
		return nil, fmt.Errorf("the token has %d characters, want %d at least, such as those of: openssl rand -hex 32", len(token), LeastToken)
	}
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("cnv admin session"))
	return &Access{token: sha256.Sum256([]byte(token)), session: [sha256.Size]byte(mac.Sum(nil))}, nil
}

// OnLoopback lets all who reach the pages see them, which is this machine's users,
// and programs; but change nothing without the token.
func (a *Access) OnLoopback() *Access {
	a.loopback = true
	return a
}

// NewToken is a token that nobody can guess.
func NewToken() string { return rand.Text() + rand.Text() }

// right says whether this is the token, in a time that does not tell.
func (a *Access) right(token string) bool {
	sum := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(sum[:], a.token[:]) == 1
}

// known says whether a request comes from somebody who knows the token.
func (a *Access) known(r *http.Request) bool {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return a.right(strings.TrimSpace(token))
	}
	c, err := r.Cookie(cookieName)
	if err != nil {
		return false
	}
	given, err := hex.DecodeString(c.Value)
	return err == nil && subtle.ConstantTimeCompare(given, a.session[:]) == 1
}

//go:embed login.html
var loginPage []byte

// guard lets those in who know the token. Probes of health are for all.
func (a *Access) guard(next http.Handler) http.Handler {
	protected := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		switch {
		case r.URL.Path == "/healthz" || r.URL.Path == "/readyz":
			next.ServeHTTP(w, r)
		case r.URL.Path == "/login" && r.Method == http.MethodPost:
			http.NewCrossOriginProtection().Handler(http.HandlerFunc(a.login)).ServeHTTP(w, r)
		case a.known(r):
			protected.ServeHTTP(w, r)
		case r.Header.Get("Authorization") != "" && !a.patient():
			tooMany(w)
		case r.URL.Path == "/" && r.Method == http.MethodGet:
			a.ask(w, http.StatusUnauthorized)
		default:
			w.Header().Set("WWW-Authenticate", `Bearer realm="cnv"`)
			http.Error(w, "send the token: Authorization: Bearer TOKEN", http.StatusUnauthorized)
		}
	})
}

// guardChanges lets those change something who send the token; reading is for all
// on this machine.
func (a *Access) guardChanges(next http.Handler) http.Handler {
	return sameOrigin(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && !a.known(r) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="cnv"`)
			http.Error(w, "changes want the token: Authorization: Bearer TOKEN, which live --serve keeps in the file that it prints, or takes from --admin-token FILE", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	}))
}

// ask shows the page that asks for the token.
func (a *Access) ask(w http.ResponseWriter, status int) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(loginPage) // a reader that has gone needs no answer
}

// login gives a browser its cookie.
func (a *Access) login(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4<<10)
	if !a.patientFor(r.PostFormValue("token")) {
		tooMany(w)
		return
	}
	if !a.right(strings.TrimSpace(r.PostFormValue("token"))) {
		a.ask(w, http.StatusForbidden)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: hex.EncodeToString(a.session[:]), Path: "/", MaxAge: int(sessionTime / time.Second),
		HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode,
	})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// patientFor says whether a token may be tried; a wrong one is counted.
func (a *Access) patientFor(token string) bool {
	if a.right(strings.TrimSpace(token)) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.forget()
		return len(a.wrong) < mostWrong
	}
	return a.patient()
}

// patient counts a wrong token, and says whether there were not too many.
func (a *Access) patient() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.forget()
	if len(a.wrong) >= mostWrong {
		return false
	}
	a.wrong = append(a.wrong, time.Now())
	return true
}

// forget drops what is a minute old; a.mu is held.
func (a *Access) forget() {
	for len(a.wrong) > 0 && time.Since(a.wrong[0]) > time.Minute {
		a.wrong = a.wrong[1:]
	}
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "60")
	http.Error(w, "too many wrong tokens: wait a minute", http.StatusTooManyRequests)
}
