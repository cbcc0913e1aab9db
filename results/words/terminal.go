package words

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Printable is text as a terminal may have it: what would steer the terminal, or
// show text in another order than it has, is written as an escape (\x1b). Such text
// comes from files: names, questions, headings of logs. Lines and tabs stay.
func Printable(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !steers(r):
			b.WriteString(s[i : i+n])
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += n
	}
	return b.String()
}

// plain says that s has nothing to be escaped.
func plain(s string) bool { return utf8.ValidString(s) && strings.IndexFunc(s, steers) < 0 }

// steers says whether a terminal does something else with r than to show it: controls
// (C0 and C1) but for lines and tabs, and those of the direction of text.
func steers(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Bidi_Control, r)
}

// A PrintableWriter passes on what is written as [Printable] has it. Texts are to be
// written whole, as fmt does; a rune that is cut between two writes is put together.
// It may be used by several goroutines.
// The zero value needs W; what is left of a rune at the end is never written.
type PrintableWriter struct {
	W   io.Writer
	mu  sync.Mutex
	cut []byte // the beginning of a rune
}

// Write implements io.Writer.
func (p *PrintableWriter) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := append(p.cut, b...)
	end := len(text) - unfinished(text)
	p.cut = append([]byte(nil), text[end:]...)
	if end == 0 {
		return len(b), nil
	}
	if _, err := io.WriteString(p.W, Printable(string(text[:end]))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// unfinished is how many bytes at the end are the beginning of a rune.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if utf8.FullRune(b[len(b)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}
