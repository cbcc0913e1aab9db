package live

import (
	"strings"
	"time"

	"cnv/policy"
	"cnv/policy/admit"
	"cnv/policy/health"
	"cnv/policy/hedge"
	ranks "cnv/policy/order"
	"cnv/sim"
)

// roleScenarios are those of policies of the roles that may stay open.
var roleScenarios = []scenario{
	{name: "bounded admission", some: " reject 429", own: func(c *policy.Config) { c.Admission = &admit.Bounded{Most: 1} }},
	{name: "deadline admission", some: " reject 429", own: func(c *policy.Config) {
		c.Classes[0].Bound, c.Classes[0].Factor, c.Admission = 2*time.Second, 0, &admit.Deadline{Slack: 1}
	}},
	{name: "token bucket", some: " reject 429", own: func(c *policy.Config) { c.Admission = &admit.TokenBucket{Rate: 2, Burst: 3} }},
	{name: "controlled delay", some: " reject 429", own: func(c *policy.Config) {
		c.Pools[0].Limit, c.Admission = 1, &admit.CoDel{Target: 20 * time.Millisecond, Interval: 200 * time.Millisecond}
	}},
	{name: "shortest first", own: func(c *policy.Config) { c.Pools[0].Limit, c.Order = 1, &ranks.SJF{Ageing: 0.1} }},
	{name: "latest first", own: func(c *policy.Config) {
		c.Pools[0].Limit, c.Order = 1, &ranks.LIFO{Interval: 500 * time.Millisecond}
	}},
	{name: "outlier ejection", retry: backoff, some: " 1:w", faults: sickFaults, own: func(c *policy.Config) {
		c.Health = &health.Outlier{Failures: 2, Base: 5 * time.Second, Longest: time.Minute, Interval: 10 * time.Second, Limits: health.Limits{Most: 1, Keep: 0.5}}
	}},
	{name: "ejection by success rate", retry: backoff, some: " 1:w", faults: sickFaults, own: func(c *policy.Config) {
		c.Health = &health.SuccessRate{Interval: 5 * time.Second, Volume: 2, Hosts: 3, Factor: 1, Base: 5 * time.Second, Longest: time.Minute, Limits: health.Limits{Most: 1, Keep: 0.5}}
	}},
	{name: "circuit breakers", some: " deliver 0", faults: sickFaults, own: func(c *policy.Config) {
		c.Health = &health.Breaker{Share: 0.5, Window: 8, Least: 2, Base: 5 * time.Second, Trials: 2, Limits: health.Limits{Most: 1, Keep: 0.5}}
	}},
	{name: "hedges by a quantile", ps: true, some: " 1:w", own: func(c *policy.Config) {
		c.Hedge = &hedge.Quantile{Of: 0.8, Least: 20, Budget: hedge.Budget{Share: 0.1}}
	}},
	{name: "tied requests", some: " 1:w", own: func(c *policy.Config) { c.Hedge = &hedge.Tied{Delay: time.Millisecond} }},
}

// sickFaults are two of four workers that answer with errors for a while, at times both.
var sickFaults = []sim.Fault{
	{At: 30*time.Second + 300*time.Millisecond, Worker: 1, Kind: sim.Sick, Lasts: 50 * time.Second},
	{At: 61*time.Second + 700*time.Millisecond, Worker: 3, Kind: sim.Sick, Lasts: 30 * time.Second},
}

// with counts the decisions that have a text.
func (d decisions) with(text string) (n int) {
	for _, what := range d {
		if strings.Contains(what, text) {
			n++
		}
	}
	return n
}

// late is a Hedge that sends a second copy after a fixed time.
type late time.Duration

func (l late) After(*policy.View, *policy.Request) (time.Duration, bool) {
	return time.Duration(l), true
}
