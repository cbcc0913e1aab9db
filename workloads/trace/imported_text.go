package trace

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cnv/workloads/logs"
)

// String is what a user should look at: what the file was taken for, the first
// rows, and the sanity of what came out.
func (d *Imported) String() string {
	var b strings.Builder
	if d.Told != "" {
		fmt.Fprintf(&b, "taken for %s\n", d.Told)
	}
	if d.Kind.Untried {
		fmt.Fprintf(&b, "this kind was written after %s and not tried on a real file: look at the first rows\n", d.Kind.Document)
	}
	if len(d.First) > 0 {
		b.WriteString("first rows, as they were understood:\n")
		for _, row := range d.First {
			fmt.Fprintf(&b, "  %s\n", row)
		}
	}
	for _, line := range slices.Concat(d.lines, d.Sanity.Lines) {
		line.write(&b)
	}
	if len(d.lines) == 0 { // else they are among the lines
		for _, note := range d.notes {
			Line{"note", note}.write(&b)
		}
	}
	return b.String()
}

// deciding are the lines that who wants an answer must see; all others are shown by String.
var deciding = []string{"understood", "container", "left out", "unreadable", "missing", "duplicates", "span", "rate", "durations", "work", "class other", "no match"}

// Brief is what a user must look at before an answer: what the file was taken for, and what
// decides the load.
func (d *Imported) Brief() string {
	var b strings.Builder
	if d.Told != "" {
		fmt.Fprintf(&b, "taken for %s\n", d.Told)
	}
	for _, line := range slices.Concat(d.lines, d.Sanity.Lines) {
		if slices.Contains(deciding, line.Name) && line.Text != "none" {
			line.write(&b)
		}
	}
	return b.String()
}

const (
	textWidth = 80 // of all that is told
	nameWidth = 13
)

// write writes a line, wrapped, the text below itself.
func (l Line) write(b *strings.Builder) {
	fmt.Fprintf(b, "%-*s", nameWidth, l.Name)
	at := nameWidth
	for i, word := range strings.Fields(l.Text) {
		if i > 0 && at+1+len(word) > textWidth {
			fmt.Fprintf(b, "\n%*s", nameWidth, "")
			at = nameWidth
		}
		b.WriteString(" " + word)
		at += 1 + len(word)
	}
	b.WriteByte('\n')
}

// told is what reading a log has shown.
func told(r *logs.Reader) []Line {
	s := r.Stats()
	var out []Line
	say := func(name, format string, args ...any) {
		out = append(out, Line{name, fmt.Sprintf(format, args...)})
	}
	say("columns", "%s", strings.Join(s.Used, ", "))
	if len(s.Unused) > 0 {
		say("not used", "%s", strings.Join(s.Unused, ", "))
	}
	if s.Said != "" {
		say("understood", "%s", s.Said)
	}
	if s.Around != "" {
		aside := ""
		if s.Aside > 0 {
			aside = fmt.Sprintf("; %d lines of others are left out", s.Aside)
		}
		say("container", "each line stands in an envelope of %s%s", s.Around, aside)
	}
	if s.Dropped > 0 {
		say("left out", "%d of %d rows by conditions", s.Dropped, s.Rows)
	}
	if s.Bad > 0 {
		say("unreadable", "%d of %d rows (%.3g %%), left out; the first: %v", s.Bad, s.Rows, 100*float64(s.Bad)/float64(s.Rows), s.FirstBad)
	}
	if s.Cut != nil {
		say("cut off", "the last line has no line break and cannot be read, left out: %v", s.Cut)
	}
	if s.Finest > 0 {
		zone := ""
		if s.Local {
			zone = ", without a zone: taken for UTC"
		}
		say("instants", "logged to %v%s", time.Duration(s.Finest), zone)
	}
	switch {
	case s.Back == 0:
		say("order", "as logged")
	case s.FarBack >= int64(time.Minute):
		say("order", "%d of %d rows logged before a row above: sorted; the clock goes back by %v at %s", s.Back, s.Rows, time.Duration(s.FarBack), s.BackAt)
	default:
		say("order", "%d of %d rows logged before a row above, by up to %v: sorted", s.Back, s.Rows, time.Duration(s.FarBack))
	}
	if s.Negative > 0 {
		say("durations", "of %d rows the end is before the start: taken for unknown", s.Negative)
	}
	if s.LessWall > 0 {
		say("durations", "of %d rows it is negative: taken for unknown", s.LessWall)
	}
	if s.LessWork > 0 {
		say("work", "of %d rows it is negative: taken for not recorded", s.LessWork)
	}
	if s.NaNWork > 0 {
		say("work", "of %d rows it is NaN: taken for not recorded", s.NaNWork)
	}
	if s.NoStatus > 0 {
		say("status", "of %d rows it is no number: taken for unknown", s.NoStatus)
	}
	if len(s.Others) > 0 {
		say("class other", "requests: %s", strings.Join(s.Others, ", "))
	}
	if len(s.NoMatch) > 0 {
		say("no match", "no request is of class %s: it is like none, or an earlier pattern takes them", strings.Join(s.NoMatch, ", nor of "))
	}
	return out
}
