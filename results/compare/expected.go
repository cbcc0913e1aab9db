package compare

import (
	"slices"

	"cnv/results"
)

// An Expectation is what a hypothesis has a change do to a metric, as an experiment
// file writes it.
type Expectation string

// The expectations. Same is a difference within delta, or none in any run.
const (
	ExpectBetter    Expectation = "better"
	ExpectWorse     Expectation = "worse"
	ExpectSame      Expectation = "same"
	ExpectNotBetter Expectation = "not better" // worse or the same
	ExpectNotWorse  Expectation = "not worse"
	ExpectHigher    Expectation = "higher" // of a metric of which neither is better
	ExpectLower     Expectation = "lower"
)

// Expectations are what may be expected of a metric, in the order in which errors list
// them.
func Expectations(metric string) []Expectation {
	_, better, _ := results.UnitOf(metric)
	if better == results.NeitherIsBetter {
		return []Expectation{ExpectHigher, ExpectLower, ExpectSame}
	}
	return []Expectation{ExpectBetter, ExpectWorse, ExpectSame, ExpectNotBetter, ExpectNotWorse}
}

// A Fulfilment is what a verdict says of an expectation. Its numbers are indices of tables
// by fulfilment.
type Fulfilment uint8

// The fulfilments, in the order in which they are told.
const (
	AsExpected Fulfilment = iota
	AgainstExpectation
	ExpectationNotKnown
)

// fulfilmentTexts are read in sentences behind "is" and before "on".
var fulfilmentTexts = [...]string{"as expected", "against expectation", "not known"}

func (f Fulfilment) String() string { return fulfilmentTexts[f] }

// Fulfilments are all of them in order.
func Fulfilments() []Fulfilment {
	return []Fulfilment{AsExpected, AgainstExpectation, ExpectationNotKnown}
}

// meeting are the verdicts that are as expected. "Same" and "equal" meet "not better": the
// difference is known to be too small to matter. "Not known" meets nothing.
var meeting = map[Expectation][]string{
	ExpectBetter:    {Better},
	ExpectWorse:     {Worse},
	ExpectSame:      {Same, Equal},
	ExpectNotBetter: {Worse, Same, Equal},
	ExpectNotWorse:  {Better, Same, Equal},
	ExpectHigher:    {Higher},
	ExpectLower:     {Lower},
}

// Fulfilled says whether a verdict is as expected; not known of what is not known, and not
// ranked.
func (e Expectation) Fulfilled(verdict string) Fulfilment {
	switch {
	case slices.Contains(meeting[e], verdict):
		return AsExpected
	case Differs(verdict) || verdict == Same || verdict == Equal:
		return AgainstExpectation
	}
	return ExpectationNotKnown
}

// Expects says whether anything is expected on a workload: one that the sentences are
// about, and that ExpectedOn names if it names any.
func (c *Contrast) Expects(workload string) bool {
	return c.About(workload) && (c.ExpectedOn == nil || slices.Contains(c.ExpectedOn, workload))
}
