package proxytest

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// malformed is what no recipient should have to guess the meaning of. Parsing
// here is as strict as the grammar: where a lenient recipient might read the
// bytes otherwise, it is malformed.
type malformed string

func (m malformed) Error() string { return string(m) }

// maxHead bounds a head that is read, in bytes.
const maxHead = 64 << 20

// readHead reads lines up to the empty one (RFC 9112, 2.1). Its error is
// io.EOF if nothing came at all.
func readHead(r *bufio.Reader) ([]string, error) {
	var lines []string
	for room := maxHead; ; {
		line, err := readLine(r, &room)
		if err == io.EOF && len(lines) > 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		if line == "" {
			return lines, nil
		}
		lines = append(lines, line)
	}
}

// readLine reads one line that ends in CRLF and has no other control
// characters than tabs; room is how many bytes may still be read.
func readLine(r *bufio.Reader, room *int) (string, error) {
	var line []byte
	for {
		piece, err := r.ReadSlice('\n')
		line = append(line, piece...)
		if *room -= len(piece); *room < 0 {
			return "", malformed("a head without an end")
		}
		if err == nil {
			break
		}
		if err == io.EOF && len(line) > 0 {
			err = io.ErrUnexpectedEOF
		}
		if err != bufio.ErrBufferFull {
			return "", err
		}
	}
	text, ok := strings.CutSuffix(string(line), "\r\n")
	if !ok {
		return "", malformed(fmt.Sprintf("a line that ends in a bare LF: %.80q", line))
	}
	if i := strings.IndexFunc(text, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }); i >= 0 {
		return "", malformed(fmt.Sprintf("a control character in %.80q", text))
	}
	return text, nil
}

// parseFields parses field lines (RFC 9112, 5).
func parseFields(lines []string) (Fields, error) {
	var out Fields
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(name) {
			return nil, malformed(fmt.Sprintf("the field line %.80q", line))
		}
		out = append(out, Field{name, strings.Trim(value, " \t")})
	}
	return out, nil
}

func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`()<>@,;:\"/[]?={}`, c)
	})
}

// A framing says where a body ends.
type framing struct {
	kind string // "none", "length", "chunked" or "close"
	n    int64  // of length
}

// parseFraming reads Transfer-Encoding and Content-Length; there may be one of
// them, once, in its plainest form. otherwise is the framing if there is none.
func parseFraming(h Fields, otherwise string) (framing, error) {
	te, cl := h.Values("Transfer-Encoding"), h.Values("Content-Length")
	switch {
	case len(te)+len(cl) > 1:
		return framing{}, malformed(fmt.Sprintf("Transfer-Encoding %q with Content-Length %q", te, cl))
	case len(te) == 1 && strings.EqualFold(te[0], "chunked"):
		return framing{kind: "chunked"}, nil
	case len(te) == 1:
		return framing{}, malformed(fmt.Sprintf("Transfer-Encoding %q", te[0]))
	case len(cl) == 1:
		n, err := strconv.ParseUint(cl[0], 10, 63)
		if err != nil {
			return framing{}, malformed(fmt.Sprintf("Content-Length %q", cl[0]))
		}
		return framing{kind: "length", n: int64(n)}, nil
	}
	return framing{kind: otherwise}, nil
}

// read reads a body, and its trailers.
func (f framing) read(r *bufio.Reader) (body []byte, trailer Fields, err error) {
	switch f.kind {
	case "length":
		if body, err = io.ReadAll(io.LimitReader(r, f.n)); err == nil && int64(len(body)) < f.n {
			err = io.ErrUnexpectedEOF
		}
		return body, nil, err
	case "close":
		body, err = io.ReadAll(r)
		return body, nil, err
	case "chunked":
		return readChunks(r)
	}
	return nil, nil, nil
}

// readChunks reads a chunked body (RFC 9112, 7.1). Extensions are of one hop
// only, and a proxy has no reason to pass them on.
func readChunks(r *bufio.Reader) (body []byte, trailer Fields, err error) {
	for {
		room := 4 << 10
		line, err := readLine(r, &room)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return body, nil, err
		}
		n, err := strconv.ParseUint(line, 16, 31)
		if err != nil || strings.Contains(line, "_") {
			return body, nil, malformed(fmt.Sprintf("the chunk size %.40q", line))
		}
		if n == 0 {
			break
		}
		data, _, err := framing{"length", int64(n)}.read(r)
		if body = append(body, data...); err != nil {
			return body, nil, err
		}
		if end, err := readLine(r, &room); err != nil || end != "" {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			if err == nil {
				err = malformed(fmt.Sprintf("a chunk of %d bytes followed by %.40q", n, end))
			}
			return body, nil, err
		}
	}
	lines, err := readHead(r)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		trailer, err = parseTrailers(lines)
	}
	return body, trailer, err
}

// parseTrailers parses trailers, among which there may be none that some
// recipient could take for framing or routing (RFC 9110, 6.5.1).
func parseTrailers(lines []string) (Fields, error) {
	trailer, err := parseFields(lines)
	for _, f := range trailer {
		for _, no := range []string{"Content-Length", "Transfer-Encoding", "Host", "Connection", "Trailer"} {
			if strings.EqualFold(f.Name, no) {
				return nil, malformed(fmt.Sprintf("the trailer %s: %.40s", f.Name, f.Value))
			}
		}
	}
	return trailer, err
}

// chunked is a text as a chunked body of one chunk, without trailers.
func chunked(text string) string {
	if text == "" {
		return "0\r\n\r\n"
	}
	return fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(text), text)
}

// head is a start line and field lines with their CRLFs and the empty line.
func head(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n\r\n" }
