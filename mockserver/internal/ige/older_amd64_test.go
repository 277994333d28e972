//go:build amd64 && (linux || darwin) && !purego && !noasm

package ige

import "testing"

// Older processors lack the instructions of SHA-256, and have or lack those that stand in
// for them, or lack those of AES as well.
func TestSumsOnOlderProcessors(t *testing.T) {
	newest, newer, pairs := stitched, fast, paired
	t.Cleanup(func() { stitched, fast, paired = newest, newer, pairs })
	sums := func(name string) {
		t.Run(name, TestSums)
		t.Run(name+": a part", TestSumsOfAPart)
		t.Run(name+": as it arrives", TestSumsOfWhatArrives)
		t.Run(name+": Sum", TestSum)
		t.Run(name+": in bounds", TestSumsStayInBounds)
		t.Run(name+": two at once", TestBoth)
		t.Run(name+": two at once, how far", TestHowFarBothGo)
		t.Run(name+": two at once, in bounds", TestBothStayInBounds)
	}
	if canPair {
		stitched, paired = true, true
		sums("two messages side by side")
	}
	stitched, paired = false, false
	sums("without SHA-256")
	fast = false
	sums("without AES")
}
