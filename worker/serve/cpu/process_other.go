//go:build !unix

package cpu

import (
	"errors"
	"time"
)

// process is known on Unix only.
func process() (time.Duration, error) {
	return 0, errors.New("this system does not say how much CPU a process used")
}
