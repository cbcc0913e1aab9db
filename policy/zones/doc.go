// Package zones says in which zones of a region the instances of a pool are launched, and what
// is remembered of those that had none: the simulator and live/aws both ask it.
//
// The rule is that of EC2 Auto Scaling, "balanced best effort" (user guide, "Auto Scaling group
// Availability Zone distribution", read 2026-11-30): a pool has as many instances in one zone as
// in another, and what a zone lacks the others are asked for.
package zones
