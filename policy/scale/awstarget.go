package scale

import (
	"errors"
	"fmt"
	"time"

	"cnv/policy"
)

// AWSTarget is target tracking of EC2 Auto Scaling on the mean processor utilisation of a
// pool. Two alarms are managed for it: the metric is above Target in OutPoints points in a
// row, or below InBelow of it in InPoints points in a row. Out, the fleet becomes
// ceil(warm·metric/Target), where what warms up counts neither as capacity nor for the
// metric; it is never less than it was. In, it loses what is too much, rounded down, but at
// least one worker and at most InShare of it, in every period in which the alarm is on; not
// while a worker warms up, not without data, and never the last worker.
//
// The utilisation is at most 1, so a fleet grows by 1/Target at most in a step: a load of
// five times what it can carry takes several, each after a boot and a warm-up.
//
// Note: how fast AWS takes workers away is not published; InShare is an assumption.
// O(workers) per decision.
//
// Source: EC2 Auto Scaling user guide, "Target tracking scaling policies"
// (awsdocs/amazon-ec2-auto-scaling-user-guide 0987d76); the points of the alarms as the
// console shows them.
type AWSTarget struct {
	CloudMetric
	Target    float64 `toml:"target" doc:"utilisation that is aimed at" range:"0.3:0.8" set:"yes"`
	OutPoints int     `toml:"out_points" doc:"points in a row above the target before workers are added" range:"1:5" set:"yes"`
	InPoints  int     `toml:"in_points" doc:"points in a row below in_below of it before workers are taken away" range:"5:20" set:"yes"`
	InBelow   float64 `toml:"in_below" doc:"share of the target below which workers are taken away" range:"0.7:0.95" set:"yes"`
	InShare   float64 `toml:"in_share" doc:"most of the fleet that goes in a period, as a share; one worker at least" range:"0.05:0.5" set:"yes"`
	DisableIn bool    `toml:"disable_in" doc:"take no workers away" set:"yes"`
}

// NewAWSTarget returns a target of half the processors, with the alarms of AWS.
func NewAWSTarget() *AWSTarget {
	return &AWSTarget{
		CloudMetric: CloudMetric{Every: time.Minute, Delay: time.Minute, Warmup: 300 * time.Second},
		Target:      0.5, OutPoints: 3, InPoints: 15, InBelow: 0.9, InShare: 0.1,
	}
}

// Validate checks the parameters.
func (p *AWSTarget) Validate() error {
	var target, below, share error
	if !(p.Target > 0 && p.Target <= 1) {
		target = fmt.Errorf("target = %v, must be in (0, 1]", p.Target)
	}
	if !(p.InBelow > 0 && p.InBelow <= 1) {
		below = fmt.Errorf("in_below = %v, must be in (0, 1]", p.InBelow)
	}
	if !(p.InShare >= 0 && p.InShare <= 1) {
		share = fmt.Errorf("in_share = %v, must be in [0, 1]", p.InShare)
	}
	return errors.Join(p.CloudMetric.validate(), target, below, share,
		rowOf("out_points", p.OutPoints), rowOf("in_points", p.InPoints))
}

// rowOf says what is wrong with a number of points in a row.
func rowOf(key string, n int) error {
	if 1 <= n && n <= 1440 {
		return nil
	}
	return fmt.Errorf("%s = %d, must be in [1, 1440]", key, n)
}

// Size implements policy.Scaler.
func (p *AWSTarget) Size(v *policy.ScaleView) policy.Plan { return p.size(v, p) }

// decide is the size that a group should have.
func (p *AWSTarget) decide(g *group, a *stepAlarms) int {
	low := p.InBelow * p.Target
	high := a.high.add(g.point(g.metric > p.Target+1e-9), p.OutPoints, p.OutPoints, TreatMissing)
	in := a.low.add(g.point(g.metric < low-1e-9), p.InPoints, p.InPoints, TreatMissing)
	switch {
	case !g.known:
	case high == alarmOn && g.metric > p.Target:
		return max(g.wanted, up(float64(g.warm)*g.metric/p.Target))
	case in == alarmOn && g.metric < low && g.warming == 0 && !p.DisableIn:
		surplus := down(float64(g.warm) * (1 - g.metric/p.Target))
		most := max(down(p.InShare*float64(g.wanted)), 1)
		return min(g.wanted, max(g.wanted-min(max(surplus, 1), most), 1))
	}
	return g.wanted
}
