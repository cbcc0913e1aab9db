package deploy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"cnv/live/aws"
	"cnv/live/store"
	"cnv/policy/catalog"
)

// smokeScript is what the instance of a smoke test does: it powers itself off, and so ends.
const smokeScript = "#!/bin/bash\n# cnv smoke: the first boot is all that is asked for.\nsystemctl poweroff\n"

// A SmokeRecord is what a smoke test has seen. Times are seconds as the caller sees them.
type SmokeRecord struct {
	Version  int       `json:"version"` // of this form: 1
	Cloud    string    `json:"cloud"`   // "aws", or "local": a rehearsal, which measures this machine
	Region   string    `json:"region"`
	Type     string    `json:"type"`      // of the instance
	MemoryMB int32     `json:"memory_mb"` // of the function
	Began    time.Time `json:"began"`
	WorstUSD float64   `json:"worst_usd"` // what it costs at most, at the prices of us-east-1
	MaxUSD   float64   `json:"max_usd"`   // what was allowed
	PollS    float64   `json:"poll_s"`    // between two looks at the instance: its times are late by up to so much
	Took     []Took    `json:"took"`      // in the order in which they ended
	Looked   []string  `json:"looked"`    // the calls by which it was looked for what is left
	Left     []string  `json:"left"`      // what is left; empty after a success
	Error    string    `json:"error,omitempty"`
}

// Took is how long something has taken.
type Took struct {
	What string  `json:"what"`
	S    float64 `json:"s"`
}

// smokePoll is how often the instance is looked at.
const smokePoll = time.Second / 2

// SmokeUSD is what a smoke test costs at most, us-east-1: an instance until it is ended from
// here, a call that takes the function's time-out, and few writes and reads.
func (s *Spec) SmokeUSD() float64 {
	const items = 10
	return Outside(s.Builder)*(patience+5*time.Minute).Hours() +
		catalog.FunctionUSD(int(s.MemoryMB), s.Timeout+10*time.Second, catalog.ARM) + catalog.FunctionCall.USD() +
		items*(catalog.StoreWrite.USD()+catalog.StoreRead.USD())
}

// PlanSmoke says what Smoke makes and does, in order, before it removes it all.
func PlanSmoke(s *Spec, f *Found) []Step {
	p := slices.DeleteFunc(Plan(s, f), func(p Step) bool { return p.What == "image" || p.Name == workers(s.Name) })
	return append(p,
		Step{"write", "item", Table(s.Name), "one, and reads it"},
		Step{"launch", "instance", "cnv-" + s.Name + "-smoke", "a " + s.Builder + " that powers itself off at its first boot, and so ends"},
		Step{"wait", "instance", "cnv-" + s.Name + "-smoke", fmt.Sprintf("until it has ended, for %v at most", patience)},
		Step{"call", "function", s.Function(), "once"},
	)
}

// Smoke tries an account: it makes a function, a table and what they need, writes an item,
// launches an instance that ends itself, calls the function, removes everything, and looks whether
// anything is left. It removes what it has made also after an error or an interruption. The record is
// never nil. The configuration is that of the clients.
func (c *Clients) Smoke(ctx context.Context, cfg sdk.Config, s *Spec, f *Found, tell func(Step)) (*SmokeRecord, error) {
	x := &smoke{c: c, cfg: cfg, s: s, f: f, tell: tell, record: &SmokeRecord{
		Version: 1, Region: cfg.Region, Type: s.Builder, MemoryMB: s.MemoryMB, Began: time.Now().UTC().Round(time.Second),
		WorstUSD: s.SmokeUSD(), PollS: smokePoll.Seconds(), Looked: append(slices.Clone(Looks), "EC2 DescribeInstances (of the instance)"), Left: []string{},
	}}
	err := x.play(ctx)
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*patience)
	defer cancel()
	if err = errors.Join(err, x.clean(clean)); err != nil {
		x.record.Error = err.Error()
	}
	return x.record, err
}

// smoke is one that is under way.
type smoke struct {
	c        *Clients
	cfg      sdk.Config
	s        *Spec
	f        *Found
	tell     func(Step)
	record   *SmokeRecord
	instance string // "": none was launched
}

// play carries out the plan.
func (x *smoke) play(ctx context.Context) error {
	if err := x.c.exits(ctx, x.f); err != nil {
		return fmt.Errorf("cnv: the routes of the subnets: %w", err)
	}
	making := whileMaking(ctx)
	for _, step := range Todo(PlanSmoke(x.s, x.f)) {
		x.tell(step)
		began := time.Now()
		if err := x.do(making, step); err != nil {
			return fmt.Errorf("cnv: %s %s %s: %w", step.Do, step.What, step.Name, err)
		}
		if step.Do != "wait" { // which notes its own
			x.note(step.Do+" "+step.What, began)
		}
	}
	return nil
}

func (x *smoke) note(what string, began time.Time) {
	x.record.Took = append(x.record.Took, Took{what, time.Since(began).Round(time.Millisecond).Seconds()})
}

func (x *smoke) do(ctx context.Context, step Step) (err error) {
	switch step.Do + " " + step.What {
	case "write item":
		return x.item(ctx)
	case "call function":
		return x.call(ctx)
	case "launch instance":
		x.instance, err = x.c.build(ctx, x.s, x.f, &job{role: "smoke", script: smokeScript, after: types.ShutdownBehaviorTerminate})
		return err
	case "wait instance":
		return x.ended(ctx)
	}
	return x.c.apply(ctx, x.s, x.f, step)
}

// item writes one and reads it.
func (x *smoke) item(ctx context.Context) error {
	table := aws.NewTable(x.cfg, Table(x.s.Name))
	wrote := store.Item{Partition: "smoke", Sort: "1", Expires: time.Now().Add(time.Hour), Numbers: map[string]float64{"n": 1}}
	err := again(ctx, absent, func() error {
		left, err := table.Put(ctx, []store.Item{wrote})
		if err == nil && len(left) > 0 {
			err = errors.New("it was not written")
		}
		return err
	})
	if err != nil {
		return err
	}
	read, there, err := table.Get(ctx, wrote.Partition, wrote.Sort)
	if err == nil && (!there || read.Numbers["n"] != 1) {
		err = errors.New("what was written is not read again")
	}
	return err
}

// call asks the function once.
func (x *smoke) call(ctx context.Context) error {
	fn := aws.NewFunctions(x.cfg, x.s.Function(), x.s.FunctionVersion(x.f), 1, x.s.Timeout+10*time.Second)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://smoke/spin?ms=1", nil)
	if err != nil {
		return err
	}
	var a *http.Response
	err = again(ctx, absent, func() error {
		a, err = fn.RoundTrip(r)
		return err
	})
	if err != nil {
		return err
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err == nil && a.StatusCode != http.StatusOK {
		err = fmt.Errorf("it answers %s: %.200s", a.Status, text)
	}
	return err
}

// ended waits until the instance has ended itself, and notes when it runs and ends.
func (x *smoke) ended(ctx context.Context) error {
	began, runs := time.Now(), false
	for {
		state, err := x.state(ctx)
		if err != nil {
			return err
		}
		switch {
		case state == types.InstanceStateNameTerminated:
			x.note("instance has ended itself, from its launch", began)
			return nil
		case state == types.InstanceStateNameRunning && !runs:
			runs = true
			x.note("instance runs, from its launch", began)
		}
		if time.Since(began) > patience {
			return fmt.Errorf("it has not ended itself within %v: it is %s%s", patience, state, ending(x.c.console(ctx, x.instance)))
		}
		select {
		case <-time.After(smokePoll):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// state is that of the instance; "": EC2 does not know it, or no longer.
func (x *smoke) state(ctx context.Context) (types.InstanceStateName, error) {
	out, err := x.c.EC2.DescribeInstances(ctx, &ec2.DescribeInstancesInput{InstanceIds: []string{x.instance}})
	if err != nil || len(out.Reservations) == 0 {
		if absent(err) {
			err = nil
		}
		return "", err
	}
	return out.Reservations[0].Instances[0].State.Name, nil
}

// clean removes all that is there, and looks, for a minute, until nothing is left.
func (x *smoke) clean(ctx context.Context) error {
	began := time.Now()
	var left []Step
	err := again(ctx, func(err error) bool { return errors.Is(err, errLeft) }, func() error {
		f, err := x.c.Find(ctx, x.s.Name, x.s.Arch)
		if err == nil {
			left, err = x.c.Destroy(ctx, f, PlanDestroy(f), x.tell)
		}
		if err == nil && len(left) > 0 {
			err = errLeft
		}
		return err
	})
	for _, step := range left {
		x.record.Left = append(x.record.Left, strings.Join(strings.Fields(step.String()), " "))
	}
	if err == nil && x.instance != "" {
		var state types.InstanceStateName
		if state, err = x.state(ctx); err == nil && state != "" && state != types.InstanceStateNameTerminated {
			x.record.Left = append(x.record.Left, fmt.Sprintf("instance %s, %s", x.instance, state))
			err = errLeft
		}
	}
	if err != nil {
		return fmt.Errorf("cnv: removing what was made (run destroy --deployment %s): %w", x.s.Name, err)
	}
	x.note("remove all", began)
	return nil
}

// errLeft says that something is there after all was removed.
var errLeft = errors.New("something is left")
