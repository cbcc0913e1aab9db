package outcome

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longName is how many bytes of a name stay as they are; file systems take 255.
const longName = 100

// FileName is a text as the name of a file or folder: ordinary names stay as
// they are, what a path would be made of is written as %XX, and what is too long
// ends in its digest. Different texts have different names, none is a path, and
// none is hidden.
func FileName(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		plain := unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" _-=+,()@", r) || r == '.' && i > 0
		if plain && (r != utf8.RuneError || n > 1) {
			b.WriteString(text[i : i+n])
		} else {
			for _, c := range []byte(text[i : i+n]) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		}
		i += n
	}
	name := b.String()
	switch {
	case name == "":
		return "%"
	case len(name) <= longName:
		return name
	}
	return fmt.Sprintf("%s%%%x", strings.ToValidUTF8(name[:longName-16], ""), sha256.Sum256([]byte(text)))
}
