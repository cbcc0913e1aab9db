//go:build !linux

package main

// endWithParent needs Linux.
func endWithParent() {}
