package words

import (
	"bytes"
	"testing"
)

// TestNothingSteersTheTerminal: control bytes of files are shown, and not obeyed, also
// where a rune comes in two writes.
func TestNothingSteersTheTerminal(t *testing.T) {
	for in, want := range map[string]string{
		"plain\ttext, ±5 %\n": "plain\ttext, ±5 %\n",
		"h\x1b[2J":            `h\x1b[2J`,
		"a\rb\a\x7f":          `a\x0db\x07\x7f`,
		"c1 \u009b2J":         `c1 \x9b2J`,
		"latin \xe9":          `latin \xe9`,
		"left \u202eright":    `left \u202eright`,
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
		for cut := range len(in) {
			var b bytes.Buffer
			w := &PrintableWriter{W: &b}
			for _, part := range []string{in[:cut], in[cut:], "."} {
				if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
					t.Fatal(n, err)
				}
			}
			if got := b.String(); got != want+"." {
				t.Errorf("%q cut at %d is written as %q, want %q", in, cut, got, want+".")
			}
		}
	}
}
