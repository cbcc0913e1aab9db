package policy

// witness tells the Witness, which there must be, how a request is going to be placed.
// It is told before the commands are made, so that it sees the state on which the policies decided.
func (c *Controller) witness(s int32, d decision) {
	if d.choice != ToWorker {
		d.worker = NoWorker
	}
	r := c.table.At(s)
	asked := d.routed
	if asked != NoWorker {
		asked = c.untried(r, asked)
	}
	c.cfg.Witness.Decided(&c.view, &r.Request, Placement{d.choice, d.worker, d.routed, asked})
}
