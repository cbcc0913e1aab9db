package catalog

import (
	"fmt"
	"slices"
	"strings"

	"cnv/policy/nearest"
)

// Region is where prices are those of, and InstancesAsOf the day of the list of instances.
const (
	Region        = "us-east-1"
	InstancesAsOf = "2026-07-20"
)

// An Instance is a type of virtual machine.
type Instance struct {
	Name       string // "c7g.large"
	CPU        string // the processor, as EC2 names it
	Arch       Arch
	VCPUs      int // hardware threads, what the operating system counts
	PerCore    int // hardware threads per physical core, 1 or 2
	MemoryMiB  int
	USDPerHour float64 // on demand, while running
	Credits    Credits // zero unless the type is burstable

	speed speed
}

// Credits are the CPU credits of a burstable type. A credit is one vCPU at
// full speed for a minute.
type Credits struct {
	PerHour  float64 // earned while running
	Max      float64 // balance that can be kept: what 24 hours earn
	Baseline float64 // share of each vCPU that the earned credits pay for, in (0,1]

	Launch    float64 // given at the start in the standard mode, beside Max
	Unlimited bool    // the mode that an instance has unless another is asked for
	Surplus   Item    // what is owed in the unlimited mode, per vCPU-hour
}

// Burstable says whether the type runs above its baseline on credits only.
func (i *Instance) Burstable() bool { return i.Credits != Credits{} }

// Cores is the number of physical cores. Two requests on two threads of one
// core are slower than on two cores; how much depends on the work.
func (i *Instance) Cores() int { return max(1, i.VCPUs/i.PerCore) }

// RelativeSpeed is the speed of one vCPU, alone on its core, relative to the
// reference vCPU, one c7g core. The note is "" where that is beyond doubt;
// otherwise it is a sentence that belongs under every result which depends on
// the number.
func (i *Instance) RelativeSpeed() (relative float64, note string) {
	switch i.speed.evidence {
	case reference:
		return 1, ""
	case vendor:
		return i.speed.relative, fmt.Sprintf("%s: relative speed %g is the vendor's figure and an upper bound (%s); measure your work there and set speed",
			i.Name, i.speed.relative, i.speed.source)
	}
	return 1, fmt.Sprintf("%s: relative speed unknown, taken as 1.0 (as fast as a c7g core); measure your work there and set speed", i.Name)
}

// Lookup finds an instance type by name. The error of an unknown name has the
// names nearest to it.
func Lookup(name string) (Instance, error) {
	at, ok := slices.BinarySearchFunc(instanceRows[:], name, func(r instanceRow, name string) int {
		return strings.Compare(r.name, name)
	})
	if !ok {
		return Instance{}, fmt.Errorf("unknown instance type %q: nearest are %s; or give cores, speed, memory_mb and usd_per_hour",
			name, strings.Join(nearest.Names(name, instanceNames(), 3), ", "))
	}
	return instanceRows[at].instance(), nil
}

// Instances are all types, by name.
func Instances() []Instance {
	all := make([]Instance, len(instanceRows))
	for i, r := range instanceRows {
		all[i] = r.instance()
	}
	return all
}

// instanceNames are the names of all types, in order.
func instanceNames() []string {
	names := make([]string, len(instanceRows))
	for i, r := range instanceRows {
		names[i] = r.name
	}
	return names
}

// An instanceRow is what differs from type to type; the rest is of the family.
type instanceRow struct {
	name       string
	usdPerHour float64
	vcpus      int
	memoryMiB  int
}

// instance joins the row with its family and, for T types, its credits.
func (r instanceRow) instance() Instance {
	family, size, _ := strings.Cut(r.name, ".")
	f := families[family]
	credits := creditsOf(family, size)
	if family == "t2" {
		credits.Launch = launchCredits * float64(r.vcpus)
	}
	return Instance{
		Name: r.name, CPU: f.cpu, Arch: f.arch, VCPUs: r.vcpus, PerCore: f.perCore,
		MemoryMiB: r.memoryMiB, USDPerHour: r.usdPerHour,
		Credits: credits, speed: f.speed,
	}
}
