package outcome

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// A Void says which numbers are void, and why.
type Void struct {
	Why     []string // as their policy is not to be relied on
	Program []string // as the program is at fault
}

// Error says it.
func (v Void) Error() string {
	var out []string
	if len(v.Why) > 0 {
		out = append(out, "cnv: these numbers are void, as their policy is not to be relied on:\n  "+strings.Join(v.Why, "\n  "))
	}
	if len(v.Program) > 0 {
		out = append(out, "cnv: these numbers are void, as the program is at fault, not the policy:\n  "+strings.Join(v.Program, "\n  "))
	}
	return strings.Join(out, "\n")
}

// A fault is what was found in a cell.
type fault struct {
	w, pol  int
	what    string
	program bool // and not the policy
}

// Blame makes the numbers of a policy on a workload void. It may be called by
// several goroutines.
func (o *Outcome) Blame(w, pol int, f *Fault) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.faults = append(o.faults, fault{w, pol, fmt.Sprintf("seed %d: %s", f.Seed, f.What), f.Program})
	if f.Stuck {
		o.stuck[pol] = true
	}
}

// Stuck says that a run of the policy loops for ever: no other is begun, as
// each would take a core.
func (o *Outcome) Stuck(w, pol int, seed uint64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stuck[pol] {
		o.faults = append(o.faults, fault{w, pol, fmt.Sprintf("seed %d: not run, as another run of the policy does not end", seed), false})
	}
	return o.stuck[pol]
}

// Differs makes all numbers of a policy void, one of whose runs was repeated and
// came out otherwise. None of its runs is kept.
func (o *Outcome) Differs(w, pol int, seed uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for k := range o.plan.Scenarios {
		what := fmt.Sprintf("seed %d: the same run gave other numbers when it was repeated", seed)
		if k != w {
			what = fmt.Sprintf("seed %d on %s: the same run gave other numbers when it was repeated", seed, o.plan.Scenarios[w].Name)
		}
		o.faults = append(o.faults, fault{k, pol, what, false})
		if o.store.dir == "" {
			continue
		}
		for i := range o.plan.SeedsOf(k) {
			_ = os.Remove(o.store.file(o.cell(k, pol), o.plan.Seed+uint64(i))) // of a run that was not kept there is none
		}
	}
}

// Judge makes the cells void in which a fault was found, or the policy sent no
// request anywhere although places were free.
// What is void is said with the results, and by Finish.
func (o *Outcome) Judge() {
	for w := range o.plan.Scenarios {
		for pol := range o.plan.Policies {
			if o.Set.Unplaced(w, pol, o.plan.Scenarios[w].Env.HasFunctions()) {
				o.faults = append(o.faults, fault{w, pol, fmt.Sprintf("seed %d and all others: no request was answered, as the policy sent none to a machine or a function, although some were free when it was asked", o.plan.Seed), false})
			}
		}
	}
	const most = 3 // of a cell
	told, programs := map[[2]int][]string{}, map[[2]int]bool{}
	slices.SortStableFunc(o.faults, func(a, b fault) int { return strings.Compare(a.what, b.what) }) // not in the order of goroutines
	for _, f := range o.faults {
		at := [2]int{f.w, f.pol}
		told[at] = append(told[at], f.what)
		programs[at] = programs[at] || f.program
	}
	for w, s := range o.plan.Scenarios {
		for pol, p := range o.plan.Policies {
			all := told[[2]int{w, pol}]
			if len(all) == 0 {
				continue
			}
			if n := len(all) - most; n > 0 {
				all = append(all[:most:most], fmt.Sprintf("and %d more", n))
			}
			why := &o.void.Why
			if programs[[2]int{w, pol}] {
				why = &o.void.Program
			}
			*why = append(*why, s.Name+" / "+p.Name+", "+strings.Join(all, "; "))
			o.Set.Void(w, pol, o.plan.Seed, strings.Join(all, "; "))
		}
	}
}

// Verdict is a Void if any numbers are.
func (o *Outcome) Verdict() error {
	if len(o.void.Why)+len(o.void.Program) > 0 {
		return o.void
	}
	return nil
}
