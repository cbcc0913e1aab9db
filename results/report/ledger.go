package report

import (
	"strings"

	"cnv/results/answer"
	"cnv/results/words"
)

// ledgerTables are the mean costs per run, US$, one column per line of the ledger that is
// not 0 everywhere. nil: nothing was billed.
func ledgerTables(fs answer.Findings) []tableView {
	lines := ledgerLines(fs)
	if len(lines) == 0 {
		return nil
	}
	var columns []reportColumn
	for _, metric := range lines {
		columns = append(columns, reportColumn{head: ledgerName(metric), unit: "US$", metric: metric, scale: 1, digits: 3, places: 3})
	}
	return tablesOf(fs, columns)
}

// ledgerLines are the metrics cost_..._usd, the total (cost_usd) first, that are not 0 for
// every policy and workload; in the order of columns. cost_per_1000... are no lines: they
// do not add up.
func ledgerLines(fs answer.Findings) []string {
	used := answer.Findings{}
	for _, f := range fs {
		name := f.Metric
		if strings.HasPrefix(name, "cost_") && strings.HasSuffix(name, "usd") && !strings.HasPrefix(name, "cost_per_") && f.Value.Mean != 0 {
			used = append(used, f)
		}
	}
	return answer.Distinct(used, func(f answer.Finding) string { return f.Metric })
}

// ledgerName is cost_function_time_usd in words: "Function time".
func ledgerName(metric string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(metric, "cost_"), "usd")
	// Abbreviations keep their capitals.
	switch name = strings.ReplaceAll(strings.Trim(name, "_"), "_", " "); name {
	case "":
		return "Total"
	case "ebs":
		return "EBS"
	case "ipv4":
		return "IPv4"
	}
	return words.Capital(name)
}
