package trace

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"time"
)

// A Transform changes a trace: first the window, then its rate, then its
// pace. The zero value changes nothing.
type Transform struct {
	From, To     time.Duration // keep arrivals in [From, To); To 0: to the end
	Thin         float64       // keep each arrival with this probability; 0 all
	RateScale    float64       // so many users for each one: above 1, local resamples come on top of the recording; below, as Thin; 0 is 1
	TimeCompress float64       // instants are divided by this; 0 is 1
	Bin          time.Duration // of events, or of counts per shorter bins, only counts per this are kept; 0 leaves them as they are
	Seed         uint64
}

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
		text += "independent local resamples on top, as from so many times the users; "
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

// keeps is the probability to keep an arrival, for each version of the trace that
// is in the new one: first the recording itself, then resamples.
func (t *Transform) keeps() []float64 {
	if t.RateScale <= 1 {
		return []float64{t.Thin * t.RateScale}
	}
	var out []float64
	for rest := t.RateScale; rest > 0; rest-- {
		out = append(out, t.Thin*min(rest, 1))
	}
	return out
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
	if w.notice, err = readFile(filepath.Join(path, noticeFile)); err != nil {
		w.notice = nil // most have none
	}
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
	if err = r.prepare(t.RateScale > 1); err == nil && r.header.Kind == Counts {
		err = t.counts(r, w)
	} else if err == nil {
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
	h.EndStepUS = int64(math.Round(min(float64(h.EndStepUS)/t.TimeCompress, maxMicros)))
	h.Name, h.Records, h.Epoch = name, 0, t.epoch(h.Epoch)
	h.Transformations = append(slices.Clone(h.Transformations), text)
	if t.RateScale > 1 && h.Kind == Events && !slices.Contains(h.Synthesised, "arrival_us") {
		h.Synthesised = append(slices.Clone(h.Synthesised), "arrival_us") // of the copies
	}
	return h
}
