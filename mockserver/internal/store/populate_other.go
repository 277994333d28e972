//go:build !linux

package store

// populate is for Linux.
func populate([]byte) {}
