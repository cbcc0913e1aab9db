package logs

import "bytes"

// A haproxy reads lines of "option httplog":
// client:port [date] frontend backend/server timers status bytes ... "request".
type haproxy struct {
	named
	in *Input
}

func newHAProxy(in *Input) (rows, error) {
	return &haproxy{in: in, named: named{columns: []string{"client", "date", "frontend", "server", "total_ms", "status", "bytes", "request", "path"}}}, nil
}

func (h *haproxy) next() error {
	line, err := h.in.next()
	if err != nil {
		return err
	}
	h.text = line
	if !h.parse(line) {
		return h.in.fail("not like client:port [date] frontend backend/server timers status bytes: %.80q", line)
	}
	return nil
}

func (h *haproxy) parse(line []byte) bool {
	open := bytes.Index(line, []byte(" ["))
	for open >= 0 && (open+5 > len(line) || line[open+4] != '/') { // haproxy[14389]: has none, but other brackets may come first
		next := bytes.Index(line[open+1:], []byte(" ["))
		if next < 0 {
			return false
		}
		open += 1 + next
	}
	if open < 0 {
		return false
	}
	shut := bytes.IndexByte(line[open:], ']')
	if shut < 22 {
		return false
	}
	client := line[bytes.LastIndexByte(line[:open], ' ')+1 : open]
	date, rest := line[open+2:open+shut], bytes.TrimLeft(line[open+shut+1:], " ")
	var frontend, server, timers, status, size []byte
	frontend, rest = word(rest)
	server, rest = word(rest)
	timers, rest = word(rest)
	status, rest = word(rest)
	size, rest = word(rest)
	if bytes.Count(timers, []byte{'/'}) < 2 || len(status) == 0 || len(size) == 0 {
		return false
	}
	total := bytes.TrimLeft(timers[bytes.LastIndexByte(timers, '/')+1:], "+")
	var request []byte
	if q := bytes.IndexByte(rest, '"'); q >= 0 {
		request = bytes.TrimSuffix(rest[q+1:], []byte{'"'})
	}
	h.cells = append(h.cells[:0], client, date, frontend, server, total, status, bytes.TrimLeft(size, "+"), request, path(request))
	return true
}
