package main

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// confined runs what starts processes, which then share one core, and all that they
// start: on a machine of many cores work would not have to wait.
func confined(start func() error) error {
	runtime.LockOSThread()
	var one, all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil {
		return err
	}
	for i := range 1024 {
		if all.IsSet(i) {
			one.Set(i)
			break
		}
	}
	if err := unix.SchedSetaffinity(0, &one); err != nil {
		return err
	}
	defer func() {
		_ = unix.SchedSetaffinity(0, &all) // it was so before
		runtime.UnlockOSThread()
	}()
	return start()
}
