package results

import "strings"

// The metrics that answers, figures and tables are about, as columns.md names them.
const (
	AvoidableMisses = "miss_avoidable"
	CostInSLO       = "cost_per_1000_in_slo_usd"
	MetricMedian    = "response_p50_s"
	MetricP99       = "response_p99_s"
	MetricVMs       = "vms_mean"
	MetricFunction  = "function_share"
	MetricInSLO     = "slo_attainment"
	MetricWorst     = "worst_class_attainment"
)

// metricNames are metrics in words, where their own name is none. They stand in sentences
// as the object of "lowered" and behind "in", so each has its article.
var metricNames = map[string]string{
	AvoidableMisses:            "avoidable misses",
	CostInSLO:                  "the cost per 1,000 requests in SLO",
	"slo_attainment":           "the SLO attainment",
	"miss_unavoidable":         "the unavoidable misses",
	"worst_class_attainment":   "the SLO attainment of the worst class",
	"response_p50_s":           "the median response time",
	"response_p90_s":           "the 90th percentile of response times",
	"response_p95_s":           "the 95th percentile of response times",
	"response_p99_s":           "the 99th percentile of response times",
	"response_p999_s":          "the 99.9th percentile of response times",
	"answered":                 "the number of answers",
	"answered_response_mean_s": "the mean response time of answers",
	"steady_response_mean_s":   "the mean response time in the steady state",
	"steady_response_p99_s":    "the 99th percentile of response times in the steady state",
	"steady_slowdown_mean":     "the mean slowdown in the steady state",
	"steady_miss_avoidable":    "the avoidable misses in the steady state",
	"slowdown_mean":            "the mean slowdown",
	"slowdown_p99":             "the 99th percentile of slowdown",
	"waiting_mean_s":           "the mean waiting time",
	"cost_usd":                 "the cost of a run",
	"cost_per_1000_usd":        "the cost per 1,000 requests",
	"regret_per_1000_usd":      "the regret per 1,000 requests in SLO",
	"function_share":           "the share on functions",
	"cold_share":               "the share of answers after a cold start",
	"environment_idle_h":       "the idle time of loaded function environments",
	"vms_mean":                 "the mean number of VMs",
	"goodput_per_s":            "the goodput",
	"user_attainment":          "the share of users served",
	"goodput_after_per_s":      "the goodput after the disturbance",
	"attainment_after":         "the share of users served after the disturbance",
	"attainment_before":        "the share of users usually served before",
	"recovery_s":               "the time to recover",
	"recovered":                "the share of runs that recover",
	"relapses":                 "the number of relapses",
	"prediction_mape":          "the mean absolute error of predicted work",
	"prediction_tau":           "the rank correlation of predicted and measured work",
	"prediction_log_sigma":     "the spread of the log errors of predicted work",
}

// LessIsBetter says whether lower values of a metric are better; false for those
// of which neither is.
// Whoever asks for the better of two has to know first that one end is better: see UnitOf.
func LessIsBetter(metric string) bool {
	c := ColumnOf(metric)
	return c >= 0 && Columns[c].Better == LowerIsBetter
}

// MetricNames are the metrics that can be required, in the order of runs.csv.
func MetricNames() []string {
	var out []string
	for i := range Columns {
		out = append(out, Columns[i].Name)
	}
	return out
}

// IsShare says that a metric is a part of a whole, from 0 to 1. Fractions of demand
// (theta_*) are none: supply may be any multiple of it. prediction_mape and its like count
// as shares although they may exceed 1, as people tell them in percent. Differences of
// shares are told in points, those of other metrics in per cent of the reference.
func IsShare(metric string) bool {
	c := ColumnOf(metric)
	return c >= 0 && Columns[c].Unit == "fraction" && !strings.HasPrefix(metric, "theta_")
}

// NameOf is a metric in words: "the median response time"; itself, where it has none.
func NameOf(metric string) string {
	if words, ok := metricNames[metric]; ok {
		return words
	}
	return metric
}

// UnitOf is the unit of a metric and which end of it is better; false: there is no such
// metric.
func UnitOf(metric string) (unit string, better Direction, ok bool) {
	if i := ColumnOf(metric); i >= 0 {
		return Columns[i].Unit, Columns[i].Better, true
	}
	return "", NeitherIsBetter, false
}
