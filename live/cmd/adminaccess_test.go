package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// certificate makes one for 127.0.0.1.
func certificate(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: bare}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// TestAdminBeyondLoopback: with a token and TLS the admin pages are served to
// others, who need the token; and the token is written nowhere.
func TestAdminBeyondLoopback(t *testing.T) {
	t.Parallel()
	dir, out := t.TempDir(), t.TempDir()
	cert, key := certificate(t, dir)
	const token = "a-token-that-nobody-would-guess-4711"
	file := filepath.Join(dir, "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, write(t, rise), "--serve", "--out", out, "--journal", "--log", "debug", "--worker", workerProgram(t),
		"--admin", "127.0.0.1:0", "--admin-token", file, "--admin-cert", cert, "--admin-key", key)
	cmd.Env = append(os.Environ(), "TMPDIR="+t.TempDir())
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Signal(syscall.SIGKILL)
	line := make([]byte, 400)
	n, _ := stdout.Read(line)
	url := regexp.MustCompile(`https://\S+`).FindString(string(line[:n]))
	if url == "" {
		t.Fatalf("no address of the admin pages in %q", line[:n])
	}
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
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
	cmd.Process.Signal(syscall.SIGTERM)
	go io.Copy(io.Discard, stdout)
	cmd.Wait()
	if strings.Contains(log.String(), token) {
		t.Error("the token is in the log")
	}
	nothingSecret(t, out, token)
}

// TestAdminRefused: half an access is none.
func TestAdminRefused(t *testing.T) {
	dir := t.TempDir()
	cert, key := certificate(t, dir)
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
		{[]string{"--admin", "127.0.0.1:0", "--admin-token", short}, "want all of --admin-token"},
		{[]string{"--admin", "0.0.0.0:0", "--admin-token", short, "--admin-cert", cert, "--admin-key", key}, "has 6 characters, want 32"},
		{[]string{"--admin", "0.0.0.0:0", "--admin-token", key, "--admin-cert", short, "--admin-key", key}, "--admin-cert, --admin-key"},
		{[]string{"--admin", "9000"}, "want HOST:PORT"},
	} {
		var out, errs bytes.Buffer
		args := append(append([]string{write(t, experiment), "--out", t.TempDir()}, worker...), c.args...)
		if code := run(args, &out, &errs); code != 2 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v: exit %d, want 2 with %q:\n%s", c.args, code, c.says, errs.String())
		}
	}
}
