package policy

import "time"

// A reminder is the instant at which a Timely Spill is to be asked again about what
// waits, unless something happens before.
type reminder struct {
	at  time.Duration // the first that it has named since the last pull began; 0: none
	set time.Duration // the last for which a timer was set; 0: none since there was a reminder
}

// askLater notes when a Timely Spill is to be asked again about a request that it has just
// left waiting beside a free function, with so much before it; d is what was decided.
func (c *Controller) askLater(r *request, d decision, before float64) {
	spill := c.hooks.timely
	if spill == nil || d.choice == ToFunction || !c.view.FunctionTakes(&r.Request) || !c.view.FunctionFreeFor(r.Class) {
		return
	}
	w := d.worker
	if d.routed == NoWorker {
		w = NoWorker // a diverter's: the Spill was asked about none
	}
	c.queue.asking, c.queue.before = true, before
	at := spill.AskAgain(&c.view, &r.Request, w, w != NoWorker)
	c.queue.asking = false
	if at > c.now && (c.reminder.at == 0 || at < c.reminder.at) {
		c.reminder.at = at
	}
}

// remind sets the timer for the reminder, unless it is set.
func (c *Controller) remind() {
	if m := &c.reminder; m.at != m.set {
		if m.set = m.at; m.at > 0 {
			c.at(m.at, ownAsk, 0)
		}
	}
}
