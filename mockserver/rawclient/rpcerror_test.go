package rawclient

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWait(t *testing.T) {
	for message, want := range map[string]time.Duration{
		"FLOOD_WAIT_3":                    3 * time.Second,
		"FLOOD_PREMIUM_WAIT_60":           time.Minute,
		"FLOOD_WAIT_0":                    0,
		"FLOOD_WAIT_-5":                   0,
		"FLOOD_WAIT":                      0,
		"FLOOD_WAIT_X":                    0,
		"FLOOD_WAIT_9223372036":           9223372036 * time.Second,
		"FLOOD_WAIT_9223372037":           math.MaxInt64,
		"FLOOD_WAIT_9223372036854775807":  math.MaxInt64,
		"FLOOD_WAIT_18446744073709551616": 0, // no number that fits
	} {
		require.Equal(t, want, (&RPCError{Code: 420, Message: message}).Wait(), message)
	}
	require.Zero(t, (&RPCError{Code: 400, Message: "FLOOD_WAIT_3"}).Wait())
}
