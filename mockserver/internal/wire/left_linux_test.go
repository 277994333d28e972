package wire

import (
	"io"
	"net"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// toldState is what the system says of a connection that is open.
func toldState(t *testing.T) (state uint8) {
	ours, _ := sockets(t)
	raw, err := ours.(*net.TCPConn).SyscallConn()
	require.NoError(t, err)
	require.NoError(t, raw.Control(func(fd uintptr) {
		if info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			state = info.State
		}
	}))
	return state
}

func TestLeft(t *testing.T) {
	const established = 1
	if state := toldState(t); state != established && runtime.GOARCH != "amd64" {
		t.Skipf("an emulated system says of an open connection that its state is %d", state)
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
