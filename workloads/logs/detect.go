package logs

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// A Guess is how well a format fits the beginning of a file.
type Guess struct {
	Format  *Format
	Rows    int     // that were looked at
	Read    int     // of these, that could be read
	Share   float64 // Read of Rows
	Err     error   // of the first row that could not be read, or why there are no rows
	certain bool    // the first bytes, or the columns, are those of this format
	shaped  bool    // lines have the shape of those of this format, and something in them is wrong
}

// String says how sure a guess is.
func (g Guess) String() string {
	if g.Rows == 0 {
		return fmt.Sprintf("%s (%s)", g.Format.Name, g.Format.Doc)
	}
	return fmt.Sprintf("%s (%s): %d of the first %d rows read as it", g.Format.Name, g.Format.Doc, g.Read, g.Rows)
}

const (
	// lookedAt is how many rows are tried to tell a format.
	lookedAt = 100
	// leastShare of them must be readable.
	leastShare = 0.9
)

// listOfNumbers is the beginning of such a list, of which all would be one row.
var listOfNumbers = regexp.MustCompile(`^\s*\[\s*-?\d+(\.\d+)?\s*,`)

// Detect tells the format of an input, without reading on in it: the best guesses
// first. The first is good if its Share is leastShare at least; else err says
// what the file may be. Where each line stands in an envelope of a container runtime, it
// is about what stands in these, if that is in any format.
func Detect(in *Input, o Options) (best []Guess, err error) {
	head, err := in.Head()
	if err != nil {
		return nil, err
	}
	if len(head) == 0 {
		return nil, fmt.Errorf("%s: the file is empty", in.Path)
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, fmt.Errorf("%s:1: only empty lines", in.Path)
	}
	if listOfNumbers.Match(head) {
		return nil, fmt.Errorf("%s:1: one JSON list of numbers: write one a line (jq '.[]'), or objects with names", in.Path)
	}
	if e := envelopeOf(head); e != nil {
		if best, err := detect(in, e.opened(head), o); err == nil && !(e.weak && best[0].Format.Name == "csv") {
			in.open(e)
			return best, nil
		}
	}
	return detect(in, head, o)
}

// detect is Detect on the beginning of a text.
func detect(in *Input, head []byte, o Options) (best []Guess, err error) {
	zero := bytes.IndexByte(head, 0)
	isText := zero < 0
	for _, f := range Formats {
		if f.binary == isText && f.Name != "parquet" || f.starts != nil && !f.starts(head) {
			continue
		}
		if f.refuse != "" {
			return nil, f.refusal(in)
		}
		best = append(best, f.fits(in, head, o))
	}
	slices.SortStableFunc(best, func(a, b Guess) int { return cmp.Compare(b.rank(), a.rank()) })
	switch {
	case len(best) == 0:
		return nil, fmt.Errorf("%s:%d: a byte 0: neither text (UTF-16 must be saved as UTF-8) nor a known binary format", in.Path, 1+bytes.Count(head[:zero], []byte{'\n'}))
	case best[0].Share >= leastShare:
		return best, nil
	case slices.ContainsFunc(best, Guess.onlyHeader):
		return best, fmt.Errorf("%s:1: a header, and no rows below it: there is nothing to import, so give the file that has the rows", in.Path)
	}
	if err := besideOptions(in, head, best, o); err != nil {
		return best, err
	}
	return best, unknownFormat(in, best)
}

// besideOptions is what is wrong with what the user says, where that alone makes a file
// unlike the format that it is in; nil if it is in none.
func besideOptions(in *Input, head []byte, best []Guess, o Options) error {
	if o.IsZero() {
		return nil
	}
	plain, err := detect(in, head, Options{})
	if err != nil {
		return nil
	}
	i := slices.IndexFunc(best, func(g Guess) bool { return g.Format == plain[0].Format })
	if i < 0 || best[i].Err == nil {
		return nil
	}
	return fmt.Errorf("%w (taken for %s)", best[i].Err, plain[0].Format.Name)
}

// onlyHeader says whether nothing but the names of columns was found.
func (g Guess) onlyHeader() bool { return g.Rows == 0 && g.Err == nil && g.Share == 0 }

// refusal says why a format is not read.
func (f *Format) refusal(in *Input) error {
	return fmt.Errorf("%s is of kind %s: %s", in.Path, f.Name, f.refuse)
}

// rank orders guesses: general formats take what no other does.
func (g Guess) rank() float64 {
	r := g.Share
	if g.Format.general {
		r /= 2
	}
	switch {
	case g.certain && g.Share >= leastShare:
		r++
	case g.shaped && g.Read == 0:
		r += 0.2
	case g.certain:
		r += 0.1
	case g.Format.general:
		r += 0.05
	case g.Rows == 0:
		r -= 0.1
	}
	return r
}

// unknownFormat names the nearest formats, and why they are none.
func unknownFormat(in *Input, guesses []Guess) error {
	var parts []string
	for i, g := range guesses[:min(len(guesses), 2)] {
		if i > 0 && g.Read == 0 && (!g.certain || g.Format.general) {
			break // nothing of the file is like it
		}
		why := ""
		if g.Err != nil {
			why = ": " + g.Err.Error()
		}
		parts = append(parts, g.String()+why)
	}
	return fmt.Errorf("%s is in no known format. The nearest are\n  %s\nname the kind, or the columns (--arrival, --end, --duration)", in.Path, strings.Join(parts, "\n  "))
}

// fits tries a format on the head of an input.
func (f *Format) fits(in *Input, head []byte, o Options) Guess {
	g := Guess{Format: f, certain: f.starts != nil}
	o.Where = "" // a row that is left out unread is no sign of any format
	try := &Input{Path: in.Path, file: in.file, raw: in.raw, packed: in.packed, opened: true, text: bufio.NewReaderSize(bytes.NewReader(head), len(head)+16), stop: func() {}}
	r := NewReader(f, One(try), o)
	if g.Err = r.begin(); g.Err != nil {
		if f.starts != nil && len(head) > headSize/2 && errors.Is(g.Err, io.ErrUnexpectedEOF) {
			g.Share, g.Err = 1, nil // its first element is longer than the head
		}
		return g
	}
	if missing := f.missing(r.rows); missing != "" {
		g.Err, g.certain = fmt.Errorf("no column %s", missing), false
		return g
	}
	g.certain = g.certain || len(f.needs) > 0
	var e Event
	for g.Rows < lookedAt {
		switch err := r.read(&e); {
		case errors.Is(err, io.EOF):
			return g.shared()
		case errors.Is(err, io.ErrUnexpectedEOF):
			return g.shared()
		case err == nil || errors.Is(err, errLeft):
			g.Rows++
			g.Read++
		case try.cut && g.Rows > 0 && !refused(err): // cut off, as the last line of a log that is being written is
			return g.shared()
		default:
			g.Rows++
			g.shaped = g.shaped || f.shape && r.split
			if g.Err == nil {
				g.Err = err
			}
			if refused(err) {
				return g.shared()
			}
		}
	}
	return g.shared()
}

func refused(err error) bool {
	var stop Refusal
	return errors.As(err, &stop)
}

func (g Guess) shared() Guess {
	if g.Rows > 0 {
		g.Share = float64(g.Read) / float64(g.Rows)
	}
	return g
}

// missing is a column that a file of the format has; "" if all are there.
func (f *Format) missing(r rows) string {
	for _, need := range f.needs {
		found := false
		for name := range strings.SplitSeq(need, "|") {
			found = found || r.column(name) >= 0
		}
		if !found {
			return need
		}
	}
	return ""
}

// Named is the format of a name; nil if there is none.
func Named(name string) *Format {
	for _, f := range Formats {
		if f.Name == name {
			return f
		}
	}
	return nil
}
