package mockserver_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// bubble is a server and its clients in simulated time, over net.Pipe.
type bubble struct {
	*mockserver.Server
	t   *testing.T
	key *rawclient.AuthKey
	wg  sync.WaitGroup
}

// inBubble runs a test in simulated time. A goroutine that outlives it is a
// failure.
func inBubble(t *testing.T, o mockserver.Options, test func(t *testing.T, b *bubble)) {
	t.Helper()
	bubbleThatFails(t, o, func(t *testing.T, b *bubble) {
		test(t, b)
		for _, e := range b.Journal() {
			require.NotEqual(t, mockserver.EventPanic, e.Kind, e.Text)
		}
	})
}

// bubbleThatFails is one in which fakedc itself does.
func bubbleThatFails(t *testing.T, o mockserver.Options, test func(t *testing.T, b *bubble)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		dc, err := mockserver.New(o)
		require.NoError(t, err)
		b := &bubble{Server: dc, t: t}
		defer func() { require.Zero(t, dc.Holding()["QueueTotal"], "counted, and waits for nobody") }()
		defer b.wg.Wait()
		defer func() { require.NoError(t, dc.Close()) }()
		test(t, b)
	})
}

// A test that leads simulated time and real things together is told so. Go has nothing to
// say but a run that never ends, or a nil pointer in Close.
func TestBubbleIsNotMixed(t *testing.T) {
	outside, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		var r recorder
		require.Nil(t, mockserver.Start(&r, mockserver.Options{}))
		require.Contains(t, r.fatal[0], "use New and ServeConn")

		here, there := net.Pipe()
		require.PanicsWithValue(t, "mockserver: a server serves no connection of another testing/synctest bubble: make it with New and close it in the same one",
			func() { outside.ServeConn(there) })
		require.NoError(t, here.Close())
	})
	require.NoError(t, outside.Close())
}

// connect opens a connection that is served, without saying anything on it.
func (b *bubble) connect() *rawclient.Conn { return b.connectDC(b.DC()) }

// connectDC does the same to one of several datacenters.
func (b *bubble) connectDC(dc int) *rawclient.Conn {
	b.t.Helper()
	here, there := net.Pipe()
	b.wg.Go(func() { b.ServeConnDC(dc, there) })
	c, err := rawclient.NewConn(here, rawclient.Options{})
	require.NoError(b.t, err)
	return c
}

// stranger is a client with a key of its own that has said nothing.
func (b *bubble) stranger() *rawclient.Client {
	b.t.Helper()
	conn := b.connect()
	key, err := rawclient.CreateKey(b.t.Context(), conn, rawclient.KeyOptions{PublicKey: b.PublicKey().RSA})
	require.NoError(b.t, err)
	return b.session(conn, key)
}

func (b *bubble) session(conn *rawclient.Conn, key *rawclient.AuthKey) *rawclient.Client {
	b.t.Helper()
	c, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{})
	require.NoError(b.t, err)
	b.t.Cleanup(func() { _ = c.Close() })
	return c
}

// client is logged in; all of them share a key, each with its own session.
func (b *bubble) client() *rawclient.Client {
	b.t.Helper()
	if b.key != nil {
		return b.session(b.connect(), b.key)
	}
	c := b.login("123456:fake-token")
	b.key = c.Key()
	return c
}

// login is a client with a key and an account of its own.
func (b *bubble) login(token string) *rawclient.Client {
	b.t.Helper()
	c := b.stranger()
	_, err := c.InitConnection(b.t.Context(), 228)
	require.NoError(b.t, err)
	_, err = c.LoginBot(b.t.Context(), token)
	require.NoError(b.t, err)
	return c
}

// part sends a part and says what came: "true", "false", an error's name, or
// "gone" if the connection ended.
func part(t testing.TB, c *rawclient.Client, file int64, index, total int32, data []byte) string {
	t.Helper()
	ok, err := c.SaveBigFilePart(t.Context(), file, index, total, data)
	return said(t, c, ok, err)
}

func smallPart(t testing.TB, c *rawclient.Client, file int64, index int32, data []byte) string {
	t.Helper()
	ok, err := c.SaveFilePart(t.Context(), file, index, data)
	return said(t, c, ok, err)
}

func said(t testing.TB, c *rawclient.Client, ok bool, err error) string {
	t.Helper()
	var rpc *rawclient.RPCError
	switch {
	case errors.As(err, &rpc):
		return rpc.Message
	case err != nil:
		<-c.Done()
		return "gone"
	case ok:
		return "true"
	}
	return "false"
}

// patient is a part whose answer is not waited for any longer than limit.
func patient(t testing.TB, c *rawclient.Client, limit time.Duration, file int64, index, total int32, data []byte) (string, time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	began := time.Now()
	ok, err := c.SaveBigFilePart(ctx, file, index, total, data)
	if errors.Is(err, context.DeadlineExceeded) {
		return "silence", time.Since(began)
	}
	return said(t, c, ok, err), time.Since(began)
}

// faults is a scenario of the given rules.
func faults(rules ...scenarios.Rule) *scenarios.Scenario {
	return &scenarios.Scenario{Name: "test", Rules: rules}
}

// only matches one part number.
func only(index int64) scenarios.Match { return scenarios.Match{Part: scenarios.Exactly(index)} }

// input is an InputFile of parts from saveBigFilePart.
func input(file int64, parts int32) rawclient.InputFile {
	return rawclient.InputFile{ID: file, Parts: parts, Name: "a.bin", Big: true}
}

// stored tells what the server has of a part.
func (b *bubble) stored(file int64, index int32) bool {
	b.t.Helper()
	u, ok := b.Upload(file)
	require.True(b.t, ok)
	for _, p := range u.Parts {
		if p.Index == index {
			return p.Stored
		}
	}
	return false
}
