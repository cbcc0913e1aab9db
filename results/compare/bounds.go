package compare

import (
	"strings"

	"cnv/results"
)

// isPart says whether a metric, by its column, lies between 0 and 1: a share of a whole,
// and not an error relative to what was measured, which may be more than all of it.
func isPart(column int) bool {
	name := results.Columns[column].Name
	return results.IsShare(name) && !strings.HasSuffix(name, "_mape")
}

// isSigned says whether a metric, by its column, can be below 0: what is left of a cost
// after the oracle's, a correlation, and a sum of logarithms.
func isSigned(column int) bool {
	name := results.Columns[column].Name
	return strings.HasPrefix(name, "regret_") || strings.Contains(name, "_tau") || strings.HasPrefix(name, "prediction_logs")
}
