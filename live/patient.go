package live

import (
	"io"
	"net/http"
	"os"
	"sync"
	"time"
)

// A body, of a request or an answer, may take begin, and a second more for each slowest bytes that have
// come: it costs room, and who sends it drop by drop keeps others out.
const (
	begin   = 20 * time.Second
	slowest = 16 << 10 // bytes per second
)

// A patient reader of a body gives up when nothing comes for too long, or too
// little: waiting for the client counts, what a worker makes it wait does not.
type patient struct {
	r       io.Reader
	control *http.ResponseController
	idle    time.Duration // longest pause; 0: any
	most    time.Duration // for all that is held, if that is less; 0: no other bound
	came    int64
	waited  time.Duration

	mu      sync.Mutex
	until   time.Time // the deadline that is set; zero: none is
	late    bool      // the client was too slow
	stopped bool
}

func newPatient(w http.ResponseWriter, r *http.Request, idle, most time.Duration) *patient {
	return &patient{r: r.Body, control: http.NewResponseController(w), idle: idle, most: most}
}

// left is how long may be waited for the next bytes.
func (p *patient) left() time.Duration {
	all := begin + time.Duration(p.came)*time.Second/slowest
	if p.most > 0 {
		all = min(all, p.most)
	}
	return min(p.idle, all-p.waited)
}

func (p *patient) Read(b []byte) (int, error) {
	if p.idle <= 0 {
		return p.r.Read(b)
	}
	began := time.Now()
	if err := p.arm(began); err != nil {
		return 0, err
	}
	n, err := p.r.Read(b)
	p.waited += time.Since(began)
	p.came += int64(n)
	if err != nil {
		p.disarm(err)
	}
	return n, err
}

// arm sets the deadline of the next bytes, not for every piece.
func (p *patient) arm(now time.Time) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := p.left()
	switch until := now.Add(left); {
	case p.stopped:
		return os.ErrDeadlineExceeded
	case left <= 0:
		p.late = true
		return os.ErrDeadlineExceeded
	case until.Before(p.until) || until.Sub(p.until) > p.idle/8:
		if p.control.SetReadDeadline(until) == nil {
			p.until = until
		}
	}
	return nil
}

// disarm ends with the body, which its deadline must not outlive.
func (p *patient) disarm(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case isTimeout(err):
		p.late = !p.stopped
	case err == io.EOF && !p.until.IsZero() && !p.stopped:
		_ = p.control.SetReadDeadline(time.Time{})
		p.until = time.Time{}
	}
}

// stop makes whoever reads give up.
func (p *patient) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	_ = p.control.SetReadDeadline(time.Unix(1, 0))
}

// tooLate says whether the client was too slow. net/http says that it has left,
// before Read returns, so the deadline counts too.
func (p *patient) tooLate() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.late || !p.stopped && !p.until.IsZero() && !time.Now().Before(p.until)
}
