package logs

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/cespare/xxhash/v2"
)

// event makes an event of the current row.
func (r *Reader) event(e *Event) error {
	f := &r.found
	*e = Event{Wall: Unknown, Work: Unknown, Memory: Unknown, BytesIn: Unknown, BytesOut: Unknown, Status: Unknown, Row: r.hash()}
	at := f.arrival
	if !at.has() {
		at = f.end
	}
	logged, ok := r.when.parse(r.rows.cell(at.at))
	if !ok {
		return fmt.Errorf("%s: %.60q is not an instant (seconds, ms, us or ns since 1970, ISO 8601, RFC 3339, 02/Jan/2006:15:04:05 -0700, 02.01.2006 15:04:05)", at.name, r.rows.cell(at.at))
	}
	if !f.series.has() { // series are one below the other
		r.inOrder(logged)
	}
	if r.meaning.Quantity != Requests {
		e.At = logged
		return r.counted(e)
	}
	init, err := r.times(e)
	if err != nil {
		return err
	}
	if e.At = logged; !f.arrival.has() {
		switch {
		case e.Wall != Unknown:
			e.At = logged - r.inSteps(e.Wall) - init
		case !r.asLogged():
			return fmt.Errorf("%s: the row has no duration, and the log has only the end", at.name)
		}
	}
	if f.arrival.has() && f.end.has() {
		if err := r.span(e); err != nil {
			return err
		}
	}
	if err := r.sizes(e); err != nil {
		return err
	}
	if e.Class, err = r.class(); err != nil {
		return err
	}
	if e.Attr, err = r.attributes(init); err != nil {
		return err
	}
	r.stats.duration(e.Wall, &r.meaning, !f.arrival.has())
	return nil
}

// asLogged says whether a row without a duration arrives at its instant, also where that
// is an end: a row of a table is a request, an object among lines of JSON may be something
// else, unless it has a status or a class.
func (r *Reader) asLogged() bool {
	if r.meaning.AsLogged || !r.format.general {
		return r.meaning.AsLogged
	}
	_, isJSON := r.rows.(*jsonRows)
	return !isJSON || !empty(r.rows.cell(r.found.status.at)) || !empty(r.rows.cell(r.found.class.at))
}

// inSteps is a duration as far as an end says it: where ends were cut to whole seconds
// and the format says so, without what is less than a step.
func (r *Reader) inSteps(wall int64) int64 {
	if step := r.when.finest; r.meaning.InSteps && step >= int64(Second) {
		return wall - wall%step
	}
	return wall
}

// inOrder notes how far instants go back.
func (r *Reader) inOrder(logged int64) {
	if back := r.highest - logged; back > 0 {
		if r.stats.Back++; back > r.stats.FarBack {
			r.stats.FarBack, r.stats.BackAt = back, r.Place()
		}
		return
	}
	r.highest = logged
}

// span is the duration between arrival and end, where it is not logged.
func (r *Reader) span(e *Event) error {
	cell := r.rows.cell(r.found.end.at)
	if e.Wall != Unknown || empty(cell) {
		return nil
	}
	end, ok := r.when.parse(cell)
	if !ok {
		return fmt.Errorf("%s: %.60q is not an instant", r.found.end.name, cell)
	}
	if e.Wall = end - e.At; e.Wall < 0 {
		e.Wall = Unknown
		r.stats.Negative++
	}
	return nil
}

// times reads durations and work, and returns what a cold start took.
func (r *Reader) times(e *Event) (init int64, err error) {
	f := &r.found
	if e.Wall, err = r.duration(f.duration); err != nil {
		return 0, err
	}
	for i, p := range f.parts {
		d, err := r.duration(p)
		switch {
		case err != nil:
			return 0, err
		case d == Unknown:
			e.Wall = Unknown
			return 0, nil
		case i == 0:
			e.Wall = d
		case d > math.MaxInt64-e.Wall:
			return 0, fmt.Errorf("%s: too long", p.name)
		default:
			e.Wall += d
		}
	}
	if init, err = r.duration(f.init); err != nil {
		return 0, err
	}
	if e.Work, err = r.work(f.work); err != nil {
		return 0, err
	}
	if n, ok := integer(r.rows.cell(f.cores.at)); f.cores.has() && ok && n > 0 && e.Work > 0 {
		if e.Work > math.MaxInt64/n {
			return 0, fmt.Errorf("%s: too much work", f.work.name)
		}
		e.Work *= n
	}
	return max(init, 0), nil
}

// longest bounds a duration, ns: the 104 days of a trace.
const longest = 1 << 53

// duration reads a cell; Unknown if it is empty or -1, as logs say that something
// did not happen.
func (r *Reader) duration(p place) (int64, error) {
	if !p.has() {
		return Unknown, nil
	}
	cell := bytes.TrimSpace(r.rows.cell(p.at))
	if empty(cell) || string(cell) == "-1" {
		return Unknown, nil
	}
	unit := p.unit
	if n := len(cell); n > 1 && (cell[n-1] == 's' || cell[n-1] == 'm' || cell[n-1] == 'h') {
		if d, ok := written(cell); ok {
			return d, nil
		}
	}
	if unit == 0 {
		unit = Second
		r.stats.isBare(p.name, cell)
	}
	if cell[0] == '-' {
		if _, _, ok := decimal(cell[1:], unit); ok {
			r.stats.LessWall++
			return Unknown, nil
		}
	}
	ns, _, ok := decimal(cell, unit)
	if !ok || ns > longest {
		return 0, fmt.Errorf("%s: %.60q is not a duration from 0 to 104 days", p.name, cell)
	}
	return ns, nil
}

// work reads a cell of CPU time: one that is negative, also -1, is counted as such, as
// time that was used cannot be, and so is NaN.
func (r *Reader) work(p place) (int64, error) {
	if !p.has() {
		return Unknown, nil
	}
	cell := bytes.TrimSpace(r.rows.cell(p.at))
	if isNaN(cell) {
		r.stats.NaNWork++
		return Unknown, nil
	}
	if len(cell) > 1 && cell[0] == '-' {
		if _, _, ok := decimal(cell[1:], Second); ok {
			r.stats.LessWork++
			return Unknown, nil
		}
	}
	return r.duration(p)
}

// written is a duration with its unit, such as 12.5ms.
func written(cell []byte) (int64, bool) {
	d, err := time.ParseDuration(string(cell))
	return int64(d), err == nil && d >= 0 && d <= longest
}

// sizes reads memory, bytes and status.
func (r *Reader) sizes(e *Event) (err error) {
	f := &r.found
	if e.Memory, err = r.size(f.memory, longest); err != nil {
		return err
	}
	if e.BytesIn, err = r.size(f.in, longest); err != nil {
		return err
	}
	if e.BytesOut, err = r.size(f.out, longest); err != nil {
		return err
	}
	if status, err := r.size(f.status, math.MaxInt32); err == nil {
		e.Status = int32(status)
	} else {
		r.stats.NoStatus++
	}
	if e.Memory > 0 && r.meaning.MemoryKB > 0 {
		e.Memory *= r.meaning.MemoryKB
	}
	return nil
}

// size reads a cell; Unknown if it is empty.
func (r *Reader) size(p place, most int64) (int64, error) {
	if !p.has() {
		return Unknown, nil
	}
	cell := bytes.TrimSpace(r.rows.cell(p.at))
	if empty(cell) || string(cell) == "-1" {
		return Unknown, nil
	}
	n, ok := integer(cell)
	if !ok || n > most {
		return Unknown, fmt.Errorf("%s: %.60q is not an integer from 0 on", p.name, cell)
	}
	return n, nil
}

// class is the class of the row.
func (r *Reader) class() (uint16, error) {
	if !r.found.class.has() {
		if len(r.classes.names) == 0 {
			r.classes.names = append(r.classes.names, cmp.Or(r.meaning.OneClass, allClass))
		}
		return 0, nil
	}
	r.also = r.also[:0]
	for _, p := range r.found.also {
		r.also = append(r.also, r.rows.cell(p.at))
	}
	return r.classes.of(r.rows.cell(r.found.class.at), r.also...)
}

// attributes are what else is kept of a row.
func (r *Reader) attributes(init int64) ([]byte, error) {
	r.attr = r.attr[:0]
	for i, p := range r.found.features {
		if err := r.feature(p, featureName(r.options.Features[i])); err != nil {
			return nil, err
		}
	}
	for i, p := range r.found.attrs {
		cell := r.rows.cell(p.at)
		if !p.has() || len(cell) == 0 || len(cell) > 1000 || bytes.ContainsAny(cell, ";=\n\r") {
			continue
		}
		r.separate()
		r.attr = append(append(append(r.attr, r.meaning.Attrs[i].Name...), '='), cell...)
	}
	if init > 0 {
		r.separate()
		r.attr = strconv.AppendInt(append(r.attr, "init_us="...), (init+500)/1000, 10)
	}
	r.blocks()
	return r.attr, nil
}

// counted reads a count, a rate or a total.
func (r *Reader) counted(e *Event) error {
	cell := bytes.TrimSpace(r.rows.cell(r.found.count.at))
	v, err := strconv.ParseFloat(string(cell), 64)
	if empty(cell) && !isNaN(cell) { // what could not be counted is not 0
		v, err = 0, nil
	}
	if err != nil || !(v >= 0) || v > 1<<53 || bytes.ContainsAny(cell, "xX_") {
		return fmt.Errorf("%s: %.60q is not a number from 0 on", r.found.count.name, cell)
	}
	e.Count = v
	if e.Class, err = r.class(); err == nil {
		err = r.ofSeries(e)
	}
	return err
}

// maxSeries bounds the series of counts in a log, as their names are kept.
const maxSeries = 1 << 16

// ofSeries tells which series a count is of, and keeps what that counts.
func (r *Reader) ofSeries(e *Event) error {
	e.Series = uint64(e.Class)
	if r.found.series.has() {
		e.Series = xxhash.Sum64(r.rows.cell(r.found.series.at))
	}
	if _, ok := r.metrics[e.Series]; ok {
		return nil
	}
	if len(r.metrics) == maxSeries {
		return Refusal{fmt.Errorf("more than %d series of counts: add them up in the query, or leave some out (--where)", maxSeries)}
	}
	if r.metrics == nil {
		r.metrics = map[uint64]string{}
	}
	r.metrics[e.Series] = r.found.count.name
	if r.found.series.has() {
		r.metrics[e.Series] = string(r.rows.cell(r.found.metric.at))
	}
	return nil
}

// account says which columns are used, and for what.
func (r *Reader) account() {
	f := &r.found
	used := map[string]bool{}
	before := r.stats.Used
	r.stats.Used = nil
	for _, u := range []struct {
		what string
		p    place
	}{
		{"arrival", f.arrival}, {"end", f.end}, {"duration", f.duration}, {"init", f.init}, {"work", f.work}, {"cores", f.cores}, {"memory", f.memory},
		{"bytes in", f.in}, {"bytes out", f.out}, {"status", f.status}, {"class", f.class}, {"count", f.count}, {"series", f.series}, {"metric", f.metric},
	} {
		if u.p.has() {
			used[u.p.name] = true
			text := u.what + ": " + u.p.name
			if u.p.unit != 0 {
				text += " (" + u.p.unit.String() + ")"
			}
			r.stats.Used = append(r.stats.Used, text)
		}
	}
	for _, p := range f.also {
		r.stats.Used = append(r.stats.Used, "class: "+p.name)
	}
	for _, p := range f.features {
		r.stats.Used = append(r.stats.Used, "feature: "+p.name)
	}
	if f.blocks.has() {
		used[f.blocks.name] = true
		r.stats.Used = append(r.stats.Used, "blocks of the prompt, of which the first two are the key: "+f.blocks.name)
	}
	for _, p := range slices.Concat(f.parts, f.attrs, f.features, f.also) {
		used[p.name] = true
	}
	for _, p := range f.parts {
		r.stats.Used = append(r.stats.Used, "part of the duration: "+p.name)
	}
	for _, c := range r.keep {
		for _, all := range c.any {
			for _, t := range all {
				used[t.name] = true
			}
		}
	}
	r.stats.account(before, r.rows.names(), used)
}
