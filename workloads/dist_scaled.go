package workloads

import (
	"fmt"

	"cnv/policy"
)

// Scaled is another law of which every value is multiplied: the same draws, at
// another pace.
type Scaled struct {
	Of Law
	By float64 // > 0
}

func (l Scaled) Draw(r *policy.Rand) float64 { return l.By * l.Of.Draw(r) }
func (l Scaled) Mean() float64               { return l.By * l.Of.Mean() }
func (l Scaled) CV2() float64                { return l.Of.CV2() }
func (l Scaled) Validate() []error           { return append(positive("by", l.By), l.Of.Validate()...) }
func (l Scaled) String() string              { return fmt.Sprintf("%v * %v", l.By, l.Of) }

// Times is the distribution of which every value is multiplied by a number above 0.
func (d Dist) Times(by float64) Dist {
	switch {
	case by == 1:
		return d
	case d.Law == nil:
		return Constant(by * d.K)
	}
	return Dist{Law: Scaled{d.Law, by}}
}

// Median is the value that half of all draws do not exceed, where the law says it in
// closed form; else the mean stands for it.
func (d Dist) Median() float64 {
	switch l := d.Law.(type) {
	case Lognormal:
		return l.Median
	case Empirical:
		for i, p := range l.P {
			if p >= 0.5 {
				return l.Values[i]
			}
		}
	case *Samples:
		return l.Values[len(l.Values)/2]
	case Scaled:
		return l.By * Dist{Law: l.Of}.Median()
	}
	return d.Mean()
}
