package mockserver_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// inHostileBubble runs f with a server whose connections are pipes and whose time is the
// bubble's. A goroutine left after Close fails the test, and so does a panic.
func inHostileBubble(t *testing.T, o mockserver.Options, f func(t *testing.T, dc *mockserver.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		dc, err := mockserver.New(o)
		require.NoError(t, err)
		f(t, dc)
		require.NoError(t, dc.Close())
		require.Empty(t, events(dc, mockserver.EventPanic))
		require.Zero(t, dc.Connections())
	})
}

// pipe opens a connection to the server and tells when it was served.
func pipe(dc *mockserver.Server) (c net.Conn, served <-chan struct{}) {
	c, theirs := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		dc.ServeConn(theirs)
	}()
	return c, done
}

// newKey makes an auth key over a connection of its own.
func newKey(t *testing.T, dc *mockserver.Server) *rawclient.AuthKey {
	t.Helper()
	c, _ := pipe(dc)
	conn, err := rawclient.NewConn(c, rawclient.Options{})
	require.NoError(t, err)
	key, err := rawclient.CreateKey(t.Context(), conn, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA})
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	return key
}

// resume starts a client over a new pipe. With a session that is there already, it
// goes on where former stopped.
func resume(t *testing.T, dc *mockserver.Server, key *rawclient.AuthKey, former *rawclient.Client, o rawclient.ClientOptions) *rawclient.Client {
	t.Helper()
	c, _ := pipe(dc)
	conn, err := rawclient.NewConn(c, rawclient.Options{})
	require.NoError(t, err)
	if former != nil {
		o.SessionID = former.Session().ID()
		<-time.After(time.Millisecond) // its msg_ids follow the clock, and must be new
	}
	client, err := rawclient.NewClient(conn, key, o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	if former != nil {
		goOn(client.Session(), former.Session())
	}
	return client
}

// goOn gives a session the numbers of a former one.
func goOn(s, former *rawclient.Session) {
	for sent := former.NextSeqNo(false); s.NextSeqNo(false) < sent; {
		s.NextSeqNo(true)
	}
}

// loggedIn is a bot's client over a pipe.
func loggedIn(t *testing.T, dc *mockserver.Server, o rawclient.ClientOptions) *rawclient.Client {
	t.Helper()
	c := resume(t, dc, newKey(t, dc), nil, o)
	_, err := c.InitConnection(t.Context(), 228)
	require.NoError(t, err)
	_, err = c.LoginBot(t.Context(), "123456:fake-token")
	require.NoError(t, err)
	<-time.After(time.Second) // until it has acknowledged all of that
	return c
}

// Half of anything and then silence: the connection ends when its limit says so,
// neither sooner nor later, and the journal names the limit.
func TestSilentConnections(t *testing.T) {
	padding := make([]byte, 64)
	for name, tc := range map[string]struct {
		send  []string
		after time.Duration
		limit string
	}{
		"nothing at all":             {nil, 5 * time.Second, "DetectTime"},
		"half a tag":                 {[]string{"\xee\xee"}, 5 * time.Second, "DetectTime"},
		"half an obfuscated header":  {[]string{"0123456789012345678901234567890"}, 5 * time.Second, "DetectTime"},
		"half a websocket upgrade":   {[]string{"GET /apiws HTTP/1.1\r\nHost: x\r\n"}, 5 * time.Second, "DetectTime"},
		"a tag alone":                {[]string{abridgedTag}, 5 * time.Minute, "IdleTime"},
		"half a length":              {[]string{intermediateTag + "\x40\x00"}, 5 * time.Minute, "IdleTime"},
		"a length of 64 bytes":       {[]string{intermediateTag + "\x40\x00\x00\x00"}, 5*time.Second + 64*time.Second/1024, "FrameRate"},
		"a length of 1 MiB":          {[]string{intermediateTag + "\x00\x00\x10\x00"}, 60 * time.Second, "FrameTime"},
		"half a frame":               {[]string{intermediateTag + "\x40\x00\x00\x00" + string(padding[:32])}, 5*time.Second + 64*time.Second/1024, "FrameRate"},
		"half a frame of full":       {[]string{"\x4c\x00\x00\x00\x00\x00\x00\x00" + string(padding[:32])}, 5*time.Second + 64*time.Second/1024, "FrameRate"},
		"a frame that starts twice":  {[]string{intermediateTag + "\x00\x08\x00\x00" + string(padding), string(padding)}, 7 * time.Second, "FrameRate"},
		"half a head of HTTP":        {[]string{"POST /api HTTP/1.1\r\nHost: x\r\n"}, 5 * time.Second, "FrameRate"},
		"a key's creation, one step": {[]string{"req_pq"}, 60 * time.Second, "HandshakeTime"},
	} {
		t.Run(name, func(t *testing.T) {
			inHostileBubble(t, mockserver.Options{}, func(t *testing.T, dc *mockserver.Server) {
				c, served := pipe(dc)
				start := time.Now()
				if len(tc.send) == 1 && tc.send[0] == "req_pq" {
					beginKey(t, dc, c)
				} else {
					for _, s := range tc.send {
						_, err := io.WriteString(c, s)
						require.NoError(t, err)
					}
				}
				go func() { _, _ = io.Copy(io.Discard, c) }()
				<-served
				// Behind the limit comes the time in which a client may still read.
				require.InDelta(t, tc.after, time.Since(start), float64(300*time.Millisecond))
				limits := events(dc, mockserver.EventLimit)
				require.Len(t, limits, 1)
				require.Contains(t, limits[0].Text, tc.limit)
				require.Contains(t, events(dc, mockserver.EventDisconnect)[0].Text, "timed out")
				_ = c.Close()
			})
		})
	}
}

// beginKey makes the first step of the creation of a key and takes its answer.
func beginKey(t *testing.T, dc *mockserver.Server, c net.Conn) *rawclient.KeyExchange {
	t.Helper()
	conn, err := rawclient.NewConn(c, rawclient.Options{})
	require.NoError(t, err)
	x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, nil)
	require.NoError(t, err)
	require.NoError(t, conn.SendPlain(t.Context(), x.ReqPQBody()))
	m, err := conn.RecvPlain(t.Context())
	require.NoError(t, err)
	require.NoError(t, x.TakeResPQ(m.Body))
	return x
}

// A client that drips bytes, each within the deadline of a read, does not get more
// time for its frame.
func TestDrippingFrame(t *testing.T) {
	inHostileBubble(t, mockserver.Options{}, func(t *testing.T, dc *mockserver.Server) {
		c, served := pipe(dc)
		start := time.Now()
		dripped := make(chan struct{})
		go func() {
			defer close(dripped)
			_, err := io.WriteString(c, intermediateTag+"\x00\x00\x08\x00")
			for err == nil {
				<-time.After(time.Second)
				_, err = c.Write([]byte{0})
			}
		}()
		<-served
		require.InDelta(t, time.Minute, time.Since(start), float64(time.Second))
		_ = c.Close()
		<-dripped
	})
}

// Defect 5: a client waits for half a minute because it was told to, and its
// connection is still there; so it is after four idle minutes.
func TestFloodWait30Survives(t *testing.T) {
	scenario := &scenarios.Scenario{Rules: []scenarios.Rule{{
		Name: "wait", Match: scenarios.Match{Part: scenarios.Exactly(1)}, Times: 1, Reply: scenarios.FloodWaitReply(30 * time.Second),
	}}}
	inHostileBubble(t, mockserver.Options{Scenario: scenario}, func(t *testing.T, dc *mockserver.Server) {
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		data := contents(1 << 10)
		for i := range int32(3) {
			ok, err := c.SaveFilePart(t.Context(), 1, i, data)
			var wait *rawclient.RPCError
			if errors.As(err, &wait) {
				require.EqualValues(t, 1, i)
				require.Equal(t, "FLOOD_WAIT_30", wait.Message)
				<-time.After(31 * time.Second)
				ok, err = c.SaveFilePart(t.Context(), 1, i, data)
			}
			require.NoError(t, err)
			require.True(t, ok)
		}
		<-time.After(4 * time.Minute)
		require.NoError(t, c.Ping(t.Context(), 1))
		u, found := dc.Upload(1)
		require.True(t, found)
		require.Equal(t, 2, u.Parts[1].Attempts)
		_ = c.Close()
	})
}

// An acknowledgement behind the creation of a key, as Android's client sends it, and
// the repetition of the last step begin no second creation: the connection stays.
func TestConnectionOutlivesTheCreationOfItsKey(t *testing.T) {
	for _, behind := range []string{"msgs_ack", "a repeated step", "a failed step"} {
		t.Run(behind, func(t *testing.T) {
			inHostileBubble(t, mockserver.Options{Limits: mockserver.Limits{Handshakes: 1}}, func(t *testing.T, dc *mockserver.Server) {
				c, _ := pipe(dc)
				conn, err := rawclient.NewConn(c, rawclient.Options{})
				require.NoError(t, err)
				var last []byte
				key, err := rawclient.CreateKey(t.Context(), conn, rawclient.KeyOptions{
					PublicKey: dc.PublicKey().RSA,
				})
				require.NoError(t, err)
				switch behind {
				case "msgs_ack":
					require.NoError(t, conn.SendPlain(t.Context(), rawclient.MsgsAck(1)))
				case "a repeated step":
					x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, nil)
					require.NoError(t, err)
					last = exchange(t, conn, x)
					require.NoError(t, conn.SendPlain(t.Context(), last))
					_, err = conn.RecvPlain(t.Context())
					require.NoError(t, err)
				case "a failed step":
					require.NoError(t, conn.SendPlain(t.Context(), []byte{0xbe, 0xe4, 0x12, 0xd7}))
					_, err := conn.RecvFrame(t.Context())
					var te *rawclient.TransportError
					require.ErrorAs(t, err, &te)
				}
				<-time.After(2 * time.Minute)
				s, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{})
				require.NoError(t, err)
				require.NoError(t, s.Ping(t.Context(), 1))
				newKey(t, dc) // and its place among the handshakes is free
				_ = s.Close()
			})
		})
	}
}

// exchange makes a key by hand and returns the body of its last step.
func exchange(t *testing.T, conn *rawclient.Conn, x *rawclient.KeyExchange) (last []byte) {
	t.Helper()
	ask := func(body []byte, take func([]byte) error) {
		require.NoError(t, conn.SendPlain(t.Context(), body))
		m, err := conn.RecvPlain(t.Context())
		require.NoError(t, err)
		require.NoError(t, take(m.Body))
	}
	ask(x.ReqPQBody(), x.TakeResPQ)
	body, err := x.ReqDHParamsBody()
	require.NoError(t, err)
	ask(body, x.TakeServerDHParams)
	last, err = x.SetClientDHParamsBody()
	require.NoError(t, err)
	ask(last, func(b []byte) error { _, err := x.TakeDHGen(b); return err })
	return last
}

// https://core.telegram.org/mtproto/service_messages#deferred-connection-closure-ping
func TestPingDelayDisconnect(t *testing.T) {
	inHostileBubble(t, mockserver.Options{}, func(t *testing.T, dc *mockserver.Server) {
		c := resume(t, dc, newKey(t, dc), nil, rawclient.ClientOptions{})
		start := time.Now()
		for range 3 {
			require.NoError(t, c.PingDelayDisconnect(t.Context(), 1, 75*time.Second))
			<-time.After(60 * time.Second)
		}
		require.NoError(t, c.Ping(t.Context(), 2), "a plain ping does not put it off")
		<-c.Done()
		require.ErrorIs(t, c.Err(), io.EOF)
		require.InDelta(t, 120*time.Second+75*time.Second, time.Since(start), float64(time.Second))
		require.Empty(t, events(dc, mockserver.EventLimit), "it was the client's own wish")
	})
}

// A client that asks and never reads is stopped: first it is not read from, then it
// is let go, and what waited for it is bounded.
func TestSlowReaderOverAPipe(t *testing.T) {
	inHostileBubble(t, mockserver.Options{}, func(t *testing.T, dc *mockserver.Server) {
		key := newKey(t, dc)
		c, served := pipe(dc)
		conn, err := rawclient.NewConn(c, rawclient.Options{})
		require.NoError(t, err)
		s, err := rawclient.NewSession(conn, key, 0)
		require.NoError(t, err)
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		sent := 0
		for err == nil {
			_, err = s.Send(ctx, rawclient.Envelope{Body: pingBody(1)})
			sent++
		}
		<-served
		assert.Less(t, sent, 1500, "no more is taken than the queue holds")
		assert.InDelta(t, 30*time.Second, time.Since(start), float64(time.Second), "WriteTime")
		assert.Contains(t, events(dc, mockserver.EventDisconnect)[1].Text, "writing")
		_ = conn.Close()
	})
}

func pingBody(id byte) []byte {
	return []byte{0xec, 0x77, 0xbe, 0x7a, id, 0, 0, 0, 0, 0, 0, 0}
}

// Close does not wait for a client that does not read, not even for one whose
// connection is already coming to its end.
func TestCloseWaitsForNobody(t *testing.T) {
	inHostileBubble(t, mockserver.Options{}, func(t *testing.T, dc *mockserver.Server) {
		key := newKey(t, dc)
		c, _ := pipe(dc)
		conn, err := rawclient.NewConn(c, rawclient.Options{})
		require.NoError(t, err)
		s, err := rawclient.NewSession(conn, key, 0)
		require.NoError(t, err)
		for range 10 {
			_, err = s.Send(t.Context(), rawclient.Envelope{Body: pingBody(1)})
			require.NoError(t, err)
		}
		// A wrong msg_key gives the connection a reason to end.
		_, err = s.Send(t.Context(), rawclient.Envelope{Body: pingBody(1), MsgKey: &[16]byte{1}})
		require.NoError(t, err)
		synctest.Wait()
		start := time.Now()
		require.NoError(t, dc.Close())
		require.Less(t, time.Since(start), time.Second)
		_ = conn.Close()
	})
}
