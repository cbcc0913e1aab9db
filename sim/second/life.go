package second

// ages plans the ends of an environment that has become idle: one that is the last of its
// group may stay longer than others. Of one that serves again before, nothing comes.
func (w *world) ages(e *env) {
	turn, spare := e.turn, e.of.Life.Spare
	if spare == 0 || w.service.stays[e.group].decided {
		return
	}
	w.at(plus(plus(e.from, spare), 1), func() {
		if e.turn == turn && e.stage == idle && !w.expired(e) && w.hasOthers(e) {
			w.ends(e)
		}
	})
	w.at(plus(e.until, 1), func() {
		if e.turn == turn && e.stage == idle {
			e.stage = gone
			w.service.idled += e.until - e.from
		}
	})
}

// bound plans the end of an environment by its age, as it is made. One that serves then ends
// after its call; one that is kept warm is replaced.
func (w *world) bound(e *env) {
	most := e.of.Life.Bound
	if most == 0 {
		return
	}
	w.at(plus(plus(w.now, most), 1), func() {
		if e.old = true; e.stage == idle && !e.kept && !w.expired(e) {
			w.ends(e)
		}
	})
}

// ends ends an idle environment that was there until just now.
func (w *world) ends(e *env) {
	e.until = min(e.until, w.now-1)
	w.service.idled += max(0, e.until-e.from)
	e.stage = gone
}

// hasOthers says whether there are environments beside one, of its group, that are not kept warm.
func (w *world) hasOthers(of *env) bool {
	for _, e := range w.service.envs {
		there := e.stage == busy || e.stage == idle && !w.expired(e)
		if e != of && e.group == of.group && !e.kept && there {
			return true
		}
	}
	return false
}

// warmed makes those that are idle at the start.
func (w *world) warmed(of *own, group int) {
	for range of.Life.Warm {
		w.rests(w.newEnv(of, group, false))
	}
}
