package plan

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"cnv/policy/catalog"
)

// An Instance is the machine type of a pool: a name of the catalog, or an
// inline table with its properties.
//
//	instance = "c7g.large"
//	instance = { cores = 1, speed = 1.0, memory_mb = 2048, usd_per_hour = 0.05 }
type Instance struct {
	Name       string          // "" if given by its properties
	Cores      int             `toml:"cores" doc:"requests that run at full speed at once, at least 1"`
	Speed      float64         `toml:"speed" doc:"work per second of one core relative to one c7g core; 1"`
	Threads    int             `toml:"threads_per_core" doc:"of cores, so many are threads of one: 1 or 2, see thread_speed; 1"`
	MemoryMB   int             `toml:"memory_mb" doc:"MiB; 0 unknown"`
	USDPerHour float64         `toml:"usd_per_hour" doc:"US dollars per hour of running; 0"`
	Credits    catalog.Credits // zero unless the type is burstable
	Notes      []string        // what a reader must know about the numbers
}

// UnmarshalTOML takes a name or a table.
func (i *Instance) UnmarshalTOML(x any) error {
	switch x := x.(type) {
	case string:
		return i.lookup(x)
	case map[string]any:
		return i.describe(x)
	}
	return errors.Join(mismatch("the name of an instance type or a table { cores = 1, usd_per_hour = 0.05 }", x)...)
}

// lookup takes the properties from the catalog.
func (i *Instance) lookup(name string) error {
	c, err := catalog.Lookup(name)
	if err != nil {
		return err
	}
	speed, note := c.RelativeSpeed()
	*i = Instance{Name: name, Cores: c.VCPUs, Threads: c.PerCore, Speed: speed, MemoryMB: c.MemoryMiB, USDPerHour: c.USDPerHour, Credits: c.Credits}
	if note != "" {
		i.Notes = append(i.Notes, note)
	}
	return nil
}

// describe takes the properties from a table.
func (i *Instance) describe(keys map[string]any) error {
	*i = Instance{Cores: 1, Speed: 1, Threads: 1}
	if errs := setAll(i, keys); errs != nil {
		return errors.Join(errs...)
	}
	var errs []error
	if i.Cores < 1 || i.Cores > math.MaxInt16 {
		errs = append(errs, fmt.Errorf("cores = %d, must be at least 1 and at most %d", i.Cores, math.MaxInt16))
	}
	if i.Threads != 1 && i.Threads != 2 {
		errs = append(errs, fmt.Errorf("threads_per_core = %d, must be 1 or 2", i.Threads))
	}
	if !(i.Speed >= minSpeed && i.Speed <= maxSpeed) {
		errs = append(errs, fmt.Errorf("speed = %v, must be in [%v, %v]", i.Speed, minSpeed, maxSpeed))
	}
	if i.MemoryMB < 0 {
		errs = append(errs, fmt.Errorf("memory_mb = %d, must not be negative", i.MemoryMB))
	}
	if _, priced := keys["usd_per_hour"]; !priced {
		i.Notes = append(i.Notes, "an instance given by its properties has no usd_per_hour: its running costs nothing here")
	}
	if !(i.USDPerHour >= 0 && i.USDPerHour <= maxUSDPerHour) {
		errs = append(errs, fmt.Errorf("usd_per_hour = %v, must be in [0, %v]", i.USDPerHour, maxUSDPerHour))
	}
	return errors.Join(errs...)
}

// Relative speeds that an instance may have.
const minSpeed, maxSpeed = 1e-6, 1e6

// String is the name or the properties.
func (i Instance) String() string {
	if i.Name != "" {
		return i.Name
	}
	return fmt.Sprintf("{cores=%d,speed=%v,memory_mb=%d,usd_per_hour=%v}", i.Cores, i.Speed, i.MemoryMB, i.USDPerHour)
}

// setAll fills a struct from an inline table; it fails on unknown keys.
func setAll(target any, keys map[string]any) []error {
	known := fields(target)
	var errs []error
	for _, key := range sortedNames(keys) {
		n := slices.IndexFunc(known, func(f field) bool { return f.key == key })
		if n < 0 {
			errs = append(errs, fmt.Errorf("unknown key %q%s", key, hint(key, names(known, nil))))
			continue
		}
		for _, err := range set(known[n].value, keys[key]) {
			errs = append(errs, fmt.Errorf("%s: %w", key, err))
		}
	}
	return errs
}
