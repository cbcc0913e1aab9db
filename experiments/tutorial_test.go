package main

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var rewrite = flag.Bool("rewrite", false, "write the outputs of the tutorial, and its log, again")

const (
	tutorialLog = "tutorial/access.log.gz"
)

// tutorials are the pages.
var tutorials = []string{"tutorial/tutorial.md", "tutorial/what-if.md"}

// madeUpLog is half an hour of the access log of a shop that does not exist, as
// nginx would write it with $request_time: three pages, and from the 20th minute on
// five times the visitors for three minutes.
func madeUpLog() []byte {
	pages := []struct {
		path   string
		share  float64
		median float64 // s
		sigma  float64
		bytes  int
	}{{"/", 0.5, 0.04, 0.5, 14_000}, {"/search", 0.4, 0.18, 0.7, 9_000}, {"/checkout", 0.1, 0.45, 0.5, 4_000}}
	rng := rand.New(rand.NewPCG(19, 1))
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	type line struct {
		end  time.Time
		text string
	}
	var lines []line
	for at := 0.0; at < 1800; {
		rate := 6.0
		if at >= 1200 && at < 1380 {
			rate = 30
		}
		at += rng.ExpFloat64() / rate
		page := pages[0]
		for u, i := rng.Float64(), 0; i < len(pages); i++ {
			if page = pages[i]; u < page.share {
				break
			} else {
				u -= page.share
			}
		}
		took := page.median * math.Exp(page.sigma*rng.NormFloat64())
		end := start.Add(time.Duration((at + took) * 1e9))
		status := 200
		if rng.IntN(200) == 0 {
			status = 404
		}
		lines = append(lines, line{end, fmt.Sprintf("10.0.%d.%d - - [%s] \"GET %s HTTP/1.1\" %d %d \"-\" \"Mozilla/5.0\" %.3f\n",
			rng.IntN(20), rng.IntN(250), end.Format("02/Jan/2006:15:04:05 -0700"), page.path, status, page.bytes+rng.IntN(2000), took)})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.end.Compare(b.end) })
	var out bytes.Buffer
	for _, l := range lines {
		out.WriteString(l.text)
	}
	return out.Bytes()
}

// TestTutorialLog: the log that the tutorial begins with is the one that is made up
// here.
func TestTutorialLog(t *testing.T) {
	want := madeUpLog()
	if *rewrite {
		var packed bytes.Buffer
		z, _ := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		z.Write(want)
		z.Close()
		if err := os.WriteFile(tutorialLog, packed.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(tutorialLog)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(z)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the log has %d bytes (error %v), what is made up has %d: go test ./experiments -run Tutorial -rewrite", len(got), err, len(want))
	}
}

// blocks are the code blocks of the tutorial.
var blocks = regexp.MustCompile("(?ms)^```([a-z]+)([^\n]*)\n(.*?)^```$")

// excerpt is what a block of text shows of an output: from the first line that begins
// with one text to the next that begins with another, or up to before it.
var excerpt = regexp.MustCompile(`from "([^"]+)" (to|before) "([^"]+)"`)

// TestTutorial types every command of the tutorial, writes every file that it shows,
// and compares every output. Run with -rewrite after a deliberate change, and read
// the diff: sentences around the outputs may have to change too.
func TestTutorial(t *testing.T) {
	if testing.Short() {
		t.Skip("types every command of the tutorial; TestScripts types others")
	}
	for _, tutorial := range tutorials {
		t.Run(filepath.Base(tutorial), func(t *testing.T) { typed(t, tutorial) })
	}
}

// typed types the commands of a page.
func typed(t *testing.T, tutorial string) {
	text, err := os.ReadFile(tutorial)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(tutorialLog)
	if err != nil {
		t.Fatal(err)
	}
	home, err := filepath.Abs(tutorial)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("experiments/tutorial", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("experiments/"+tutorialLog, log, 0o600); err != nil {
		t.Fatal(err)
	}
	shown, commands, output := 0, 0, ""
	fresh := blocks.ReplaceAllStringFunc(string(text), func(block string) string {
		m := blocks.FindStringSubmatch(block)
		kind, about, body := m[1], m[2], m[3]
		switch kind {
		case "sh":
			output = ""
			for command := range strings.Lines(body) {
				args, ok := strings.CutPrefix(strings.TrimSpace(command), "go run ./experiments/... ")
				if !ok {
					t.Errorf("a command that this test cannot run: %q", command)
				}
				var out, errs bytes.Buffer
				if code := run(strings.Fields(args), &out, &errs); code != 0 {
					t.Errorf("%s ends with %d: %s", strings.TrimSpace(command), code, errs.String())
				}
				output += out.String()
				commands++
			}
		case "toml":
			name, ok := strings.CutPrefix(strings.SplitN(body, "\n", 2)[0], "# ")
			if !ok {
				t.Errorf("a file whose first line is not its name: %q", body)
			}
			if err := os.WriteFile(filepath.Base(name), []byte(body), 0o600); err != nil {
				t.Error(err)
			}
		case "text":
			shown++
			e := excerpt.FindStringSubmatch(about)
			if e == nil {
				t.Errorf("text%s: want from \"...\" to (or before) \"...\"", about)
				return block
			}
			return "```text" + about + "\n" + cut(t, output, e[1], e[2] == "before", e[3]) + "```"
		}
		return block
	})
	if commands < 3 || shown < 3 {
		t.Errorf("the tutorial types %d commands and shows %d outputs", commands, shown)
	}
	if *rewrite {
		if err := os.WriteFile(home, []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if fresh != string(text) {
		was, is := strings.Split(string(text), "\n"), strings.Split(fresh, "\n")
		for i := range is {
			if i >= len(was) || was[i] != is[i] {
				t.Errorf("%s:%d: an output is another now:\n%s\nregenerate with go test ./experiments -run Tutorial -rewrite, and read the diff", tutorial, i+1, is[i])
				break
			}
		}
	}
}

// cut is the lines of an output from the first that begins with a text to the next
// that begins with another; before says without that.
func cut(t *testing.T, output, from string, before bool, to string) string {
	var out strings.Builder
	begun := false
	for line := range strings.Lines(output) {
		ends := begun && strings.HasPrefix(line, to)
		begun = begun || strings.HasPrefix(line, from)
		if begun && !(ends && before) {
			out.WriteString(strings.TrimRight(line, " \n") + "\n")
		}
		if ends {
			return out.String()
		}
	}
	t.Errorf("no lines from %q to %q in the output:\n%s", from, to, output)
	return out.String()
}
