//go:build amd64 && !purego && !noasm

package ige

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Linux asks the processor the same.
func TestWhatTheProcessorIs(t *testing.T) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		t.Skip(err)
	}
	require.Equal(t, slices.Contains(strings.Fields(string(info)), "sha_ni"), hasSHA())
}
