package results

// The metrics that answers, figures and tables are about, as columns.md names them.
const (
	avoidableMisses = "miss_avoidable"
	costInSLO       = "cost_per_1000_in_slo_usd"
	metricMedian    = "response_p50_s"
	metricP99       = "response_p99_s"
	metricVMs       = "vms_mean"
	metricFunction  = "function_share"
	metricInSLO     = "slo_attainment"
	metricWorst     = "worst_class_attainment"
)
