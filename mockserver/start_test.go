package mockserver_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/internal/aftertests"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// recorder is a test that writes down what is done to it.
type recorder struct {
	cleanups      []func()
	errors, fatal []string
	logs          []string
	lines         []string // of both, as they stand on the screen
	failed        bool
}

func (*recorder) Helper()            {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Failed() bool     { return r.failed || len(r.errors)+len(r.fatal) > 0 }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
	r.lines = append(r.lines, "FAIL "+fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = append(r.fatal, fmt.Sprintf(format, args...))
}
func (r *recorder) Logf(format string, args ...any) {
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

func (r *recorder) end() {
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
}

func TestStartStopsAtTheEnd(t *testing.T) {
	var r recorder
	dc := mockserver.Start(&r, mockserver.Options{})
	addr := dc.Addr()
	c, err := net.Dial("tcp", addr)
	require.NoError(t, err, "it is ready when Start returns")
	defer c.Close()
	r.end()
	require.Empty(t, r.errors)
	require.Empty(t, r.logs, "a test that passes says nothing")
	_, err = c.Read(make([]byte, 1))
	require.Error(t, err)
	_, err = net.Dial("tcp", addr)
	require.Error(t, err, "nobody listens any more")
}

func TestStartFailsTheTest(t *testing.T) {
	var r recorder
	require.Nil(t, mockserver.Start(&r, mockserver.Options{DC: -1}))
	require.Len(t, r.fatal, 1)
	require.Contains(t, r.fatal[0], "datacenter -1")
	require.Empty(t, r.cleanups)
}

// The end of the journal helps whoever looks at a test that failed.
func TestStartLogsTheTailOfAFailure(t *testing.T) {
	var r recorder
	dc := mockserver.Start(&r, mockserver.Options{})
	c := dial(t, dc, rawclient.Options{})
	for i := range int32(60) {
		require.Equal(t, "true", part(t, c, 1, i, 100, contents(kib)))
	}
	require.Equal(t, "FILE_PART_EMPTY", part(t, c, 1, 60, 100, nil))
	r.failed = true
	r.end()
	require.Empty(t, r.errors)
	require.Len(t, r.logs, 41)
	require.Regexp(t, `fakedc: \d+ earlier events are left out`, r.logs[0])
	all := strings.Join(r.logs, "\n")
	require.Contains(t, all, "part upload.saveBigFilePart file 1 part 60 of 100, 0 bytes: 400 FILE_PART_EMPTY")
	require.NotContains(t, all, "part 10 of")
	require.NotContains(t, all, "%!")
}

// trap is a source of randomness that panics when it is armed and a login code's
// hash is asked for: a defect inside a query.
type trap struct{ armed atomic.Bool }

func (p *trap) Read(b []byte) (int, error) {
	if p.armed.Load() && len(b) == 8 {
		panic("the trap")
	}
	return io.ReadFull(rand.Reader, b)
}

// A panic is contained: the client is told, others go on, and the test that
// fakedc failed in fails.
func TestStartReportsPanics(t *testing.T) {
	var r recorder
	source := &trap{}
	dc := mockserver.Start(&r, mockserver.Options{Rand: source})
	c := dial(t, dc, rawclient.Options{})
	source.armed.Store(true)
	_, err := c.SendCode(t.Context(), "+15550100")
	require.ErrorContains(t, err, "INTERNAL")
	source.armed.Store(false)
	require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)), "the same connection goes on")
	require.NoError(t, c.Close())
	r.end()
	require.Len(t, r.errors, 1)
	require.Contains(t, r.errors[0], "panicked 1 time;")
	require.Contains(t, strings.Join(r.logs, "\n"), "the trap", "the journal has the stack")
	aftertests.Provoked()
}
