package logs

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// The places of the columns that every access log has.
const (
	clfHost = iota
	clfUser
	clfTime
	clfRequest
	clfStatus
	clfBytes
	clfPath
	clfMethod
	clfReferer
	clfAgent
	clfExtra // what comes after them
)

var clfColumns = []string{"host", "user", "time", "request", "status", "bytes", "path", "method", "referer", "agent"}

// A clf reads the Common and the Combined Log Format and what servers put after
// it: names of key=value fields are the keys, the first number with a point is
// request_time (nginx, seconds), without one such the first number is microseconds
// (Apache's %D), others are extra1, extra2; or the four fields of Traefik.
type clf struct {
	named
	splitter
	extra   splitter // of what comes after the agent
	seconds []string // columns of these that are seconds, as nginx writes them
	in      *Input
}

func newCLF(in *Input) (rows, error) {
	c := &clf{in: in, named: named{columns: clfColumns}}
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	l := layoutOf(head)
	c.columns, c.seconds = append(clfColumns[:clfExtra:clfExtra], l.names...), l.seconds
	return c, nil
}

// traefikNames is what Traefik writes after the agent.
var traefikNames = []string{"number", "router", "server", "took"}

// extraNames names what comes after the user agent.
func extraNames(fields [][]byte) []string {
	var out []string
	if len(fields) == 1 && len(fields[0]) == 0 {
		return nil
	}
	timed := false
	pointed := slices.ContainsFunc(fields, isSeconds)
	for i, f := range fields {
		if ms, ok := bytes.CutSuffix(f, []byte("ms")); ok && i == len(fields)-1 && number(ms) >= 0 && len(ms) > 0 {
			return traefikNames[:min(len(fields), len(traefikNames))]
		}
	}
	for i, f := range fields {
		key, _, pair := bytes.Cut(f, []byte("="))
		_, _, number := decimal(f, Second)
		switch {
		case pair && len(key) > 0:
			out = append(out, string(key))
		case isSeconds(f) && !timed:
			out, timed = append(out, "request_time"), true
		case number && !timed && !pointed:
			out, timed = append(out, microseconds), true
		default:
			out = append(out, "extra"+strconv.Itoa(i+1))
		}
	}
	return out
}

// isSeconds says whether a field is a number of seconds, as nginx writes times: with a
// point.
func isSeconds(f []byte) bool {
	_, _, number := decimal(f, Second)
	return number && bytes.IndexByte(f, '.') >= 0
}

func (c *clf) next() error {
	line, err := c.in.next()
	if err != nil {
		return err
	}
	c.text = line
	rest, ok := c.parse(line)
	if !ok {
		return c.in.fail("not like host - user [time] \"request\" status bytes: %.80q", line)
	}
	if len(c.columns) == clfExtra {
		return nil
	}
	for i, f := range c.extra.split(rest, ' ', true) {
		if i+clfExtra >= len(c.columns) {
			break
		}
		if name := c.columns[clfExtra+i]; len(f) > len(name) && f[len(name)] == '=' && string(f[:len(name)]) == name {
			f = bytes.Trim(f[len(name)+1:], `"`)
		}
		c.cells = append(c.cells, f)
	}
	return nil
}

// parse reads what every access log has and returns the rest.
func (c *clf) parse(line []byte) (rest []byte, ok bool) {
	c.cells = append(c.cells[:0], nil, nil, nil, nil, nil, nil, nil, nil, nil, nil)
	open := bytes.IndexByte(line, '[')
	if open < 4 || line[open-1] != ' ' {
		return nil, false
	}
	shut := bytes.IndexByte(line[open:], ']')
	if shut < 20 || open+shut+3 > len(line) || line[open+shut+2] != '"' {
		return nil, false
	}
	if c.cells[clfHost], c.cells[clfUser], ok = identity(line[:open-1]); !ok {
		return nil, false
	}
	c.cells[clfTime] = line[open+1 : open+shut]
	line = line[open+shut+3:]
	end := requestEnd(line)
	if end < 0 {
		return nil, false
	}
	request := line[:end]
	c.cells[clfRequest] = request
	c.cells[clfPath] = path(request)
	c.cells[clfMethod], _, _ = bytes.Cut(request, []byte{' '})
	line = line[end+2:]
	c.cells[clfStatus], line = word(line)
	c.cells[clfBytes], line = word(line)
	for i := clfReferer; i <= clfAgent && len(line) > 0 && line[0] == '"'; i++ {
		field, n := c.quoted(line, ' ')
		if n == 0 {
			return nil, false
		}
		c.cells[i] = field
		line = bytes.TrimLeft(line[n:], " ")
	}
	return line, true
}

// identity is host and user of "host ident user", which a virtual host may come
// before.
func identity(b []byte) (host, user []byte, ok bool) {
	i := bytes.LastIndexByte(b, ' ')
	if i < 0 {
		return nil, nil, false
	}
	user = b[i+1:]
	host, rest, ok := bytes.Cut(b[:i], []byte{' '})
	if virtual, _, more := bytes.Cut(rest, []byte{' '}); more {
		host = virtual
	}
	return host, user, ok
}

// requestEnd is where the quote that ends the request is: a status follows it.
// Requests may have quotes of their own. -1 if there is none.
func requestEnd(b []byte) int {
	for from := 0; ; {
		i := bytes.Index(b[from:], []byte(`" `))
		if i < 0 {
			return -1
		}
		i += from
		if i+2 < len(b) && (b[i+2] >= '0' && b[i+2] <= '9' || b[i+2] == '-') {
			return i
		}
		from = i + 1
	}
}

// word is what comes before the next space, and what comes after it.
func word(b []byte) (first, rest []byte) {
	i := bytes.IndexByte(b, ' ')
	if i < 0 {
		return b, nil
	}
	return b[:i], b[i+1:]
}

// clfMeaning: nginx writes a line at the end of a request, Apache's %t is its
// start.
func clfMeaning(r rows) Columns {
	c := Columns{
		Arrival: col("time"), BytesOut: col("bytes"), Status: col("status"), Class: col("path"), Raw: true, AsLogged: true,
	}
	for _, name := range clfDurations[:2] {
		if r.column(name) >= 0 {
			c.Arrival, c.End, c.Duration = Column{}, col("time"), Column{Names: []string{name}, Unit: Second}
			c.Said = "a line is written at the end of a request (nginx $time_local): arrival = time - " + name
			return c
		}
	}
	if r.column("took") >= 0 {
		c.Duration = col("took")
		c.Said = "time is the start of a request, and the last field how long it took (Traefik)"
		return c
	}
	if r.column(microseconds) >= 0 {
		c.Duration, c.NoUnit = Column{Names: []string{microseconds}, Unit: Microsecond}, true
		c.Said = "time is the start of a request (Apache %t)"
		return c
	}
	c.Said = noDurations
	c.EndsBy = r.(*clf).seconds
	return c
}

// clfDurations are the columns that are durations: two of nginx, of Traefik, of Apache.
var clfDurations = []string{"request_time", "rt", "took", microseconds}

// noDurations is said of a log in which no row has a duration.
const noDurations = "no durations in it: instants are taken for arrivals as they are (Apache writes the start of a request, nginx its end)"

// microseconds is the column of durations without a point, as Apache's %D.
const microseconds = "microseconds"

// sayUnit adds to Said in which unit the durations of Apache are taken.
func (c *Columns) sayUnit() {
	if c.NoUnit {
		c.Said += ", and the number after the agent is taken for microseconds (%D): --duration-unit s or ms if it is %T or %{ms}T"
		return
	}
	c.Said += fmt.Sprintf(", and the number after the agent is in %s (--duration-unit)", c.Duration.Unit.long())
}
