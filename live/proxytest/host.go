package proxytest

// hostCases: who the request is for.
func hostCases() []Case {
	const section = "RFC 9112, 3.2"
	all := []Case{
		{"host/kept", "RFC 9110, 7.2", "the Host that the client named is passed on", hostKept},
		{"host/absolute-form", "RFC 9112, 3.2.2", "the host of an absolute target wins over Host, and there is one of them", hostAbsolute},
	}
	for _, c := range []struct{ name, text string }{
		{"missing", head("GET / HTTP/1.1")},
		{"twice", head("GET / HTTP/1.1", "Host: a", "Host: b")},
		{"malformed", head("GET / HTTP/1.1", "Host: a b/c")},
	} {
		all = append(all, Case{"host/" + c.name, section, "a Host that is " + c.name + " is answered 400", func(t *trial) { t.refused(c.text) }})
	}
	return all
}

// refused sends a request that must be answered 4xx or 501 by the proxy.
func (t *trial) refused(text string) {
	b, proxy := t.front(Echo())
	a := t.fetch(proxy, text)
	if a.Status/100 != 4 && a.Status != 501 && a.Status != 505 {
		t.errorf("the client got %s, want a 4xx", a)
	}
	if n := len(b.Requests()); n != 0 {
		t.errorf("the backend saw %d requests, want none", n)
	}
}

func hostKept(t *trial) {
	q, _ := t.pass(head("GET / HTTP/1.1", "Host: Shop.Example:8080"), Echo())
	t.wantOne(q.Header, "Host", "Shop.Example:8080")
}

func hostAbsolute(t *trial) {
	b, proxy := t.front(Echo())
	a := t.fetch(proxy, head("GET http://other.example/x?y HTTP/1.1", "Host: h"))
	if a.Status/100 == 4 {
		return
	}
	all := b.Requests()
	if len(all) == 0 {
		t.errorf("the backend saw nothing; the client got %s", a)
		return
	}
	t.wantOne(all[0].Header, "Host", "other.example")
	if all[0].Target != "/x?y" {
		t.errorf("the backend was sent the target %q, want /x?y", all[0].Target)
	}
}
