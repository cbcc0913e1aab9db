package main

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"cnv/live/run/runtest"
)

// TestAdminBeyondLoopback: with a token and TLS the admin pages are served to
// others, who need the token; and the token is written nowhere.
func TestAdminBeyondLoopback(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		dir, out := t.TempDir(), t.TempDir()
		cert, key := runtest.Certificate(t, dir)
		const token = "a-token-that-nobody-would-guess-4711"
		file := filepath.Join(dir, "token")
		if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		gateway := m.begin(write(t, rise), "--serve", "--out", out, "--journal", "--log", "debug", "--worker", script(t),
			"--admin", "127.0.0.1:0", "--admin-token", file, "--admin-cert", cert, "--admin-key", key)
		gateway.wait(t, "https://")
		url := regexp.MustCompile(`https://\S+`).FindString(gateway.text())
		client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DialContext: m.Dial, DisableKeepAlives: true}}
		for _, c := range []struct {
			method, path, token string
			status              int
		}{{"GET", "/status", "", 401}, {"GET", "/status", token, 200}, {"POST", "/pause", "wrong", 401}, {"POST", "/pause", token, 200}, {"GET", "/", "", 401}, {"GET", "/healthz", "", 200}} {
			r, _ := http.NewRequest(c.method, url+c.path, nil)
			if c.token != "" {
				r.Header.Set("Authorization", "Bearer "+c.token)
			}
			a, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, a.Body)
			a.Body.Close()
			if a.StatusCode != c.status {
				t.Errorf("%s %s with %q: %d, want %d", c.method, c.path, c.token, a.StatusCode, c.status)
			}
		}
		gateway.wait(t, "end it with Ctrl-C")
		gateway.stop()
		gateway.end()
		if strings.Contains(gateway.text(), token) {
			t.Error("the token is in what was said")
		}
		nothingSecret(t, out, token)
	})
}

// TestAdminOnLoopback: all may look; who changes something sends the token that
// was printed, or the one of a file, which is printed nowhere.
func TestAdminOnLoopback(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		a, _ := m.worker(t)
		b, _ := m.worker(t)
		own := strings.Repeat("0123456789abcdef", 2)
		file := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(file, []byte(own+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{nil, {"--admin-token", file}} {
			gateway := m.begin(append([]string{write(t, experiment), "--workers", a + "," + b, "--serve", "--out", t.TempDir()}, args...)...)
			defer gateway.end()
			defer gateway.stop()
			gateway.wait(t, "end it with Ctrl-C")
			line := gateway.printed.text()
			url, token := regexp.MustCompile(`admin pages (http://\S+)`).FindStringSubmatch(line), own
			if args == nil {
				m := regexp.MustCompile(`curl -X POST -H "Authorization: Bearer \$\(cat (\S+)\)" (http://\S+)/pause`).FindStringSubmatch(line)
				if m == nil || m[2] != url[1] {
					t.Fatalf("no file of the token in %q, of pages at %v", line, url)
				}
				token = secret(t, m[1])
				if strings.Contains(line, token) {
					t.Error("the token itself is printed")
				}
			}
			for _, c := range []struct {
				method, path, token string
				status              int
			}{{"GET", "/status", "", 200}, {"GET", "/", "", 200}, {"POST", "/pause", "", 401}, {"POST", "/pause", token[1:], 401}, {"POST", "/pause", token, 200},
				{"GET", "/debug/pprof/heap", "", 401}, {"GET", "/debug/pprof/heap", token, 200}} {
				r, _ := http.NewRequest(c.method, url[1]+c.path, nil)
				if c.token != "" {
					r.Header.Set("Authorization", "Bearer "+c.token)
				}
				answer, err := m.client(10 * time.Second).Do(r)
				if err != nil {
					t.Fatal(err)
				}
				text, _ := io.ReadAll(answer.Body)
				answer.Body.Close()
				if answer.StatusCode != c.status || bytes.Contains(text, []byte(token)) {
					t.Errorf("%v: %s %s with %q: %d, want %d, without the token in the answer", args, c.method, c.path, c.token, answer.StatusCode, c.status)
				}
			}
		}
	})
}

// TestAdminRefused: half an access is none.
func TestAdminRefused(t *testing.T) {
	dir := t.TempDir()
	cert, key := runtest.Certificate(t, dir)
	short := filepath.Join(dir, "short")
	if err := os.WriteFile(short, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	worker := []string{"--target", "static", "--workers", "127.0.0.1:1,127.0.0.1:2"}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"--admin", "0.0.0.0:0"}, "want all of --admin-token"},
		{[]string{"--admin", "0.0.0.0:0", "--admin-token", short}, "want all of --admin-token"},
		{[]string{"--admin", "127.0.0.1:0", "--admin-token", short}, "has 6 characters, want 32"},
		{[]string{"--admin", "127.0.0.1:0", "--admin-cert", cert}, "want all of --admin-token"},
		{[]string{"--admin", "0.0.0.0:0", "--admin-token", short, "--admin-cert", cert, "--admin-key", key}, "has 6 characters, want 32"},
		{[]string{"--admin", "0.0.0.0:0", "--admin-token", key, "--admin-cert", short, "--admin-key", key}, "--admin-cert, --admin-key"},
		{[]string{"--admin", "9000"}, "want HOST:PORT"},
	} {
		var out, errs bytes.Buffer
		args := append(append([]string{write(t, experiment), "--out", t.TempDir()}, worker...), c.args...)
		if code := command(args, &out, &errs); code != 2 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v: exit %d, want 2 with %q:\n%s", c.args, code, c.says, errs.String())
		}
	}
}

// secret reads a file that only its user may read.
func secret(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	info, serr := os.Stat(file)
	if err != nil || serr != nil || info.Mode().Perm() != 0o600 || len(text) < 32 {
		t.Fatalf("%s: %q, %v, mode %v, want a secret of mode 600", file, text, err, info.Mode())
	}
	return strings.TrimSpace(string(text))
}
