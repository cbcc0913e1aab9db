package trace

import (
	"cmp"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"cnv/workloads"
)

// A Description is what a trace holds.
type Description struct {
	Header      Header
	Classes     []ClassCount // most frequent first
	Fields      []FieldCount // that events may have
	Gaps        float64      // coefficient of variation of the interarrival times; NaN for counts
	MeanWork    time.Duration
	WithWork    int64 // arrivals with recorded work
	Dispersions []Dispersion
	Resolution  string // of the instants, in words; "" none was found
	// Changed says that the arrivals are not those that trace.json was written for; nil: they
	// are, or it does not say.
	Changed error
}

// A FieldCount is how many arrivals have a field; to the others it is unknown.
type FieldCount struct {
	Name  string
	Known int64
}

// A ClassCount is how many arrivals a class has.
type ClassCount struct {
	workloads.Class
	Arrivals int64
}

// Describe reads a trace, a folder or a bare CSV file, once.
func Describe(path string) (*Description, error) {
	r, err := open(path)
	if err != nil {
		return nil, err
	}
	d := &Description{Gaps: math.NaN(), MeanWork: workloads.Unknown}
	counter := newDispersionCounter()
	var s *survey
	if r.header.Kind == Counts {
		if s, err = r.surveyCounts(); err == nil {
			for _, b := range r.bins {
				counter.add(int64(b.index)*r.header.BinUS, float64(b.count))
			}
		}
	} else {
		s, err = r.describeEvents(d, counter)
	}
	if err != nil {
		return nil, err
	}
	if want, listed := r.header.Files[filepath.Base(r.path)]; listed && !r.bare {
		d.Changed = sameDigest(r.path, want)
	}
	d.Header = r.header
	d.Header.Records, d.Header.SpanUS = s.records, int64(s.span/time.Microsecond)
	grid, ends := d.Header.ofEnds(s.records)
	if ends {
		d.Gaps = math.NaN() // they are the recorder's
	} else {
		grid = s.grid.result()
	}
	if grid.width > 0 {
		d.Resolution = grid.told()
	}
	d.Dispersions = counter.result(d.Header.SpanUS, d.Header.BinUS)
	d.WithWork = s.works
	if r.header.Kind == Events {
		for i, name := range fieldNames {
			d.Fields = append(d.Fields, FieldCount{name, s.known[i]})
		}
	}
	if r.bare {
		d.Header.Recorded = s.fields()
	}
	if s.works > 0 {
		d.MeanWork = time.Duration(s.work() / float64(s.works) * 1e9)
	}
	for i := range r.classes {
		d.Classes = append(d.Classes, ClassCount{r.classes[i].Class, s.class(i).records})
	}
	slices.SortStableFunc(d.Classes, func(a, b ClassCount) int { return cmp.Compare(b.Arrivals, a.Arrivals) })
	return d, nil
}

// describeEvents surveys events and their gaps.
func (r *recording) describeEvents(d *Description, counter *dispersionCounter) (*survey, error) {
	e, err := r.events()
	if err != nil {
		return nil, err
	}
	defer e.l.close()
	s := &survey{}
	last, sum, sq := time.Duration(-1), 0.0, 0.0
	err = e.each(func(a *workloads.Arrival) {
		s.add(a, e.attrText != nil)
		counter.add(int64(a.At/time.Microsecond), 1)
		s.grid.add(int64(a.At / time.Microsecond))
		if last >= 0 {
			g := (a.At - last).Seconds()
			sum += g
			sq += g * g
		}
		last = a.At
	})
	if err != nil {
		return nil, err
	}
	if n := float64(s.records - 1); n > 1 && sum > 0 {
		mean := sum / n
		d.Gaps = math.Sqrt(max(sq/n-mean*mean, 0)) / mean
	}
	r.classes = e.classes
	s.span = max(e.span(), micros(r.header.SpanUS))
	return s, nil
}

// String is the description as text, with the ten most frequent classes.
func (d *Description) String() string {
	var b strings.Builder
	h := &d.Header
	span := micros(h.SpanUS)
	fmt.Fprintf(&b, "%s: %d arrivals over %v, %.4g /s\n", h.Name, h.Records, span, float64(h.Records)/span.Seconds())
	if h.Kind == Counts {
		fmt.Fprintf(&b, "counts per %v\n", micros(h.BinUS))
	}
	d.writeSource(&b)
	fmt.Fprintf(&b, "recorded: %s\nsynthesised: %s\n", orNone(h.Recorded), orNone(h.Synthesised))
	d.writeFields(&b)
	for _, t := range h.Transformations {
		fmt.Fprintf(&b, "transformed: %s\n", t)
	}
	for _, n := range h.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	switch {
	case d.WithWork == 0:
		b.WriteString("work: not recorded\n")
	default:
		fmt.Fprintf(&b, "work: mean %v on the reference vCPU, of %d arrivals; offered load %s\n",
			d.MeanWork.Round(time.Microsecond), d.WithWork, offeredLoad(d.MeanWork.Seconds()*float64(d.WithWork)/span.Seconds(), d.WithWork, h.Records))
	}
	if !math.IsNaN(d.Gaps) {
		fmt.Fprintf(&b, "interarrival times: coefficient of variation %.3g (1 for Poisson arrivals)\n", d.Gaps)
	}
	if d.Resolution != "" {
		fmt.Fprintf(&b, "resolution: %s\n", d.Resolution)
	}
	b.WriteString(dispersionText(d.Dispersions))
	fmt.Fprintf(&b, "classes: %d\n", len(d.Classes))
	for _, c := range d.Classes[:min(len(d.Classes), 10)] {
		fmt.Fprintf(&b, "  %-24s %12d  %5.1f %%  %s\n", c.Name, c.Arrivals, 100*float64(c.Arrivals)/float64(max(h.Records, 1)), c.Trigger)
	}
	return b.String()
}

// writeFields writes the share of arrivals that have each field.
func (d *Description) writeFields(b *strings.Builder) {
	if len(d.Fields) == 0 {
		return
	}
	var parts []string
	for _, f := range d.Fields {
		parts = append(parts, fmt.Sprintf("%s %.4g %%", f.Name, 100*float64(f.Known)/float64(max(d.Header.Records, 1))))
	}
	fmt.Fprintf(b, "known: %s\n", strings.Join(parts, ", "))
}

// writeSource writes where the trace comes from.
func (d *Description) writeSource(b *strings.Builder) {
	p := &d.Header.Provenance
	if p.Source == "" {
		return
	}
	fmt.Fprintf(b, "source: %s", p.Source)
	for _, s := range []string{p.Licence, p.Citation} {
		if s != "" {
			b.WriteString("; " + s)
		}
	}
	b.WriteByte('\n')
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}
