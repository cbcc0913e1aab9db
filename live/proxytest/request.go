package proxytest

import (
	"bufio"
	"fmt"
	"strings"
)

// readRequest reads the head of a request. A proxy sends origin-form targets,
// or "*" with OPTIONS, and names one Host (RFC 9112, 3.2).
func readRequest(r *bufio.Reader) (Request, error) {
	lines, err := readHead(r)
	if err != nil {
		return Request{}, err
	}
	if len(lines) == 0 {
		return Request{}, malformed("an empty line instead of a request")
	}
	q := Request{}
	parts := strings.Split(lines[0], " ")
	if len(parts) != 3 || !isToken(parts[0]) || parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0" {
		return q, malformed(fmt.Sprintf("the request line %.80q", lines[0]))
	}
	q.Method, q.Target, q.Proto = parts[0], parts[1], parts[2]
	if !strings.HasPrefix(q.Target, "/") && !(q.Target == "*" && q.Method == "OPTIONS") || strings.Contains(q.Target, "#") {
		return q, malformed(fmt.Sprintf("the target %.80q", q.Target))
	}
	if q.Header, err = parseFields(lines[1:]); err != nil {
		return q, err
	}
	if n := len(q.Header.Values("Host")); n != 1 {
		return q, malformed(fmt.Sprintf("%d Host lines", n))
	}
	q.framing, err = parseFraming(q.Header, "none")
	return q, err
}
