//go:build unix

// Package browsertest runs a page in a browser without a screen, for tests.
package browsertest

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"cnv/internal/judges"
)

// A Browser is headless Chromium with one page.
type Browser struct {
	Asked  []string // addresses that the page has loaded
	Errors []string // what its console has complained of

	to      *os.File
	from    *bufio.Reader
	n       int
	session string
}

type message struct {
	ID     int             `json:"id,omitempty"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
	Session string `json:"sessionId,omitempty"`
}

// Open opens a page so many pixels wide. See judges.Find for where
// Chromium is not.
func Open(t *testing.T, url string, width int) *Browser {
	t.Helper()
	program := judges.Find(t, "chromium", "Debian's chromium")
	in, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	from, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir())
	cmd.ExtraFiles = []*os.File{in, out}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	out.Close()
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
		to.Close()
		from.Close()
		time.Sleep(200 * time.Millisecond) // its helpers still write into its folder
	})
	_ = from.SetReadDeadline(time.Now().Add(90 * time.Second))
	b := &Browser{to: to, from: bufio.NewReader(from)}
	var target struct {
		ID string `json:"targetId"`
	}
	b.call(t, "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct {
		Session string `json:"sessionId"`
	}
	b.call(t, "Target.attachToTarget", map[string]any{"targetId": target.ID, "flatten": true}, &attached)
	b.session = attached.Session
	b.call(t, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call(t, "Network.enable", nil, nil)
	b.call(t, "Runtime.enable", nil, nil)
	b.call(t, "Log.enable", nil, nil)
	b.call(t, "Page.enable", nil, nil)
	b.call(t, "Page.navigate", map[string]any{"url": url}, nil)
	return b
}

// call sends a command and waits for its answer.
func (b *Browser) call(t *testing.T, method string, params map[string]any, result any) {
	t.Helper()
	b.n++
	text, err := json.Marshal(map[string]any{"id": b.n, "method": method, "params": params})
	if b.session != "" {
		text, err = json.Marshal(map[string]any{"id": b.n, "method": method, "params": params, "sessionId": b.session})
	}
	if err == nil {
		_, err = b.to.Write(append(text, 0))
	}
	for err == nil {
		var line []byte
		if line, err = b.from.ReadBytes(0); err != nil {
			break
		}
		var m message
		if err = json.Unmarshal(line[:len(line)-1], &m); err != nil {
			break
		}
		b.note(m)
		if m.ID != b.n {
			continue
		}
		if m.Error != nil {
			t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			err = json.Unmarshal(m.Result, result)
		}
		if err == nil {
			return
		}
	}
	t.Fatalf("%s: %v", method, err)
}

// note keeps what a message tells of the page.
func (b *Browser) note(m message) {
	var p struct {
		Request struct {
			URL string `json:"url"`
		} `json:"request"`
		Type  string `json:"type"`
		Entry struct {
			Level string `json:"level"`
		} `json:"entry"`
	}
	if len(m.Params) > 0 {
		_ = json.Unmarshal(m.Params, &p) // what does not fit is of another kind
	}
	switch {
	case m.Method == "Network.requestWillBeSent":
		b.Asked = append(b.Asked, p.Request.URL)
	case m.Method == "Runtime.exceptionThrown", m.Method == "Runtime.consoleAPICalled" && p.Type == "error", m.Method == "Log.entryAdded" && p.Entry.Level == "error":
		b.Errors = append(b.Errors, string(m.Params))
	}
}

// Text evaluates an expression that gives a string.
func (b *Browser) Text(t *testing.T, expression string) string {
	t.Helper()
	var r struct {
		Result struct {
			Value string `json:"value"`
		} `json:"result"`
	}
	b.call(t, "Runtime.evaluate", map[string]any{"expression": "String(" + expression + ")"}, &r)
	return r.Result.Value
}

// Wait waits until an expression is true.
func (b *Browser) Wait(t *testing.T, what, expression string) {
	t.Helper()
	for range 300 {
		if b.Text(t, expression) == "true" {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s: not within 30 s; the page says %s", what, b.Text(t, "document.body.innerText"))
}

// TooWide says that one has to scroll sideways to see all of the page.
func (b *Browser) TooWide(t *testing.T) bool {
	t.Helper()
	return b.Text(t, "document.documentElement.scrollWidth>document.documentElement.clientWidth") != "false"
}

// Picture takes a picture of the whole page, for people, if CNV_PICTURES names a
// folder.
func (b *Browser) Picture(t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("CNV_PICTURES")
	if dir == "" {
		return
	}
	var r struct {
		Data []byte `json:"data"`
	}
	var size struct {
		All struct {
			Width  float64 `json:"width"`
			Height float64 `json:"height"`
		} `json:"cssContentSize"`
	}
	b.call(t, "Page.getLayoutMetrics", nil, &size)
	b.call(t, "Page.captureScreenshot", map[string]any{"captureBeyondViewport": true,
		"clip": map[string]any{"x": 0, "y": 0, "width": size.All.Width, "height": size.All.Height, "scale": 1}}, &r)
	if err := os.WriteFile(filepath.Join(dir, name), r.Data, 0o644); err != nil {
		t.Fatal(err)
	}
}
