//go:build !amd64 || purego || noasm

package ige

const stitched = false

func (*Decryption) start(_, _ *[32]byte) {}

func (*Decryption) finish(_, _ int) (all, part [32]byte) { return all, part }

func sumSmall(_ []byte) (all [32]byte) { return all }

func sum(_ *[32]byte, _ []byte) (all [32]byte) { return all }
