package words

import (
	"strings"
	"unicode/utf8"
)

// Wrap breaks a text into lines of at most so many columns, between words: a longer word
// has a line of its own. A column is a rune. At least one line, which may be "".
func Wrap(text string, columns int) []string {
	var out []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > columns {
			out = append(out, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(out, line)
}

// Hanging wraps a text behind a mark ("- "), further lines below the first word. columns is
// the whole width, and each line ends with a newline.
func Hanging(mark, text string, columns int) string {
	var b strings.Builder
	for i, line := range Wrap(text, columns-utf8.RuneCountInString(mark)) {
		if i > 0 {
			mark = strings.Repeat(" ", utf8.RuneCountInString(mark))
		}
		b.WriteString(mark + line + "\n")
	}
	return b.String()
}
