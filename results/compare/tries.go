package compare

import (
	"fmt"

	"cnv/results"
	"cnv/results/stat"
	"cnv/results/words"
)

// longTail is above what share of a run the time of late tries is worth a warning.
const longTail = 0.1

// lateTries says of a cell that clients tried again for long after the last request that
// was no repeated try; "" if they did not. Means over replications; times in seconds.
//
// "clients tried again for 340 s after the last request that was no repeated try (at 600
// s): the run is 1.6 times as long as these requests went on, and the bill, utilisation and
// means over time count all of it; ..."
func lateTries(c *cell) string {
	own, last := 0.0, 0.0
	for i := range c.rows {
		t := &c.rows[i].Trend
		own += t.Own / float64(len(c.rows))
		last += max(t.Arrivals, t.Own) / float64(len(c.rows))
	}
	took := stat.MeanOf(c.values(results.ColumnOf("duration_s")))
	if own == 0 || !(last-own > longTail*took) {
		return ""
	}
	return fmt.Sprintf("clients tried again for %s s after the last request that was no repeated try (at %s s): the run is %s times as long as these requests went on, and the bill, utilisation and means over time count all of it; a shorter client.backoff or a lower client.retry makes it shorter",
		words.Significant(last-own, 3), words.Significant(own, 3), words.Significant(took/own, 2))
}
