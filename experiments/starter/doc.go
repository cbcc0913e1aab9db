// Package starter makes a first experiment of a trace: machines sized for its
// peaks, a bound on response times from its own durations, eight policies, and the
// question filled in. Each choice says its reason.
package starter
