package proxytest

import (
	"strings"
	"testing"
)

// TestNearest: a name that nobody has is met with one that somebody has.
func TestNearest(t *testing.T) {
	o := options{}
	Only("hop/request/te")(&o)
	Deviates(Deviation{Case: "smuggle/cl-tee"})(&o)
	unknown := o.unknown(Cases())
	if len(unknown) != 1 || nearest(unknown[0], Cases()) != "smuggle/cl-te" {
		t.Errorf("unknown names %q, nearest to the first %q", unknown, nearest(unknown[0], Cases()))
	}
}

// TestH2Status: the status is found however an encoder may write it.
func TestH2Status(t *testing.T) {
	for block, want := range map[string]int{
		"\x88": 200, "\x8c": 400, "\x20\x8d": 404,
		"\x08\x03502": 502, "\x0e\x03413": 413, "\x48\x03103": 103, "\x18\x03999": 999,
		"\x08\x82\x6c\x02": 502, "\x0e\x82\x08\x19": 103, "\x08\x83\x7d\xf7\xff": 999, // Huffman
		"": 0, "\x08": 0, "\x08\x05abc": 0, "\x41\x01a": 0,
	} {
		if got := h2Status([]byte(block)); got != want {
			t.Errorf("%x: status %d, want %d", block, got, want)
		}
	}
}

// TestH2Block: literals of RFC 7541, 6.2.2, with lengths of one byte and more.
func TestH2Block(t *testing.T) {
	if got := string(h2Block([]Field{{":path", "/x"}})); got != "\x00\x05:path\x02/x" {
		t.Errorf("%q", got)
	}
	long := strings.Repeat("v", 1337+127)
	if got := string(h2Block([]Field{{"a", long}})); got != "\x00\x01a\x7f\xb9\x0a"+long {
		t.Errorf("%q", got[:9])
	}
}
