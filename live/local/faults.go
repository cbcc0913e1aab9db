package local

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"cnv/live/local/ec2"
)

// A Fault is something that goes wrong. Times count from Start.
type Fault struct {
	// Action is the call that fails ("RunInstances", "Invoke", "PutItem",
	// "BatchWriteItem", ...); "kill" ends the worker that has run longest;
	// "zone" leaves the zone named in Code without capacity.
	Action string
	Code   string        // the error: "InsufficientInstanceCapacity", "TooManyRequestsException", ...
	From   time.Duration // from when on
	To     time.Duration // until when; 0: for ever
	Next   int           // only so many calls; 0: all of the time
}

type faults struct {
	mu    sync.Mutex
	start time.Time
	all   []Fault
	used  []int
}

func newFaults(all []Fault) *faults {
	return &faults{start: time.Now(), all: all, used: make([]int, len(all))}
}

// strike says whether a call fails now, and how.
func (f *faults) strike(action string) (code string, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := time.Since(f.start)
	for i, x := range f.all {
		if x.Action != action || at < x.From || x.To > 0 && at >= x.To || x.Next > 0 && f.used[i] >= x.Next {
			continue
		}
		f.used[i]++
		return x.Code, true
	}
	return "", false
}

// room says whether a zone has capacity.
func (f *faults) room(_, zone string, _ bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	at := time.Since(f.start)
	for _, x := range f.all {
		if x.Action == "zone" && x.Code == zone && at >= x.From && (x.To == 0 || at < x.To) {
			return false
		}
	}
	return true
}

// kill ends workers when it is time.
func (f *faults) kill(ctx context.Context, c *ec2.Cloud) {
	for _, x := range f.all {
		if x.Action != "kill" {
			continue
		}
		select {
		case <-time.After(time.Until(f.start.Add(x.From))):
			c.Kill("")
		case <-ctx.Done():
			return
		}
	}
}

// status is the HTTP status of an error code.
func status(code string) int {
	switch {
	case code == "TooManyRequestsException":
		return http.StatusTooManyRequests
	case strings.HasPrefix(code, "Internal"), strings.HasPrefix(code, "Service"):
		return http.StatusInternalServerError
	}
	return http.StatusBadRequest
}
