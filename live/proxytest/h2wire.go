package proxytest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
)

// The parts of HTTP/2 that are needed to say what no library would
// (RFC 9113, 4.1 and 6).
const (
	preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

	frameData     = 0x0
	frameHeaders  = 0x1
	frameReset    = 0x3
	frameSettings = 0x4
	framePing     = 0x6
	frameGoAway   = 0x7

	flagEndStream  = 0x1 // also the ACK of settings and pings
	flagEndHeaders = 0x4
)

// h2Frame is one frame.
func h2Frame(kind, flags byte, stream uint32, payload []byte) []byte {
	n := len(payload)
	f := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return append(binary.BigEndian.AppendUint32(f, stream), payload...)
}

// h2Block is a header block of literals that are neither indexed nor
// Huffman-coded (RFC 7541, 6.2.2).
func h2Block(fields []Field) []byte {
	var out []byte
	text := func(s string) {
		if len(s) < 127 {
			out = append(out, byte(len(s)))
		} else { // RFC 7541, 5.1
			out = append(out, 127)
			out = binary.AppendUvarint(out, uint64(len(s)-127))
		}
		out = append(out, s...)
	}
	for _, f := range fields {
		out = append(out, 0)
		text(f.Name)
		text(f.Value)
	}
	return out
}

// An h2conn is a connection of HTTP/2 that may say anything.
type h2conn struct {
	conn net.Conn
	r    *bufio.Reader
}

// dialH2 connects and sends the preface.
func (t *trial) dialH2(proxy string) *h2conn {
	c := t.connect(proxy, "h2")
	h := &h2conn{conn: c, r: bufio.NewReader(c)}
	_, _ = io.WriteString(c, preface)
	noTable := []byte{0, 1, 0, 0, 0, 0} // SETTINGS_HEADER_TABLE_SIZE = 0
	h.send(h2Frame(frameSettings, 0, 0, noTable))
	return h
}

func (h *h2conn) send(frame []byte) { _, _ = h.conn.Write(frame) }

// An h2outcome is what became of a stream.
type h2outcome struct {
	status int    // 0: no answer
	bytes  int    // of its body
	whole  bool   // the answer ended
	reset  bool   // by RST_STREAM
	ended  bool   // the connection ended, by GOAWAY or without
	code   uint32 // of RST_STREAM or GOAWAY
	err    error  // why the connection ended
}

func (o h2outcome) String() string {
	return fmt.Sprintf("status %d (whole: %v, reset: %v, connection ended: %v %v, code %d)", o.status, o.whole, o.reset, o.ended, o.err, o.code)
}

// refused says whether the request was refused by any of the allowed means.
func (o h2outcome) refused() bool {
	return o.status/100 == 4 || o.status == 501 || o.status == 0 && (o.reset || o.ended && !isTimeout(o.err))
}

// outcome reads frames until it is known what became of a stream.
func (h *h2conn) outcome(stream uint32) (o h2outcome) {
	for {
		kind, flags, id, payload, err := h.frame()
		if err != nil {
			o.ended, o.err = true, err
			return o
		}
		switch {
		case kind == frameSettings && flags&flagEndStream == 0, kind == framePing && flags&flagEndStream == 0:
			if kind == frameSettings {
				payload = nil
			}
			h.send(h2Frame(kind, flagEndStream, 0, payload))
		case kind == frameGoAway && len(payload) >= 8:
			o.code = binary.BigEndian.Uint32(payload[4:])
			if last := binary.BigEndian.Uint32(payload); o.code != 0 || last < stream {
				o.ended = true
				return o
			}
		case id != stream:
		case kind == frameReset && len(payload) == 4:
			o.reset, o.code = true, binary.BigEndian.Uint32(payload)
			return o
		case kind == frameData:
			o.bytes += len(payload)
		case kind == frameHeaders && o.status < 200:
			o.status = h2Status(payload)
		}
		if id == stream && (kind == frameHeaders || kind == frameData) && flags&flagEndStream != 0 {
			o.whole = true
			return o
		}
	}
}

// frame reads a frame.
func (h *h2conn) frame() (kind, flags byte, stream uint32, payload []byte, err error) {
	var head [9]byte
	if _, err = io.ReadFull(h.r, head[:]); err != nil {
		return
	}
	payload = make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
	_, err = io.ReadFull(h.r, payload)
	return head[3], head[4], binary.BigEndian.Uint32(head[5:]) &^ (1 << 31), payload, err
}

// h2Status is the value of :status, which is the first field of a block
// (RFC 7541, 6 and A); 0 if it cannot be read.
func h2Status(block []byte) int {
	for len(block) > 0 && block[0]&0xe0 == 0x20 { // a new size of the table, below 31
		block = block[1:]
	}
	if len(block) == 0 {
		return 0
	}
	if i := block[0]; i >= 0x88 && i <= 0x8e { // whole fields of the static table
		return []int{200, 204, 206, 304, 400, 404, 500}[i-0x88]
	}
	if len(block) < 3 || !statusName[block[0]&^0x50] {
		return 0
	}
	n, coded := int(block[1]&0x7f), block[1]&0x80 != 0
	if len(block) < 2+n {
		return 0
	}
	return h2Digits(block[2:2+n], coded)
}

// statusName are the ways to begin a literal whose name is :status in the
// static table: 8 to 14, with the bits that say whether it is indexed left out.
var statusName = map[byte]bool{8: true, 9: true, 10: true, 11: true, 12: true, 13: true, 14: true}

// h2Digits reads a number, which may be Huffman-coded (RFC 7541, B): 0 to 2
// have the 5 bits 0 to 2, 3 to 9 the 6 bits 25 to 31.
func h2Digits(text []byte, coded bool) (n int) {
	if !coded {
		for _, c := range text {
			n = 10*n + int(c-'0')
		}
		return n
	}
	var bits uint64
	for _, c := range text {
		bits = bits<<8 | uint64(c)
	}
	for left := 8 * len(text); left >= 5; {
		if d := bits >> (left - 5) & 0x1f; d <= 2 {
			n, left = 10*n+int(d), left-5
			continue
		}
		if left < 6 || bits>>(left-6)&0x3f > 31 { // padding
			break
		}
		n, left = 10*n+int(bits>>(left-6)&0x3f)-22, left-6
	}
	return n
}
