package policy

import (
	"math"
	"time"
)

// A KeepAlive decides how long environments of functions stay loaded that have nothing to
// do, as the platform under the functions does; the service has to let it
// ([Functions].FixedKeepAlive). Where all classes share the environments (PerClass is
// false) it is told of class 0 only.
type KeepAlive interface {
	// Called is told that a call of a class is going to be made. View.FunctionsWarm still
	// counts the environment that the call takes.
	Called(v *View, c ClassID, do *Environments)
	// Ended is told that a call of a class has ended. left says that its environment is idle
	// now: a call that was refused had none, and one that took too long has lost it.
	Ended(v *View, c ClassID, left bool, do *Environments)
}

// Forever is a keep-alive without an end: environments stay loaded until they are unloaded.
const Forever = time.Duration(math.MaxInt64)

// Environments is what a KeepAlive may do.
type Environments struct {
	c   *Controller
	out []Command
}

// Keep has each environment of a class that becomes idle from now on unloaded at once,
// loaded again after prewarm, and unloaded for good after keep more; with a prewarm of 0 it
// stays loaded from the start. Those that are idle already are as they were. A call that
// finds none loaded has a cold start; it takes the place of one that was to be loaded later.
func (e *Environments) Keep(class ClassID, prewarm, keep time.Duration) {
	w := &e.c.warm
	s := w.stay(class)
	prewarm, keep = max(prewarm, 0), max(keep, 0)
	if s.prewarm != prewarm {
		e.out = append(e.out, Command{Kind: SetPrewarm, Class: class, At: prewarm})
	}
	if s.keep != keep {
		e.out = append(e.out, Command{Kind: SetKeepAlive, Class: class, At: keep})
	}
	if (stay{prewarm, keep}) != *s {
		*s, w.varied = stay{prewarm, keep}, true
	}
}

// Unload has the environment of a class go that has been idle for longest; it says whether
// one is believed to be idle.
func (e *Environments) Unload(class ClassID) bool {
	if !e.c.warm.unload(e.c.now, class) {
		return false
	}
	e.out = append(e.out, Command{Kind: Unload, Class: class})
	return true
}

// callBegins tells the KeepAlive of a call.
func (c *Controller) callBegins(class ClassID, out []Command) []Command {
	e := &c.environments
	e.out = out
	c.cfg.KeepAlive.Called(&c.view, c.warm.group(class), e)
	return e.out
}

// callEnded takes a call off the books, and tells the KeepAlive of it.
func (c *Controller) callEnded(class ClassID, s Status, out []Command) []Command {
	left := c.warm.answer(c.now, class, s)
	if c.cfg.KeepAlive == nil {
		return out
	}
	e := &c.environments
	e.out = out
	c.cfg.KeepAlive.Ended(&c.view, c.warm.group(class), left, e)
	return e.out
}
