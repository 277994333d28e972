//go:build !amd64 || purego || noasm

package ige

import "crypto/sha256"

const stitched = false

// woven is nothing here: see Decryption.
type woven struct{}

func (d *Decryption) begin(key, iv *[32]byte)   { d.beginApart(key, iv) }
func (d *Decryption) turn(groups int)           { d.turnApart(groups * sha256.BlockSize) }
func (d *Decryption) end() (all, part [32]byte) { return d.endApart() }

// BothGain tells whether AdvanceBoth gains anything, and does anything: not with the
// instructions of AES and none to hash beside them.
func BothGain() bool { return !fast }

func turnBoth(a, b *Decryption, groups int) { turnBothApart(a, b, groups) }

func sumDerived(_, _ *[sha256.BlockSize]byte) (ofA, ofB [32]byte) { return ofA, ofB }

func sum(_ *[32]byte, _ []byte) (all [32]byte) { return all }
