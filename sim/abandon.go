package sim

import "cnv/policy"

// Abandoned says what a VM does with a request once its client has left, or
// the gateway has cancelled the attempt (it took too long, or another one was
// faster). A function always runs on.
type Abandoned uint8

const (
	// Stops cuts what is in service and removes what is in line.
	Stops Abandoned = iota
	// Finishes serves to its end what is in service, and removes what is in line.
	Finishes
	// RunsOn serves everything: the VM does not find out.
	RunsOn
)

// String is the value as experiment files have it.
func (a Abandoned) String() string { return [...]string{"stops", "finishes", "runs on"}[a] }

// cancel ends a call for the gateway. Whether the worker stops is for
// Config.Abandoned to say.
// A Cancel of a call that has ended meanwhile finds nothing to do. Otherwise the gateway gets the
// Done event of the cancelled attempt at once, with the work that was done where it was stopped. A
// call that goes on keeps its number, and the gateway is told through a copy.
func (w *world) cancel(cmd *policy.Command) {
	s := w.requests.Find(cmd.Request)
	if s < 0 {
		return
	}
	c := w.requests.At(s).call[cmd.Attempt&1]
	call := &w.calls[c]
	over := call.place == ended || call.place == abandoned || call.runsOn
	if over || call.id != cmd.Request || call.attempt != cmd.Attempt {
		return
	}
	back := call.vm == policy.NoWorker && call.place == answering && !call.unstarted
	call.status, call.used = policy.Cancelled, 0
	does := w.cfg.Abandoned
	if call.vm != policy.NoWorker && (cmd.N == 1 || w.outOfReach(call)) {
		does = RunsOn
	}
	switch call.place {
	case inService:
		if does != Stops {
			w.runOn(c)
			return
		}
		v := w.vms[call.vm]
		v.advance(w.now)
		call.used = w.had(v, c)
		w.unserve(v, c)
	case inLine:
		if does == RunsOn {
			w.runOn(c)
			return
		}
		w.vms[call.vm].lined--
		w.abandon(c)
		return
	case onTheWay, heldUp: // what was sent arrives
		if does == RunsOn || call.vm == policy.NoWorker {
			w.runOn(c)
			return
		}
	case onFunction:
		w.abandon(c)
		return
	}
	e, g := returned(call, call.byItself()), call.gateway
	w.finish(c)
	if back { // the service has ended it already
		w.tell(g, e)
	}
}

// outOfReach says whether the VM that has a call cannot be told that nobody waits for it.
func (w *world) outOfReach(c *call) bool {
	return w.now < w.vms[c.vm].cut && (c.place == inService || c.place == inLine)
}

// returned tells the gateway that the service has ended a call that was cancelled.
func returned(c *call, s policy.Status) policy.Event {
	return policy.Event{Kind: policy.Returned, Request: c.id, Attempt: c.attempt, Class: c.class, Status: s}
}

// abandon ends a call for the gateway while its slot is still in use.
// Its place in a line, or its environment, still refers to it by number.
func (w *world) abandon(c int32) {
	told := w.copyCall(c)
	w.calls[c].place = abandoned
	w.finish(told)
}

// runOn ends a call for the gateway while it stays where it is and is served.
func (w *world) runOn(c int32) {
	told := w.copyCall(c)
	call := &w.calls[c]
	call.runsOn = true
	if call.vm != policy.NoWorker {
		w.vms[call.vm].assigned++ // one more for finish to take: a VM that works is not idle
		w.forNobody++
	}
	w.finish(told)
}

// copyCall is a copy of a call with a timer of its own.
// The copy ends towards the gateway, the original stays where the world refers to it.
func (w *world) copyCall(c int32) int32 {
	d := w.allocCall()
	t := w.calls[d].timer
	w.calls[d] = w.calls[c]
	w.calls[d].timer = t
	return d
}

// unheard ends a call that ran on. Of functions the gateway hears that.
func (w *world) unheard(c int32, s policy.Status) {
	if vm := w.calls[c].vm; vm == policy.NoWorker {
		w.tell(w.calls[c].gateway, returned(&w.calls[c], s))
	} else {
		v := w.vms[vm]
		v.assigned--
		w.forNobody--
		w.drained(v)
	}
	w.free(c)
}
