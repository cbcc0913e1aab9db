package workloads

import (
	"cmp"
	"container/heap"
	"fmt"
	"math"
	"time"

	"cnv/policy"
)

// Scale multiplies the rate.
func (g *Poisson) Scale(load float64) { g.Rate *= load }

// Scale multiplies the rate; its swing stays.
func (g *Diurnal) Scale(load float64) { g.Rate *= load }

// Scale multiplies both rates.
func (g *Flash) Scale(load float64) { g.Rate, g.Peak = g.Rate*load, g.Peak*load }

// Scale multiplies both rates; bursts last as long and come as often.
func (g *OnOff) Scale(load float64) { g.High, g.Low = g.High*load, g.Low*load }

// Scale multiplies the number of clients, rounded; one stays at least.
func (g *Clients) Scale(load float64) { g.Clients = max(1, int(math.Round(float64(g.Clients)*load))) }

// MostLoad bounds by how much a load can be multiplied.
const MostLoad = 1000

// copyWithin is how much later than its original a copied arrival comes at most,
// uniformly.
const copyWithin = time.Second

// AtLoad is a workload with so many arrivals for each one, in (0, MostLoad]: a
// recorded one, as generators have rates to scale. Below 1 each arrival is kept
// with this probability, and what is kept at a load is kept at any higher one;
// above, arrivals are copied, and copies come up to a second later.
func (w *Workload) AtLoad(load float64) *Workload {
	if load == 1 {
		return w
	}
	out := *w
	out.Rate, out.Load = load*w.Rate, load*w.Load
	out.Digest = fmt.Sprintf("%s at load %v", w.Digest, load)
	how := "each arrival is kept with this probability"
	if load > 1 {
		how = fmt.Sprintf("arrivals are copied, copies ask for the same and come up to %v later", copyWithin)
	}
	out.Notes = append(append([]string{}, w.Notes...), fmt.Sprintf("load %v of what was recorded: %s", load, how))
	if out.Replicates == "none" {
		out.Replicates = "load" // which arrivals, and when copies come
	}
	out.Open = func(seed uint64) (Source, error) {
		src, err := w.Open(seed)
		if err != nil {
			return nil, err
		}
		return &loaded{Source: src, load: load, rng: policy.NewRand(seed, "load", 0)}, nil
	}
	return &out
}

// loaded is a source at another load.
type loaded struct {
	Source
	load  float64
	rng   *policy.Rand
	read  uint64 // arrivals of the source
	made  uint64
	late  copies
	ahead Arrival // read, but later than copies
	has   bool    // ahead holds one
	over  bool
}

// Next implements Source.
func (l *loaded) Next(a *Arrival) bool {
	for !l.has && !l.over {
		if l.over = !l.Source.Next(&l.ahead); !l.over {
			l.has = l.draw()
		}
	}
	switch {
	case len(l.late) > 0 && (!l.has || l.late[0].At <= l.ahead.At):
		*a = heap.Pop(&l.late).(copied).Arrival
	case l.has:
		*a, l.has = l.ahead, false
	default:
		return false
	}
	return true
}

// draw says whether the arrival ahead is kept, and puts its copies by.
func (l *loaded) draw() bool {
	r := l.rng.At(l.read)
	l.read++
	whole := math.Floor(l.load)
	n := int(whole)
	if r.Float64() < l.load-whole {
		n++
	}
	for range n - 1 {
		c := l.ahead
		c.At += time.Duration(r.Float64() * float64(copyWithin))
		heap.Push(&l.late, copied{c, l.made})
		l.made++
	}
	return n > 0
}

// A copied arrival waits until those before it were given out.
type copied struct {
	Arrival
	n uint64
}

// copies is a heap by instant, ties in order of making.
type copies []copied

func (h copies) Len() int { return len(h) }
func (h copies) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(h[i].At, h[j].At), cmp.Compare(h[i].n, h[j].n)) < 0
}
func (h copies) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *copies) Push(x any)   { *h = append(*h, x.(copied)) }
func (h *copies) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
