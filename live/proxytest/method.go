package proxytest

// methodCases: what a proxy need not understand, it passes on.
func methodCases() []Case {
	const section = "RFC 9110, 9.1"
	var all []Case
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "M-SEARCH", "QUERY", "get"} {
		all = append(all, Case{"method/" + m, section, "the method is passed on as it is, with its body", func(t *trial) { methodKept(t, m) }})
	}
	return append(all,
		Case{"method/TRACE", "RFC 9110, 9.3.8", "TRACE is passed on without a body, or refused", methodTrace},
		Case{"method/malformed", "RFC 9110, 5.6.2", "a method that is no token is refused", func(t *trial) { t.refused(head("GE(T / HTTP/1.1", "Host: h")) }},
		Case{"method/options-asterisk", "RFC 9112, 3.2.4", "OPTIONS * is answered, or passed on as it is", methodAsterisk},
		Case{"method/max-forwards-0", "RFC 9110, 7.6.2", "OPTIONS that may not be forwarded is not", methodMaxForwards0},
		Case{"method/max-forwards", "RFC 9110, 7.6.2", "Max-Forwards of OPTIONS is counted down", methodMaxForwards},
	)
}

func methodKept(t *trial, m string) {
	q, a := t.pass(head(m+" /m HTTP/1.1", "Host: h", "Content-Length: 5")+"hello", Echo())
	if q.Method != m || string(q.Body) != "hello" || a.Status != 200 {
		t.errorf("the backend was sent %s with %q; the client got %s", q.Method, q.Body, a)
	}
}

func methodTrace(t *trial) {
	b, proxy := t.front(Echo())
	a := t.fetch(proxy, head("TRACE / HTTP/1.1", "Host: h"))
	for _, q := range b.Requests() {
		if q.Method != "TRACE" || len(q.Body) > 0 {
			t.errorf("the backend was sent %s with %q", q.Method, q.Body)
		}
	}
	if a.Err != nil || len(b.Requests()) == 0 && a.Status != 405 && a.Status != 501 {
		t.errorf("the client got %s", a)
	}
}

func methodAsterisk(t *trial) {
	b, proxy := t.front(Echo())
	a := t.fetch(proxy, head("OPTIONS * HTTP/1.1", "Host: h"))
	if a.Err != nil || a.Status >= 500 && a.Status != 501 {
		t.errorf("the client got %s", a)
	}
	for _, q := range b.Requests() {
		if q.Method != "OPTIONS" || q.Target != "*" {
			t.errorf("the backend was sent %s %s, want OPTIONS *", q.Method, q.Target)
		}
	}
}

func methodMaxForwards0(t *trial) {
	b, proxy := t.front(Echo())
	a := t.fetch(proxy, head("OPTIONS / HTTP/1.1", "Host: h", "Max-Forwards: 0"))
	if n := len(b.Requests()); n != 0 || a.Err != nil {
		t.errorf("%d requests were forwarded, want none; the client got %s", n, a)
	}
}

func methodMaxForwards(t *trial) {
	q, _ := t.pass(head("OPTIONS / HTTP/1.1", "Host: h", "Max-Forwards: 5"), Echo())
	t.wantOne(q.Header, "Max-Forwards", "4")
}
