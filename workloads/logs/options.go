package logs

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cnv/policy/nearest"
)

// Options are what a user says about the columns of a log; "" leaves a thing as
// the kind has it.
type Options struct {
	Arrival, End, Duration, Work        string
	ArrivalUnit, DurationUnit, WorkUnit string   // s, ms, us, ns, and days of instants; "": told by the name, or by the size of instants
	Class                               []string // a column or several, and patterns of the values of the first such as /user/*
	BytesIn, BytesOut, Status           string
	Features                            []string // columns of numbers that are kept, for formulas of work and estimators
	Where                               string
	Count, Quantity                     string // a column of counts; counts, rates or totals
}

// IsZero says whether the user said nothing.
func (o *Options) IsZero() bool { return reflect.ValueOf(o).Elem().IsZero() }

// apply puts what the user says in place of what the kind says. An arrival or an
// end of the user's is instead of both.
func (o *Options) apply(c *Columns) error {
	known := c.Duration.Given() || len(c.Parts) > 0
	if o.Arrival != "" || o.End != "" {
		c.Arrival, c.End, c.Init, c.Said, c.AsLogged = Column{}, Column{}, Column{}, "", false
	}
	if c.Guessed && c.Count.Given() && o.rows() {
		c.Said = ""
		c.Count, c.Quantity, c.Otherwise = Column{}, Requests, Requests
	}
	if o.Count != "" {
		c.Said = ""
	}
	unit := func(name string) (Unit, error) {
		switch name {
		case "":
			return 0, nil
		case serialDays:
			return Day, nil
		}
		u, ok := UnitNamed(name)
		if !ok || len(name) > 2 {
			return 0, fmt.Errorf("unit %q, want s, ms, us or ns", name)
		}
		return u, nil
	}
	for _, s := range []struct {
		to         *Column
		name, unit string
	}{
		{&c.Arrival, o.Arrival, o.ArrivalUnit}, {&c.End, o.End, o.ArrivalUnit}, {&c.Duration, o.Duration, o.DurationUnit}, {&c.Work, o.Work, o.WorkUnit},
		{&c.BytesIn, o.BytesIn, ""}, {&c.BytesOut, o.BytesOut, ""}, {&c.Status, o.Status, ""}, {&c.Count, o.Count, ""},
	} {
		u, err := unit(s.unit)
		if err != nil {
			return err
		}
		if s.name != "" {
			*s.to = Column{Names: []string{s.name}}
		}
		if u != 0 {
			s.to.Unit = u
		}
	}
	if c.NoUnit {
		c.NoUnit = o.Duration == "" && o.DurationUnit == ""
		if c.Said != "" && o.Duration == "" {
			c.sayUnit()
		}
	}
	if o.Duration != "" {
		c.Parts = nil
		switch {
		case !known || c.Guessed:
			o.takeEnds(c)
		case c.End.Given():
			c.Said = "arrival = " + c.End.Names[0] + " - " + o.Duration
		}
	}
	if names := o.classColumns(); len(names) > 0 {
		c.Class, c.AlsoClass = col(names[0]), names[1:]
	}
	return o.quantity(c)
}

// rows says whether the user says what a row of one request has.
func (o *Options) rows() bool {
	return o.Count == "" && o.Quantity == "" && (o.Arrival != "" || o.End != "" || o.Duration != "" || o.Work != "" || len(o.Features) > 0)
}

// takeEnds takes the instants of a log for ends, or says that they are taken for
// starts, where the duration is a column that only the user knows.
func (o *Options) takeEnds(c *Columns) {
	if o.Arrival != "" || o.End != "" || !c.Arrival.Given() {
		return
	}
	time := c.Arrival.Names[0]
	if !slices.Contains(c.EndsBy, o.Duration) {
		c.Said = fmt.Sprintf("%s is taken for the arrival (--end %s --duration %s if it is the end)", time, time, o.Duration)
		return
	}
	c.End, c.Arrival = c.Arrival, Column{}
	c.Said = fmt.Sprintf("a line is written at the end of a request (nginx): arrival = %s - %s", time, o.Duration)
}

// quantity reads what counts are.
func (o *Options) quantity(c *Columns) error {
	switch o.Quantity {
	case "":
		if o.Count != "" && c.Quantity == Requests {
			c.Quantity, c.Otherwise = Unsaid, Counts
		}
		return nil
	case "counts":
		c.Quantity = Counts
	case "rates":
		c.Quantity = Rates
	case "totals":
		c.Quantity = Totals
	default:
		return fmt.Errorf("values are %q, want counts, rates or totals%s", o.Quantity, nearest.Hint(o.Quantity, []string{"counts", "rates", "totals"}))
	}
	c.Said = ""
	return nil
}

// classColumns are the columns among the classes; none if all are patterns.
func (o *Options) classColumns() []string {
	return slices.DeleteFunc(slices.Clone(o.Class), isPattern)
}

// patterns are the patterns among the classes.
func (o *Options) patterns() []string {
	return slices.DeleteFunc(slices.Clone(o.Class), func(s string) bool { return !isPattern(s) })
}

func isPattern(s string) bool { return strings.HasPrefix(s, "/") || strings.Contains(s, "*") }
