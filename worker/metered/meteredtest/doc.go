// Package meteredtest tests kernels as they are metered. Tests that use it run
// with
//
//	go run ./worker/meter/cmd test packages
package meteredtest
