package journal

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"cnv/policy"
)

// A Difference is the first step at which a Controller decided otherwise than
// the journal says.
type Difference struct {
	Record uint64 // number of the record, from 1
	At     time.Duration
	Event  policy.Event
	Want   []policy.Command // of the journal
	Got    []policy.Command
}

// Replay feeds a journal to a fresh Controller and compares every command. It
// returns the number of records that agreed, and the first Difference if
// there is one. A torn tail is not an error: the journal ends there, and torn
// is true. A gap or a damaged file is an error.
//
// It stops at the first difference: from there on the two Controllers see events that belong to
// other decisions.
func Replay(r *Reader, c *policy.Controller) (agreed uint64, diff *Difference, torn bool, err error) {
	var rec Record
	var out []policy.Command
	for {
		err := r.Next(&rec)
		switch {
		case err == io.EOF:
			return agreed, nil, false, nil
		case errors.Is(err, ErrTorn):
			return agreed, nil, true, nil
		case err != nil:
			return agreed, nil, false, err
		}
		out = c.Step(rec.At, &rec.Event, out[:0])
		if !equal(out, rec.Commands) {
			return agreed, &Difference{
				Record: r.Records(), At: rec.At, Event: rec.Event,
				Want: append([]policy.Command(nil), rec.Commands...), Got: append([]policy.Command(nil), out...),
			}, false, nil
		}
		agreed++
	}
}

// Equal to the last bit, predicted work included. A NaN would differ from itself; no command has one.
func equal(a, b []policy.Command) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// String shows the difference command by command.
func (d *Difference) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "record %d at %v: %v\n", d.Record, d.At, d.Event)
	for i := range max(len(d.Want), len(d.Got)) {
		want, got := shown(d.Want, i), shown(d.Got, i)
		mark := " "
		if i >= len(d.Want) || i >= len(d.Got) || d.Want[i] != d.Got[i] {
			mark = "!"
			if want == got { // they differ by what words round off, or leave out
				want, got = fmt.Sprintf("%+v", fields(d.Want[i])), fmt.Sprintf("%+v", fields(d.Got[i]))
			}
		}
		fmt.Fprintf(&b, "%s command %d: recorded %s\n             replayed %s\n", mark, i+1, want, got)
	}
	return b.String()
}

// shown is a command in words, or that there is none.
func shown(cmds []policy.Command, i int) string {
	if i < len(cmds) {
		return cmds[i].String()
	}
	return "nothing"
}

// fields is a Command that is printed with all its fields.
type fields policy.Command
