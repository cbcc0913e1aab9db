package plan

// readTrace opens a recorded workload.
func (r *reader) readTrace(w *Workload, common *workloadTable, q *traceTable, _ topTable) {
	w.Name = common.Name
	if w.Name == "" {
		w.Name = stem(common.Trace)
	}
	if r.decode(w.table, nil, common, q) {
		r.problem(join(w.table.path, "trace"), "recorded traces are not connected to experiments yet")
	}
}
