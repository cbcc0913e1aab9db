package results

import "math"

// A Constant is a number of the surroundings that nobody knows exactly, and in which
// worlds differ.
type Constant struct {
	Name string `json:"name"` // a column of worlds.csv: "boot_s"
	Text string `json:"text"` // with %s for its value: "%s s of boot"
	// Low and High are between what it is drawn.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Worlds are runs of the experiment's pairs of policies in worlds that were drawn.
type Worlds struct {
	Constants []Constant
	Rows      []WorldRow
}

// A WorldRow is a difference between two policies in one world, of one run each.
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

// Found are the findings of a comparison.
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
type Held struct {
	Finding
	// Told is how many worlds tell anything of the finding: there is a difference, and
	// the world's seed has not the opposite sign where the constants are as in the file,
	// which would be chance.
	Told  int
	Holds int     // in so many of them the sign is not the opposite
	Turn  string  // "below 20 s of boot": what best separates the others; "" nothing does
	Low   float64 // the least difference in a world that tells something; NaN: none does
	High  float64
}

// holding is the share of worlds in which a finding must hold to be a headline.
const holding = 0.9

// Robust says whether the finding holds in nearly all worlds.
func (h *Held) Robust() bool { return h.Told > 0 && float64(h.Holds) >= holding*float64(h.Told) }

// Held says of findings in how many worlds they hold, those that no world was drawn for
// left out.
func (w *Worlds) Held(found []Finding) (out []Held) {
	if w == nil {
		return nil
	}
	for _, f := range found {
		h := Held{Finding: f, Low: math.NaN(), High: math.NaN()}
		asked := false
		var values [][]float64
		var turned []bool
		for i := range w.Rows {
			r := &w.Rows[i]
			if r.Workload != f.Workload || r.Policy != f.Policy || r.Against != f.Against || r.Metric != f.Metric {
				continue
			}
			asked = true
			if math.IsNaN(r.Diff) || r.AsIs*f.Sign < 0 {
				continue
			}
			opposite := r.Diff*f.Sign < 0
			values, turned = append(values, r.Values), append(turned, opposite)
			if h.Told++; !opposite {
				h.Holds++
			}
			if h.Told == 1 {
				h.Low, h.High = r.Diff, r.Diff
			}
			h.Low, h.High = min(h.Low, r.Diff), max(h.High, r.Diff)
		}
		if !asked {
			continue
		}
		h.Turn = w.turn(values, turned)
		out = append(out, h)
	}
	return out
}

// SetWorlds keeps what was found in other worlds, to be written and told with the rest.
func (s *Set) SetWorlds(w *Worlds) { s.worlds = w }

// Worlds are what was found in other worlds; nil: none were drawn.
func (s *Set) Worlds() *Worlds { return s.worlds }
