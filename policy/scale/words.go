package scale

import "cnv/policy/enum"

// Change is what the steps of [AWSStep] change.
type Change uint8

// The values of Change.
const (
	ChangeShare   Change = iota // by a share of the capacity
	ChangeWorkers               // by a number of workers
	ChangeExact                 // to a size
)

var changes = []string{ChangeShare: "share", ChangeWorkers: "workers", ChangeExact: "exact"}

// String is the word of the experiment file.
func (c Change) String() string { return enum.Word(c, changes) }

// UnmarshalText reads the word.
func (c *Change) UnmarshalText(text []byte) error { return enum.Read(c, text, changes) }

// Treatment is what an alarm takes a missing point for.
type Treatment uint8

// The values of Treatment.
const (
	TreatMissing      Treatment = iota // for none: without any point the alarm knows nothing
	TreatIgnore                        // for what keeps the state
	TreatBreaching                     // for one that breaches
	TreatNotBreaching                  // for one that does not
)

var treatments = []string{TreatMissing: "missing", TreatIgnore: "ignore", TreatBreaching: "breaching", TreatNotBreaching: "notBreaching"}

// String is the word of the experiment file.
func (t Treatment) String() string { return enum.Word(t, treatments) }

// UnmarshalText reads the word.
func (t *Treatment) UnmarshalText(text []byte) error { return enum.Read(t, text, treatments) }

// Selection is which of the rules of a [Behaviour] holds.
type Selection uint8

// The values of Selection.
const (
	SelectMax      Selection = iota // the larger change
	SelectMin                       // the smaller one
	SelectDisabled                  // nothing changes
)

var selections = []string{SelectMax: "max", SelectMin: "min", SelectDisabled: "disabled"}

// String is the word of the experiment file.
func (s Selection) String() string { return enum.Word(s, selections) }

// UnmarshalText reads the word.
func (s *Selection) UnmarshalText(text []byte) error { return enum.Read(s, text, selections) }

// Rule is how [Staffing] finds the servers for a load.
type Rule uint8

// The values of Rule.
const (
	RuleErlangC    Rule = iota // by Erlang's formula
	RuleSquareRoot             // by its limit for large fleets
)

var rules = []string{RuleErlangC: "erlang-c", RuleSquareRoot: "square-root"}

// String is the word of the experiment file.
func (r Rule) String() string { return enum.Word(r, rules) }

// UnmarshalText reads the word.
func (r *Rule) UnmarshalText(text []byte) error { return enum.Read(r, text, rules) }

// Method is how [Staffing] forecasts the load.
type Method uint8

// The values of Method.
const (
	ForecastLast        Method = iota // the last value
	ForecastSeasonal                  // that of one season before
	ForecastHoltWinters               // additive exponential smoothing
)

var methods = []string{ForecastLast: "last", ForecastSeasonal: "seasonal", ForecastHoltWinters: "holt-winters"}

// String is the word of the experiment file.
func (m Method) String() string { return enum.Word(m, methods) }

// UnmarshalText reads the word.
func (m *Method) UnmarshalText(text []byte) error { return enum.Read(m, text, methods) }
