package deploy

import (
	"fmt"
	"strings"

	"cnv/live/aws"
)

// A Step is one thing that has to be done for a deployment to be, or to be
// gone.
type Step struct {
	Do   string // create, update, bake, delete, terminate; keep: nothing has to be done
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
	group := logGroup(s.Name)
	switch {
	case f.LogGroup && f.LogDays != s.LogDays:
		p = append(p, Step{"update", "log group", group, fmt.Sprintf("kept for %d days, not %d", s.LogDays, f.LogDays)})
	default:
		step(f.LogGroup, "log group", group, fmt.Sprintf("kept for %d days", s.LogDays))
	}
	step(f.Role != "", "role", role(s.Name), "of the function: writes its logs, nothing else")
	p = append(p, planFunction(s, f)...)
	table := Table(s.Name)
	step(f.Table != "", "table", table, "on demand")
	if f.Table != "" && !f.TTL {
		p = append(p, Step{"update", "table", table, "expired items are deleted"})
	}
	step(f.Gateway != "", "security group", gateway(s.Name), "lets nobody in")
	step(f.Workers != "", "security group", workers(s.Name), "port "+aws.DefaultPort+" from the gateway only")
	return append(append(p, planImage(s, f)), planGateway(s, f)...)
}

// planImage looks for the workers' image.
func planImage(s *Spec, f *Found) Step {
	for _, i := range f.Images {
		if i.Version == s.Version() && i.State == "available" {
			return Step{"keep", "image", "cnv-" + s.Name + "-" + s.Version(), i.ID}
		}
	}
	return Step{"bake", "image", "cnv-" + s.Name + "-" + s.Version(),
		fmt.Sprintf("a %s from %s loads the function's package, then is terminated", s.Builder, orNone(f.Base))}
}

func orNone(image string) string {
	if image == "" {
		return "no image of Amazon Linux 2023"
	}
	return image
}

// planFunction compares the function.
func planFunction(s *Spec, f *Found) []Step {
	x := f.Function
	if x == nil {
		why := fmt.Sprintf("%d MB, %v, %s", s.MemoryMB, s.Timeout, s.Arch)
		if s.Reserved > 0 {
			why += fmt.Sprintf(", at most %d at once", s.Reserved)
		}
		return []Step{{"create", "function", s.Function(), why}}
	}
	var differs []string
	if x.CodeSHA256 != s.CodeSHA256() {
		differs = append(differs, "worker "+s.Version())
	}
	if x.MemoryMB != s.MemoryMB {
		differs = append(differs, fmt.Sprintf("%d MB, not %d", s.MemoryMB, x.MemoryMB))
	}
	if seconds := int32(s.Timeout.Seconds()); x.Timeout != seconds {
		differs = append(differs, fmt.Sprintf("timeout %d s, not %d", seconds, x.Timeout))
	}
	if x.Reserved != s.Reserved {
		differs = append(differs, limit(s.Reserved)+", not "+limit(x.Reserved))
	}
	if x.Version == "" {
		differs = append(differs, "no version is published")
	}
	if len(differs) == 0 {
		return []Step{{"keep", "function", s.Function(), "version " + x.Version}}
	}
	return []Step{{"update", "function", s.Function(), strings.Join(differs, "; ")}}
}

// limit says how many environments a function may have.
func limit(n int32) string {
	if n == 0 {
		return "no limit of its own"
	}
	return fmt.Sprintf("at most %d at once", n)
}

// PlanDestroy says what has to be done for nothing to be left.
func PlanDestroy(f *Found) []Step {
	var p []Step
	add := func(there bool, do, what, name string) {
		if there {
			p = append(p, Step{Do: do, What: what, Name: name})
		}
	}
	for _, i := range f.Instances {
		p = append(p, Step{"terminate", "instance", i.ID, i.Role + ", " + i.Type + ", " + i.State})
	}
	for _, i := range f.Images {
		p = append(p, Step{"delete", "image", i.ID, "version " + i.Version})
		for _, s := range i.Snapshots {
			p = append(p, Step{"delete", "snapshot", s, "of " + i.ID})
		}
	}
	add(f.Workers != "", "delete", "security group", f.Workers)
	add(f.Gateway != "", "delete", "security group", f.Gateway)
	add(f.Function != nil, "delete", "function", Function(f.Name))
	add(f.GatewayCode != "", "delete", "function", gateway(f.Name))
	add(f.Profile, "delete", "profile", gateway(f.Name))
	add(f.GatewayRole != "", "delete", "role", gateway(f.Name))
	add(f.LogGroup, "delete", "log group", logGroup(f.Name))
	add(f.Role != "", "delete", "role", role(f.Name))
	add(f.Table != "", "delete", "table", Table(f.Name))
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
