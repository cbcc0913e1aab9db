package live

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"cnv/policy"
)

// TestDecisionOfAnAnswer: an answer is told with the step that chose its last attempt, or
// rejected it; what delivers or cancels chooses nothing.
func TestDecisionOfAnAnswer(t *testing.T) {
	x := &exchange{todo: make(chan order, 8)}
	cancelled := 0
	for n := range uint8(2) {
		x.attempts = append(x.attempts, &attempt{x: x, n: n, cancel: func(error) { cancelled++ }})
	}
	for _, c := range []struct {
		kind policy.CommandKind
		step uint64
		want uint64
	}{{policy.Reject, 7, 7}, {policy.Cancel, 8, 7}, {policy.Deliver, 9, 7}, {policy.Reject, 10, 10}} {
		x.command(&policy.Command{Kind: c.kind, Attempt: 1, N: 1}, c.step)
		if x.decision != c.want {
			t.Errorf("%v at step %d: decided at step %d, want %d", c.kind, c.step, x.decision, c.want)
		}
	}
	if len(x.todo) != 3 || cancelled != 1 {
		t.Errorf("%d orders and %d attempts cancelled, want 3 and 1", len(x.todo), cancelled)
	}
}

// A deadlined is an answer's writer that counts how often a deadline of reading is set.
type deadlined struct {
	http.ResponseWriter
	set int
}

func (d *deadlined) SetReadDeadline(time.Time) error { d.set++; return nil }

// TestDeadlinesAreNotSetForEveryPiece: pieces that come within an eighth of the longest
// pause share a deadline, which is taken back at the end of the body.
func TestDeadlinesAreNotSetForEveryPiece(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &deadlined{ResponseWriter: httptest.NewRecorder()}
		p := newPatient(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", 100))), 8*time.Second, 0)
		for i := range 100 {
			if n, err := p.Read(make([]byte, 1)); n != 1 || err != nil {
				t.Fatalf("piece %d: %d, %v", i, n, err)
			}
			time.Sleep(100 * time.Millisecond) // ten pieces in an eighth of 8 s
		}
		if w.set < 9 || w.set > 11 {
			t.Errorf("the deadline of 100 pieces in 10 s was set %d times, want some 10", w.set)
		}
		before := w.set
		if _, err := p.Read(make([]byte, 1)); err != io.EOF || w.set < before+1 || !p.until.IsZero() {
			t.Errorf("at the end: %v, deadline %v set %d times more, want none left", err, p.until, w.set-before)
		}
	})
}

// TestPatienceEnds: a client that has been waited for as long as may be is not read from.
func TestPatienceEnds(t *testing.T) {
	p := newPatient(&deadlined{ResponseWriter: httptest.NewRecorder()}, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("x")), time.Minute, time.Second)
	p.waited = time.Second
	if n, err := p.Read(make([]byte, 1)); n != 0 || err != os.ErrDeadlineExceeded || !p.tooLate() {
		t.Errorf("%d bytes, %v, too late %v; want none, and the deadline exceeded", n, err, p.tooLate())
	}
}

// TestWhatIsLostIsLogged: the loss of a worker and a termination that fails are said, with
// the instance; an end that was wanted is not.
func TestWhatIsLostIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer
		cl := newCloud()
		c := newCrew(t, cl, nil, 3)
		c.fleet.mu.Lock()
		c.fleet.o.Log = slog.New(slog.NewTextHandler(&said, nil))
		c.fleet.mu.Unlock()
		time.Sleep(30 * time.Second)
		c.want("all are ready", 0, 3)
		lines := func(text string) int {
			synctest.Wait()
			c.fleet.mu.Lock()
			defer c.fleet.mu.Unlock()
			return strings.Count(said.String(), text)
		}
		cl.mu.Lock()
		for id := range cl.servers {
			cl.servers[id].Close()
			break
		}
		cl.stubborn = 2
		cl.mu.Unlock()
		time.Sleep(time.Minute)
		c.want("one is lost", 0, 2)
		if n := lines("worker lost"); n != 1 {
			t.Errorf("%d lines of lost workers, want 1:\n%s", n, said.String())
		}
		if n := lines("termination failed, tried again later"); n != 2 {
			t.Errorf("%d lines of failed terminations, want 2:\n%s", n, said.String())
		}
		var id policy.WorkerID
		c.brain.Do(func(ctrl *policy.Controller) { id = ctrl.View().Ready()[0] })
		c.fleet.Execute(policy.Command{Kind: policy.Terminate, Worker: id})
		time.Sleep(time.Minute)
		if n := lines("worker lost"); n != 1 {
			t.Errorf("%d lines of lost workers after one that was to end:\n%s", n, said.String())
		}
		c.close()
	})
}
