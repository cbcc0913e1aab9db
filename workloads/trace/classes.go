package trace

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"cnv/policy"
	"cnv/workloads"
)

// durationQuantiles are the quantiles of wall durations that classes.csv may
// have, with their columns (microseconds).
var durationQuantiles = []struct {
	column string
	p      float64
}{
	{"dur_p0_us", 0}, {"dur_p1_us", 0.01}, {"dur_p25_us", 0.25}, {"dur_p50_us", 0.5},
	{"dur_p75_us", 0.75}, {"dur_p99_us", 0.99}, {"dur_p100_us", 1},
}

// A class is a line of classes.csv.
type class struct {
	workloads.Class
	durations []float64 // by durationQuantiles, seconds; nil not recorded
}

// classColumns is the header of classes.csv.
func classColumns() []string {
	h := []string{"class", "name", "app", "trigger", "mem_kib", "features"}
	for _, q := range durationQuantiles {
		h = append(h, q.column)
	}
	return h
}

// maxClasses is how many classes a trace may have.
const maxClasses = math.MaxUint16 + 1

// readClasses reads classes.csv.
func readClasses(name string) ([]class, error) {
	l, err := openLines(name)
	if err != nil {
		return nil, err
	}
	defer l.close()
	at, err := l.header(classColumns(), "class", "name")
	if err != nil {
		return nil, err
	}
	var out []class
	for {
		f, err := l.next()
		if err != nil || f == nil {
			return out, err
		}
		c, err := l.class(f, at, len(out))
		if err != nil {
			return nil, err
		}
		if !printable(c.Name) {
			return nil, l.fail("name: %q: a name must be printable text (UTF-8)", c.Name)
		}
		out = append(out, c)
	}
}

// header reads the first line and returns the place of each of the known
// columns, -1 where it is not there. Unknown columns are an error.
func (l *lines) header(known []string, required ...string) (map[string]int, error) {
	f, err := l.next()
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, l.fail("the file is empty: it needs a header")
	}
	at := map[string]int{}
	for _, c := range known {
		at[c] = -1
	}
	for i, field := range f {
		name := string(field)
		place, ok := at[name]
		if !ok {
			return nil, l.fail("unknown column %q (known: %s)", name, strings.Join(known, ", "))
		}
		if place >= 0 {
			return nil, l.fail("column %q is there twice", name)
		}
		at[name] = i
	}
	for _, c := range required {
		if at[c] < 0 {
			return nil, l.fail("no column %q", c)
		}
	}
	return at, nil
}

// class parses a line of classes.csv, which must be number n.
func (l *lines) class(f [][]byte, at map[string]int, n int) (class, error) {
	cell := func(name string) string {
		if i := at[name]; i >= 0 && i < len(f) {
			return string(f[i])
		}
		return ""
	}
	var c class
	if id, ok := integer([]byte(cell("class"))); !ok || id != int64(n) || n >= maxClasses {
		return c, l.fail("class: %q, want %d: classes are numbered from 0, at most %d", cell("class"), n, maxClasses)
	}
	c.Name, c.App, c.Trigger = cell("name"), cell("app"), cell("trigger")
	if c.Name == "" {
		return c, l.fail("name: a class needs one")
	}
	c.Memory, c.MeanWork = workloads.Unknown, workloads.Unknown
	if s := cell("mem_kib"); s != "" {
		v, ok := integer([]byte(s))
		if !ok {
			return c, l.fail("mem_kib: %q is not an integer", s)
		}
		c.Memory = v
	}
	if s := cell("features"); s != "" {
		c.Features = strings.Split(s, ";")
		if len(c.Features) > policy.MaxFeatures {
			return c, l.fail("features: %d names, at most %d", len(c.Features), policy.MaxFeatures)
		}
	}
	var err error
	c.durations, err = l.quantiles(cell)
	return c, err
}

// quantiles parses the durations of a class; nil if any is missing.
func (l *lines) quantiles(cell func(string) string) ([]float64, error) {
	var out []float64
	for _, q := range durationQuantiles {
		s := cell(q.column)
		if s == "" {
			return nil, nil
		}
		v, ok := integer([]byte(s))
		if !ok {
			return nil, l.fail("%s: %q is not an integer", q.column, s)
		}
		if n := len(out); n > 0 && float64(v)/1e6 < out[n-1] {
			return nil, l.fail("%s: %d is less than the quantile before", q.column, v)
		}
		out = append(out, float64(v)/1e6)
	}
	return out, nil
}

// row is the class as a line of classes.csv.
func (c *class) row(n int) []string {
	r := []string{strconv.Itoa(n), c.Name, c.App, c.Trigger, optional(c.Memory), strings.Join(c.Features, ";")}
	for i := range durationQuantiles {
		if c.durations == nil {
			r = append(r, "")
		} else {
			r = append(r, strconv.FormatInt(int64(math.Round(c.durations[i]*1e6)), 10))
		}
	}
	return r
}

func optional(v int64) string {
	if v < 0 {
		return ""
	}
	return strconv.FormatInt(v, 10)
}

// A recordedDuration draws wall durations of a class from their recorded
// quantiles, piecewise linear in the logarithm. Taking them for work is
// something a user has to ask for.
type recordedDuration struct {
	q    []float64 // by durationQuantiles, seconds, at least a microsecond
	mean float64
}

func newRecordedDuration(q []float64) *recordedDuration {
	d := &recordedDuration{q: slices.Clone(q)}
	for i := range d.q {
		d.q[i] = max(d.q[i], 1e-6)
	}
	for i := 1; i < len(d.q); i++ {
		a, b := d.q[i-1], d.q[i]
		m := a
		if b > a {
			m = (b - a) / math.Log(b/a) // mean of exp over a straight line
		}
		d.mean += m * (durationQuantiles[i].p - durationQuantiles[i-1].p)
	}
	return d
}

// Mean implements workloads.Size.
func (d *recordedDuration) Mean() float64 { return d.mean }

// Draw implements workloads.Size.
func (d *recordedDuration) Draw(r *policy.Rand) float64 {
	u := r.Float64()
	i := 1
	for i < len(d.q)-1 && u > durationQuantiles[i].p {
		i++
	}
	lo, hi := durationQuantiles[i-1].p, durationQuantiles[i].p
	t := (u - lo) / (hi - lo)
	return d.q[i-1] * math.Pow(d.q[i]/d.q[i-1], t)
}

// micros converts microseconds.
func micros(v int64) time.Duration { return time.Duration(v) * time.Microsecond }

// printable says whether a name can be shown and written anywhere.
func printable(name string) bool {
	return utf8.ValidString(name) && strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
