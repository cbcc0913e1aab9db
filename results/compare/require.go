package compare

import (
	"encoding/xml"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"cnv/results/stat"
)

// A Requirement is a bound that the numbers of an experiment have to keep: [[require]] of
// its file.
//
// Min is -Inf and Max +Inf where there is none; both are in the unit of the metric.
type Requirement struct {
	Metric           string // a column of runs.csv
	Policy, Workload string // "" all
	Min, Max         float64
	// Sure asks that the whole interval keeps the bound, not just the value;
	// where there is no interval that cannot be.
	Sure bool
}

// String is the requirement as people say it: "miss_avoidable of at most 0.01, surely".
func (q *Requirement) String() string {
	s := q.Metric
	if !math.IsInf(q.Min, -1) {
		s += fmt.Sprintf(" of at least %v", q.Min)
	}
	if !math.IsInf(q.Max, 1) {
		if !math.IsInf(q.Min, -1) {
			s += " and"
		}
		s += fmt.Sprintf(" of at most %v", q.Max)
	}
	if q.Sure {
		s += ", surely"
	}
	return s
}

// A Checked is a requirement applied to one policy on one workload.
type Checked struct {
	Requirement
	Got string // what there was: the value with its interval, and what that says of the bound
	OK  bool
}

// Check applies requirements to a comparison, in their order, to each policy on each
// workload once: those that are compared to several others have several rows. A requirement
// that no row meets by name gives nothing, so that names have to be checked when the file
// is read.
func Check(rows []Compared, all []Requirement) []Checked {
	var out []Checked
	for _, q := range all {
		seen := map[[2]string]bool{}
		for i := range rows {
			r := &rows[i]
			if r.Metric != q.Metric || q.Policy != "" && r.Policy != q.Policy || q.Workload != "" && r.Workload != q.Workload {
				continue
			}
			if cell := [2]string{r.Workload, r.Policy}; seen[cell] {
				continue
			} else {
				seen[cell] = true
			}
			out = append(out, q.check(r))
		}
	}
	return out
}

// check applies q to a row. Got is as people say it: "0.004 (0.002 to 0.006, over seeds, n
// = 10), surely".
func (q *Requirement) check(r *Compared) Checked {
	c := Checked{Requirement: *q}
	c.Policy, c.Workload = r.Policy, r.Workload
	varied := r.Low != r.High                             // else nobody knows how much it may
	surely := varied && q.keeps(r.Low) && q.keeps(r.High) // false where a number is missing
	c.OK = q.keeps(r.Mean) && (surely || !q.Sure)
	switch about := stat.Overlap(r.Over, r.N); {
	case r.Over == stat.OverNothing || r.Over == stat.OverEqual:
		c.Got = shown(r.Mean) + " (" + about + ")"
	case math.IsNaN(r.Low) || math.IsNaN(r.High):
		c.Got = shown(r.Mean) + " (no interval)"
	case !varied:
		c.Got = shown(r.Mean) + " in every run (" + about + ")"
		if share, ok := Missed(r.N, r.Over); ok {
			c.Got += fmt.Sprintf("; other runs may differ, up to %.0f of 100", 100*share)
		}
		if q.Sure {
			c.Got += ", so not surely: it did not vary"
		}
	default:
		c.Got = fmt.Sprintf("%s (%s to %s, %s)", shown(r.Mean), shown(r.Low), shown(r.High), about)
		switch {
		case surely:
			c.Got += ", surely"
		case r.High < q.Min || r.Low > q.Max:
			c.Got += ", surely not"
		default:
			c.Got += ", not surely: the bound is within the interval"
		}
	}
	return c
}

// keeps says that a value is within the bounds; NaN is not.
func (q *Requirement) keeps(v float64) bool { return v >= q.Min && v <= q.Max }

// shown writes a value with four digits, as a bound may be close.
func shown(v float64) string {
	if math.IsNaN(v) {
		return "none"
	}
	return fmt.Sprintf("%.4g", v)
}

// junit is the format that build servers read: a suite per experiment, a case
// per requirement.
type junit struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

// A junitCase is a requirement on one policy and workload. JUnit has no schema of its own:
// these are the elements that build servers read.
type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	Failure *junitFailure `xml:"failure,omitempty"`
	Out     string        `xml:"system-out,omitempty"` // of one that is met
}

// A junitFailure says what there was in place of what was required.
type junitFailure struct {
	Message string `xml:"message,attr"`
}

// WriteJUnit writes what was checked as junit.xml into a folder. Case names are of
// experiment, workload, policy and requirement, so that a build server knows them again.
func WriteJUnit(dir, experiment string, all []Checked) error {
	suite := junit{Name: experiment, Tests: len(all)}
	for i := range all {
		c := &all[i]
		k := junitCase{Class: experiment + "." + c.Workload, Name: c.Policy + ": " + c.Requirement.String()}
		if c.OK {
			k.Out = "got " + c.Got
		} else {
			suite.Failures++
			k.Failure = &junitFailure{Message: "got " + c.Got}
		}
		suite.Cases = append(suite.Cases, k)
	}
	text, err := xml.MarshalIndent(suite, "", "  ")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "junit.xml"), append([]byte(xml.Header), append(text, '\n')...), 0o644)
	}
	if err != nil {
		return fmt.Errorf("results: junit.xml: %w", err)
	}
	return nil
}
