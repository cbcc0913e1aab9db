package trace

import (
	"container/heap"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// A Transform changes a trace: first the window, then its rate, then its
// pace. The zero value changes nothing.
type Transform struct {
	From, To     time.Duration // keep arrivals in [From, To); To 0: to the end
	Thin         float64       // keep each arrival with this probability; 0 all
	RateScale    float64       // so many arrivals for each one on average; 0 is 1. Copies come up to a second later; those of counts stay in the bin
	TimeCompress float64       // instants are divided by this; 0 is 1
	Bin          time.Duration // of events, or of counts per shorter bins, only counts per this are kept; 0 leaves them as they are
	Seed         uint64
}

// copyJitter is how much later than the original a copied event comes at most,
// uniformly.
const copyJitter = time.Second

// A Transformed is what a Transform did.
type Transformed struct {
	Header        *Header
	Before, After []Dispersion
	scaled        bool // its rate or pace is another
}

// Warning says what a trace with another rate or pace does not change.
const Warning = "boot times, cooldowns, keep-alive and other delays of the system were not scaled: a faster or slower trace meets the same machines"

// String is the dispersions before and after, and the warning if one is due.
func (t *Transformed) String() string {
	text := fmt.Sprintf("%s: %d arrivals over %v\nbefore\n%safter\n%s",
		t.Header.Name, t.Header.Records, micros(t.Header.SpanUS), dispersionText(t.Before), dispersionText(t.After))
	if t.scaled {
		text += "warning: " + Warning + "\n"
	}
	return text
}

// check fills defaults and says what is wrong, and what the transform is
// called in trace.json.
func (t *Transform) check(span time.Duration) (string, error) {
	text := ""
	if t.To == 0 {
		t.To = span
	}
	if t.From < 0 || t.To > span || t.From >= t.To {
		return "", fmt.Errorf("window %v to %v does not lie within the trace (0 to %v)", t.From, t.To, span)
	}
	if t.From > 0 || t.To < span {
		text += fmt.Sprintf("window %v to %v; ", t.From, t.To)
	}
	for _, p := range []struct {
		name string
		v    *float64
		most float64
	}{{"thin", &t.Thin, 1}, {"rate-scale", &t.RateScale, 1000}, {"time-compress", &t.TimeCompress, 1e6}} {
		if *p.v == 0 {
			*p.v = 1
		}
		if !(*p.v > 0 && *p.v <= p.most) {
			return "", fmt.Errorf("%s = %v, want more than 0 and at most %v", p.name, *p.v, p.most)
		}
		if *p.v != 1 {
			text += fmt.Sprintf("%s %v; ", p.name, *p.v)
		}
	}
	if t.RateScale > 1 {
		text += fmt.Sprintf("copies ask for the same and come up to %v later; ", copyJitter)
	}
	if t.Bin < 0 || t.Bin > micros(maxMicros) {
		return "", fmt.Errorf("bin = %v, must be positive", t.Bin)
	}
	if t.Bin > 0 {
		text += fmt.Sprintf("counted per %v; ", t.Bin)
	}
	if text == "" {
		return "", fmt.Errorf("nothing to do: give a window, thin, rate-scale, time-compress or bin")
	}
	return text + fmt.Sprintf("seed %d", t.Seed), nil
}

// copies is how many arrivals an arrival becomes: none if it is thinned away,
// else the rate scale on average.
func (t *Transform) copies(r *policy.Rand) int {
	if r.Float64() >= t.Thin {
		return 0
	}
	n := math.Floor(t.RateScale)
	if r.Float64() < t.RateScale-n {
		n++
	}
	return int(n)
}

// instant is where an instant of the source goes, microseconds, at most
// maxMicros.
func (t *Transform) instant(at time.Duration) int64 {
	return int64(min(float64((at-t.From)/time.Microsecond)/t.TimeCompress, maxMicros))
}

// epoch is the instant in the real world at which the new trace begins; nil if
// it is unknown or the pace is no longer that of the real world.
func (t *Transform) epoch(of *string) *string {
	if of == nil || t.TimeCompress != 1 {
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, *of)
	if err != nil {
		return nil
	}
	s := at.Add(t.From).Format(time.RFC3339Nano)
	return &s
}

// Apply transforms the trace in a folder or bare CSV file into a new folder.
func (t Transform) Apply(path, out string) (*Transformed, error) {
	before, err := Describe(path)
	if err != nil {
		return nil, err
	}
	text, err := t.check(micros(before.Header.SpanUS))
	if err != nil {
		return nil, err
	}
	r, err := open(path)
	if err != nil {
		return nil, err
	}
	h := t.header(&before.Header, text, stem(out))
	if h.SpanUS > maxMicros {
		return nil, fmt.Errorf("time-compress = %v: the trace would take more than %v", t.TimeCompress, micros(maxMicros))
	}
	if r.bare {
		sum, err := fileDigest(path)
		if err != nil {
			return nil, err
		}
		h.Provenance = Provenance{Source: "a CSV file of the user's", Path: filepath.Base(path), SHA256: sum}
	}
	var bins *binner
	if t.Bin > 0 {
		if bins, err = t.binned(&h); err != nil {
			return nil, err
		}
	}
	w, err := create(out, h)
	if err != nil {
		return nil, err
	}
	w.bins = bins
	header, err := t.write(r, w)
	if err != nil {
		return nil, err
	}
	after, err := Describe(out)
	if err != nil {
		return nil, err
	}
	return &Transformed{header, before.Dispersions, after.Dispersions, t.Thin != 1 || t.RateScale != 1 || t.TimeCompress != 1}, nil
}

// write writes the new trace.
func (t *Transform) write(r *recording, w *writer) (*Header, error) {
	var err error
	if r.header.Kind == Counts {
		err = t.counts(r, w)
	} else {
		err = t.events(r, w)
	}
	if w.bins != nil {
		w.bins.flush(w)
		err = errors.Join(err, w.bins.err)
	}
	if err == nil && w.h.Records == 0 {
		err = fmt.Errorf("%s: no arrival is left", r.path)
	}
	if err != nil {
		w.abandon()
		return nil, err
	}
	return w.close()
}

// header is trace.json of the new trace. Windows of counts are widened to whole
// bins.
func (t *Transform) header(of *Header, text, name string) Header {
	h := *of
	if h.Kind == Counts {
		bin := micros(h.BinUS)
		t.From, t.To = t.From/bin*bin, (t.To+bin-1)/bin*bin
		h.BinUS = max(int64(math.Round(min(float64(h.BinUS)/t.TimeCompress, maxMicros))), 1)
		h.SpanUS = maxMicros + 1 // too long, unless
		if n := int64((t.To - t.From) / bin); n <= maxMicros/h.BinUS {
			h.SpanUS = n * h.BinUS
		}
	} else {
		h.SpanUS = t.instant(t.To-time.Microsecond) + 1 // the last microsecond of the window lies within
	}
	h.Name, h.Records, h.Epoch = name, 0, t.epoch(h.Epoch)
	h.Transformations = append(slices.Clone(h.Transformations), text)
	if t.RateScale > 1 && h.Kind == Events && !slices.Contains(h.Synthesised, "arrival_us") {
		h.Synthesised = append(slices.Clone(h.Synthesised), "arrival_us") // of the copies
	}
	return h
}

// counts transforms counts: every arrival of a count by itself.
func (t *Transform) counts(r *recording, w *writer) error {
	bins, err := readCounts(r.path, &r.header, r.classes)
	if err != nil {
		return err
	}
	w.classes = r.classes
	rng := policy.NewRand(t.Seed, "transform", 0)
	width := micros(r.header.BinUS)
	first, end := int32(t.From/width), int32(t.To/width)
	for _, b := range bins {
		if b.index < first || b.index >= end {
			continue
		}
		n := 0
		for range b.count {
			n += t.copies(rng)
		}
		if n > maxCount {
			return fmt.Errorf("%s: bin %d would hold %d arrivals of a class, at most %d are possible", r.path, b.index, n, maxCount)
		}
		w.count(bin{b.index - first, b.class, int32(n)})
	}
	return nil
}

// events transforms events. Copies come later than their original, so what
// is not yet due waits in a heap.
func (t *Transform) events(r *recording, w *writer) error {
	e, err := r.events()
	if err != nil {
		return err
	}
	defer e.l.close()
	rng := policy.NewRand(t.Seed, "transform", 0)
	var late lateHeap
	var a workloads.Arrival
	n := uint64(0)
	for {
		ok, err := e.next(&a)
		if err != nil {
			return err
		}
		if !ok || a.At >= t.To {
			break
		}
		if a.At < t.From {
			continue
		}
		at := t.instant(a.At)
		late.flush(w, at)
		for k := range t.copies(rng) {
			c := lateArrival{a: a, attr: string(e.attrText), n: n}
			n++
			c.a.At = micros(at)
			if k > 0 {
				c.a.At = micros(min(at+int64(rng.Float64()*float64(copyJitter/time.Microsecond)), w.h.SpanUS-1))
			}
			heap.Push(&late, c)
		}
	}
	late.flush(w, maxMicros)
	w.classes = e.classes
	return nil
}
