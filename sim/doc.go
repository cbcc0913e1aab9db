// Package sim is the modelled world: virtual time, VMs, functions, network,
// telemetry and bills around the same policy.Controller that runs live.
//
// One run is one call of [Run]: it owns everything it touches, so any number
// of runs go side by side. Event times are integer nanoseconds; events at the
// same instant happen by their ranks, those of a rank in the order in which they were
// scheduled, and all before arrivals of that instant.
package sim
