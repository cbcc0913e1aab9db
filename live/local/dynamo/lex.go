package dynamo

import "strings"

// A symbol is a token of an expression: a word (names, keywords, functions), a
// #name, a :value, digits, or one of the operators.
type symbol string

// operators of two characters come before those that they begin with.
var operators = []string{"<>", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", "."}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

// lex cuts an expression into symbols. The second result is what cannot be
// one; "": all can.
func lex(text string) (out []symbol, bad string) {
	for text != "" {
		if strings.IndexByte(" \t\r\n", text[0]) >= 0 {
			text = text[1:]
			continue
		}
		n := symbolLength(text)
		if n == 0 {
			return out, text[:1]
		}
		out = append(out, symbol(text[:n]))
		text = text[n:]
	}
	return out, ""
}

// symbolLength is the length of the symbol that a text begins with; 0: none.
func symbolLength(text string) int {
	n := 0
	switch c := text[0]; {
	case digit(c):
		for n < len(text) && digit(text[n]) {
			n++
		}
		return n
	case letter(c), c == '#', c == ':':
		for n = 1; n < len(text) && (letter(text[n]) || digit(text[n])); n++ {
		}
		if n > 1 || letter(c) {
			return n
		}
		return 0
	}
	for _, op := range operators {
		if strings.HasPrefix(text, op) {
			return len(op)
		}
	}
	return 0
}

func (s symbol) isWord() bool { return s != "" && letter(s[0]) }

// is compares with a keyword, whose case means nothing.
func (s symbol) is(keyword string) bool { return strings.EqualFold(string(s), keyword) }
