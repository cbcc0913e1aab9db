package trace

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	fast "github.com/klauspost/compress/gzip"

	"cnv/workloads"
)

// A writer writes a trace aside and renames it into place when it is whole.
type writer struct {
	dir, aside string
	h          Header
	notice     []byte // noticeFile; nil none
	classes    []class
	f          *os.File
	z          io.WriteCloser
	w          *bufio.Writer
	line       []byte
	last       int64
	first      []string // what was written first, in words
	s          survey   // of the events written
	sanity     sanityCounter
	failed     error   // of writing events: what comes later would be written in vain
	bins       *binner // events and counts are counted per bin; nil: written as they are
}

// create begins a trace in a folder that must not exist yet; in "" nothing is
// written.
func create(dir string, h Header) (*writer, error) {
	return createPacked(dir, h, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) })
}

// isFree says that a folder is there already.
func isFree(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return fmt.Errorf("%s already exists: choose another name or remove it", Shown(dir))
	}
	return nil
}

// Shown is a path to print: between quotes, with escapes, if a terminal would not show
// it as it is.
func Shown(path string) string {
	if strings.IndexFunc(path, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0 {
		return strconv.Quote(path)
	}
	return path
}

// packedFast takes a fifth of the time of gzip.NewWriter, for logs of many
// millions of lines; files are a tenth larger.
func packedFast(w io.Writer) io.WriteCloser {
	z, _ := fast.NewWriterLevel(w, fast.BestSpeed) // a level that there is
	return z
}

// createPacked is create with a compressor.
func createPacked(dir string, h Header, pack func(io.Writer) io.WriteCloser) (*writer, error) {
	if dir == "" {
		w := &writer{h: h, w: bufio.NewWriter(io.Discard)}
		w.h.Schema = SchemaVersion
		return w, nil
	}
	if err := isFree(dir); err != nil {
		return nil, err
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, fmt.Errorf("cannot write to %s: %w", parent, err)
	}
	aside, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+asideMark+owner()+"-")
	if err != nil {
		return nil, fmt.Errorf("cannot write to %s: %w", parent, err)
	}
	w := &writer{dir: dir, aside: aside, h: h}
	w.h.Schema = SchemaVersion
	if w.f, err = os.Create(filepath.Join(aside, h.Kind+".csv.gz")); err != nil {
		w.abandon()
		return nil, err
	}
	w.z = pack(w.f)
	w.w = bufio.NewWriterSize(w.z, 1<<16)
	header := eventColumns
	if h.Kind == Counts {
		header = countColumns
	}
	for i, c := range header {
		if i > 0 {
			w.w.WriteByte(',')
		}
		w.w.WriteString(c)
	}
	w.w.WriteByte('\n') // an error stays with the writer until Flush
	return w, nil
}

// abandon removes what was written.
func (w *writer) abandon() {
	if w.f != nil {
		w.f.Close()
	}
	if w.aside != "" {
		os.RemoveAll(w.aside)
	}
}

// event writes an arrival; attr is written as it is.
func (w *writer) event(a *workloads.Arrival, attr []byte) {
	at := int64(a.At / time.Microsecond)
	if w.bins != nil {
		w.bins.add(w, at, a.Class, 1)
		return
	}
	b := strconv.AppendInt(w.line[:0], at, 10)
	b = append(b, ',')
	b = strconv.AppendInt(b, int64(a.Class), 10)
	for _, d := range [...]time.Duration{a.Work, a.Wall} {
		b = append(b, ',')
		if d >= 0 {
			b = strconv.AppendInt(b, int64(d/time.Microsecond), 10)
		}
	}
	for _, v := range [...]int64{a.Memory, a.BytesIn, a.BytesOut, int64(a.Status)} {
		b = append(b, ',')
		if v >= 0 {
			b = strconv.AppendInt(b, v, 10)
		}
	}
	b = append(b, ',')
	if bytes.ContainsAny(attr, `,"`) {
		attr = []byte(`"` + strings.ReplaceAll(string(attr), `"`, `""`) + `"`)
	}
	b = append(b, attr...)
	w.line = append(b, '\n')
	if _, err := w.w.Write(w.line); err != nil {
		w.failed = err
	}
	if w.h.Records < shownRows {
		w.first = append(w.first, w.arrivalText(a, attr))
	}
	w.h.Records++
	w.last = at
	w.s.add(a, len(attr) > 0)
	w.sanity.event(at, a)
}

// count takes a line of counts.
func (w *writer) count(b bin) {
	if w.bins != nil {
		w.bins.add(w, int64(b.index), b.class, int64(b.count))
		return
	}
	w.counted(b)
}

// counted writes a line of counts.
func (w *writer) counted(b bin) {
	if b.count == 0 {
		return
	}
	if len(w.first) < shownRows {
		w.first = append(w.first, w.binText(b))
	}
	fmt.Fprintf(w.w, "%d,%d,%d\n", b.index, b.class, b.count)
	w.h.Records += int64(b.count)
	w.sanity.count(b)
}

// close completes the trace and puts it in its place.
func (w *writer) close() (*Header, error) {
	if w.dir == "" {
		w.fillSpan()
		return &w.h, w.h.check()
	}
	err := w.w.Flush()
	if err == nil { // else it would be told twice
		err = w.z.Close()
	}
	if closed := w.f.Close(); err == nil {
		err = closed
	}
	w.f = nil
	if err == nil {
		err = w.describe()
	}
	if err == nil {
		err = os.Chmod(w.aside, 0o755)
	}
	if err == nil {
		err = os.Rename(w.aside, w.dir)
	}
	if err != nil {
		w.abandon()
		if isFree(w.dir) != nil {
			return nil, fmt.Errorf("%s was written by another program in the meantime: nothing of it was changed, and this trace was not kept", Shown(w.dir))
		}
		return nil, fmt.Errorf("writing %s: %w", Shown(w.dir), err)
	}
	return &w.h, nil
}

// fillSpan makes the span hold all events: a given number of requests may take
// longer than expected.
func (w *writer) fillSpan() {
	if w.h.Kind == Events {
		w.h.SpanUS = max(w.h.SpanUS, w.last+1)
	}
}

// describe writes classes.csv and trace.json.
func (w *writer) describe() error {
	name := filepath.Join(w.aside, "classes.csv")
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(writeClasses(f, w.classes), f.Close()); err != nil {
		return err
	}
	files := []string{w.h.Kind + ".csv.gz", "classes.csv"}
	if w.notice != nil {
		if err := os.WriteFile(filepath.Join(w.aside, noticeFile), w.notice, 0o644); err != nil {
			return err
		}
		files = append(files, noticeFile)
	}
	w.h.Files = map[string]string{}
	for _, n := range files {
		if w.h.Files[n], err = fileDigest(filepath.Join(w.aside, n)); err != nil {
			return err
		}
	}
	w.fillSpan()
	if err := w.h.check(); err != nil {
		return err
	}
	for _, list := range []*[]string{&w.h.Transformations, &w.h.Recorded, &w.h.Synthesised} {
		if *list == nil {
			*list = []string{} // an empty list, not null
		}
	}
	text, err := json.MarshalIndent(&w.h, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.aside, "trace.json"), append(text, '\n'), 0o644)
}

func writeClasses(to io.Writer, classes []class) error {
	c := csv.NewWriter(to)
	_ = c.Write(classColumns()) // kept by c and returned by Error
	for i := range classes {
		_ = c.Write(classes[i].row(i))
	}
	c.Flush()
	return c.Error()
}
