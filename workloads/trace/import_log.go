package trace

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"cnv/policy"
	"cnv/workloads"
	"cnv/workloads/logs"
)

// log reads files of a format of logs as one, in order of arrival.
func (m *importing) log(f *logs.Format) error {
	r := logs.NewReader(f, m.next(), m.options.Options)
	if m.options.Force {
		r.AllowBad()
	}
	sorter := &logs.Sorter{}
	defer sorter.Close()
	var readings []counted
	var e logs.Event
	n := 0
	for ; ; n++ {
		err := r.Next(&e)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if m.options.Read != nil && n%toldRows == 0 {
			m.options.Read.Store(r.Stats().Rows)
		}
		if n < shownRows {
			m.done.First = append(m.done.First, shown(r, &e))
		}
		if r.Meaning().Quantity != logs.Requests {
			if len(readings) == maxReadings {
				return fmt.Errorf("%s: more than %d counts", m.in[0], maxReadings)
			}
			readings = append(readings, counted{e.At, policy.ClassID(e.Class), e.Series, e.Count})
			continue
		}
		if err := sorter.Add(&e); err != nil {
			return err
		}
	}
	if n == 0 {
		return m.none(r)
	}
	if len(readings) > 0 {
		if err := m.counts(r, readings); err != nil {
			return err
		}
	} else if err := m.events(r, sorter); err != nil {
		return err
	}
	for _, name := range r.Classes() {
		m.w.classes = append(m.w.classes, one(name, "", r.Features()...))
	}
	m.done.lines = told(r)
	if m.missing != "" {
		m.done.lines = append(m.done.lines, Line{"missing", m.missing})
	}
	return nil
}

// toldRows is after how many requests it is told how far reading is.
const toldRows = 1 << 14

// none says that there is nothing to import, and why.
func (m *importing) none(r *logs.Reader) error {
	s := r.Stats()
	if s.Dropped > 0 {
		return fmt.Errorf("%s: no arrivals in it: conditions left out all of its %d rows", m.in[0], s.Rows)
	}
	return fmt.Errorf("%s: no arrivals in it: none of its rows is one of kind %s", m.in[0], m.done.Kind.Name)
}

// next gives one file after the other, and keeps digests of those that were read.
func (m *importing) next() logs.Inputs {
	i := 0
	return func() (*logs.Input, error) {
		if i > 0 {
			sum, err := m.opened.Digest()
			m.opened.Close()
			if err != nil {
				return nil, err
			}
			m.sums = append(m.sums, sum)
		}
		if i == len(m.in) {
			return nil, io.EOF
		}
		if i > 0 || m.opened == nil {
			var err error
			if m.opened, err = logs.OpenInput(m.in[i], m.options.Stdin); err != nil {
				return nil, err
			}
		}
		i++
		return m.opened, nil
	}
}

// header is what trace.json says of a log whose first arrival is at first, ns.
func (m *importing) header(r *logs.Reader, first int64) Header {
	s := r.Stats()
	h := Header{Kind: Events, Recorded: r.Recorded()}
	if s.Real {
		e := time.Unix(0, first).UTC().Format(time.RFC3339Nano)
		h.Epoch = &e
	}
	if s.Said != "" {
		h.Notes = append(h.Notes, s.Said)
	}
	for _, where := range []string{s.Keep, m.options.Where} {
		if where != "" {
			h.Notes = append(h.Notes, "rows where "+where)
		}
	}
	if s.Finest >= coarseStep && s.Ends {
		h.EndStepUS = s.Finest / 1000
	}
	if s.Bad > 0 {
		h.Notes = append(h.Notes, fmt.Sprintf("%d of %d rows could not be read and are left out, the first at %v", s.Bad, s.Rows, s.FirstBad))
	}
	if s.Cut != nil {
		h.Notes = append(h.Notes, fmt.Sprintf("the last line is cut off and left out: %v", s.Cut))
	}
	return h
}

// coarseStep is a resolution of instants from which on a log was still going on for
// so long after its last one, ns.
const coarseStep = int64(100 * time.Millisecond)

// events writes requests in order of arrival, the first at 0.
func (m *importing) events(r *logs.Reader, sorter *logs.Sorter) error {
	var e logs.Event
	err := sorter.Next(&e)
	first := e.At
	if err == nil {
		err = m.begin(m.header(r, first))
	}
	for ; err == nil; err = sorter.Next(&e) {
		us := (uint64(e.At-first) + 500) / 1000 // in order, so not negative, and less than 2^64 apart
		if us > maxMicros {
			return fmt.Errorf("%s: an arrival is %d days after the first, more than the %d that a trace has: leave out other rows (--where), or correct the unit of instants (--arrival-unit)", m.in[0], us/dayMicros, maxMicros/dayMicros)
		}
		a := workloads.Arrival{
			At: micros(int64(us)), Class: policy.ClassID(e.Class), Work: rounded(e.Work), Wall: rounded(e.Wall),
			Memory: e.Memory, BytesIn: e.BytesIn, BytesOut: e.BytesOut, Status: e.Status,
		}
		m.w.sanity.row(e.At, e.Row)
		if m.w.event(&a, e.Attr); m.w.failed != nil {
			return fmt.Errorf("writing %s: %w", Shown(m.out), m.w.failed)
		}
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	s := r.Stats()
	m.w.sanity.bare, m.w.sanity.step, m.w.sanity.columns = s.Bare > 0, s.Finest/1000, r.Durations()
	m.w.sanity.noUnit, m.w.sanity.unitSum = s.NoUnit, s.UnitSum
	m.w.sanity.counts = s.Counts
	m.w.sanity.whole = s.Bare > 0 && s.Pointed == 0 && s.Finest < int64(time.Second)
	if step := r.Stats().Finest; step >= coarseStep {
		m.w.h.SpanUS = min(m.w.last+step/1000, maxMicros)
	}
	return nil
}

const dayMicros = 86_400_000_000

// rounded is a number of nanoseconds rounded to the microsecond; Unknown stays.
func rounded(ns int64) time.Duration {
	if ns < 0 {
		return workloads.Unknown
	}
	return micros((ns + 500) / 1000)
}

// maxReadings is how many counts a log may have: they are held in memory.
const maxReadings = 1 << 23

// A counted is a count, a rate or a total at an instant.
type counted struct {
	at     int64 // ns
	class  policy.ClassID
	series uint64 // whose counts follow each other
	value  float64
}

// counts writes counts per bin. The width of a bin is the most frequent distance
// of instants; of rates, the rest that is no whole arrival goes to the next bin.
func (m *importing) counts(r *logs.Reader, all []counted) error {
	slices.SortStableFunc(all, func(a, b counted) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.class, b.class)) })
	if err := understand(r, all); err != nil {
		return fmt.Errorf("%s: %w", m.in[0], err)
	}
	quantity := r.Meaning().Quantity
	width := distance(all)
	if width < int64(time.Millisecond) {
		return fmt.Errorf("%s: the width of a bin is unknown: there is only one instant", m.in[0])
	}
	first := all[0].at
	h := m.header(r, first)
	if quantity == logs.Rates && h.Epoch != nil {
		e := time.Unix(0, first-width).UTC().Format(time.RFC3339Nano) // a rate is about the time before it
		h.Epoch = &e
	}
	h.Kind, h.BinUS, h.Recorded = Counts, width/1000, []string{"bin", "count"}
	if slices.Contains(r.Recorded(), "class") {
		h.Recorded = []string{"bin", "class", "count"}
	}
	bins, err := binsOf(all, quantity, first, width)
	if err != nil {
		return fmt.Errorf("%s: %w", m.in[0], err)
	}
	n := (all[len(all)-1].at-first+width/2)/width + 1
	if quantity == logs.Totals {
		n--
	}
	h.SpanUS = max(n, 1) * h.BinUS
	if missing := n - instantsOf(all); missing > 0 && quantity != logs.Totals {
		m.missing = fmt.Sprintf("%d of %d bins are not in the file: they count as 0", missing, n)
		h.Notes = append(h.Notes, m.missing)
	}
	if r.Meaning().FromStart {
		if before := firstValues(all); before > 0 {
			m.missing = fmt.Sprintf("%.6g requests came before the first row: they are left out, as nothing says when", before)
			h.Notes = append(h.Notes, m.missing)
		}
	}
	if err := m.begin(h); err != nil {
		return err
	}
	for _, b := range bins {
		m.w.count(b)
	}
	return nil
}

// firstValues is the sum of the first readings of all series.
func firstValues(all []counted) float64 {
	sum, seen := 0.0, map[uint64]bool{}
	for _, c := range all {
		if !seen[c.series] {
			seen[c.series], sum = true, sum+c.value
		}
	}
	return sum
}

// binsOf makes counts of readings in order.
func binsOf(all []counted, quantity logs.Quantity, first, width int64) ([]bin, error) {
	rest := map[policy.ClassID]float64{}
	before := map[uint64]counted{}
	sums := map[[2]int32]int64{}
	for _, c := range all {
		at, v := c.at, c.value
		switch quantity {
		case logs.Rates:
			v *= time.Duration(width).Seconds()
		case logs.Totals:
			b, ok := before[c.series]
			before[c.series] = c
			if !ok {
				continue
			}
			if at = b.at; v >= b.value { // else it began again at 0
				v -= b.value
			}
		}
		v += rest[c.class]
		n := math.Floor(v + 1e-9)
		rest[c.class] = v - n
		i := (at - first + width/2) / width
		if i >= math.MaxInt32 || n > maxCount {
			return nil, fmt.Errorf("more than %d bins of %v, or %d arrivals in one", math.MaxInt32, time.Duration(width), maxCount)
		}
		sums[[2]int32{int32(i), int32(c.class)}] += int64(n)
	}
	var out []bin
	for at, n := range sums {
		if n > maxCount {
			return nil, fmt.Errorf("more than %d arrivals in a bin of %v", maxCount, time.Duration(width))
		}
		if n > 0 {
			out = append(out, bin{at[0], policy.ClassID(at[1]), int32(n)})
		}
	}
	slices.SortFunc(out, func(a, b bin) int { return cmp.Or(cmp.Compare(a.index, b.index), cmp.Compare(a.class, b.class)) })
	return out, nil
}

// distance is the most frequent distance between instants, the smallest of
// several.
func distance(all []counted) int64 {
	var rows []reading
	for _, c := range all {
		if n := len(rows); n == 0 || rows[n-1].at != time.Duration(c.at-all[0].at) {
			rows = append(rows, reading{at: time.Duration(c.at - all[0].at)})
		}
	}
	return int64(commonDistance(rows))
}

// instantsOf is how many different instants there are.
func instantsOf(all []counted) int64 {
	n := int64(0)
	for i := range all {
		if i == 0 || all[i].at != all[i-1].at {
			n++
		}
	}
	return n
}
