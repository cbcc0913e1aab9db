package main

import (
	"fmt"
	"time"

	"cnv/policy"
	"cnv/policy/spill"
)

// describeFunctions is the line of the functions: the calls in flight and their limit.
func describeFunctions(v *policy.View) string {
	f := v.Functions()
	if f == nil {
		return ""
	}
	line := fmt.Sprintf("  functions: %s in flight", policy.Count(v.FunctionsBusy(), "call"))
	if f.Concurrency > 0 {
		line += fmt.Sprintf(" of at most %d", f.Concurrency)
	}
	return line + "\n"
}

// noFunction says why no function takes a request of a class now.
func noFunction(v *policy.View, class policy.ClassID) string {
	f := v.Functions()
	switch {
	case v.FunctionFreeFor(class):
		return "a call is expected to take longer than functions may"
	case f.Concurrency > 0 && v.FunctionsBusy() >= f.Concurrency:
		return fmt.Sprintf("as many calls as may be are in flight, %d", v.FunctionsBusy())
	case f.Concurrency > 0 && f.PerClass:
		return fmt.Sprintf("no environment of class %s is free, and there is no room for another one", v.Classes()[class].Name)
	}
	return "the function service has refused calls, so it is asked again later"
}

// tooLong says why the time-out of functions keeps a request from one that is free; "" it
// does not.
func tooLong(v *policy.View, r *policy.Request) string {
	if !v.FunctionTakes(r) || !v.FunctionFreeFor(r.Class) || !v.FunctionTooLong(r) {
		return ""
	}
	limit := v.Functions().Timeout
	if share, ok := v.FittingShare(r.Class); ok && !r.Known {
		return fmt.Sprintf("  no function takes it: %.0f %% of its class end within their time-out of %v, too few\n", 100*share, limit)
	}
	return fmt.Sprintf("  no function takes it: its predicted work does not end within their time-out of %v\n", limit)
}

// compared says what the Spill slo compared with the bound of a request; "" for another
// Spill, and where it compared nothing: there is no bound, the Router named no worker, no
// function would do, or a worker with a free slot takes the request.
func compared(s policy.Spill, v *policy.View, r *policy.Request, asked policy.WorkerID) string {
	bound := v.Bound(r)
	if _, ok := s.(*spill.SLO); !ok || bound == 0 || asked < 0 || !v.FunctionFits(r) || v.Full(asked) && v.AnyFree() {
		return ""
	}
	waited := v.Now - r.Arrived
	response := waited + v.Response(asked, r)
	relation := "within"
	if response > bound {
		relation = "over"
	}
	return fmt.Sprintf("  slo compared: response predicted at worker %d %v (%v waited so far), %s the bound of %v; at a function %v\n",
		asked, toMs(response), toMs(waited), relation, toMs(bound), toMs(waited+v.FunctionResponse(r)))
}

// toMs rounds to milliseconds.
func toMs(d time.Duration) time.Duration { return d.Round(time.Millisecond) }
