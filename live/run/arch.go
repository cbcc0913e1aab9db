package run

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"cnv/experiments/plan"
	"cnv/policy/catalog"
)

// Launchable says what of the cells a deployment could not have: pools that it cannot
// launch, and functions that it cannot make.
func Launchable(cells []plan.Cell) error {
	return problem(slices.Concat(nameless(cells), foreign(cells), broken(cells)))
}

// broken says which time-outs of functions are not in whole seconds, as Lambda's are.
func broken(cells []plan.Cell) (problems []string) {
	for _, c := range cells {
		if f := c.Config(1).Funcs; f != nil && f.Timeout%time.Second != 0 {
			problems = append(problems, c.TimeoutProblem(fmt.Sprintf("%v: live needs whole seconds, as Lambda's time-out is: %v say", f.Timeout, f.Timeout.Truncate(time.Second)+time.Second)).Error())
		}
	}
	return problems
}

// nameless says which pools of the cells are of no type that could be launched.
func nameless(cells []plan.Cell) (problems []string) {
	for _, c := range cells {
		for _, p := range c.Nameless() {
			problems = append(problems, p.Error())
		}
	}
	return problems
}

// foreign says which pools the image does not run on, which is for arm64, as the
// function is.
func foreign(cells []plan.Cell) (problems []string) {
	for p := range pools(cells) {
		if kind, err := catalog.Lookup(p.kind); err == nil && kind.Arch != catalog.ARM {
			problems = append(problems, p.wrong(fmt.Sprintf("%s is %s, and workers are built for arm64: use %s (arm64)", p.kind, strings.ReplaceAll(kind.Arch.String(), "_", "-"), likeARM(&kind))))
		}
	}
	return problems
}

// A cellPool is a pool of a cell.
type cellPool struct {
	cell  plan.Cell
	index int
	name  string
	kind  string // type of its instances; "" one that is given by its properties
}

// wrong is what is wrong with the type, and where the file says it.
func (p cellPool) wrong(text string) string {
	return p.cell.InstanceProblem(p.index, "pool "+p.name+": "+text).Error()
}

// pools are the pools of the cells.
func pools(cells []plan.Cell) iter.Seq[cellPool] {
	return func(yield func(cellPool) bool) {
		for _, c := range cells {
			all := c.Config(1).Control.Pools
			for i, kind := range c.Instances() {
				if !yield(cellPool{c, i, all[i].Name, kind}) {
					return
				}
			}
		}
	}
}

// likeARM is the type for arm64 nearest to another one: burstable if it is, with
// as many vCPUs and as much memory, of the reference processor if there is one.
func likeARM(kind *catalog.Instance) string {
	other := func(x *catalog.Instance) int { // processor than the reference
		if relative, note := x.RelativeSpeed(); relative != 1 || note != "" {
			return 1
		}
		return 0
	}
	away := func(a, b int) int { return max(a-b, b-a) }
	all := slices.DeleteFunc(catalog.Instances(), func(x catalog.Instance) bool { return x.Arch != catalog.ARM || x.Burstable() != kind.Burstable() })
	return slices.MinFunc(all, func(a, b catalog.Instance) int {
		return cmp.Or(
			cmp.Compare(away(a.VCPUs, kind.VCPUs), away(b.VCPUs, kind.VCPUs)),
			cmp.Compare(away(a.MemoryMiB, kind.MemoryMiB), away(b.MemoryMiB, kind.MemoryMiB)),
			cmp.Compare(other(&a), other(&b)), cmp.Compare(a.Name, b.Name))
	}).Name
}
