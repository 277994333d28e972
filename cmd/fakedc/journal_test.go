//go:build unix

package main

import (
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// stalled is a pipe that somebody holds open and does not read.
type stalled struct {
	name string
	fd   int
}

func newStalled(t *testing.T) *stalled {
	t.Helper()
	p := &stalled{name: filepath.Join(t.TempDir(), "pipe")}
	require.NoError(t, unix.Mkfifo(p.name, 0o600))
	var err error
	p.fd, err = unix.Open(p.name, unix.O_RDWR|unix.O_NONBLOCK, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = unix.Close(p.fd) })
	return p
}

// fill leaves no room for a line.
func (p *stalled) fill(t *testing.T) {
	t.Helper()
	for size := 4096; size > 0; size /= 2 {
		for {
			if _, err := unix.Write(p.fd, make([]byte, size)); err != nil {
				require.ErrorIs(t, err, unix.EAGAIN)
				break
			}
		}
	}
}

// endsBy is the exit code of a command that must not wait for ever.
func endsBy(t *testing.T, code <-chan int, want int) {
	t.Helper()
	select {
	case got := <-code:
		require.Equal(t, want, got)
	case <-time.After(patience):
		t.Fatal("it waits for somebody to read its journal")
	}
}

func TestServeEndsThoughNobodyReadsItsJournal(t *testing.T) {
	t.Parallel()
	p := newStalled(t)
	s := startServe(t, "--journal", p.name)
	addr, _, _ := readyOf(t, s)
	p.fill(t)
	c, err := net.Dial("tcp", addr) // which is an event
	require.NoError(t, err)
	defer c.Close()
	s.stop()
	endsBy(t, s.code, exitIO)
	require.Contains(t, s.errs.String(), "fakedc: writing --journal: ")
}

func TestExecEndsThoughNobodyReadsItsJournal(t *testing.T) {
	t.Parallel()
	p := newStalled(t)
	in, begin := io.Pipe()
	out, errs, code := newLines(), newLines(), make(chan int, 1)
	go func() {
		code <- run(t.Context(), []string{"exec", "--journal", p.name, "--", "sh", "-c", "echo begun; read it"}, in, out, errs)
	}()
	out.until(t, "begun")
	p.fill(t)
	require.NoError(t, begin.Close())
	endsBy(t, code, exitIO)
	require.Contains(t, errs.String(), "fakedc: writing --journal: ")
}
