//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A load is what is asked of a proxy: as fast as so many connections can, or
// at a fixed rate.
type load struct {
	name        string
	body        int // bytes of the request
	connections int // 0: open loop
	rate        float64
}

// A sample is one measurement.
type sample struct {
	cpu      float64 // of the proxy, microseconds per request
	p50, p99 float64 // microseconds
	rate     float64 // answers per second
}

// drive loads a proxy for so long.
func (l load) drive(ctx context.Context, p *proxy, long time.Duration) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, long)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 512, DisableCompression: true, WriteBufferSize: 64 << 10}}
	defer client.CloseIdleConnections()
	body := bytes.Repeat([]byte("x"), l.body)
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	one := func(due time.Time) {
		err := post(client, p.url+"/spin", body)
		mu.Lock()
		defer mu.Unlock()
		if err != nil && ctx.Err() == nil {
			failed = err
			cancel()
		}
		took = append(took, time.Since(due))
	}
	before, err := cpuOf(p.process.Pid)
	if err != nil {
		return sample{}, err
	}
	began := time.Now()
	if l.rate > 0 {
		l.open(ctx, began, one)
	} else {
		l.closed(ctx, one)
	}
	span := time.Since(began)
	after, err := cpuOf(p.process.Pid)
	if err != nil || failed != nil {
		return sample{}, fmt.Errorf("%w %w", failed, err)
	}
	slices.Sort(took)
	n := len(took)
	return sample{
		cpu: float64((after-before)/time.Nanosecond) / 1e3 / float64(n), rate: float64(n) / span.Seconds(),
		p50: float64(took[n/2]) / 1e3, p99: float64(took[n*99/100]) / 1e3,
	}, nil
}

// closed keeps so many connections busy.
func (l load) closed(ctx context.Context, one func(time.Time)) {
	var group sync.WaitGroup
	for range l.connections {
		group.Go(func() {
			for ctx.Err() == nil {
				one(time.Now())
			}
		})
	}
	group.Wait()
}

// open sends at even instants, whatever becomes of what was sent before.
func (l load) open(ctx context.Context, began time.Time, one func(time.Time)) {
	var group sync.WaitGroup
	for i := 0; ctx.Err() == nil; i++ {
		due := began.Add(time.Duration(float64(i) / l.rate * 1e9))
		time.Sleep(time.Until(due))
		group.Go(func() { one(due) })
	}
	group.Wait()
}

func post(c *http.Client, url string, body []byte) error {
	a, err := c.Post(url, "application/octet-stream", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if _, err := io.Copy(io.Discard, a.Body); err != nil {
		return err
	}
	if a.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", a.StatusCode)
	}
	return nil
}

// cpuOf is the CPU time of a process and its threads so far.
func cpuOf(pid int) (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	f := strings.Fields(rest)
	user, err := strconv.ParseInt(f[11], 10, 64)
	if err != nil {
		return 0, err
	}
	system, err := strconv.ParseInt(f[12], 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, err // USER_HZ is 100 on all of Linux
}
