package trace

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"cnv/workloads/logs"
)

// A movement is how the values of series go on from one instant to the next.
type movement struct {
	steps, rises, falls int
	resets              int    // falls to near 0
	fractions           int    // values that are not whole
	named               int    // steps of series whose name says that they are counters
	name                string // of such a series
	rate                string // of a series whose name says that its values are rates
	other               string // of a series whose name says neither
	likely              int    // steps up by more than counts of that size differ by chance
}

// understand decides what counts are of which neither the kind nor the user says it:
// a counter since some zero, or what they are otherwise.
func understand(r *logs.Reader, all []counted) error {
	meaning := r.Meaning()
	if meaning.Quantity != logs.Unsaid {
		return nil
	}
	found := ""
	if meaning.Said != "" {
		found = meaning.Said + "; "
	}
	metrics := r.Metrics()
	for _, name := range metrics {
		if err := checkMetric(name); err != nil {
			return err
		}
	}
	m := movementOf(all, metrics)
	otherwise := "counts"
	if meaning.Otherwise == logs.Rates {
		otherwise = "rates"
	}
	switch why, be := m.counter(); {
	case why != "":
		r.Understand(logs.Totals, "values are "+be+"a counter ("+why+"): arrivals are the differences, and after a fall the new value (--values "+otherwise+" if they are no counter)")
	case m.undecided():
		return fmt.Errorf("of %d steps values rise in %d and fall in %d: they may be a counter, or %s of more and more: say it (--values totals, or --values %s)", m.steps, m.rises, m.falls, otherwise, otherwise)
	case meaning.Otherwise == logs.Rates && m.gauge() != "":
		return fmt.Errorf("%s is no counter by its values, and no rate by its name: query rate(...) of a counter of requests, or say what the values are (--values rates, counts or totals)", m.gauge())
	case meaning.Otherwise == logs.Rates:
		r.Understand(logs.Rates, "values are taken for arrivals per second, as rate() gives them (--values counts or totals if they are not)")
	default:
		width := time.Duration(distance(all))
		r.Understand(logs.Counts, found+fmt.Sprintf("values are taken for arrivals of the %v from each instant on (--values rates or totals if they are not)", width))
	}
	return nil
}

// checkMetric refuses metrics that count no requests.
func checkMetric(name string) error {
	for _, c := range [...]struct{ suffix, reason string }{
		{"_bucket", "buckets of a histogram hold each request more than once"},
		{"_sum", "a sum of values is no number of requests"},
	} {
		if base, ok := strings.CutSuffix(name, c.suffix); ok {
			return fmt.Errorf("%s: %s: query %s_count (or name what the values are: --values)", name, c.reason, base)
		}
	}
	return nil
}

// movementOf looks at values in order of instants.
func movementOf(all []counted, metrics map[uint64]string) movement {
	var m movement
	before := map[uint64]float64{}
	for _, c := range all {
		v, ok := before[c.series]
		before[c.series] = c.value
		if c.value != math.Trunc(c.value) {
			m.fractions++
		}
		name := metrics[c.series]
		switch {
		case isRateName(name):
			m.rate = name
		case name != "" && !isCounterName(name) && !strings.Contains(name, ":"): // recording rules have colons
			m.other = name
		}
		if !ok {
			continue
		}
		m.steps++
		if c.value > v {
			m.rises++
			if rise := c.value - v; rise*rise >= 2*v {
				m.likely++
			}
		} else if c.value < v {
			m.falls++
			if c.value <= nearZero*v {
				m.resets++
			}
		}
		if isCounterName(name) {
			m.named++
			m.name = name
		}
	}
	return m
}

// movementOfSeries is about counts of one series, in order.
func movementOfSeries(rows []reading) *movement {
	all := make([]counted, len(rows))
	for i, r := range rows {
		all[i].value = float64(r.n)
	}
	m := movementOf(all, nil)
	return &m
}

// isCounterName: by the conventions of Prometheus, counters end with _total, and the
// number of observations of a histogram with _count.
func isCounterName(name string) bool {
	low := strings.ToLower(name)
	return strings.HasSuffix(low, "total") || strings.HasSuffix(low, "_count") || strings.HasPrefix(low, "total")
}

// isRateName: recording rules of Prometheus name what they compute, as in
// job:http_requests:rate5m, and a query without a rule may be the name of its column.
func isRateName(name string) bool {
	low := strings.ToLower(name)
	if strings.Contains(low, "per_second") || strings.Contains(low, "persecond") {
		return true
	}
	parts := strings.FieldsFunc(low, func(c rune) bool { return c < 'a' || c > 'z' })
	return slices.Contains(parts, "rate") || slices.Contains(parts, "irate") || slices.Contains(parts, "rps")
}

const (
	// fewestSteps is how many steps must be seen before values that do not fall are taken
	// for a counter: half of the steps of rates, which go up and down, are falls.
	fewestSteps = 10
	// nearZero is the share of a value to which a counter falls at most that begins again.
	nearZero = 0.1
	// perReset is how many rises there are for each time that a counter begins again.
	perReset = 5
	// perFall is from how many steps for each fall on values rise too steadily for rates.
	perFall = 10
)

// counter is why values are those of a counter; "" they are not. One whose name says
// so may begin again at any time; others are taken for one where they are whole numbers
// that rise, and fall at most once in fifty steps, or to near 0 after steady rises.
func (m *movement) counter() (why, be string) {
	times := "never fall"
	switch {
	case m.falls == 1:
		times = "fall once only"
	case m.falls > 1:
		times = fmt.Sprintf("fall %d times only", m.falls)
	}
	switch {
	case m.steps == 0 || m.rate != "":
	case 2*m.named > m.steps && 2*m.falls <= m.steps:
		return fmt.Sprintf("it is called %s, and in %d steps its values %s", m.name, m.steps, times), ""
	case m.growing():
	case m.steady() && 50*(m.falls-m.resets) <= m.steps && m.rises >= perReset*m.resets:
		if m.falls > 0 && m.falls == m.resets {
			times += ", to near 0"
		}
		return fmt.Sprintf("in %d steps they %s", m.steps, times), "taken for "
	}
	return "", ""
}

// gauge is the name of a metric as it was scraped, which rate() would have taken away; ""
// where there is none, or where a rule or the name of a column says rates.
func (m *movement) gauge() string {
	if m.rate != "" {
		return ""
	}
	return m.other
}

// growing says whether values may as well be counts of more and more: as counts they would
// fall now and then by chance, if they did not grow by more than that.
func (m *movement) growing() bool { return 2*m.likely >= m.steps }

// steady says whether values are whole numbers that mostly rise.
func (m *movement) steady() bool {
	return m.fractions == 0 && m.rate == "" && m.steps >= fewestSteps && 2*m.rises >= m.steps
}

// undecided says whether values that are not taken for a counter rise too steadily to
// be taken for anything else: of a sum of counters, one may have begun again.
func (m *movement) undecided() bool { return m.steady() && perFall*m.falls <= m.steps }
