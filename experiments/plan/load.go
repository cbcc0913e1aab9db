package plan

import "cnv/workloads"

// AtLoad is the cell with so many arrivals for each one. The fleet begins as
// large as without: initial = "auto" is for the load that the file gives.
func (c Cell) AtLoad(load float64) (Cell, error) {
	made, err := c.Scenario.Workload.scaled(load)
	if err != nil {
		return Cell{}, err
	}
	w, s := *c.Scenario.Workload, *c.Scenario
	w.Made, s.Workload = made, &w
	return Cell{&s, c.Policy}, nil
}

// AsRecorded is the cell on the recording itself; false where that is what it meets
// anyway, or nothing was recorded. With less load it is what is kept of it; with more
// there is no recording of it.
func (c Cell) AsRecorded() (Cell, bool) {
	if c.Scenario.Workload.Made.AsRecorded == nil {
		return c, false
	}
	made, w, s := *c.Scenario.Workload.Made, *c.Scenario.Workload, *c.Scenario
	whole := made.AsRecorded
	made.Open = func(seed uint64) (workloads.Source, error) { return whole(seed, 1) }
	made.Replicates, made.Digest = "none", made.Digest+" as recorded"
	w.Made, s.Workload = &made, &w
	return Cell{&s, c.Policy}, true
}
