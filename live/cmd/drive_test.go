package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestDrive: the load of an experiment goes to a gateway that serves; every
// request arrives there once, and the client's numbers are written.
func TestDrive(t *testing.T) {
	t.Parallel()
	inMemory(t, func(t *testing.T, m *memory) {
		a, na := m.worker(t)
		b, nb := m.worker(t)
		file, out := write(t, experiment), t.TempDir()
		serve := m.begin(file, "--workers", a+","+b, "--serve", "--quiet", "--out", t.TempDir())
		defer serve.end()
		defer serve.stop()
		serve.wait(t, "gateway http://")
		at := regexp.MustCompile(`gateway http://([0-9.:]+),`).FindStringSubmatch(serve.text())
		if at == nil {
			t.Fatalf("%q", serve.text())
		}
		waitReady(t, m.client(10*time.Second), "http://"+at[1])
		before := na.Load() + nb.Load()
		code, text := m.run(file, "--address", at[1], "--out", out, "--seeds", "2")
		if code != exitDone {
			t.Fatalf("exit %d\n%s", code, text)
		}
		for _, want := range []string{"2 runs in real time; the gateway at " + at[1] + " decides by its own policy", "Cost, workers and scaling are not known here"} {
			if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
				t.Errorf("%q is not said:\n%s", want, text)
			}
		}
		rows := requests(t, filepath.Join(out, "tiny.client.csv"))
		if len(rows) != 2 || rows[0]["seed"] != "1" || rows[1]["seed"] != "2" {
			t.Fatalf("%v, want a row per seed", rows)
		}
		total := 0
		for _, r := range rows {
			value := func(name string) float64 {
				v, err := strconv.ParseFloat(r[name], 64)
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				return v
			}
			total += int(value("requests"))
			if value("requests") != value("answered") || value("sent") != value("answered") || value("dropped") != 0 || value("requests") < 150 {
				t.Errorf("%v: want all of some 200 answered", r)
			}
			// 100/s of 5 ms, exponential: the median is 3.5 ms of work, and the network and the timers take no time
			if p50 := value("response_p50_s"); p50 < 0.002 || p50 > 0.005 || value("lag_p99_s") != 0 || value("response_p99_s") < p50 {
				t.Errorf("%v: response times or lag are not those of 5 ms of sleep", r)
			}
		}
		if n := int(na.Load() + nb.Load() - before); n != total {
			t.Errorf("%d requests reached the workers, want %d", n, total)
		}
	})
}

// TestDriveRefused: what a client of a gateway cannot do.
func TestDriveRefused(t *testing.T) {
	file := write(t, experiment)
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--target", "gateway"}, 2, "want HOST:PORT of the gateway"},
		{[]string{"--address", "127.0.0.1:1"}, 1, "nobody serves at 127.0.0.1:1: start a gateway with live "},
		{[]string{"--address", "127.0.0.1:1", "--dry-run"}, 0, "1 run in real time, sent to the gateway at 127.0.0.1:1. Nothing was started."},
		{[]string{"--address", "127.0.0.1:1", "--journal"}, 2, "where the gateway is started"},
		{[]string{"--address", "127.0.0.1:1", "--target", "local"}, 2, "for --target gateway"},
		{[]string{"--address", "127.0.0.1:1", "--workload", "x"}, 2, `no workload "x": there are steady`},
	} {
		out := t.TempDir()
		var errs bytes.Buffer
		if code := command(append([]string{file, "--out", out}, c.args...), &errs, &errs); code != c.code || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v: exit %d, want %d with %q:\n%s", c.args, code, c.code, c.says, errs.String())
		}
		if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
			t.Errorf("%v: left %v, %v", c.args, left, err)
		}
	}
}
