package main

import "strconv"

// What a test binary with mutants in it reads from its environment, once.
const (
	envMutant  = "CNV_MUTANT"          // the ID of the mutant that acts; none if it is not set
	envCPU     = "CNV_MUTANT_CPU"      // seconds of CPU time after which the process is killed; no limit if it is not set
	envReached = "CNV_MUTANTS_REACHED" // a file of one byte per ID: 1 once the mutant's place was reached
)

// switchFile is added to each package that has mutants. The file of what was reached is
// mapped into memory, so that it is complete however the process ends. A mutant that
// allocates without end fails at 4 GiB instead of taking the machine's memory.
const switchFile = `
import (
	"os"
	"strconv"
	"syscall"
)

var mutantActive = mutantFromEnvironment()

func mutantFromEnvironment() int {
	if s, err := strconv.Atoi(os.Getenv("` + envCPU + `")); err == nil {
		syscall.Setrlimit(syscall.RLIMIT_CPU, &syscall.Rlimit{Cur: uint64(s), Max: uint64(s)})
	}
	n, err := strconv.Atoi(os.Getenv("` + envMutant + `"))
	if err != nil {
		return 0
	}
	syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 4 << 30, Max: 4 << 30})
	return n
}

var mutantReached = mutantMapped()

func mutantMapped() []byte {
	file, err := os.OpenFile(os.Getenv("` + envReached + `"), os.O_RDWR, 0)
	if err != nil {
		return nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		panic(err)
	}
	all, err := syscall.Mmap(int(file.Fd()), 0, int(info.Size()), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	return all
}

func mutantOn(id int) bool {
	if mutantReached != nil {
		mutantReached[id] = 1
	}
	return id == mutantActive
}

type mutantNumber interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr | ~float32 | ~float64
}

func mutantAdd[T mutantNumber](id int, a, b T) T {
	if mutantOn(id) {
		return a - b
	}
	return a + b
}

func mutantSub[T mutantNumber](id int, a, b T) T {
	if mutantOn(id) {
		return a + b
	}
	return a - b
}

func mutantMul[T mutantNumber](id int, a, b T) T {
	if mutantOn(id) {
		return a / b
	}
	return a * b
}

func mutantQuo[T mutantNumber](id int, a, b T) T {
	if mutantOn(id) {
		return a * b
	}
	return a / b
}

func mutantNext[T mutantNumber](id int, v T) T {
	if mutantOn(id) {
		return v + 1
	}
	return v
}

func mutantPrevious[T mutantNumber](id int, v T) T {
	if mutantOn(id) {
		return v - 1
	}
	return v
}

func mutantTwice[T mutantNumber](id int, v T) T {
	if mutantOn(id) {
		return v + v
	}
	return v
}
`

func itoa(n int) string { return strconv.Itoa(n) }
