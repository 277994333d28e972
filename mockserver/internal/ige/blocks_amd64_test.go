//go:build amd64 && !purego && !noasm

package ige

import (
	"crypto/sha256"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two messages hashed at once are two messages hashed one after the other.
func TestHashBlocksBoth(t *testing.T) {
	if !hasSHA() {
		t.Skip("this processor has no instructions of SHA-256")
	}
	for blocks := 1; blocks < 5; blocks++ {
		one, two := noiseOf(1, blocks*sha256.BlockSize), noiseOf(2, blocks*sha256.BlockSize)
		var want, got [2]running
		for i := range want {
			want[i], got[i] = newRunning(), newRunning()
		}
		hashBlocks(&want[0].state, &one[0], blocks)
		hashBlocks(&want[1].state, &two[0], blocks)
		hashBlocksBoth(&got[0].state, &got[1].state, &one[0], &two[0], blocks)
		require.Equal(t, want, got, "%d blocks", blocks)
	}
}

// Linux asks the processor the same.
func TestWhatTheProcessorIs(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip(err)
	}
	require.Equal(t, slices.Contains(strings.Fields(string(info)), "sha_ni"), hasSHA())
}
