package trace

import (
	"fmt"
	"strings"
	"time"

	"cnv/workloads/logs"
)

// A movement is how the values of series go on from one instant to the next.
type movement struct {
	steps, rises, falls int
	named               int    // steps of series whose name says that they are counters
	name                string // of such a series
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
	switch why := m.counter(); {
	case why != "":
		r.Understand(logs.Totals, found+"values are a counter ("+why+"): arrivals are the differences, and after a fall the new value (--values "+otherwise+" if they are no counter)")
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
		if !ok {
			continue
		}
		m.steps++
		if c.value > v {
			m.rises++
		} else if c.value < v {
			m.falls++
		}
		if name := metrics[c.series]; isCounterName(name) {
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

// fewestSteps is how many steps must be seen before values that do not fall are taken
// for a counter: half of the steps of rates, which go up and down, are falls.
const fewestSteps = 10

// counter is why values are those of a counter; "" they are not. One whose name says
// so may begin again at 0; others do so at most once in fifty steps.
func (m *movement) counter() string {
	times := "never fall"
	switch {
	case m.falls == 1:
		times = "fall once only"
	case m.falls > 1:
		times = fmt.Sprintf("fall %d times only", m.falls)
	}
	switch {
	case m.steps == 0:
	case 2*m.named > m.steps && 2*m.falls <= m.steps:
		return fmt.Sprintf("it is called %s, and in %d steps its values %s", m.name, m.steps, times)
	case m.steps >= fewestSteps && 2*m.rises >= m.steps && 50*m.falls <= m.steps:
		return fmt.Sprintf("in %d steps they %s", m.steps, times)
	}
	return ""
}
