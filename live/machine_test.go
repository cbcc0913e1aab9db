package live

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"cnv/live/clock"
)

// A machine is a worker of one core in virtual time, first come, first
// served or sharing its processor.
type machine struct {
	ps   bool
	slow clock.Slow
	mu   sync.Mutex
	jobs []*spinning // in order of arrival
	last time.Time
	next *time.Timer
	hung bool
	sick bool
	busy time.Duration // that its core was busy, up to last
}

// A spinning is a request under way.
type spinning struct {
	left time.Duration
	done chan struct{}
}

func (m *machine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m.isHung() {
		<-r.Context().Done()
		return
	}
	switch r.URL.Path {
	case "/readyz":
		return
	case "/telemetry":
		m.report(w)
		return
	}
	if m.isSick() {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	us, _ := strconv.ParseInt(r.URL.Query().Get("us"), 10, 64)
	j := &spinning{left: m.slow.Real(time.Duration(us) * time.Microsecond), done: make(chan struct{})}
	m.change(func() { m.jobs = append(m.jobs, j) })
	select {
	case <-j.done:
		w.Header().Set("Cnv-Cpu-Us", fmt.Sprint(us))
		w.Write([]byte("ok"))
	case <-r.Context().Done():
		m.change(func() { m.jobs = slices.DeleteFunc(m.jobs, func(k *spinning) bool { return k == j }) })
	}
}

// report tells how busy the core was, after the least time there is: what is
// decided at the same instant does not know it, as in the simulator.
func (m *machine) report(w http.ResponseWriter) {
	m.mu.Lock()
	now, used := time.Now(), m.busy
	if len(m.jobs) > 0 {
		used += now.Sub(m.last)
	}
	m.mu.Unlock()
	time.Sleep(time.Nanosecond)
	fmt.Fprintf(w, `{"cpu":0.123,"cpu_used_s":%.9f,"cpu_capacity_s":%.9f}`, used.Seconds(), now.Sub(longAgo).Seconds())
}

// longAgo is before the time of synctest begins.
var longAgo = time.Date(1999, 12, 31, 0, 0, 0, 0, time.UTC)

func (m *machine) isHung() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.hung
}

func (m *machine) isSick() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sick
}

func (m *machine) be(sick bool) { m.change(func() { m.sick = sick }) }

func (m *machine) hang() { m.change(func() { m.hung = true }) }

// share is by how many jobs the core is shared, and which of them.
func (m *machine) share() (int, []*spinning) {
	n := len(m.jobs)
	if !m.ps {
		n = min(n, 1)
	}
	return n, m.jobs[:n]
}

// change brings the jobs up to now, changes them, and sets the timer for the
// next that ends.
func (m *machine) change(f func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	if n, jobs := m.share(); n > 0 && !m.hung {
		m.busy += now.Sub(m.last)
		each := now.Sub(m.last) / time.Duration(n)
		for _, j := range jobs {
			j.left -= each
		}
	}
	m.last = now
	f()
	for i := 0; i < len(m.jobs); i++ {
		if j := m.jobs[i]; j.left <= 0 {
			close(j.done)
			m.jobs = slices.Delete(m.jobs, i, i+1)
			i--
		}
	}
	if m.next != nil {
		m.next.Stop()
	}
	n, jobs := m.share()
	if n == 0 || m.hung {
		return
	}
	least := jobs[0].left
	for _, j := range jobs {
		least = min(least, j.left)
	}
	m.next = time.AfterFunc(least*time.Duration(n), func() { m.change(func() {}) })
}
