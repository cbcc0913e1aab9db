package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

// Orphaned is how long what costs by the hour goes on without a word of a gateway before
// EventBridge Scheduler ends it. Workers that are alive have ended themselves by then.
const Orphaned = 2 * Lonely

// A deadline is postponed when it is so old; instances are listed that often.
const (
	postponedEvery = 5 * time.Minute
	listedEvery    = time.Minute
)

// A Deadline has EventBridge Scheduler, which is outside of all gateways, end what a deployment
// pays by the hour, unless a gateway postpones it: instances, whose own timers need a system
// that runs, and environments of functions that are kept warm, which nothing else ends. Each
// has a schedule of its own in the deployment's group, which runs once and is deleted then: one
// call for several instances would fail for all where one is gone.
type Deadline struct {
	api        *scheduler.Client
	instances  *ec2.Client
	deployment string
	group      string
	role       string // ARN of the role that schedules act with
	log        *slog.Logger
	mu         sync.Mutex
	warm       map[string]act       // environments that are kept, by the names of their schedules
	set        map[string]time.Time // when each schedule was postponed last, by its name
}

// An act is a call that a schedule makes.
type act struct {
	call  string // lambda:deleteProvisionedConcurrencyConfig
	input string // JSON
}

// NewDeadline returns that of a deployment, whose schedules are in a group and act with a role.
func NewDeadline(cfg aws.Config, deployment, group, role string, log *slog.Logger) *Deadline {
	return &Deadline{
		api: scheduler.NewFromConfig(cfg), instances: ec2.NewFromConfig(cfg), deployment: deployment, group: group, role: role, log: log,
		warm: map[string]act{}, set: map[string]time.Time{},
	}
}

// Keep postpones what there is until the context ends.
func (d *Deadline) Keep(ctx context.Context) {
	for {
		if err := d.Postpone(ctx); err != nil && ctx.Err() == nil {
			d.log.Warn("not all schedules that would end instances and warm environments without a gateway were postponed: tried again", "within", Orphaned.String(), "err", err)
		}
		if pause(ctx, listedEvery) != nil {
			return
		}
	}
}

// Postpone gives each instance of the deployment, and what is kept warm, Orphaned more, unless
// that was done a short while ago, and deletes the schedules of what is gone.
func (d *Deadline) Postpone(ctx context.Context) error {
	there, err := d.list(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.Copy(there, d.warm)
	var errs []error
	for name, a := range there {
		if time.Since(d.set[name]) >= postponedEvery {
			errs = append(errs, d.postpone(ctx, name, a))
		}
	}
	for name := range d.set {
		if _, is := there[name]; !is {
			errs = append(errs, d.forget(ctx, name))
		}
	}
	return errors.Join(errs...)
}

// list is what ends each instance that costs. Builders end themselves, in another way.
func (d *Deadline) list(ctx context.Context) (map[string]act, error) {
	out := map[string]act{}
	pages := ec2.NewDescribeInstancesPaginator(d.instances, &ec2.DescribeInstancesInput{Filters: []ec2types.Filter{
		{Name: aws.String("tag:" + TagDeployment), Values: []string{d.deployment}},
		{Name: aws.String("tag:" + TagRole), Values: []string{"worker", "gateway"}},
		{Name: aws.String("instance-state-name"), Values: []string{"pending", "running", "stopping", "stopped"}},
	}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Reservations {
			for _, i := range r.Instances {
				id := aws.ToString(i.InstanceId)
				out[id] = act{"ec2:terminateInstances", input(map[string]any{"InstanceIds": []string{id}})}
			}
		}
	}
	return out, nil
}

// Warm sets the deadline of environments that a version of a function is to keep warm.
func (d *Deadline) Warm(ctx context.Context, function, version string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	name, a := warmName(function, version), act{"lambda:deleteProvisionedConcurrencyConfig", input(map[string]any{"FunctionName": function, "Qualifier": version})}
	if err := d.postpone(ctx, name, a); err != nil {
		return fmt.Errorf("nothing is kept warm without a schedule that would end it: %w", err)
	}
	d.warm[name] = a
	return nil
}

// Cold says that it keeps none any more.
func (d *Deadline) Cold(ctx context.Context, function, version string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	name := warmName(function, version)
	delete(d.warm, name)
	if err := d.forget(ctx, name); err != nil {
		d.log.Warn("a schedule is left, which will find nothing to end", "err", err)
	}
}

func warmName(function, version string) string { return function + "-warm-" + version }

// input is what a call of a schedule says.
func input(fields map[string]any) string {
	text, _ := json.Marshal(fields) // strings and lists of them: cannot fail
	return string(text)
}

// postpone moves a schedule, or makes it; d.mu is held. Whoever has led before may have made it.
func (d *Deadline) postpone(ctx context.Context, name string, a act) error {
	now := time.Now()
	at := aws.String(now.Add(Orphaned).UTC().Format("at(2006-01-02T15:04:05)"))
	target := &types.Target{
		Arn: aws.String(strings.Join([]string{"arn", strings.Split(d.role, ":")[1], "scheduler", "", "", "aws-sdk", a.call}, ":")), RoleArn: &d.role, Input: &a.input,
		RetryPolicy: &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(10), MaximumEventAgeInSeconds: aws.Int32(3600)},
	}
	exact := &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff}
	_, err := d.api.UpdateSchedule(ctx, &scheduler.UpdateScheduleInput{
		GroupName: &d.group, Name: &name, ScheduleExpression: at, Target: target, FlexibleTimeWindow: exact, ActionAfterCompletion: types.ActionAfterCompletionDelete,
	})
	if code(err) == "ResourceNotFoundException" {
		_, err = d.api.CreateSchedule(ctx, &scheduler.CreateScheduleInput{
			GroupName: &d.group, Name: &name, ScheduleExpression: at, Target: target, FlexibleTimeWindow: exact, ActionAfterCompletion: types.ActionAfterCompletionDelete,
		})
		if code(err) == "ConflictException" { // our own, whose answer was lost
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("schedule %s: %w", name, err)
	}
	d.set[name] = now
	return nil
}

// forget deletes a schedule; d.mu is held.
func (d *Deadline) forget(ctx context.Context, name string) error {
	_, err := d.api.DeleteSchedule(ctx, &scheduler.DeleteScheduleInput{GroupName: &d.group, Name: &name})
	if err != nil && code(err) != "ResourceNotFoundException" {
		return fmt.Errorf("schedule %s: %w", name, err)
	}
	delete(d.set, name)
	return nil
}
