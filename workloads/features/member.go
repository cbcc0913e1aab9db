package features

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// sceneIn is the text of the scene in a request to the ray tracer: the member
// scene of a JSON object, or else scene_base64. The other members are passed
// over without being decoded, as a texture written as a list of numbers is
// megabytes: 41 ms with encoding/json, 0.3 ms like this (1 MB, 2026-11-23). What
// is no JSON further on is the worker's to refuse.
func sceneIn(body []byte) (string, error) {
	var text string
	var encoded []byte
	err := eachMember(body, func(name, value []byte) error {
		switch {
		case strings.EqualFold(string(name), "scene"):
			return json.Unmarshal(value, &text)
		case strings.EqualFold(string(name), "scene_base64"):
			return json.Unmarshal(value, &encoded)
		}
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("the body is not JSON with a scene: %w", err)
	}
	if text == "" {
		text = string(encoded)
	}
	return text, nil
}

var errNoObject = errors.New("want an object")

// eachMember calls f with the name and the value of each member of a JSON
// object, as they are written; the name without its quotes. It takes time
// linear in the text.
func eachMember(text []byte, f func(name, value []byte) error) error {
	rest, ok := after(text, '{')
	if !ok {
		return errNoObject
	}
	if _, empty := after(rest, '}'); empty {
		return nil
	}
	for {
		var name, value []byte
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if name, rest, ok = cutValue(rest); !ok || name[0] != '"' {
			return errNoObject
		}
		if rest, ok = after(rest, ':'); !ok {
			return errNoObject
		}
		rest = bytes.TrimLeft(rest, " \t\r\n")
		if value, rest, ok = cutValue(rest); !ok {
			return errNoObject
		}
		if err := f(name[1:len(name)-1], value); err != nil {
			return err
		}
		if _, last := after(rest, '}'); last {
			return nil
		}
		if rest, ok = after(rest, ','); !ok {
			return errNoObject
		}
	}
}

// after is what follows c, if that is what comes next.
func after(text []byte, c byte) (rest []byte, ok bool) {
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 || text[0] != c {
		return nil, false
	}
	return text[1:], true
}

// cutValue cuts the value that text begins with, and says whether it ends.
func cutValue(text []byte) (value, rest []byte, ok bool) {
	n := -1
	switch {
	case len(text) == 0:
	case text[0] == '"':
		n = stringEnd(text)
	case text[0] == '[' || text[0] == '{':
		n = nestedEnd(text)
	default:
		n = bytes.IndexAny(text, " \t\r\n,:]}[{\"")
	}
	if n <= 0 {
		return nil, nil, false
	}
	return text[:n], text[n:], true
}

// stringEnd is the length of the string that text begins with; -1: it has no
// end.
func stringEnd(text []byte) int {
	for i := 1; ; i++ {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			return -1
		}
		i += n
		escapes := i // the first of the backslashes before the quote
		for text[escapes-1] == '\\' {
			escapes--
		}
		if (i-escapes)%2 == 0 {
			return i + 1
		}
	}
}

// nestedEnd is the length of the list or object that text begins with; -1: it
// has no end. Lists of numbers are the long ones, and found by their bracket.
func nestedEnd(text []byte) int {
	if text[0] == '[' {
		end := bytes.IndexByte(text, ']')
		if end < 0 {
			return -1
		}
		if in := text[1:end]; bytes.IndexByte(in, '"') < 0 && bytes.IndexByte(in, '[') < 0 && bytes.IndexByte(in, '{') < 0 {
			return end + 1
		}
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			n := stringEnd(text[i:])
			if n < 0 {
				return -1
			}
			i += n - 1
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}
