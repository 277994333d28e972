package wire

import (
	"io"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLeft(t *testing.T) {
	if !canCount {
		t.Skip("this system does not tell")
	}
	for name, tc := range map[string]struct {
		leave func(c *net.TCPConn) error
		want  bool
	}{
		"it is there":      {func(*net.TCPConn) error { return nil }, false},
		"closed":           {(*net.TCPConn).Close, true},
		"its half, closed": {(*net.TCPConn).CloseWrite, true},
		"reset": {func(c *net.TCPConn) error {
			if err := c.SetLinger(0); err != nil {
				return err
			}
			return c.Close()
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			ours, theirs := sockets(t)
			require.NoError(t, tc.leave(theirs.(*net.TCPConn)))
			if tc.want { // the news is here when a read has had it
				_, _ = io.Copy(io.Discard, ours)
			}
			require.Equal(t, tc.want, Left(ours))
			require.NoError(t, ours.Close())
			require.False(t, Left(ours), "closed here")
		})
	}
	pipe, end := net.Pipe()
	require.NoError(t, end.Close())
	require.False(t, Left(pipe))
}
