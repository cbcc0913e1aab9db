package policy

import "time"

// A reminder is the instant at which the policies are to be asked again about what waits,
// unless something happens before: a Timely Spill or a TimelyRouter has named it.
type reminder struct {
	at  time.Duration // the first that it has named since the last pull began; 0: none
	set time.Duration // the last for which a timer was set; 0: none since there was a reminder
}

// askLater notes when the policies are to be asked again about a request that they have
// just left waiting, with so much before it; d is what was decided.
func (c *Controller) askLater(r *request, d decision, before float64) {
	c.queue.asking, c.queue.before = true, before
	c.spillLater(r, d)
	if router := c.hooks.reroutes; router != nil && c.vacancy() >= slotFree {
		c.askAt(router.RouteAgain(&c.view, &r.Request, d.routed))
	}
	c.queue.asking = false
}

// spillLater is askLater for a Timely Spill: it may use a function that is free.
func (c *Controller) spillLater(r *request, d decision) {
	spill := c.hooks.timely
	if spill == nil || d.choice == ToFunction || !c.view.FunctionTakes(&r.Request) || !c.view.FunctionFreeFor(r.Class) {
		return
	}
	w := d.worker
	if d.routed == NoWorker {
		w = NoWorker // a diverter's: the Spill was asked about none
	}
	c.askAt(spill.AskAgain(&c.view, &r.Request, w, w != NoWorker))
}

// askAt has the policies asked again at an instant, if it is the first that was named;
// one that is not to come is none.
// One instant is enough: all that wait are asked again then, and name the next.
func (c *Controller) askAt(at time.Duration) {
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
