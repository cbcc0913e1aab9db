package scale

import (
	"errors"
	"fmt"
	"math"
	"time"

	"cnv/policy"
	"cnv/policy/enum"
)

// AWSStep is step scaling of EC2 Auto Scaling on the mean processor utilisation of a
// pool: an alarm that the metric is at least High, another that it is at most Low, and
// for each a table that says by how far the metric is beyond its threshold how many
// workers come or go. There is no cooldown: what warms up counts neither as capacity nor
// for the metric, and a fleet is never asked for less than an earlier step asked for:
// desired = max(desired, warm + change). Workers that end count as capacity, and none is
// taken away while one warms up, nor the last one: without any there is no metric.
//
// A change by a share is rounded towards zero, to one worker where it is less than one,
// and is at least MinChange. The alarms act in every period in which they are on.
//
// Source: EC2 Auto Scaling user guide, "Step and simple scaling policies"
// (awsdocs/amazon-ec2-auto-scaling-user-guide 0987d76), whose example is the test.
// O(workers) per decision.
type AWSStep struct {
	CloudMetric
	High       float64   `toml:"high" doc:"utilisation from which workers are added" range:"0.4:0.9" set:"yes"`
	Low        float64   `toml:"low" doc:"utilisation up to which workers are taken away" range:"0.05:0.6" set:"yes"`
	Kind       Change    `toml:"change" doc:"what the tables change: a \"share\" of the capacity, a number of \"workers\", or \"exact\" sizes" set:"share,workers,exact"`
	OutFrom    []float64 `toml:"out_from" doc:"how far above high each step of adding begins, ascending from 0"`
	Out        []float64 `toml:"out" doc:"change of each of them"`
	InFrom     []float64 `toml:"in_from" doc:"how far below low each step of taking away begins, ascending from 0"`
	In         []float64 `toml:"in" doc:"change of each of them, as a positive number"`
	MinChange  int       `toml:"min_change" doc:"least workers that a share is" range:"1:10" set:"yes"`
	Datapoints int       `toml:"datapoints" doc:"points that have to breach, of periods" range:"1:3" set:"yes"`
	Periods    int       `toml:"periods" doc:"points that an alarm looks at" range:"3:5" set:"yes"`
	Missing    Treatment `toml:"missing" doc:"what a missing point is taken for" set:"missing,ignore,breaching,notBreaching"`
}

// NewAWSStep returns two alarms of two points, and the steps of the guide's example.
func NewAWSStep() *AWSStep {
	return &AWSStep{
		CloudMetric: CloudMetric{Every: time.Minute, Delay: time.Minute, Warmup: 300 * time.Second},
		High:        0.6, Low: 0.4, Kind: ChangeShare, MinChange: 1,
		OutFrom: []float64{0, 0.1, 0.2}, Out: []float64{0.1, 0.2, 0.3},
		InFrom: []float64{0, 0.1, 0.2}, In: []float64{0.1, 0.2, 0.3},
		Datapoints: 2, Periods: 2, Missing: TreatMissing,
	}
}

// Validate checks the parameters.
func (p *AWSStep) Validate() error {
	var bounds, least error
	if !(0 <= p.Low && p.Low <= p.High && p.High <= 1) {
		bounds = fmt.Errorf("low = %v, high = %v, want 0 <= low <= high <= 1", p.Low, p.High)
	}
	if p.MinChange < 0 {
		least = fmt.Errorf("min_change = %d, must not be negative", p.MinChange)
	}
	return errors.Join(p.CloudMetric.validate(), bounds, least, steps("out", p.OutFrom, p.Out), steps("in", p.InFrom, p.In),
		enum.Check("change", p.Kind, changes), alarms("", p.Datapoints, p.Periods), enum.Check("missing", p.Missing, treatments))
}

// steps says what is wrong with a table of steps.
func steps(key string, from, change []float64) error {
	if len(from) == 0 || len(from) != len(change) || from[0] != 0 {
		return fmt.Errorf("%s_from = %v, %s = %v, want as many of each, from 0 on", key, from, key, change)
	}
	for i := range from {
		if i > 0 && !(from[i] > from[i-1]) {
			return fmt.Errorf("%s_from = %v, must ascend", key, from)
		}
		if !(change[i] >= 0) || math.IsInf(change[i], 0) {
			return fmt.Errorf("%s = %v, must not be negative", key, change)
		}
	}
	return nil
}

// Size implements policy.Scaler.
func (p *AWSStep) Size(v *policy.ScaleView) policy.Plan { return p.size(v, p) }

// decide is the size that a group should have.
func (p *AWSStep) decide(g *group, a *stepAlarms) int {
	high := a.high.add(g.point(g.metric >= p.High), p.Datapoints, p.Periods, p.Missing)
	low := a.low.add(g.point(g.metric <= p.Low), p.Datapoints, p.Periods, p.Missing)
	switch {
	case !g.known:
	case high == alarmOn && g.metric >= p.High:
		return max(g.wanted, p.changed(g.warm, 1, step(p.OutFrom, p.Out, g.metric-p.High)))
	case low == alarmOn && g.metric <= p.Low && g.warming == 0:
		size := p.changed(g.warm+g.ending, -1, step(p.InFrom, p.In, p.Low-g.metric))
		return min(g.wanted, max(size, 1))
	}
	return g.wanted
}

// step is the change of the last step that begins at or before a distance; one that is
// short of it by an error of rounding is at it.
func step(from, change []float64, distance float64) float64 {
	i := len(from) - 1
	for i > 0 && distance+1e-9 < from[i] {
		i--
	}
	return change[i]
}

// changed is a capacity after a change in a direction, 1 or -1.
func (p *AWSStep) changed(capacity, direction int, change float64) int {
	switch {
	case p.Kind == ChangeExact:
		return down(change)
	case p.Kind == ChangeWorkers:
		return capacity + direction*down(change)
	case change == 0:
		return capacity
	}
	n := float64(capacity) * change
	whole := down(n)
	if n > 0 && whole == 0 {
		whole = 1
	}
	return capacity + direction*max(whole, p.MinChange)
}
