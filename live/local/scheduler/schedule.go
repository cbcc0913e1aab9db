package scheduler

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// roleARN is that of a role. The model of the service knows one part after aws alone, and so no aws-us-gov, where
// the service is.
var roleARN = regexp.MustCompile(`^arn:aws(?:-[a-z]+)*:iam::\d{12}:role/([\w+=,.@/-]+)$`)

// due is when a schedule runs, which is at one instant alone here.
func due(expression string) (time.Time, error) {
	at, err := time.Parse("at(2006-01-02T15:04:05)", expression)
	if err != nil {
		err = invalid("Invalid Schedule Expression " + expression + ": the local EventBridge Scheduler knows at(yyyy-mm-ddThh:mm:ss) alone.")
	}
	return at, err
}

// check says why a schedule is none.
func (s *Service) check(in *fields) error {
	role := roleARN.FindStringSubmatch(in.Target.RoleArn)
	_, known := called(in.Target.Arn)
	switch {
	case in.FlexibleTimeWindow.Mode != "OFF":
		return invalid("the local EventBridge Scheduler knows no flexible time window " + in.FlexibleTimeWindow.Mode)
	case in.ActionAfterCompletion != "DELETE":
		return invalid("the local EventBridge Scheduler deletes all schedules when they have run, not " + in.ActionAfterCompletion)
	case !known || !strings.HasPrefix(in.Target.Arn, "arn:"+s.o.Place.Partition+":scheduler:::aws-sdk:"):
		return invalid("Provided Arn is not in correct format, or of a call that the local cloud does not make: " + in.Target.Arn)
	case !json.Valid([]byte(in.Target.Input)):
		return invalid("Input is not JSON: " + in.Target.Input)
	case role == nil:
		return invalid("RoleArn " + in.Target.RoleArn + " failed to satisfy constraint: " + roleARN.String())
	case !s.o.Trusts(role[1]):
		return invalid("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")
	}
	return nil
}

// called is the call of a universal target: ec2:terminateInstances.
func called(arn string) (call string, known bool) {
	_, call, _ = strings.Cut(arn, ":aws-sdk:")
	return call, call == "ec2:terminateInstances" || call == "lambda:deleteProvisionedConcurrencyConfig"
}

func (s *Service) create(c *call) (any, error) {
	g := s.groups[c.group]
	if g == nil {
		return nil, missing("Schedule group " + c.group)
	}
	if g.schedules[c.name] != nil {
		return nil, conflict("Schedule " + c.name)
	}
	return s.put(g, c)
}

func (s *Service) update(c *call) (any, error) {
	g, err := s.find(c)
	if err != nil {
		return nil, err
	}
	return s.put(g, c)
}

// find is the group of a schedule that is there.
func (s *Service) find(c *call) (*group, error) {
	g := s.groups[c.group]
	if g == nil || g.schedules[c.name] == nil {
		return nil, missing("Schedule " + c.name)
	}
	return g, nil
}

// put has a schedule run in its time, in place of the one before. s.mu is held.
func (s *Service) put(g *group, c *call) (any, error) {
	at, err := due(c.in.ScheduleExpression)
	if err == nil {
		err = s.check(&c.in)
	}
	if err != nil {
		return nil, err
	}
	if was := g.schedules[c.name]; was != nil {
		was.timer.Stop()
	}
	x := &schedule{in: c.in}
	x.timer = time.AfterFunc(time.Until(at), func() { s.run(g, c.name, x) })
	g.schedules[c.name] = x
	return map[string]string{"ScheduleArn": s.o.Place.ARN("scheduler", "schedule/"+c.group+"/"+c.name)}, nil
}

// run makes the call of a schedule, which is deleted then, whether it succeeds or not.
func (s *Service) run(g *group, name string, x *schedule) {
	s.mu.Lock()
	there := g.schedules[name] == x
	if there {
		delete(g.schedules, name)
	}
	s.mu.Unlock()
	if !there {
		return
	}
	made, _ := called(x.in.Target.Arn)
	if err := s.o.Act(roleARN.FindStringSubmatch(x.in.Target.RoleArn)[1], made, x.in.Target.Input); err != nil {
		s.o.Log.Warn("the call of a schedule failed", "schedule", name, "call", made, "err", err)
	}
}

func (s *Service) get(c *call) (any, error) {
	g, err := s.find(c)
	if err != nil {
		return nil, err
	}
	in := &g.schedules[c.name].in
	return map[string]any{
		"Arn": s.o.Place.ARN("scheduler", "schedule/"+c.group+"/"+c.name), "Name": c.name, "GroupName": c.group, "State": "ENABLED",
		"ScheduleExpression": in.ScheduleExpression, "ActionAfterCompletion": in.ActionAfterCompletion, "FlexibleTimeWindow": in.FlexibleTimeWindow, "Target": in.Target,
	}, nil
}

func (s *Service) remove(c *call) (any, error) {
	g, err := s.find(c)
	if err != nil {
		return nil, err
	}
	g.schedules[c.name].timer.Stop()
	delete(g.schedules, c.name)
	return nil, nil
}

// Schedules are those of a group, each with its time and call, in the order of their names.
func (s *Service) Schedules(group string) (out map[string]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	out = map[string]string{}
	if g := s.groups[group]; g != nil {
		for name, x := range g.schedules {
			made, _ := called(x.in.Target.Arn)
			out[name] = fmt.Sprint(x.in.ScheduleExpression, " ", made, " ", x.in.Target.Input)
		}
	}
	return out
}
