package scale

import "fmt"

// An alarm is the state of a CloudWatch alarm: Datapoints of the last Periods points
// have to breach. It looks at two points more than Periods, as missing ones may be
// among the last: what is missing of Periods is filled as little as possible, by what
// treat says. The zero value has seen nothing.
//
// Source: CloudWatch user guide, "Configuring how CloudWatch alarms treat missing data"
// (awsdocs/amazon-cloudwatch-user-guide 05fd32f), whose tables are the test; the rule for
// points that all breach and are old is of its later revision.
type alarm struct {
	points []point // the last Periods + 2, oldest first
	state  alarmState
}

// A point is what an alarm knows of one period.
type point uint8

const (
	pointMissing point = iota
	pointWithin
	pointBreaching
)

// alarmState is what an alarm says.
type alarmState uint8

const (
	alarmUnknown alarmState = iota // insufficient data
	alarmOK
	alarmOn
)

// moreThanPeriods is by how many points an alarm looks back further than its periods.
const moreThanPeriods = 2

// add takes the point of a period that is over and returns the state. m of n points
// have to breach, 1 <= m <= n. O(n).
func (a *alarm) add(p point, m, n int, treat Treatment) alarmState {
	if over := len(a.points) + 1 - n - moreThanPeriods; over > 0 {
		a.points = append(a.points[:0], a.points[over:]...)
	}
	a.points = append(a.points, p)
	a.state = a.judge(m, n, treat)
	return a.state
}

// judge says the state by the points that there are.
func (a *alarm) judge(m, n int, treat Treatment) alarmState {
	real, breaching, oldest := 0, 0, 0 // oldest: how many periods back the oldest real point is
	for i := len(a.points) - 1; i >= 0 && real < n; i-- {
		if a.points[i] != pointMissing {
			real++
			oldest = len(a.points) - i
		}
		if a.points[i] == pointBreaching {
			breaching++
		}
	}
	filled := n - real
	switch {
	case treat == TreatBreaching:
		breaching += filled
	case filled == 0 || breaching >= m || breaching < real || treat == TreatNotBreaching:
	case treat == TreatIgnore: // all that there are breach, and are too few
		return a.state
	case real > 0 && oldest >= m:
		return alarmOn
	default:
		return alarmUnknown
	}
	if breaching >= m {
		return alarmOn
	}
	return alarmOK
}

// alarms says what is wrong with the numbers of periods of an alarm, by the prefix of
// its keys.
func alarms(prefix string, m, n int) error {
	if 1 <= m && m <= n && n <= 1440 {
		return nil
	}
	return fmt.Errorf("%sdatapoints = %d, %speriods = %d, want 1 <= datapoints <= periods <= 1440", prefix, m, prefix, n)
}
