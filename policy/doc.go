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
package policy
