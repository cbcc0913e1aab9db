package wire

import (
	"errors"
	"syscall"
)

// ownErrors are those of a machine that has no file, memory or port left to connect with:
// they say nothing of the worker.
var ownErrors = [...]error{
	syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.ENOBUFS, syscall.EADDRNOTAVAIL,
}

// IsOwn says whether an error of connecting is this machine's own.
func IsOwn(err error) bool {
	for _, own := range ownErrors {
		if errors.Is(err, own) {
			return true
		}
	}
	return false
}
