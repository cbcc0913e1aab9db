// Package plan reads experiment files: TOML in, a list of runs out.
//
// A file says its question, what all policies meet alike ([cluster],
// [functions], [telemetry], [retry]), and alternatives: [[workload]] and
// [[policy]]. A list where a key takes one value is an axis, and every value
// makes a variant, called name + " key=value". A run is a workload under an
// environment, met by a policy, under a seed; policies share the arrivals,
// sizes and boot times of a seed.
//
// Reading is strict. What is wrong is reported all at once, each with file,
// line, key and what would be right.
package plan
