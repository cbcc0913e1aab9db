package logs

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
)

// inDockers puts each line in an object of Docker's, cut in parts where it is long.
func inDockers(t *testing.T, lines []string, end string) string {
	var b strings.Builder
	write := func(text, stream string) {
		o, err := json.Marshal(map[string]string{"log": text, "stream": stream, "time": "2025-03-02T10:00:09.000000001Z"})
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(o, '\n'))
	}
	for i, l := range lines {
		if i == 1 && end != "" {
			write(l[:20], "stdout")
			write("2025/03/02 10:00:00 [error] a message\n", "stderr")
			l = l[20:]
		}
		write(l+end, "stdout")
	}
	return b.String()
}

// inCRIs does so as containerd does.
func inCRIs(_ *testing.T, lines []string, _ string) string {
	var b strings.Builder
	for i, l := range lines {
		if i == 1 {
			fmt.Fprintf(&b, "2025-03-02T10:00:09.000000001Z stdout P %s\n2025-03-02T10:00:09.1Z stderr F oh\n", l[:20])
			l = l[20:]
		}
		fmt.Fprintf(&b, "2025-03-02T10:00:09.000000001Z stdout F %s\n", l)
	}
	return b.String()
}

// before puts a text before each line, as tools that show logs do.
func before(prefix string) func(*testing.T, []string, string) string {
	return func(_ *testing.T, lines []string, _ string) string {
		return prefix + strings.Join(lines, "\n"+prefix) + "\n"
	}
}

// inJournals is what journalctl -o json shows.
func inJournals(t *testing.T, lines []string, _ string) string {
	var b strings.Builder
	for _, l := range lines {
		o, err := json.Marshal(map[string]string{"MESSAGE": l, "__REALTIME_TIMESTAMP": "1740909609000001"})
		if err != nil {
			t.Fatal(err)
		}
		b.Write(append(o, '\n'))
	}
	return b.String()
}

// TestLinesWithSomethingBefore: what tools that show logs write around lines is taken away; of
// a table such a text is a column.
func TestLinesWithSomethingBefore(t *testing.T) {
	for _, f := range archive(t, "stream.txtar") {
		format, _, _ := strings.Cut(f.Name, ".")
		if f.Name != "clf.nginx.log" && f.Name != "caddy.jsonl" && f.Name != "envoy.log" {
			continue
		}
		lines := strings.Split(strings.TrimSpace(string(f.Data)), "\n")
		for name, put := range map[string]func(*testing.T, []string, string) string{
			"compose": before("web-1  | "), "kubectl": before("[pod/web-0/nginx] "), "timestamps": before("2025-03-02T10:00:09.000000001Z "), "journal": inJournals,
		} {
			if name == "timestamps" && f.Name == "envoy.log" {
				continue
			}
			f.Data = []byte(put(t, lines, ""))
			t.Run(name+" "+f.Name, func(t *testing.T) {
				all, r := readAll(t, f, format, answers[f.Name].o)
				checkStream(t, all, r, answers[f.Name])
			})
		}
	}
	in, err := input("x", []byte("web-1| 2025-03-02T10:00:00Z| 5\nweb-2| 2025-03-02T10:00:01Z| 6\n"))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Arrival: "2", Duration: "3", Class: []string{"1"}}
	if guesses, err := Detect(in, o); err != nil || guesses[0].Format.Name != "csv" || in.envelope != nil {
		t.Errorf("a table: %v, %v", guesses, err)
	}
}

// TestEnvelopes: the arrivals of the stream come out of logs whose lines a container runtime
// put into envelopes, whatever format they are in, and what was left out is told.
func TestEnvelopes(t *testing.T) {
	for _, f := range archive(t, "stream.txtar") {
		format, _, _ := strings.Cut(f.Name, ".")
		switch f.Name {
		case "clf.nginx.log", "haproxy.log", "ingress-nginx.log", "caddy.jsonl", "nginx-json.jsonl", "traefik.jsonl", "jsonl.jsonl", "lambda.log":
		default:
			continue
		}
		lines := strings.Split(strings.TrimSpace(string(f.Data)), "\n")
		for name, put := range map[string]func(*testing.T, []string, string) string{"docker": inDockers, "cri": inCRIs} {
			for _, end := range []string{"\n", ""} {
				f.Data = []byte(put(t, lines, end))
				t.Run(name+fmt.Sprintf("%q", end)+" "+f.Name, func(t *testing.T) {
					all, r := readAll(t, f, format, answers[f.Name].o)
					checkStream(t, all, r, answers[f.Name])
					s := r.Stats()
					if aside := s.Aside; !strings.Contains(s.Around, "stdout") || aside != 1 && (name == "cri" || end != "") {
						t.Errorf("%d lines left out of %q", aside, s.Around)
					}
				})
			}
		}
	}
}

// TestEnvelopesKeepLineNumbers: an error names the line of the file.
func TestEnvelopesKeepLineNumbers(t *testing.T) {
	good := strings.TrimSuffix(goodLine, "\n")
	text := inDockers(t, []string{good, good, good, "garbage"}, "\n")
	in, err := input("x.log", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	r := NewReader(Named("clf"), One(in), Options{})
	var e Event
	for err = r.Next(&e); err == nil; err = r.Next(&e) {
	}
	if first := r.Stats().FirstBad; first == nil || !strings.HasPrefix(first.Error(), "x.log:6: not like host") {
		t.Errorf("%v, %v; want a bad line 6", first, err)
	}
}

// TestNoEnvelope: lines that only look like envelopes stay as they are, and who asks for
// JSON lines gets them.
func TestNoEnvelope(t *testing.T) {
	const own = `{"log":{"level":"info"},"stream":"stdout","ts":1740909600,"took_ms":5}` + "\n"
	in, err := input("x", []byte(strings.Repeat(own, 3)))
	if err != nil {
		t.Fatal(err)
	}
	if best, err := Detect(in, Options{}); err != nil || best[0].Format.Name != "jsonl" || in.envelope != nil {
		t.Errorf("%v, %v", best, err)
	}
	text := inDockers(t, []string{"neither", "any format", "that is known"}, "")
	for _, kind := range []string{"", "jsonl"} {
		if in, err = input("x", []byte(text)); err != nil {
			t.Fatal(err)
		}
		format := Named("jsonl")
		if kind == "" {
			best, err := Detect(in, Options{})
			if err != nil {
				t.Fatal(err)
			}
			format = best[0].Format
		}
		r := NewReader(format, One(in), Options{})
		var e Event
		n := 0
		for err = r.Next(&e); err == nil; err = r.Next(&e) {
			n++
		}
		if n != 3 || err != io.EOF || format.Name != "jsonl" {
			t.Errorf("kind %q: %d events of %s, %v", kind, n, format.Name, err)
		}
	}
}
