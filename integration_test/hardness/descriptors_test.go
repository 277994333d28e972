package hardness_test

import (
	"io"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
)

// A crowd that could use up all file descriptors of the server is refused before: those
// beyond the limit are closed at once, the admin API answers, and when the crowd has gone
// everybody is let in again.
func TestMoreConnectionsThanDescriptors(t *testing.T) {
	const descriptors, most, crowd = 128, 128 - 64, 200
	s := startServerBy(t, func(program string, args ...string) *exec.Cmd {
		return exec.Command(clients.NeedTool(t, "sh"), "-c", "ulimit -n 128; exec "+program+" "+strings.Join(args, " ")+" --limit DetectTime=1m") // they are silent
	})
	before := s.held(t)
	var open []net.Conn
	for range crowd {
		c, err := net.Dial("tcp", s.addr())
		require.NoError(t, err)
		open = append(open, c)
	}
	for _, c := range open[most:] {
		require.NoError(t, c.SetReadDeadline(time.Now().Add(20*time.Second)))
		_, err := c.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF, "beyond the limit")
	}
	h := s.held(t)
	require.EqualValues(t, most, h.Connections)
	require.Less(t, h.Descriptors, descriptors)
	for _, c := range open {
		require.NoError(t, c.Close())
	}
	(&press{server: s, before: before}).settle(t)
	h2 := honest{addr: s.addr()}
	stop := make(chan struct{})
	time.AfterFunc(100*time.Millisecond, func() { close(stop) })
	require.NoError(t, h2.upload(t.Context(), stop))
	require.NotZero(t, h2.uploads.Load())
	s.stop(t)
}
