package logs

import (
	"bufio"
	"bytes"
	"io"
)

// An envelope is what a container runtime, or a tool that shows logs, puts around each line that a program writes: a
// JSON object (Docker's json-file: {"log":"...\n","stream":"stdout","time":"..."}), or
// instant, stream and a tag (containerd and CRI-O: 2025-06-01T12:00:00Z stdout F ...).
// It reads lines in envelopes and gives what stands in them, as many lines as there are, so
// that their numbers stay those of the file: a line of another stream, or the first part of
// one that was cut in parts, is an empty one. A line without an envelope stays as it is.
//
// Source: https://docs.docker.com/engine/logging/drivers/json-file/,
// kubernetes/cri-api design (kubernetes/design-proposals-archive, cri-logs), 2025.
type envelope struct {
	name   string // of the runtime
	take   func(line []byte) (inside, bool)
	weak   bool   // a table may look like it
	stream string // whose lines are taken; "" there is one
	parts  bool   // a text without a line break is part of a line; else no text has one
	aside  int64  // lines of other streams
	in     *bufio.Reader
	held   []byte // the parts of a line whose last part comes later
	ready  []byte // lines to be read
	out    []byte // what they stand in
}

// An inside is what stands in an envelope.
type inside struct {
	text   []byte // without its line break
	stream string
	part   bool // the line goes on in the next envelope of its stream
}

// envelopes are the known ones.
var envelopes = []struct {
	name string
	take func(line []byte) (inside, bool)
	weak bool
}{
	{"Docker (json-file)", inDocker, false}, {"containerd or CRI-O", inCRI, false}, {"journalctl -o json", inJournald, false},
	{"kubectl logs --prefix", inPrefixed, true}, {"kubectl logs --timestamps", inTimestamped, true}, {"docker compose logs", inCompose, true},
}

// envelopeOf tells the envelope of a text by its first lines: nine of ten have it. Taken
// is the stream that most of them are of. nil if there is none.
func envelopeOf(head []byte) *envelope {
	for _, known := range envelopes {
		n, ended, streams := 0, 0, map[string]int{}
		for line := range bytes.Lines(head) {
			if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
				continue
			}
			if in, ok := known.take(line); ok {
				if streams[in.stream]++; !in.part {
					ended++
				}
			} else if n == 0 {
				break
			}
			if n++; n == lookedAt {
				break
			}
		}
		out, err, one := streams["stdout"], streams["stderr"], streams[""]
		if n == 0 || float64(out+err+one) < leastShare*float64(n) {
			continue
		}
		e := &envelope{name: known.name, take: known.take, weak: known.weak, stream: "stdout", parts: ended > 0}
		switch {
		case one > 0:
			e.stream = ""
		case err > out:
			e.stream = "stderr"
		}
		return e
	}
	return nil
}

// opened is what stands in the envelopes of a text.
func (e *envelope) opened(head []byte) []byte {
	try := envelope{take: e.take, stream: e.stream, parts: e.parts, in: bufio.NewReaderSize(bytes.NewReader(head), len(head)+16)}
	text, _ := io.ReadAll(&try) // from memory, and no line is longer than that
	return text
}

// Read gives what stands in the next lines.
func (e *envelope) Read(p []byte) (int, error) {
	for len(e.ready) == 0 {
		line, err := e.in.ReadSlice('\n')
		switch {
		case err == io.EOF && len(line) == 0 && len(e.held) > 0: // its last part was not written
			e.ready, e.held = e.held, nil
		case len(line) == 0 || err != nil && err != io.EOF:
			return 0, err
		default:
			e.line(line)
		}
	}
	n := copy(p, e.ready)
	e.ready = e.ready[n:]
	return n, nil
}

// line makes a line ready.
func (e *envelope) line(line []byte) {
	text, whole := bytes.CutSuffix(line, []byte{'\n'})
	in, ok := e.take(bytes.TrimSuffix(text, []byte{'\r'}))
	e.out = e.out[:0]
	switch {
	case !ok:
		e.out = append(e.out, text...)
	case in.stream != e.stream:
		e.aside++
	case in.part && e.parts:
		if e.held = append(e.held, in.text...); len(e.held) > MaxLine { // it will be refused
			e.out, e.held = e.held, nil
		}
	default:
		e.out = append(append(e.out, e.held...), bytes.ReplaceAll(in.text, []byte{'\n'}, []byte{' '})...)
		e.held = e.held[:0]
	}
	if whole {
		e.out = append(e.out, '\n')
	}
	e.ready = e.out
}

// inDocker opens an object of Docker's. Others that have a text log and a stream, as
// collectors write them, are opened, too.
func inDocker(line []byte) (inside, bool) {
	if len(line) == 0 || line[0] != '{' || !bytes.Contains(line, []byte(`"stream"`)) {
		return inside{}, false
	}
	object, err := decodeObject(line)
	if err != nil {
		return inside{}, false
	}
	text, isText := object["log"].(string)
	stream, hasStream := object["stream"].(string)
	whole, ended := bytes.CutSuffix([]byte(text), []byte{'\n'})
	return inside{bytes.TrimSuffix(whole, []byte{'\r'}), stream, !ended}, isText && hasStream
}

// inCRI opens a line of containerd or CRI-O.
func inCRI(line []byte) (inside, bool) {
	at, rest := word(line)
	stream, rest := word(rest)
	tag, text := word(rest)
	if len(at) < len("2006-01-02T15:04:05Z") || at[4] != '-' || at[10] != 'T' || string(stream) != "stdout" && string(stream) != "stderr" {
		return inside{}, false
	}
	kind, _, _ := bytes.Cut(tag, []byte{':'})
	return inside{text, string(stream), string(kind) == "P"}, string(kind) == "P" || string(kind) == "F"
}

// inJournald opens an object of the journal of systemd.
func inJournald(line []byte) (inside, bool) {
	if len(line) == 0 || line[0] != '{' || !bytes.Contains(line, []byte(`"__REALTIME_TIMESTAMP"`)) {
		return inside{}, false
	}
	object, err := decodeObject(line)
	if err != nil {
		return inside{}, false
	}
	text, ok := object["MESSAGE"].(string)
	return inside{text: []byte(text)}, ok
}

// inPrefixed takes "[pod/web-0/nginx] " away.
func inPrefixed(line []byte) (inside, bool) {
	at, text := word(line)
	return inside{text: text}, bytes.HasPrefix(at, []byte("[pod/")) && at[len(at)-1] == ']'
}

// inTimestamped takes the instant before an object of JSON away; before other lines it does
// no harm.
func inTimestamped(line []byte) (inside, bool) {
	at, text := word(line)
	return inside{text: text}, len(at) > len("2006-01-02T15:04:05") && at[10] == 'T' && isValue(at) && len(text) > 0 && text[0] == '{'
}

// inCompose takes "web-1  | " away.
func inCompose(line []byte) (inside, bool) {
	name, text, ok := bytes.Cut(line, []byte("| "))
	name = bytes.TrimRight(name, " ")
	number := len(name) - len(bytes.TrimRight(name, "0123456789"))
	at := len(name) - number - 1
	return inside{text: text}, ok && number > 0 && at > 0 && (name[at] == '-' || name[at] == '_') && bytes.IndexByte(name, ' ') < 0 && !isValue(name)
}

// unwrap opens the envelopes of a file, unless its lines are meant to be JSON.
func (r *Reader) unwrap() error {
	if r.in.envelope == nil && !r.in.opened && (r.opened || r.format.Name != "jsonl") && !r.format.binary {
		head, err := r.in.Head()
		if err != nil {
			return err
		}
		if e := envelopeOf(head); e != nil && !(e.weak && r.format.Name == "csv") {
			r.in.open(e)
		}
	}
	if e := r.in.envelope; e != nil {
		r.opened, r.stats.Around = true, e.name
		if e.stream != "" {
			r.stats.Around += ", of which the stream " + e.stream + " is taken"
		}
	}
	return nil
}

// leave notes what was left out of a file that was read.
func (r *Reader) leave() {
	if e := r.in.envelope; e != nil {
		r.stats.Aside += e.aside
		r.in.envelope = nil
	}
}
