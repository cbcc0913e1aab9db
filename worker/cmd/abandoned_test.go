package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"cnv/internal/testtime"
	"cnv/worker/pictures"
	"cnv/worker/scenes"
)

// long is a request of each kernel that takes seconds.
func long(t *testing.T) map[string]string {
	t.Helper()
	picture, err := pictures.File("jpeg", pictures.Fractal, 2000, 1500, 1)
	if err != nil {
		t.Fatal(err)
	}
	large, err := pictures.File("jpeg", pictures.Fractal, 2800, 2100, 1) // enhancing is faster
	if err != nil {
		t.Fatal(err)
	}
	scene, err := json.Marshal(map[string]string{"scene": scenes.Field(200, 1).Text})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"spin?ms=60000":  "",
		"sleep?ms=60000": "",
		"raytracer?scols=4000&srows=4000&wcols=4000&wrows=4000&coff=0&roff=0&aa=true": string(scene),
		"blurimage?radius=127":    string(picture),
		"enhanceimage?radius=127": string(large),
	}
}

// A leaver sends requests and leaves.
func leaver(t *testing.T, url, body string) (leave func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	left := make(chan struct{})
	go func() {
		defer close(left)
		r, _ := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
		if _, err := http.DefaultClient.Do(r); !errors.Is(err, context.Canceled) {
			t.Errorf("%s was answered, or failed: %v", url, err)
		}
	}()
	return func() { cancel(); <-left }
}

// TestWorkStopsWhenItsClientLeaves measures what the simulator's key abandoned
// has as its default: of a client that leaves, a real worker ends the work in
// service, and does none in line.
func TestWorkStopsWhenItsClientLeaves(t *testing.T) {
	cmd, _ := command(t, nil, "--listen=127.0.0.1:0", "--concurrency=1", "--queue=5")
	url := "http://" + start(t, cmd).Address
	inside := func(want string) {
		t.Helper()
		testtime.Until(t, want+" in the telemetry", func() bool {
			_, _, text := get(t, url+"/telemetry")
			return strings.Contains(text, want)
		})
	}
	for path, body := range long(t) {
		inService := leaver(t, url+"/"+path, body)
		inside(`"in_flight":1`)
		inLine := leaver(t, url+"/"+path, body)
		inside(`"queued":1`)
		time.Sleep(100 * time.Millisecond)
		inLine()
		inside(`"queued":0`)
		before, left := cpuOf(t, cmd.Process.Pid), time.Now()
		inService()
		inside(`"in_flight":0`)
		t.Logf("%s: over %v after its client left, and %v of CPU", strings.SplitN(path, "?", 2)[0], time.Since(left).Round(time.Millisecond), cpuOf(t, cmd.Process.Pid)-before)
		if status, _, _ := get(t, url+"/spin?ms=1"); status != http.StatusOK {
			t.Errorf("after %s: %d", path, status)
		}
	}
}

// cpuOf is the processor time that a process has used; 0 where /proc does not tell.
func cpuOf(t *testing.T, pid int) time.Duration {
	t.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	var ticks int
	for _, s := range f[11:13] { // utime and stime
		n, _ := strconv.Atoi(s)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
