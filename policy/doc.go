// Package policy is the control plane: a pure, deterministic state machine
// that turns events (an arrival, an answer, a worker that became ready) into
// commands (send this request there, launch two workers).
//
// Nothing here knows whether the world around it is simulated or real.
// [Controller.Step] is the whole interface between the two; the packages
// sim and live are two loops around it. A policy is a small type that
// implements an interface such as [Router], [Spill] or [Scaler] and reads the world
// through a [View], which holds only what a gateway could know.
//
// Words and units: time is a time.Duration since the start of the run; work
// is CPU-seconds on the reference vCPU (one core of a c7g instance, speed 1);
// money is US dollars.
//
// # A step
//
// The driver calls Step with one event and the instant at which it happened, carries out the
// commands in order, and tells what comes of each by a later event: a Dispatch ends with Done, a
// Launch with WorkerPending or LaunchFailed, a Cancel with Done(Cancelled). It asks for no wall
// clock: what has to happen later is a WakeAt, and the driver answers with Wake.
//
// # The same decisions again
//
// The same configuration and the same events give the same commands, bit for bit. So a journal
// of a live run can be replayed on another machine, and two policies can be compared on the same
// arrivals. It takes:
//
//   - no clock, goroutine, I/O or global random numbers; no iteration over a map (purity_test.go);
//   - a random stream for each policy, drawn from the seed and the name of its role ([Rand]);
//   - a written rule for every tie, the lowest ID unless a policy says otherwise;
//   - sums in a fixed order, since floating-point addition is not associative.
//
// # What holds after every step
//
//   - A request waits only while nothing that its Spill allows it to use is free.
//   - It is delivered or rejected once, and nothing is tried again afterwards.
//   - No pool is larger than its Max, beside workers that a router has forgotten or that drain.
//   - The comments that begin with `Invariant:` are true (invariants_test.go looks at them).
//
// # Roles
//
// A [Router] says on which worker a request would run, a [Spill] whether it runs there, on a
// function, or waits, a [Scaler] how many workers there should be, an [Estimator] how much work a
// request is; [Admission] turns requests away, [Order] says who waits first, [Hedge] when a second
// copy is sent, [Health] which workers are left out. Only the Router is required. Beside its
// role's interface a policy may have optional ones, each of one method, which [New] looks for once. One that nobody would call on its role is refused by
// name, as its author expects it to be called.
package policy
