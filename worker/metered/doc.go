// Package metered has the kernels that count what they execute, beside the
// plain ones of package kernels. It is empty in a plain build, which measures
// nothing; a metered build is
//
//	go run ./worker/meter/cmd build -o worker ./worker/cmd/...
//
// and package meter does the same for programs. Nothing is placed by hand: the
// copies are made from the kernels' sources and of all they import but the
// standard library.
package metered
