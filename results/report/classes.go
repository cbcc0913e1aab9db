package report

import (
	"slices"

	"cnv/results"
	"cnv/results/answer"
	"cnv/results/words"
)

// mostClasses is up to how many classes of requests the report shows. More columns than
// that do not fit a page; classes.csv has them.
const mostClasses = 12

// classTables show by class of requests how far predictions of work are off, of policies
// that have any, on workloads of several classes. Columns are classes, in the order of the
// file; a cell is the mean absolute error relative to what was measured. A workload of a
// single class is left out, as the table of predictions has it already.
func classTables(fs answer.Findings, rows []results.ClassRow) []tableView {
	var out []tableView
	for _, w := range fs.Workloads() {
		// !(x > 0) is true of NaN as well.
		of := slices.DeleteFunc(slices.Clone(rows), func(r results.ClassRow) bool { return r.Workload != w || !(r.Predictions > 0) })
		classes := answer.Distinct(of, func(r results.ClassRow) string { return r.Class })
		if len(classes) < 2 || len(classes) > mostClasses {
			continue
		}
		policies := answer.Distinct(of, func(r results.ClassRow) string { return r.Policy })
		t := tableView{Workload: w, About: "error by class of requests", Head: []headView{{"Policy", ""}}, Rows: rowsFor(policies)}
		for _, c := range classes {
			t.Head = append(t.Head, headView{c, "%, mean absolute"})
			for i, cell := range (reportColumn{digits: 2, places: 1}).written(errorsOf(of, c, policies)) {
				t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
			}
		}
		out = append(out, t)
	}
	return out
}

// errorsOf are those of a class by policy, in per cent. NaN where a policy made no
// prediction of the class.
func errorsOf(rows []results.ClassRow, class string, policies []string) []words.Estimate {
	out := make([]words.Estimate, len(policies))
	for p, name := range policies {
		out[p] = words.NoEstimate()
		if i := slices.IndexFunc(rows, func(r results.ClassRow) bool { return r.Class == class && r.Policy == name }); i >= 0 {
			out[p].Mean = 100 * rows[i].MAPE
		}
	}
	return out
}
