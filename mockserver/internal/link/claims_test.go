package link

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestClaimsAreBelievedUpToTheirBound(t *testing.T) {
	const frame = 2 << 20
	var c claims
	for range mostClaimed / frame {
		require.True(t, c.enter(frame))
	}
	require.False(t, c.enter(frame))
	c.leave(frame)
	require.False(t, c.enter(1), "the one that was not believed counts until it is there")
	c.leave(frame)
	c.leave(1)
	require.True(t, c.enter(frame))
}
