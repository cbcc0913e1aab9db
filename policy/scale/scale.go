package scale

import (
	"fmt"
	"time"

	"cnv/policy"
)

// Specs is the scalers by name.
// New returns the defaults, which the experiment file changes key by key; `list` shows them with Doc.
var Specs = []policy.Spec{
	{Name: "fixed", Stable: true, New: func() any { return &Fixed{} },
		Doc: "a fixed number of workers"},
	{Name: "threshold", Stable: true, New: func() any { return NewThreshold() },
		Doc: "one worker more above a processor utilisation, one less below another"},
	{Name: "demand", Stable: true, New: func() any { return NewDemand() },
		Doc: "square-root staffing for the offered load, work spilled to functions included"},
	{Name: "aws-step", Stable: true, New: func() any { return NewAWSStep() },
		Doc: "EC2 Auto Scaling's step scaling: two alarms on the utilisation, and by how far it is beyond them how many workers"},
	{Name: "aws-target", Stable: true, New: func() any { return NewAWSTarget() },
		Doc: "EC2 Auto Scaling's target tracking of the utilisation: out after 3 points, in after 15"},
	{Name: "aws-predictive", Stable: true, New: func() any { return NewAWSPredictive() },
		Doc: "EC2 Auto Scaling's predictive scaling in shape: the load of each hour as a day before, and workers ahead of it"},
	{Name: "hpa", Stable: true, New: func() any { return NewHPA() },
		Doc: "Kubernetes' Horizontal Pod Autoscaler on the utilisation"},
	{Name: "kpa", Stable: true, New: func() any { return NewKPA() },
		Doc: "Knative's autoscaler on the requests in the system, with a panic mode and scaling to zero"},
	{Name: "keda", Stable: true, New: func() any { return NewKEDA() },
		Doc: "KEDA on the requests in the system per worker: activation, cooldown, and an HPA between"},
	{Name: "schedule", Stable: true, New: func() any { return NewSchedule() },
		Doc: "a timetable of sizes, as lines of a crontab in a time zone"},
	{Name: "staffing", Stable: true, New: func() any { return NewStaffing() },
		Doc: "Erlang's formula, or square-root staffing, for a forecast of the offered load"},
	{Name: "pid", Stable: true, New: func() any { return NewPID() },
		Doc: "a controller with proportional, integral and differential gain on the utilisation"},
	{Name: "newsvendor", Stable: true, New: func() any { return NewNewsvendor() },
		Doc: "as many workers as pay for themselves beside functions, by prices: what is always there, and the rest when renting has cost as much"},
	{Name: "max", Stable: true, New: func() any { return NewMax() },
		Doc: "the largest size that any of several scalers wants; with a schedule, a floor"},
	{Name: "activate", Stable: true, New: func() any { return NewActivate() },
		Doc: "none while nothing is to do, else what another scaler wants"},
}

// others adds the sizes of the pools that are not sized: as they are.
// Scalers that know one pool only must not shrink the others.
func others(v *policy.ScaleView, desired []int) []int {
	for i := len(desired); i < len(v.Pools()); i++ {
		desired = append(desired, v.Pool(policy.PoolID(i)).Wanted())
	}
	return desired
}

// positive says what is wrong with a duration that must be positive.
func positive(key string, d time.Duration) error {
	if d <= 0 {
		return fmt.Errorf("%s = %v, must be positive", key, d)
	}
	return nil
}

// notIn says what a duration has to be.
func notIn(key string, d time.Duration, want string) error {
	return fmt.Errorf("%s = %v, want %s", key, d, want)
}

// period says what is wrong with a time between decisions.
func period(d time.Duration) error {
	if d < policy.ShortestPeriod {
		return fmt.Errorf("period = %v, must be at least %v", d, policy.ShortestPeriod)
	}
	return nil
}
