package trace

import (
	"container/heap"
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/workloads"
)

// A Transform changes a trace: first the window, then its rate, then its
// pace. The zero value changes nothing.
type Transform struct {
	From, To     time.Duration // keep arrivals in [From, To); To 0: to the end
	Thin         float64       // keep each arrival with this probability; 0 all
	RateScale    float64       // so many arrivals for each one; 0 is 1. Copies come up to CopyJitter later
	TimeCompress float64       // instants are divided by this; 0 is 1
	Seed         uint64
}

// copyJitter is how much later than the original a copied arrival comes at most.
const copyJitter = time.Second

// A Transformed is what a Transform did.
type Transformed struct {
	Header        *Header
	Before, After []Dispersion
}

// Warning says what a transformed trace does not change.
const Warning = "boot times, cooldowns, keep-alive and other delays of the system were not scaled: a faster or slower trace meets the same machines"

// String is the dispersions before and after, and the warning.
func (t *Transformed) String() string {
	return fmt.Sprintf("%s: %d arrivals over %v\nbefore\n%safter\n%swarning: %s\n",
		t.Header.Name, t.Header.Records, micros(t.Header.SpanUS), dispersionText(t.Before), dispersionText(t.After), Warning)
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
	if text == "" {
		return "", fmt.Errorf("nothing to do: give a window, thin, rate-scale or time-compress")
	}
	return text + fmt.Sprintf("seed %d", t.Seed), nil
}

// copies is how many arrivals an arrival becomes.
func (t *Transform) copies(r *policy.Rand) int {
	x := t.Thin * t.RateScale
	n := math.Floor(x)
	if r.Float64() < x-n {
		n++
	}
	return int(n)
}

// instant is where an instant of the source goes, microseconds.
func (t *Transform) instant(at time.Duration) int64 {
	return int64(float64((at-t.From)/time.Microsecond) / t.TimeCompress)
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
	h := r.header
	h.Name, h.Records, h.Epoch = stem(out), 0, nil
	h.Transformations = append(append([]string{}, h.Transformations...), text)
	h.SpanUS = max(t.instant(t.To), 1)
	if h.Kind == Counts {
		bin := micros(h.BinUS)
		t.From, t.To = t.From/bin*bin, (t.To+bin-1)/bin*bin
		h.BinUS = max(int64(float64(h.BinUS)/t.TimeCompress), 1)
		h.SpanUS = int64((t.To-t.From)/bin) * h.BinUS
	}
	w, err := create(out, h)
	if err != nil {
		return nil, err
	}
	if h.Kind == Counts {
		err = t.counts(r, w)
	} else {
		err = t.events(r, w)
	}
	if err == nil && w.h.Records == 0 {
		err = fmt.Errorf("%s: no arrival is left", path)
	}
	if err != nil {
		w.abandon()
		return nil, err
	}
	header, err := w.close()
	if err != nil {
		return nil, err
	}
	after, err := Describe(out)
	if err != nil {
		return nil, err
	}
	return &Transformed{header, before.Dispersions, after.Dispersions}, nil
}

// counts transforms counts: every arrival of a count by itself.
func (t *Transform) counts(r *recording, w *writer) error {
	bins, err := readCounts(r.path, &r.header, r.classes)
	if err != nil {
		return err
	}
	w.classes = r.classes
	rng := policy.NewRand(t.Seed, "transform", 0)
	first := int32(t.From / micros(r.header.BinUS))
	end := int32((t.To + micros(r.header.BinUS) - 1) / micros(r.header.BinUS))
	for _, b := range bins {
		if b.index < first || b.index >= end {
			continue
		}
		n := int32(0)
		for range b.count {
			n += int32(t.copies(rng))
		}
		w.count(bin{b.index - first, b.class, n})
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

// A lateArrival waits until the arrivals before it are written.
type lateArrival struct {
	a    workloads.Arrival
	attr string
	n    uint64
}

// A lateHeap orders by (instant, order of making).
type lateHeap []lateArrival

func (h lateHeap) Len() int      { return len(h) }
func (h lateHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h lateHeap) Less(i, j int) bool {
	return h[i].a.At < h[j].a.At || h[i].a.At == h[j].a.At && h[i].n < h[j].n
}
func (h *lateHeap) Push(v any) { *h = append(*h, v.(lateArrival)) }
func (h *lateHeap) Pop() any {
	last := len(*h) - 1
	v := (*h)[last]
	*h = (*h)[:last]
	return v
}

// flush writes what is due at an instant, microseconds.
func (h *lateHeap) flush(w *writer, us int64) {
	for h.Len() > 0 && (*h)[0].a.At <= micros(us) {
		c := heap.Pop(h).(lateArrival)
		w.event(&c.a, []byte(c.attr))
	}
}
