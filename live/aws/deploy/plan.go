package deploy

import (
	"fmt"
	"slices"
	"strings"

	"cnv/live/aws"
)

// A Step is one thing that has to be done for a deployment to be, or to be
// gone.
type Step struct {
	Do   string // create, update, bake, wait, allow, revoke, delete, terminate; keep: nothing has to be done
	What string // "function", "image", ...
	Name string
	Why  string // in words: with what, or what differs
}

func (s Step) String() string {
	text := fmt.Sprintf("%-9s %-14s %s", s.Do, s.What, s.Name)
	if s.Why != "" {
		text += " (" + s.Why + ")"
	}
	return text
}

// Plan says what has to be done to get from what was found to what is wanted,
// in order. It is a pure function: --dry-run prints it.
func Plan(s *Spec, f *Found) []Step {
	var p []Step
	step := func(there bool, what, name, why string) {
		do := "create"
		if there {
			do, why = "keep", ""
		}
		p = append(p, Step{do, what, name, why})
	}
	// What is there may be half made: a deployment that failed midway.
	half := func(there, whole bool, what, name, why, lacks string) {
		if there && !whole {
			p = append(p, Step{"update", what, name, lacks})
			return
		}
		step(there, what, name, why)
	}
	group := logGroup(s.Name)
	switch {
	case f.LogGroup && f.LogDays != s.LogDays:
		p = append(p, Step{"update", "log group", group, fmt.Sprintf("kept for %d days, not %d", s.LogDays, f.LogDays)})
	default:
		step(f.LogGroup, "log group", group, fmt.Sprintf("kept for %d days", s.LogDays))
	}
	p = append(p, planBoundary(s, f))
	lacks := "its policy is missing or another: writes its logs, nothing else"
	if f.RoleBoundary != f.Boundary {
		lacks = unbound
	}
	half(f.Role != "", lacks != unbound && samePolicy(f.RolePolicy, functionPolicy(placeOf(f.Role, f.Region), group)), "role", role(f.Name, f.Region),
		"of the function: writes its logs, nothing else", lacks)
	p = append(append(p, planDeadline(s, f)...), planFunction(s, f)...)
	table := Table(s.Name)
	step(f.Table != "", "table", table, "on demand")
	if f.Table != "" && !f.TTL {
		p = append(p, Step{"update", "table", table, "expired items are deleted"})
	}
	step(f.Gateway != "", "security group", gateway(s.Name), "lets nobody in")
	half(f.Workers != "", f.Reachable, "security group", workers(s.Name),
		"port "+aws.DefaultPort+" from the gateway only", "its rule is missing: port "+aws.DefaultPort+" from the gateway only")
	p = append(p, planBuilders(f)...)
	p = append(p, planImage(f, "image", "cnv-"+s.Name+"-"+s.Version(), s.Version(),
		fmt.Sprintf("a %s from %s loads the function's package, then is terminated", s.Builder, orNone(f.Base)))...)
	return append(p, planGateway(s, f)...)
}

// planImage looks for a version's image. One that has failed is in the way: no
// other can have its name.
func planImage(f *Found, what, name, version, why string) (p []Step) {
	next := Step{"bake", what, name, why}
	for _, i := range f.Images {
		switch {
		case i.Version != version:
		case i.State == "available":
			return []Step{{"keep", what, name, i.ID}}
		case i.State == "pending" || i.State == "transient":
			next = Step{"wait", what, i.ID, "an earlier deploy has baked it: it is " + i.State}
		default:
			p = append(p, Step{"delete", what, i.ID, "it is " + i.State + ", and has the name of the next"})
		}
	}
	return append(p, next)
}

// planBuilders ends those that an earlier deploy has left.
func planBuilders(f *Found) (p []Step) {
	for _, i := range f.Instances {
		if i.Role == "builder" && i.State != "shutting-down" {
			p = append(p, Step{"terminate", "builder", i.ID, "of a deploy that has ended, unless somebody else deploys now"})
		}
	}
	return p
}

func orNone(image string) string {
	if image == "" {
		return "no image of Amazon Linux 2023"
	}
	return image
}

// planFunction looks for the function's version, and compares its limit.
func planFunction(s *Spec, f *Found) []Step {
	x, reserved := f.Function, s.reserves(f)
	why := fmt.Sprintf("%d MB, %v, %s", s.MemoryMB, s.Timeout, s.Arch)
	if reserved > 0 {
		why += ", " + limit(reserved)
	} else if s.Reserved > 0 {
		why += fmt.Sprintf(", no limit of its own: AWS keeps %d environments for other functions, so that only the gateway keeps to %d", leastUnreserved, s.Reserved)
	}
	if x == nil {
		return []Step{{"create", "function", s.Function(), why}}
	}
	var differs []string
	version := s.FunctionVersion(f)
	if version == "" {
		differs = append(differs, "worker "+s.Version()+", "+why)
	}
	if x.Reserved != reserved {
		differs = append(differs, limit(reserved)+", not "+limit(x.Reserved))
	}
	if len(differs) == 0 {
		return []Step{{"keep", "function", s.Function(), "version " + version}}
	}
	return []Step{{"update", "function", s.Function(), strings.Join(differs, "; ")}}
}

// FunctionVersion is the published version of the function that is this worker,
// with this memory and timeout; "": none. Others stay beside it.
func (s *Spec) FunctionVersion(f *Found) (number string) {
	if f.Function == nil {
		return ""
	}
	for _, v := range f.Function.Published {
		if v.CodeSHA256 == s.CodeSHA256() && v.MemoryMB == s.MemoryMB && v.Timeout == int32(s.Timeout.Seconds()) {
			number = v.Number
		}
	}
	return number
}

// leastUnreserved is what an account keeps for functions without a limit of
// their own.
const leastUnreserved = 100

// reserves is the limit that the function gets: what is asked for, if the account
// has so much to give; else none, and only the gateway keeps to it.
func (s *Spec) reserves(f *Found) int32 {
	free := f.Unreserved
	if f.Function != nil {
		free += f.Function.Reserved
	}
	if f.Unreserved > 0 && s.Reserved > free-leastUnreserved {
		return 0
	}
	return s.Reserved
}

// limit says how many environments a function may have.
func limit(n int32) string {
	if n == 0 {
		return "no limit of its own"
	}
	return fmt.Sprintf("at most %d at once", n)
}

// Lacks is the part of a plan without which this worker cannot run: its image,
// its version of the function, the table, the workers' security group. How
// other versions are, and the function's limit, is no concern of it.
func Lacks(s *Spec, f *Found) []Step {
	return slices.DeleteFunc(Todo(Plan(s, f)), func(p Step) bool {
		switch {
		case p.What == "log group" || p.What == "gateway log" || p.What == "role" || p.What == "boundary":
			return true
		case p.What == "security group":
			return false // without its rule nobody reaches a worker
		case p.What == "function" && p.Do == "update":
			return s.FunctionVersion(f) != ""
		}
		return p.Do == "update" || p.Do == "terminate" || p.Do == "delete"
	})
}

// PlanEnd says that instances have to be ended.
func PlanEnd(instances []FoundInstance) []Step {
	var p []Step
	for _, i := range instances {
		p = append(p, Step{"terminate", "instance", i.ID, i.Role + ", " + i.Type + ", " + i.State})
	}
	return p
}

// PlanDestroy says what has to be done for nothing to be left.
func PlanDestroy(f *Found) []Step {
	p := PlanEnd(f.Instances)
	add := func(there bool, do, what, name string) {
		if there {
			p = append(p, Step{Do: do, What: what, Name: name})
		}
	}
	for _, i := range f.Images {
		p = append(p, Step{"delete", "image", i.ID, "version " + i.Version})
		for _, s := range i.Snapshots {
			p = append(p, Step{"delete", "snapshot", s, "of " + i.ID})
		}
	}
	p = append(p, f.Left...)
	add(f.Workers != "", "delete", "security group", f.Workers)
	add(f.Gateway != "", "delete", "security group", f.Gateway)
	add(f.Function != nil, "delete", "function", Function(f.Name))
	add(f.GatewayCode != "", "delete", "function", gateway(f.Name))
	add(f.Profile, "delete", "profile", runner(f.Name, f.Region))
	add(f.GatewayRole != "", "delete", "role", runner(f.Name, f.Region))
	if f.Schedules { // when they have nothing to end any more
		p = append(p, Step{"delete", "schedules", Schedules(f.Name), "they end what no gateway has postponed for " + aws.Orphaned.String()})
	}
	add(f.DeadlineRole != "", "delete", "role", deadline(f.Name, f.Region))
	add(f.LogGroup, "delete", "log group", logGroup(f.Name))
	add(f.GatewayLog, "delete", "log group", gatewayLog(f.Name))
	add(f.Role != "", "delete", "role", role(f.Name, f.Region))
	add(f.Table != "", "delete", "table", Table(f.Name))
	add(f.BoundaryPolicy != "", "delete", "boundary", boundary(f.Name, f.Region)) // of no role any more
	return p
}

// Todo leaves out what is kept.
func Todo(p []Step) []Step {
	var out []Step
	for _, s := range p {
		if s.Do != "keep" {
			out = append(out, s)
		}
	}
	return out
}
