package policy

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Events, commands and what they are made of, in words: for people who read the first
// difference of a replay, `explain`, logs and failed tests. No file is parsed by them.
// Attempts are counted from 1 there, as in requests.csv; fields number them from 0.

// By kind: one that has no word here is shown by its number, which TestKindsInWords refuses.
var eventNames = [...]string{
	Arrival: "arrival", Head: "head", Done: "done", Gone: "gone",
	WorkerPending: "worker pending", WorkerRunning: "worker running", WorkerReady: "worker ready", WorkerLost: "worker lost",
	WorkerNotice: "worker notice", WorkerDrained: "worker drained", LaunchFailed: "launch failed", Telemetry: "telemetry",
	ProbeReply: "probe reply", Observed: "observed", Found: "found", Wake: "wake", Shed: "shed", Pause: "pause", Resume: "resume",
	Resize: "resize", Returned: "returned", Change: "change",
}

// String is the kind in one or two words.
func (k EventKind) String() string { return name(eventNames[:], uint8(k), "event") }

var commandNames = [...]string{
	Dispatch: "dispatch", Invoke: "invoke", Deliver: "deliver", Cancel: "cancel", Reject: "reject", Launch: "launch", Drain: "drain",
	Terminate: "terminate", SetConcurrency: "set concurrency", SetKeepAlive: "set keep-alive", Probe: "probe", Record: "record",
	Lookup: "lookup", WakeAt: "wake at", SetPrewarm: "set prewarm", Unload: "unload",
}

// String is the kind in one or two words.
func (k CommandKind) String() string { return name(commandNames[:], uint8(k), "command") }

var statusNames = [...]string{OK: "ok", Error: "error", Timeout: "timeout", Cancelled: "cancelled", Throttled: "throttled"}

// String is the status in one word.
func (s Status) String() string { return name(statusNames[:], uint8(s), "status") }

var choiceNames = [...]string{
	ToWorker: "a worker", ToFunction: "a function", ToQueue: "the queue", LaunchAndWait: "a launch, and waiting", ToReject: "rejection",
	LaunchBeside: "a worker, and a launch",
}

// String is where the request goes: "a worker", "the queue".
func (c Choice) String() string { return name(choiceNames[:], uint8(c), "choice") }

var stateNames = [...]string{
	StatePending: "pending", StateRunning: "running", StateReady: "ready", StateDraining: "draining", StateForgotten: "forgotten", StateLost: "lost",
}

// String is the state in one word.
func (s WorkerState) String() string { return name(stateNames[:], uint8(s), "state") }

// name is that of a value; one that has none is shown by its number.
// A journal of another build may have such values.
func name(names []string, i uint8, kind string) string {
	if int(i) < len(names) && names[i] != "" {
		return names[i]
	}
	return kind + " " + strconv.Itoa(int(i))
}

// names are those of what an event or a command is about.
type names struct{ class, pool, change string }

// String is what happened, with those fields that the kind has.
func (e Event) String() string {
	return e.tell(names{fmt.Sprintf("class %d", e.Class), fmt.Sprintf("pool %d", e.Pool), fmt.Sprintf("setting %x to %g", uint64(e.Key), e.Work)})
}

// Tell is what happened, with the names of classes, pools and settings. A nil View
// has none: their numbers are told.
// A Change is told with the value before it, so it has to be told before its Step.
func (v *View) Tell(e *Event) string {
	if v == nil {
		return e.String()
	}
	n := names{class: "class ?", pool: v.poolName(e.Pool)}
	if int(e.Class) < len(v.Classes()) {
		n.class = "class " + v.Classes()[e.Class].Name
	}
	if e.Kind == Change {
		n.change = v.tellChange(e)
	}
	return e.tell(n)
}

// TellCommand is what is to be done, with the names of pools, as Tell.
func (v *View) TellCommand(c *Command) string {
	if v == nil {
		return c.String()
	}
	return c.tell(v.poolName(c.Pool))
}

func (v *View) poolName(p PoolID) string {
	if p >= 0 && int(p) < len(v.Pools()) && v.Pools()[p].Name != "" {
		return "pool " + v.Pools()[p].Name
	}
	return fmt.Sprintf("pool %d", p)
}

// tell is an event in words.
func (e *Event) tell(n names) string {
	switch e.Kind {
	case Arrival:
		return fmt.Sprintf("request %d arrives, %s", e.Request, n.class) + e.arrival()
	case Head:
		return fmt.Sprintf("attempt %d of request %d begins to answer, status %d", nth(e.Attempt), e.Request, e.Code)
	case Done:
		return fmt.Sprintf("attempt %d of request %d %s", nth(e.Attempt), e.Request, e.Status.ended()) + e.ending()
	case Returned:
		return fmt.Sprintf("the function service has ended attempt %d of request %d, which was cancelled", nth(e.Attempt), e.Request)
	case Gone:
		return fmt.Sprintf("the client of request %d has left", e.Request)
	case Wake:
		return "a timer is due"
	case Shed:
		return Count(e.N, "request") + " refused by the gateway, without asking"
	case Observed:
		return fmt.Sprintf("the store tells of an earlier request of %s, work %.4g s", n.class, e.Work)
	case Found:
		if e.Work == 0 {
			return fmt.Sprintf("the store knows no equal request of %s, key %x", n.class, uint64(e.Key))
		}
		return fmt.Sprintf("the store knows an equal request of %s, key %x, work %.4g s", n.class, uint64(e.Key), e.Work)
	case Pause:
		return "the operator pauses scaling"
	case Resume:
		return "the operator resumes scaling"
	case Resize:
		return fmt.Sprintf("the operator wants %s in %s", Count(e.N, "worker"), n.pool)
	case Change:
		return "the operator changes " + n.change
	}
	return e.tellWorker(n.pool)
}

// tellWorker is an event of a worker or a launch in words.
func (e *Event) tellWorker(pool string) string {
	switch e.Kind {
	case WorkerPending:
		if e.N == Unasked {
			return fmt.Sprintf("worker %d is there, though nobody asked for it, %s, zone %d", e.Worker, pool, e.Zone)
		}
		return fmt.Sprintf("worker %d is asked for, %s, zone %d", e.Worker, pool, e.Zone)
	case WorkerRunning:
		return fmt.Sprintf("worker %d runs", e.Worker)
	case WorkerReady:
		return fmt.Sprintf("worker %d is ready", e.Worker)
	case WorkerLost:
		return fmt.Sprintf("worker %d is lost", e.Worker)
	case WorkerNotice:
		if e.At < 0 {
			return fmt.Sprintf("worker %d is to be drained: another one replaces it", e.Worker)
		}
		return fmt.Sprintf("worker %d will be taken away at %v", e.Worker, instant(e.At))
	case WorkerDrained:
		return fmt.Sprintf("worker %d is drained", e.Worker)
	case LaunchFailed:
		return fmt.Sprintf("%s failed in %s", Count(e.N, "launch attempt"), pool)
	case Telemetry:
		line := fmt.Sprintf("worker %d reports CPU %.0f %%, of %v", e.Worker, e.CPU*100, instant(e.At))
		if e.N > 0 {
			line += fmt.Sprintf(", %s in flight", Count(e.N, "request"))
		}
		return line
	case ProbeReply:
		return fmt.Sprintf("worker %d answers a probe: %s there, median response time %v", e.Worker, Count(e.N, "request"), e.Took)
	}
	return e.Kind.String()
}

// arrival is what is known of a request that arrives; nothing that is not.
func (e *Event) arrival() string {
	var b strings.Builder
	if e.Key != 0 {
		fmt.Fprintf(&b, ", key %x", uint64(e.Key))
	}
	last := MaxFeatures
	for last > 0 && e.Features[last-1] == 0 {
		last--
	}
	if last > 0 {
		fmt.Fprintf(&b, ", features %v", e.Features[:last])
	}
	if e.Bytes >= 0 {
		b.WriteString(", " + Count(e.Bytes, "byte"))
	}
	if e.At > 0 {
		fmt.Fprintf(&b, ", its client leaves at %v", instant(e.At))
	}
	if !e.Idempotent {
		b.WriteString(", not to be repeated")
	}
	if e.Streamed {
		b.WriteString(", body streamed")
	}
	return b.String()
}

// ended is how attempts end, in words.
func (s Status) ended() string {
	switch s {
	case OK:
		return "has answered"
	case Error:
		return "has failed"
	case Timeout:
		return "has timed out"
	case Cancelled:
		return "was cancelled"
	case Throttled:
		return "was refused by the function service"
	}
	return "has ended with " + s.String()
}

// ending is what is known of an attempt that has ended.
func (e *Event) ending() string {
	var b strings.Builder
	if e.Code > 0 {
		fmt.Fprintf(&b, ", status %d", e.Code)
	}
	if e.Work > 0 {
		fmt.Fprintf(&b, ", work %.4g s", e.Work)
	}
	if e.Executed.Counted() {
		fmt.Fprintf(&b, ", %d instructions", e.Executed.Instructions)
	}
	if e.Cold {
		b.WriteString(", after a cold start")
	}
	if e.Instance != 0 {
		fmt.Fprintf(&b, ", environment %x", e.Instance)
	}
	if e.Unstarted {
		b.WriteString(", before the worker saw it")
	}
	return b.String()
}

// String is what is to be done, with those fields that the kind has.
func (c Command) String() string { return c.tell(fmt.Sprintf("pool %d", c.Pool)) }

// tell is a command in words.
func (c *Command) tell(pool string) string {
	switch c.Kind {
	case Dispatch:
		return fmt.Sprintf("request %d: attempt %d on worker %d", c.Request, nth(c.Attempt), c.Worker) + c.predicted()
	case Invoke:
		return fmt.Sprintf("request %d: attempt %d on a function", c.Request, nth(c.Attempt)) + c.predicted()
	case Deliver:
		return fmt.Sprintf("request %d: deliver attempt %d", c.Request, nth(c.Attempt))
	case Cancel:
		left := ""
		if c.N == 1 {
			left = ", of which the worker is not told"
		}
		return fmt.Sprintf("request %d: cancel attempt %d", c.Request, nth(c.Attempt)) + left
	case Reject:
		after := ""
		if c.At > 0 {
			after = fmt.Sprintf(", try again after %v", c.At)
		}
		return fmt.Sprintf("request %d: answer %d (%s)", c.Request, c.N, strings.ReplaceAll(c.Reason.String(), "_", " ")) + after
	case Launch:
		return fmt.Sprintf("launch %s in %s", Count(c.N, "worker"), pool)
	case Drain, Terminate, Probe:
		return fmt.Sprintf("%v worker %d", c.Kind, c.Worker)
	case SetConcurrency:
		return fmt.Sprintf("keep %s ready", Count(c.N, "function environment"))
	case SetKeepAlive:
		if c.At >= Forever {
			return fmt.Sprintf("keep idle function environments of class %d until they are unloaded", c.Class)
		}
		return fmt.Sprintf("keep idle function environments of class %d for %v", c.Class, c.At)
	case SetPrewarm:
		return fmt.Sprintf("load idle function environments of class %d after %v", c.Class, c.At)
	case Unload:
		return fmt.Sprintf("unload the function environment of class %d that has been idle for longest", c.Class)
	case Record:
		return fmt.Sprintf("request %d: record in the store what it has taken", c.Request)
	case Lookup:
		return fmt.Sprintf("request %d: ask the store for an equal one", c.Request)
	case WakeAt:
		return fmt.Sprintf("wake at %v", instant(c.At))
	}
	return c.Kind.String()
}

// predicted is the work that an attempt was sent with, if anything is known of it.
func (c *Command) predicted() string {
	switch {
	case c.Known:
		return fmt.Sprintf(", predicted work %.4g s (by the estimator)", c.Work)
	case c.Work > 0:
		return fmt.Sprintf(", predicted work %.4g s", c.Work)
	}
	return ""
}

// nth counts attempts from 1.
func nth(attempt uint8) int { return int(attempt) + 1 }

// instant rounds to what people read.
func instant(d time.Duration) time.Duration { return d.Round(time.Microsecond) }

// Count is so many of something: "1 worker", "2 workers".
func Count[T int | int32 | int64](n T, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
