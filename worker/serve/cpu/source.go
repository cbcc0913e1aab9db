package cpu

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A Source says how much CPU time was used since some instant, and how much
// there was to use. Both never decrease; only what they grow by means anything.
type Source struct {
	Name string // "host", "cgroup" or "process"
	Read func() (used, capacity time.Duration, err error)
}

// Choose returns the source of a name, read below root, which is "/" but in
// tests. "auto" is the first that works of: cgroup, if it has a quota, as a
// container has; host; process.
func Choose(name, root string) (Source, error) {
	switch name {
	case "auto":
		for _, s := range []func() (Source, error){func() (Source, error) { return cgroup(root) }, func() (Source, error) { return host(root) }} {
			if s, err := s(); err == nil {
				return s, nil
			}
		}
		return own()
	case "cgroup":
		return cgroup(root)
	case "host":
		return host(root)
	case "process":
		return own()
	}
	return Source{}, fmt.Errorf("no source of CPU time %q: there are auto, cgroup, host and process", name)
}

// checked is a source that can be read now.
func checked(s Source) (Source, error) {
	if _, _, err := s.Read(); err != nil {
		return Source{}, fmt.Errorf("CPU time of the %s: %w", s.Name, err)
	}
	return s, nil
}

// host is the whole machine, by /proc/stat. Time stolen by the hypervisor
// counts as used: nobody here can use it.
func host(root string) (Source, error) {
	file := filepath.Join(root, "proc/stat")
	return checked(Source{"host", func() (used, capacity time.Duration, err error) {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, 0, err
		}
		return parseStat(file, string(text))
	}})
}

// parseStat reads the first line of /proc/stat: cpu user nice system idle
// iowait irq softirq steal guest guest_nice, in ticks of 10 ms. The guests' time
// is in user and nice already (proc_stat(5)).
func parseStat(file, text string) (used, capacity time.Duration, err error) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 6 || fields[0] != "cpu" {
		return 0, 0, fmt.Errorf("%s:1: want cpu and at least 5 numbers, got %.60q", file, line)
	}
	for i, f := range fields[1:min(len(fields), 9)] {
		ticks, err := strconv.ParseInt(f, 10, 64)
		if err != nil || ticks < 0 || ticks > 1<<53 {
			return 0, 0, fmt.Errorf("%s:1: %.60q is not a number of ticks", file, f)
		}
		d := time.Duration(ticks) * 10 * time.Millisecond
		capacity += d
		if i != 3 && i != 4 { // idle and waiting for a disk
			used += d
		}
	}
	return used, capacity, nil
}

// cgroup is the control group that the worker is in, if it has a CPU quota
// (cgroup v2): what a container may use.
func cgroup(root string) (Source, error) {
	text, err := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	if err != nil {
		return Source{}, fmt.Errorf("CPU time of the cgroup: %w", err)
	}
	folder := ""
	for line := range strings.Lines(string(text)) {
		if path, ok := strings.CutPrefix(line, "0::"); ok {
			folder = filepath.Join(root, "sys/fs/cgroup", strings.TrimSpace(path))
		}
	}
	if folder == "" {
		return Source{}, fmt.Errorf("CPU time of the cgroup: this process is in none of version 2")
	}
	cores, err := quota(filepath.Join(folder, "cpu.max"))
	if err != nil {
		return Source{}, fmt.Errorf("CPU time of the cgroup: %w", err)
	}
	began := time.Now()
	stat := filepath.Join(folder, "cpu.stat")
	return checked(Source{"cgroup", func() (used, capacity time.Duration, err error) {
		used, err = usage(stat)
		return used, time.Duration(float64(time.Since(began)) * cores), err
	}})
}

// quota is the number of cores that cpu.max allows.
func quota(file string) (cores float64, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	var allowed, period float64
	if n, err := fmt.Sscan(string(text), &allowed, &period); n != 2 || !(allowed > 0 && period > 0) {
		return 0, fmt.Errorf("%s: no quota in %.40q: %w", file, text, err)
	}
	return min(allowed/period, float64(runtime.NumCPU())), nil
}

// usage is usage_usec of cpu.stat.
func usage(file string) (time.Duration, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if us, ok := strings.CutPrefix(line, "usage_usec "); ok {
			n, err := strconv.ParseInt(strings.TrimSpace(us), 10, 64)
			return time.Duration(n) * time.Microsecond, err
		}
	}
	return 0, fmt.Errorf("%s: no usage_usec", file)
}

// own is this process on the cores that Go gives it: for several workers on one
// machine, whose common use says nothing about one of them.
func own() (Source, error) {
	began := time.Now()
	return checked(Source{"process", func() (used, capacity time.Duration, err error) {
		used, err = process()
		return used, time.Since(began) * time.Duration(runtime.GOMAXPROCS(0)), err
	}})
}
