package plan

import (
	"fmt"
	"strings"
)

// A lineIndex says on which line of the file a key stands. Keys are full
// paths: "cluster.boot", "policy[2].router_params.tie".
type lineIndex map[string]int

// line is the line of a key, or of the nearest table around it; 0 if neither
// is in the file.
func (x lineIndex) line(path string) int {
	for path != "" {
		for _, at := range []string{path, path + "[0]"} { // an array of tables begins at its first
			if n, ok := x[at]; ok {
				return n
			}
		}
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
	}
	return 0
}

// indexLines finds the keys of a TOML file that is known to parse. Keys within
// inline tables are not indexed: the line of the key they belong to is
// close enough.
func indexLines(text string) lineIndex {
	s := lineScanner{index: lineIndex{}, arrays: map[string]int{}}
	for number, line := range strings.Split(text, "\n") {
		if s.depth == 0 && s.quote == "" {
			line = s.key(line, number+1)
		}
		s.skip(line)
	}
	return s.index
}

// A lineScanner walks through a TOML file line by line.
type lineScanner struct {
	index  lineIndex
	arrays map[string]int // elements seen of each array of tables
	table  string         // path of the table that keys belong to now
	depth  int            // open brackets of a value that goes on
	quote  string         // the delimiter of a multi-line string that goes on
}

// key takes in the start of a line outside of any value and returns what is
// left to skip.
func (s *lineScanner) key(line string, number int) string {
	line = strings.TrimSpace(line)
	switch {
	case line == "" || line[0] == '#':
		return ""
	case strings.HasPrefix(line, "[["):
		parts, _ := splitKey(line[2:])
		path := s.resolve(parts[:len(parts)-1], parts[len(parts)-1])
		s.table = fmt.Sprintf("%s[%d]", path, s.arrays[path])
		s.arrays[path]++
		s.index[s.table] = number
		return ""
	case line[0] == '[':
		parts, _ := splitKey(line[1:])
		s.table = s.resolve(parts, "")
		s.index[s.table] = number
		return ""
	}
	parts, rest := splitKey(line)
	path := s.table
	for _, p := range parts {
		path = join(path, p)
		if _, ok := s.index[path]; !ok {
			s.index[path] = number
		}
	}
	return rest
}

// resolve is the path of a table, where a name of an array of tables means
// its last element.
func (s *lineScanner) resolve(parents []string, last string) string {
	path := ""
	for _, p := range parents {
		path = join(path, p)
		if n := s.arrays[path]; n > 0 {
			path = fmt.Sprintf("%s[%d]", path, n-1)
		}
	}
	if last == "" {
		return path
	}
	return join(path, last)
}

// splitKey takes the dotted key at the start of a line apart, up to the "="
// or "]" after it.
func splitKey(line string) (parts []string, rest string) {
	var part strings.Builder
	var quote byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			part.WriteByte(c)
		case c == '"' || c == '\'':
			quote = c
		case c == '.':
			parts = append(parts, part.String())
			part.Reset()
		case c == '=' || c == ']':
			return append(parts, part.String()), line[i+1:]
		case c != ' ' && c != '\t':
			part.WriteByte(c)
		}
	}
	return append(parts, part.String()), ""
}

// skip moves over (a part of) a value and notes what stays open at its end.
func (s *lineScanner) skip(line string) {
	for i := 0; i < len(line); i++ {
		if s.quote != "" {
			i = s.inString(line, i)
			continue
		}
		switch c := line[i]; c {
		case '#':
			return
		case '[', '{':
			s.depth++
		case ']', '}':
			s.depth = max(s.depth-1, 0)
		case '"', '\'':
			s.quote = line[i : i+1]
			if three := strings.Repeat(s.quote, 3); strings.HasPrefix(line[i:], three) {
				s.quote = three
				i += 2
			}
		}
	}
	if len(s.quote) == 1 { // the file parses, so this cannot be; but never hang on it
		s.quote = ""
	}
}

// inString handles position i within a string and returns the last position
// it used up.
func (s *lineScanner) inString(line string, i int) int {
	if line[i] == '\\' && s.quote[0] == '"' {
		return i + 1
	}
	if !strings.HasPrefix(line[i:], s.quote) {
		return i
	}
	i += len(s.quote) - 1
	for len(s.quote) == 3 && i+1 < len(line) && line[i+1] == s.quote[0] {
		i++ // up to two quotes may stand before the closing three
	}
	s.quote = ""
	return i
}

// join puts a key behind the path of its table.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}
