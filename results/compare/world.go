package compare

import "math"

// A Constant is a number of the surroundings that nobody knows exactly, and in which worlds
// differ: a boot, a speed, a price. Its unit, if it has one, stands in its name.
type Constant struct {
	Name string `json:"name"` // a column of worlds.csv: "boot_s"
	Text string `json:"text"` // with %s for its value: "%s s of boot"
	// Low and High are between what it is drawn.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// Column counts what the constant acts on: where no run has any, it cannot matter.
	// "" it acts on every run.
	Column string `json:"-"`
	Pool   string `json:"-"` // it acts on launches of this one of several pools; "" none
}

// Worlds are runs of the experiment's pairs of policies in worlds that were drawn. A world
// is a value for each of Constants; what its runs differ in from those of the experiment is
// nothing else.
type Worlds struct {
	Constants []Constant
	Rows      []WorldRow
}

// A WorldRow is a difference between two policies in one world, of one run each: Policy
// less Against, in the metric's unit; NaN where either has no value.
type WorldRow struct {
	World                             int // from 0
	Seed                              uint64
	Workload, Policy, Against, Metric string
	Diff                              float64   // in this world
	AsIs                              float64   // of the same seed, with the constants as the file has them
	Values                            []float64 // of the constants in this world; NaN: the workload's surroundings have none
}

// A Finding is a difference of a primary metric that is known to be there.
type Finding struct {
	Workload, Policy, Against, Metric string
	Sign                              float64 // of the difference
}

// Found are the findings of a comparison, in the order of its rows: differences of primary
// metrics with a verdict that they are there.
func Found(rows []Compared) (out []Finding) {
	for i := range rows {
		r := &rows[i]
		if Differs(r.Verdict) && r.Primary {
			out = append(out, Finding{r.Workload, r.Policy, r.Against, r.Metric, math.Copysign(1, r.Diff)})
		}
	}
	return out
}

// A Held is in how many worlds a finding holds.
//
// Invariant: Holds + Opposite <= Drawn, Chance <= Opposite, Idle <= Drawn - Holds -
// Opposite.
type Held struct {
	Finding
	Drawn    int     // worlds
	Holds    int     // in so many of them the difference has the finding's sign
	Opposite int     // in so many of them the opposite sign; in all others there is no difference
	Chance   int     // of these, those whose seed has the opposite sign as the file is, too
	Idle     int     // of those without a difference, those whose seed has none as the file is, either
	Turn     string  // "below 20 s of boot": what best separates those in which it does not hold; "" nothing does
	Low      float64 // the least difference in a world; NaN: none has a difference
	High     float64
}

// holding is the share of worlds in which a finding must hold to be a headline.
const holding = 0.9

// Robust says whether the finding holds in nearly all worlds.
func (h *Held) Robust() bool { return h.Drawn > 0 && float64(h.Holds) >= holding*float64(h.Drawn) }

// Held says of findings in how many of all worlds they hold, those that no world was
// drawn for left out. A world without a difference, or whose seed has the opposite sign
// already as the file is, is one in which the finding does not hold, like any other:
// what is left out would be left out because of its answer.
func (w *Worlds) Held(found []Finding) (out []Held) {
	if w == nil {
		return nil
	}
	for _, f := range found {
		h := Held{Finding: f, Low: math.NaN(), High: math.NaN()}
		var values [][]float64
		var turned []bool
		for i := range w.Rows {
			r := &w.Rows[i]
			if r.Workload != f.Workload || r.Policy != f.Policy || r.Against != f.Against || r.Metric != f.Metric {
				continue
			}
			h.add(r)
			// A world without a difference (NaN or 0) is one in which the finding does not
			// hold.
			values, turned = append(values, r.Values), append(turned, !(r.Diff*f.Sign > 0))
		}
		if h.Drawn == 0 {
			continue
		}
		h.Turn = w.turn(values, turned)
		out = append(out, h)
	}
	return out
}

// add counts a world.
func (h *Held) add(r *WorldRow) {
	h.Drawn++
	switch at := r.Diff * h.Sign; {
	case at > 0:
		h.Holds++
	case at < 0:
		if h.Opposite++; r.AsIs*h.Sign < 0 {
			h.Chance++
		}
	case !(math.Abs(r.AsIs) > 0): // nor has the file's own world one
		h.Idle++
	}
	switch {
	case math.IsNaN(r.Diff):
	case math.IsNaN(h.Low):
		h.Low, h.High = r.Diff, r.Diff
	default:
		h.Low, h.High = min(h.Low, r.Diff), max(h.High, r.Diff)
	}
}

// SetWorlds keeps what was found in other worlds, to be written and told with the rest.
func (s *Set) SetWorlds(w *Worlds) { s.worlds = w }

// Worlds are what was found in other worlds; nil: none were drawn.
func (s *Set) Worlds() *Worlds { return s.worlds }
