//go:build amd64 && !purego && !noasm

package ige

import "testing"

// Older processors lack the instructions of SHA-256, or those of AES as well.
func TestSumsOnOlderProcessors(t *testing.T) {
	newest, newer := stitched, fast
	t.Cleanup(func() { stitched, fast = newest, newer })
	stitched = false
	t.Run("without SHA-256", TestSums)
	t.Run("without SHA-256: Sum", TestSum)
	fast = false
	t.Run("without AES", TestSums)
	t.Run("without AES: a part", TestSumsOfAPart)
}
