package logs

import (
	"bytes"
	"compress/gzip"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// endless gives a text again and again, n bytes.
func endless(text string, n int64) io.Reader {
	return io.LimitReader(&again{text: text}, n)
}

type again struct {
	text string
	at   int
}

func (a *again) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		c := copy(p[n:], a.text[a.at:])
		n += c
		a.at = (a.at + c) % len(a.text)
	}
	return n, nil
}

// gzipped packs what a reader gives.
func gzipped(t *testing.T, r io.Reader) io.Reader {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(z, r); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return &b
}

// bomb is some lines, and then line breaks that take a thousandth of their space.
func bomb(t *testing.T) io.Reader {
	head := gzipped(t, strings.NewReader(goodLine))
	breaks, err := io.ReadAll(gzipped(t, strings.NewReader(strings.Repeat("\n", 1<<20))))
	if err != nil {
		t.Fatal(err)
	}
	return io.MultiReader(head, endless(string(breaks), int64(len(breaks))*20))
}

// fails reads an input as a user would, and returns what stops it.
func fails(r io.Reader, o Options) error {
	in, err := newInput("x.log", io.NopCloser(r))
	if err != nil {
		return err
	}
	defer in.Close()
	guesses, err := Detect(in, o)
	if err != nil {
		return err
	}
	reader := NewReader(guesses[0].Format, One(in), o)
	var e Event
	for {
		switch err := reader.Next(&e); err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
	}
}

const goodLine = `192.0.2.1 - - [10/Oct/2025:13:55:36 +0000] "GET /a HTTP/1.1" 200 2326 "-" "curl/8" 0.012` + "\n"

// TestHostileFilesAreRefused: with file and line, and in little memory, however
// long the file is.
func TestHostileFilesAreRefused(t *testing.T) {
	long := int64(1 << 30)
	many := strings.Repeat(goodLine, 2000)
	for name, c := range map[string]struct {
		r    io.Reader
		want string
	}{
		"a byte 0":            {strings.NewReader(many + "\x00\n"), "x.log:2001: a byte 0"},
		"an early byte 0":     {strings.NewReader(strings.Repeat(goodLine, 50) + "a\x00\n" + goodLine), "x.log:51: a byte 0"},
		"an array that ends":  {strings.NewReader("[ {\"ts\":1},\n {\"ts\":2},"), "x.log:2: the JSON document ends here"},
		"a long array":        {io.MultiReader(strings.NewReader(`[ {"ts":1}, {"ts":"`), endless(strings.Repeat("a", 4096), long)), "x.log:1"},
		"no table's name":     {strings.NewReader(strings.Repeat("a", 200_000)), "there are: " + strings.Repeat("a", 40) + "..."},
		"a name too long":     {strings.NewReader(strings.Repeat("a", 300_000)), "x.log:1: the line is longer than 262144 bytes"},
		"empty lines":         {strings.NewReader("\n\n\n"), "x.log:1: only empty lines"},
		"zeros":               {endless(strings.Repeat("\x00", 4096), long), "x.log"},
		"UTF-16":              {strings.NewReader("\xff\xfet\x00s\x00\n\x00"), "x.log:1: the text is UTF-16"},
		"UTF-16 without mark": {strings.NewReader("t\x00s\x00,\x00a\x00\n\x001\x00,\x002\x00\n\x00"), "x.log:1: a byte 0: neither text (UTF-16"},
		"2^63":                {strings.NewReader("ts,ms\n9223372036854775808,1\n"), `x.log:2: ts: "9223372036854775808" is not an instant`},
		"2^64 ms":             {strings.NewReader("ts,took_ms\n1,18446744073709551616\n"), "x.log:2: took_ms"},
		"a long line":         {io.MultiReader(strings.NewReader(many), endless(strings.Repeat("a", 4096), long)), "x.log:2001: the line is longer than 262144 bytes"},
		"only a long line":    {endless(strings.Repeat("a", 4096), long), "x.log"},
		"a long JSON string":  {io.MultiReader(strings.NewReader(`{"Datapoints":[{"Timestamp":"2025-03-02T10:00:00Z","Sum":1},{"Timestamp":"`), endless(strings.Repeat("a", 4096), long)), "x.log:1"},
		"endless parts":       {io.MultiReader(strings.NewReader(strings.Repeat(`{"log":"`+strings.ReplaceAll(strings.TrimSpace(goodLine), `"`, `\"`)+`\n","stream":"stdout"}`+"\n", 2000)), endless(`{"log":"aaaaaaaaaaaaaaaaaaaa","stream":"stdout"}`+"\n", long)), "the line is longer than 262144 bytes"},
		"deep JSON":           {io.MultiReader(strings.NewReader(`{"Datapoints":[`), endless(strings.Repeat(`[`, 4096), long)), "x.log"},
		"a bomb of breaks":    {bomb(t), "expands more than 500 times"},
		"cut off":             {io.LimitReader(gzipped(t, strings.NewReader(many)), 300), "x.log:"},
		"a zip":               {strings.NewReader("PK\x03\x04zzzzzz"), "unpack it first"},
		"nothing":             {strings.NewReader(""), "empty"},
		"a picture":           {strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "x.log:3: a byte 0"},
		"a letter":            {strings.NewReader("Dear Sir,\nI write to you about a matter.\nYours\n"), "The nearest are"},
		"wrk2":                {strings.NewReader("  Detailed Percentile spectrum:\n Value   Percentile   TotalCount 1/(1-Percentile)\n\n 0.921     0.000000            1         1.00\n"), "a histogram has no instants"},
	} {
		t.Run(name, func(t *testing.T) {
			runtime.GC()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := fails(c.r, Options{})
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %.300v, want it to contain %q", err, c.want)
			}
			if err != nil && len(err.Error()) > 4000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 150<<20 {
				t.Errorf("%d MB more of memory", grown>>20)
			}
		})
	}
}

// TestLongRows: a row of 70 or 200 kB is read, below a header and as JSON.
func TestLongRows(t *testing.T) {
	for _, size := range []int{70_000, 200_000} {
		long := strings.Repeat("a", size)
		for name, row := range map[string]string{"ts,took_ms,body\n": "1740909600,5," + long + "\n", "": `{"ts":1740909600,"took_ms":5,"body":"` + long + "\"}\n"} {
			if err := fails(strings.NewReader(name+strings.Repeat(row, 3)), Options{}); err != nil {
				t.Errorf("%d bytes a row below %q: %.200v", size, name, err)
			}
		}
	}
	if err := fails(strings.NewReader("ts,took_ms\n"), Options{}); err == nil || !strings.Contains(err.Error(), "a header, and no rows below it") {
		t.Errorf("only a header: %v", err)
	}
}

// TestSomeBadLines: a line in twenty may be bad, and is told; more are refused, if
// the user does not force it.
func TestSomeBadLines(t *testing.T) {
	for bad, want := range map[int]string{1: "", 10: "", 11: "x.log:191: not like host", 190: "x.log:191: not like host"} {
		text := strings.Repeat(goodLine, 190) + strings.Repeat("garbage\n", bad)
		in, err := input("x.log", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		r := NewReader(Named("clf"), One(in), Options{})
		var e Event
		n := 0
		for err = r.Next(&e); err == nil; err = r.Next(&e) {
			n++
		}
		if want == "" && (err != io.EOF || n != 190 || r.Stats().Bad != int64(bad)) || want != "" && !strings.Contains(err.Error(), want) {
			t.Errorf("%d bad: %d events, %v", bad, n, err)
		}
	}
}

// TestCompression: gzip of several members, zstd and none give the same.
func TestCompression(t *testing.T) {
	var z bytes.Buffer
	w, err := zstd.NewWriter(&z)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, strings.Repeat(goodLine, 3)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	members := io.MultiReader(gzipped(t, strings.NewReader(goodLine)), gzipped(t, strings.NewReader(strings.Repeat(goodLine, 2))))
	for name, r := range map[string]io.Reader{"plain": strings.NewReader(strings.Repeat(goodLine, 3)), "gzip": members, "zstd": &z} {
		in, err := newInput(name, io.NopCloser(r))
		if err != nil {
			t.Fatal(err)
		}
		reader := NewReader(Named("clf"), One(in), Options{})
		var e Event
		n := 0
		for err = reader.Next(&e); err == nil; err = reader.Next(&e) {
			n++
		}
		if n != 3 || err != io.EOF {
			t.Errorf("%s: %d events, then %v", name, n, err)
		}
	}
}
