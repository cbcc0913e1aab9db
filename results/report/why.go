package report

import (
	"cnv/results"
	"cnv/results/answer"
	"cnv/results/words"
)

// whyTables divide costs and misses into parts that add up, a table of each per workload.
// Numbers are of cost per 1,000 requests in SLO, US$, and of shares of requests, per cent.
func whyTables(fs answer.Findings) (out []tableView) {
	at, policies := fs.Index(), fs.Policies()
	for _, w := range fs.Workloads() {
		for _, of := range []struct {
			metric, name, unit string
			scale              float64
			digits, places     int
		}{{results.CostInSLO, "cost per 1,000 in SLO", "US$", 1, 3, 5}, {results.AvoidableMisses, "avoidable misses", "% of requests", 100, 2, 2}} {
			t := partsTable(at, policies, w, of.metric, reportColumn{scale: of.scale, digits: of.digits, places: of.places})
			if t.Rows == nil {
				continue
			}
			t.Workload = w + ": " + of.name
			// All but the column of policies.
			for i := 1; i < len(t.Head); i++ {
				t.Head[i].Unit = of.unit
			}
			out = append(out, t)
		}
	}
	return out
}

// partsTable is one of them, without the parts that are 0 for all policies; the last column
// is the sum. No rows: there is nothing to divide, or all is 0. Policies without a finite
// value are left out.
//
// Invariant: all policies have the same parts in the same order (see answer.Index.Parts).
func partsTable(at *answer.Index, policies []string, workload, metric string, c reportColumn) tableView {
	t := tableView{Head: []headView{{"Policy", ""}}}
	var names []string
	values := map[string][]words.Estimate{} // by part, by row
	for _, p := range policies {
		whole, ok := at.Value(workload, p, metric)
		parts := at.Parts(workload, p, metric)
		if !ok || parts == nil || !whole.Value.Finite() {
			continue
		}
		t.Rows = append(t.Rows, rowView{Policy: p})
		// The names of the last policy stay, which are those of all.
		names = names[:0]
		for _, part := range append(parts, answer.Part{Name: "sum", Value: whole.Value.Mean}) {
			names = append(names, part.Name)
			values[part.Name] = append(values[part.Name], words.Estimate{Mean: c.scale * part.Value})
		}
	}
	any := false
	for _, name := range names {
		used := false
		for _, v := range values[name] {
			used = used || v.Mean != 0
		}
		// The sum stays, whatever it is.
		if !used && name != "sum" {
			continue
		}
		any = any || used
		t.Head = append(t.Head, headView{words.Capital(name), ""})
		for i, cell := range c.written(values[name]) {
			t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
		}
	}
	if !any {
		t.Rows = nil
	}
	return t
}
