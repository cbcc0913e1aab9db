package proxytest

import "bufio"

// upgradeCases: other protocols, and tunnels. A proxy may take part in an
// upgrade or take no notice of it; it must not do half of it.
func upgradeCases() []Case {
	return []Case{
		{"upgrade/websocket", "RFC 9110, 7.8", "an upgrade is done on both sides, refused, or ignored", upgradeWebsocket},
		{"upgrade/refused", "RFC 9110, 7.8", "a backend need not upgrade", upgradeRefused},
		{"upgrade/h2c", "RFC 9113, 3.1", "an upgrade to h2c is not passed on: it would open a tunnel past all rules", upgradeH2C},
		{"upgrade/h2c-later", "RFC 9113, 3.1", "nor in a list", func(t *trial) { upgradeNotPassed(t, "websocket, h2c") }},
		{"upgrade/connect", "RFC 9110, 9.3.6", "CONNECT is refused", func(t *trial) { upgradeConnect(t, "example.com:443", "example.com:443") }},
		{"upgrade/connect-backend", "RFC 9110, 9.3.6", "so if the target is the backend", func(t *trial) { upgradeConnect(t, "", "h") }},
		{"upgrade/preface", "RFC 9113, 3.4", "the preface of HTTP/2 is understood or refused, not passed on", upgradePreface},
	}
}

const websocket = "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

// upgradeWebsocket: the backend switches if it is asked to, and then echoes a
// line.
func upgradeWebsocket(t *trial) {
	b, proxy := t.front(func(x *Exchange) {
		if !x.Header.lists("Connection", "Upgrade") || !x.Header.lists("Upgrade", "websocket") {
			Echo()(x)
			return
		}
		x.Write(head("HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"))
		line, _ := x.r.ReadString('\n')
		x.Write(line)
		x.End(Linger)
	})
	k := t.dial(proxy)
	k.send(websocket)
	a := k.head("GET")
	for _, q := range b.Requests() {
		if q.Header.lists("Upgrade", "websocket") != q.Header.lists("Connection", "Upgrade") {
			t.errorf("the backend was asked by halves: %q", q.Header)
		}
	}
	switch {
	case a.Err != nil:
		t.errorf("the client got %s", a)
	case a.Status == 101:
		k.send("hello\n")
		if line, err := k.r.ReadString('\n'); line != "hello\n" {
			t.errorf("%q came back through the tunnel (%v), want hello", line, err)
		}
	case a.Status != 200 && a.Status/100 != 4 && a.Status != 501:
		t.errorf("the client got %s", a)
	}
}

func upgradeRefused(t *trial) {
	_, proxy := t.front(Echo())
	a := t.fetch(proxy, websocket)
	if a.Status/100 != 4 && a.Status != 501 {
		t.got(a, "/ws ")
	}
}

func upgradeH2C(t *trial) {
	upgradeNotPassed(t, "h2c")
}

func upgradeNotPassed(t *trial, protocols string) {
	b, proxy := t.front(Echo())
	a := t.fetch(proxy, head("GET /u HTTP/1.1", "Host: h", "Connection: Upgrade, HTTP2-Settings", "Upgrade: "+protocols, "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA"))
	for _, q := range b.Requests() {
		if q.Header.lists("Upgrade", "h2c") || q.Header.Has("HTTP2-Settings") {
			t.errorf("the backend was asked to upgrade: %q", q.Header)
		}
	}
	if a.Status == 101 || a.Err != nil {
		t.errorf("the client got %s", a)
	}
}

func upgradeConnect(t *trial, target, host string) {
	b, proxy := t.front(Raw(head("HTTP/1.1 200 OK")))
	if target == "" {
		target = b.Addr()
	}
	a := t.fetch(proxy, head("CONNECT "+target+" HTTP/1.1", "Host: "+host))
	if a.Status/100 != 4 && a.Status != 501 {
		t.errorf("the client got %s, want 4xx or 501", a)
	}
	if n := len(b.Requests()) + len(b.Violations()); n > 0 {
		t.errorf("%d requests reached the backend, want none", n)
	}
}

// upgradePreface speaks HTTP/2 to a port of HTTP/1.1.
func upgradePreface(t *trial) {
	b, proxy := t.front(Echo())
	conn := t.connect(proxy, "http/1.1")
	_, _ = conn.Write([]byte(preface + string(h2Frame(frameSettings, 0, 0, nil))))
	_, _ = bufio.NewReader(conn).ReadByte() // settings, an answer, or the end
	conn.Close()
	t.got(t.fetch(proxy, head("GET /next HTTP/1.1", "Host: h")), "/next ")
	if n := len(b.Requests()) + len(b.Violations()); n != 1 {
		t.errorf("%d requests reached the backend, want one", n)
	}
}
