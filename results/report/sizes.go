package report

import (
	"slices"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/words"
)

// sizeTables show the mean slowdown by size of request, and its share of all: who pays for
// a policy's choices. A column is of the sizes between the bound before it and its own,
// "below 0.2 s", in seconds on an idle worker; its unit says how many requests are of
// these.
func sizeTables(fs answer.Findings, rows []results.SizeRow) []tableView {
	var out []tableView
	policies := fs.Policies()
	for _, w := range fs.Workloads() {
		t := tableView{Workload: w, Head: []headView{{"Policy", ""}}, Rows: rowsFor(policies)}
		for _, below := range sizesOf(rows, w) {
			// The share is that of all arrivals, alike under all policies.
			var head headView
			values := make([]words.Estimate, len(policies))
			for p := range policies {
				values[p] = words.NoEstimate()
				for _, r := range rows {
					if r.Workload == w && r.Policy == policies[p] && r.Below == below {
						values[p].Mean = r.Slowdown
						head = headView{"below " + words.Significant(below, 3) + " s", words.Significant(100*r.Share, 2) + " % of requests"}
					}
				}
			}
			t.Head = append(t.Head, head)
			for i, cell := range (reportColumn{digits: 3, places: 2}).written(values) {
				t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
			}
		}
		// There is a size at all.
		if len(t.Head) > 1 {
			out = append(out, t)
		}
	}
	return out
}

// sizesOf are the sizes that a workload has, by what they are below. Seconds, ascending.
func sizesOf(rows []results.SizeRow, workload string) (out []float64) {
	for _, r := range rows {
		if r.Workload == workload && !slices.Contains(out, r.Below) {
			out = append(out, r.Below)
		}
	}
	slices.Sort(out)
	return out
}
