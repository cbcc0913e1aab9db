package proxytest

import (
	"fmt"
	"sync"
)

// retryCases: what may be executed twice, and what must not.
func retryCases() []Case {
	const section = "RFC 9110, 9.2.2"
	all := []Case{
		{"retry/post-aborted", section, "a POST that a backend has read is not sent again", func(t *trial) { t.atMostOnce("POST", AbortBeforeHead(Close)) }},
		{"retry/post-reset", section, "so where the backend resets", func(t *trial) { t.atMostOnce("POST", AbortBeforeHead(Reset)) }},
		{"retry/patch-aborted", section, "nor is a PATCH", func(t *trial) { t.atMostOnce("PATCH", AbortBeforeHead(Close)) }},
		{"retry/post-mid-answer", section, "nor a POST whose answer breaks off", func(t *trial) { t.atMostOnce("POST", AbortMidBody(false, "0123456789", 5, Close)) }},
		{"retry/post-500", section, "nor one that failed", retry500},
		{"retry/post-idle-closed", section, "a POST on a connection that the backend is just closing runs at most once", func(t *trial) { retryIdle(t, "POST") }},
		{"retry/get-idle-closed", "RFC 9112, 9.3.1", "a GET there is answered", func(t *trial) { retryIdle(t, "GET") }},
		{"retry/bounded", section, "a GET that always breaks off is not repeated for ever", retryBounded},
	}
	for _, m := range []string{"GET", "HEAD", "OPTIONS"} {
		all = append(all, Case{
			"retry/" + m + "-kept-closed", "RFC 9112, 9.3.1",
			m + " without an answer on a kept connection is sent again on another", func(t *trial) { retryKept(t, m) },
		})
	}
	return all
}

// afterFirst does something with the second and later requests of a
// connection, and answers all others: connections come to be kept.
func afterFirst(does Behaviour) Behaviour {
	var seen sync.Map
	return func(x *Exchange) {
		if _, later := seen.LoadOrStore(x.Conn, true); later {
			does(x)
			return
		}
		Echo()(x)
	}
}

// atMostOnce warms a connection up and then sends a request to which the
// backend does something; wherever it goes, it must be executed once.
func (t *trial) atMostOnce(method string, does Behaviour) {
	b, proxy := t.front(func(x *Exchange) {
		if x.Target == "/warm" {
			Echo()(x)
			return
		}
		does(x)
	})
	k := t.dial(proxy)
	k.send(head("GET /warm HTTP/1.1", "Host: h"))
	t.got(k.answer("GET"), "/warm ")
	k.send(head(method+" /once HTTP/1.1", "Host: h", "X-Id: once", "Content-Length: 5") + "hello")
	if a := k.answer(method); a.Err == nil && a.Status/100 != 5 {
		t.errorf("the client got %s, want 502", a)
	}
	t.got(t.fetch(proxy, head("GET /warm HTTP/1.1", "Host: h")), "/warm ")
	if n := b.Executed("X-Id", "once"); n != 1 {
		t.errorf("%s was executed %d times, want once", method, n)
	}
}

func retry500(t *trial) {
	b, proxy := t.front(Sequence(Answer(503, "busy"), Echo()))
	a := t.fetch(proxy, post("hello", "X-Id: once", "Content-Length: 5"))
	if n := b.Executed("X-Id", "once"); n != 1 || a.Status != 503 {
		t.errorf("executed %d times, and the client got %s, want the first 503", n, a)
	}
}

// retryKept: the backend closes a kept connection instead of answering.
func retryKept(t *trial, method string) {
	b, proxy := t.front(afterFirst(AbortBeforeHead(Close)))
	k := t.dial(proxy)
	for i := range 3 {
		k.send(head(method+" /r HTTP/1.1", "Host: h", fmt.Sprintf("X-Id: %d", i)))
		if a := k.answer(method); a.Status != 200 || a.Err != nil {
			t.errorf("request %d: the client got %s, want 200", i, a)
		}
		if n := b.Executed("X-Id", fmt.Sprint(i)); n > 2 {
			t.errorf("request %d was sent %d times", i, n)
		}
	}
}

// idleRounds is how often the race between a request and the end of an idle
// connection is run.
const idleRounds = 30

// retryIdle: the backend closes connections right after its answers, without
// having said so.
func retryIdle(t *trial, method string) {
	b, proxy := t.front(func(x *Exchange) {
		Echo()(x)
		x.End(Close)
	})
	k := t.dial(proxy)
	for i := range idleRounds {
		id := fmt.Sprint(i)
		k.send(head(method+" /i HTTP/1.1", "Host: h", "X-Id: "+id, "Content-Length: 0"))
		a := k.answer(method)
		if a.Err != nil || a.Status != 200 && (method == "GET" || a.Status != 502 && a.Status != 503) {
			t.fatalf("round %d: the client got %s", i, a)
		}
		if n := b.Executed("X-Id", id); n > 1 && method != "GET" {
			t.errorf("round %d: executed %d times", i, n)
		}
	}
}

func retryBounded(t *trial) {
	b, proxy := t.front(AbortBeforeHead(Close))
	a := t.fetch(proxy, head("GET / HTTP/1.1", "Host: h", "X-Id: often"))
	if n := b.Executed("X-Id", "often"); n < 1 || n > 5 || a.Status/100 != 5 {
		t.errorf("executed %d times, want 1 to 5; the client got %s", n, a)
	}
}
