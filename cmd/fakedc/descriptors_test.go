package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMostConnections(t *testing.T) {
	for _, c := range []struct{ descriptors, want int }{
		{-1, 4096}, {1 << 30, 4096}, {4160, 4096}, {4159, 4095}, {1024, 960}, {64, 1}, {0, 1},
	} {
		require.Equal(t, c.want, mostConnections(c.descriptors), "of %d descriptors", c.descriptors)
	}
}
