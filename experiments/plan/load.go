package plan

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
