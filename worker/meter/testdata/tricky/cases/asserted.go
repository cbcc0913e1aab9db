package cases

import (
	"errors"
	"go/constant"
	"go/token"
	"os"
	"strconv"
)

// Values of types of the standard library, which are not named here, are
// asserted to these interfaces: none of them may be threaded.
type (
	fault   interface{ RuntimeError() }
	bits    interface{ BitLen() int }
	timeout interface{ Timeout() bool }
	wrapper interface {
		error
		Unwrap() error
	}
)

func as[T any](x any) bool {
	_, ok := x.(T)
	return ok
}

func isFault(n int) (ok bool) {
	defer func() { _, ok = recover().(fault) }()
	return []bool{}[n]
}

func isBits() bool {
	return as[bits](constant.Val(constant.MakeFromLiteral("99999999999999999999", token.INT, 0)))
}

func isTimeout() bool {
	_, err := os.Open("")
	return errors.As(err, new(timeout))
}

func isWrapper() bool {
	_, err := strconv.Atoi("one")
	_, ok := errors.AsType[wrapper](err)
	return ok
}

// asserted is how many of the four are found: all.
func asserted(n int) (t int) {
	for _, ok := range []bool{isFault(n), isBits(), isTimeout(), isWrapper()} {
		if ok {
			t++
		}
	}
	return t
}
