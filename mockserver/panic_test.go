package mockserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/internal/aftertests"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// flaky is a source of randomness that fails once when it is told to.
type flaky struct {
	random io.Reader
	fail   atomic.Bool
}

func (f *flaky) Read(b []byte) (int, error) {
	if f.fail.CompareAndSwap(true, false) {
		return 0, errors.New("no randomness today")
	}
	return f.random.Read(b)
}

// A failure inside fakedc ends the connection that it happened on and no other, and
// is an event. Only the randomness, which is the caller's, can be made to fail from
// outside.
func TestPanicIsContained(t *testing.T) {
	random := &flaky{random: zeroReader{}}
	dc, err := mockserver.New(mockserver.Options{Rand: random})
	require.NoError(t, err)
	l, err := mockserver.Listen()
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- dc.Serve(l) }()
	defer func() {
		require.NoError(t, dc.Close())
		require.ErrorIs(t, <-served, mockserver.ErrClosed)
		require.Zero(t, dc.Connections())
	}()
	connect := func() *rawclient.Client {
		c, err := rawclient.Connect(t.Context(), l.Addr().String(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
		require.NoError(t, err)
		t.Cleanup(func() { _ = c.Close() })
		require.NoError(t, c.Ping(t.Context(), 0))
		return c
	}
	victim, other := connect(), connect()
	random.fail.Store(true)
	require.Error(t, pingUntilFailure(t.Context(), victim))
	<-victim.Done()
	e := awaitEvent(t, dc, mockserver.EventPanic, "no randomness today")
	require.Contains(t, e.Text, "writing")
	require.NoError(t, other.Ping(t.Context(), 2))
	require.NoError(t, connect().Ping(t.Context(), 3))
	require.Len(t, events(dc, mockserver.EventPanic), 1)
	require.EqualValues(t, 1, dc.Panics())
	require.Contains(t, e.Text, "link.(*Link).", "the stack")
	aftertests.Provoked()
}

// pingUntilFailure goes on until randomness was asked for once more, which some messages
// share.
func pingUntilFailure(ctx context.Context, c *rawclient.Client) (err error) {
	for id := int64(1); err == nil && id < 100; id++ {
		err = c.Ping(ctx, id)
	}
	return err
}

// provokeRole has the tests' own binary fail as fakedc does that is told to be strict.
const provokeRole = "FAKEDC_PROVOKE"

// failStrictly runs a server until it fails, which has to end the process.
func failStrictly() {
	random := &flaky{random: zeroReader{}}
	dc, err := mockserver.New(mockserver.Options{Rand: random, Strict: true})
	if err != nil {
		panic(err)
	}
	l, err := mockserver.Listen()
	if err != nil {
		panic(err)
	}
	go func() { _ = dc.Serve(l) }()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c, err := rawclient.Connect(ctx, l.Addr().String(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	if err != nil {
		panic(err)
	}
	err = c.Ping(ctx, 0) // the session has begun: what is read from now on is for encryption
	random.fail.Store(true)
	err = errors.Join(err, pingUntilFailure(ctx, c))
	fmt.Println("the process goes on:", err)
}

// With Options.Strict the same failure ends the process, as any panic does: exit code 2,
// and the stack that it came from.
func TestStrictPanicEndsTheProcess(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), provokeRole+"=1")
	out, _ := cmd.CombinedOutput()
	require.Equal(t, 2, cmd.ProcessState.ExitCode(), string(out))
	require.Contains(t, string(out), "no randomness today")
	require.Contains(t, string(out), "envelope.SealServer")
}

// zeroReader counts, so that nonces and keys differ.
type zeroReader struct{}

var counted atomic.Uint64

func (zeroReader) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(counted.Add(1) * 0x9e3779b97f4a7c15 >> 56)
	}
	return len(b), nil
}
