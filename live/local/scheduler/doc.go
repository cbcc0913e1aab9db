// Package scheduler answers the calls of Amazon EventBridge Scheduler on groups and one-time
// schedules, and makes the calls of schedules whose time has come.
package scheduler
