package mockserver_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// reaching is how a client reaches a limit that has been given a value.
type reaching struct {
	value    string
	scenario *scenarios.Scenario
	do       func(b *bubble)
}

// delayed has help.getConfig answered a second late.
var delayed = faults(scenarios.Rule{Name: "late", Match: scenarios.Match{Method: "help.getConfig"}, Delay: time.Second})

// reachings has a row for each limit.
var reachings = map[string]reaching{
	"Connections":    {"1", nil, func(b *bubble) { b.raw(""); b.gone(b.raw("")) }},
	"DetectTime":     {"1s", nil, func(b *bubble) { b.gone(b.raw("")) }},
	"FrameBytes":     {"64KiB", nil, func(b *bubble) { b.gone(b.raw(intermediateTag + "\x04\x00\x01\x00")) }},
	"FrameTime":      {"1s", nil, func(b *bubble) { b.gone(b.raw(intermediateTag + "\x00\x20\x00\x00")) }},
	"FrameRate":      {"64B", nil, func(b *bubble) { b.gone(b.raw(intermediateTag + "\x00\x04\x00\x00")) }},
	"IdleTime":       {"1s", nil, func(b *bubble) { b.gone(b.raw(intermediateTag)) }},
	"WriteTime":      {"1s", nil, func(b *bubble) { sendBody(b.t, b.deaf(), pingBody(1)) }},
	"QueueMessages":  {"2", delayed, func(b *bubble) { b.atOnce(b.deaf(), 20) }},
	"QueueBytes":     {"1KiB", delayed, func(b *bubble) { b.atOnce(b.deaf(), 100) }},
	"QueueTotal":     {"1KiB", nil, func(b *bubble) { b.atOnce(b.deaf(), 10) }},
	"ProtocolErrors": {"1", nil, func(b *bubble) { b.gone(b.raw(intermediateTag + "\x08\x00\x00\x00strange!")) }},
	"HandshakeTime":  {"1s", nil, func(b *bubble) { b.beginsKey(b.raw("")) }},
	"Handshakes": {"1", nil, func(b *bubble) {
		b.beginsKey(b.raw(""))
		b.stepsOn(b.connect())
	}},
	"HandshakeSteps": {"3", nil, func(b *bubble) {
		c := b.beginsKey(b.raw(""))
		for range 2 {
			b.stepsOn(c)
			_, err := c.RecvPlain(b.t.Context())
			require.NoError(b.t, err)
		}
		b.stepsOn(c)
	}},
	"AuthKeys":       {"1", nil, func(b *bubble) { b.stranger(); b.stranger() }},
	"Sessions":       {"1", nil, func(b *bubble) { b.client(); b.pings(b.client()) }},
	"SessionsPerKey": {"1", nil, func(b *bubble) { b.client(); b.pings(b.client()) }},
	"SessionTime": {"1m", nil, func(b *bubble) {
		b.client()
		<-time.After(2 * time.Minute)
		b.connect() // so that somebody looks
	}},
	"Window": {"4", nil, func(b *bubble) {
		s := b.quiet()
		late := s.NextMsgID()
		for range 8 {
			sendBody(b.t, s, pingBody(1))
		}
		_, err := s.Send(b.t.Context(), rawclient.Envelope{Body: pingBody(1), MsgID: &late})
		require.NoError(b.t, err)
	}},
	"Outbox":      {"2", nil, func(b *bubble) { b.atOnce(b.quiet(), 3) }},
	"OutboxBytes": {"64B", nil, func(b *bubble) { b.atOnce(b.quiet(), 70) }},
	"OutboxTotal": {"1KiB", nil, func(b *bubble) { b.atOnce(b.quiet(), 10) }},
	"InflatedBytes": {"64KiB", nil, func(b *bubble) {
		b.asks(packedRaw(gzipped(make([]byte, 64<<10+1))), "INPUT_FETCH_ERROR")
	}},
	"Wrappers":       {"2", nil, func(b *bubble) { b.asks(wrapped(configQuery, 3), "INPUT_FETCH_ERROR") }},
	"DelayedAnswers": {"1", delayed, func(b *bubble) { b.atOnce(b.quiet(), 2) }},
	"WaitingBytes":   {"1B", delayed, func(b *bubble) { b.atOnce(b.quiet(), 1) }},
	"AfterTime":      {"1s", nil, func(b *bubble) { b.asks(afterMsgs(b.t, configQuery, 4<<32), "MSG_WAIT_TIMEOUT") }},
	"StoreBytes":     {"1B", nil, func(b *bubble) { require.Equal(b.t, "STORE_FULL", part(b.t, b.client(), 7, 0, 1, contents(5))) }},
	"DiskBytes":      {"1B", nil, func(b *bubble) { require.Equal(b.t, "STORE_FULL", part(b.t, b.client(), 7, 0, 1, contents(5))) }},
	"DiskFree":       {"1073741824GiB", nil, func(b *bubble) { require.Equal(b.t, "STORE_FULL", part(b.t, b.client(), 7, 0, 1, contents(5))) }},
	"Uploads":        {"1", nil, func(b *bubble) { b.uploads(7, 8) }},
	"Parts":          {"1", nil, func(b *bubble) { b.uploads(7, 8, 9) }},
	"PartTime":       {"1s", nil, func(b *bubble) { b.uploads(7); <-time.After(2 * time.Second); b.uploads(7) }},
	"Documents": {"1", nil, func(b *bubble) {
		for file := range int64(2) {
			b.uploads(file)
			_, err := b.client().UploadMedia(b.t.Context(), input(file, 1))
			require.NoError(b.t, err)
		}
	}},
	"RandomIDBytes": {"1KiB", nil, func(b *bubble) { // of the third account
		for n := range 3 {
			c := b.login(fmt.Sprintf("%d:sends", n+1))
			require.Equal(b.t, "true", part(b.t, c, 7, 0, 1, contents(5)))
			_, err := c.SendMedia(b.t.Context(), input(7, 1), "", 1)
			require.NoError(b.t, err)
		}
	}},
	"MessageBytes": {"1B", nil, func(b *bubble) {
		c := b.client()
		require.Equal(b.t, "true", part(b.t, c, 7, 0, 1, contents(5)))
		_, err := c.SendMedia(b.t.Context(), input(7, 1), "", 1)
		require.NoError(b.t, err)
		_, err = c.Call(b.t.Context(), rawclient.NewObject("messages.getMessages", rawclient.Fields{
			"id": []any{rawclient.NewObject("inputMessageID", rawclient.Fields{"id": int32(1)})},
		}))
		require.NoError(b.t, err)
	}},
	"JournalEvents":    {"4", nil, func(b *bubble) { b.raw(intermediateTag); b.SetScenario(nil); b.SetScenario(nil); b.SetScenario(nil) }},
	"AdminConnections": {"1", nil, func(b *bubble) { b.admin().connections(2) }},
	"AdminStreams":     {"1", nil, func(b *bubble) { b.admin().streams(2) }},
	"AdminBody":        {"1KiB", nil, func(b *bubble) { b.admin().sends(make([]byte, 2<<10)) }},
}

// Each limit is one that a client can reach, and is told by its name in the journal.
func TestEveryLimitIsReached(t *testing.T) {
	for _, limit := range mockserver.LimitTable() {
		r, ok := reachings[limit.Name]
		require.True(t, ok, "%s has no row in reachings: how does a client reach it?", limit.Name)
		t.Run(limit.Name, func(t *testing.T) {
			o := mockserver.Options{Scenario: r.scenario}
			require.NoError(t, o.Limits.Set(limit.Name, r.value))
			if strings.HasPrefix(limit.Name, "Disk") {
				o.DataDir = t.TempDir()
			}
			inBubble(t, o, func(t *testing.T, b *bubble) {
				require.Equal(t, r.value, limit.In(b.Limits()))
				r.do(b)
				deadline := time.Now().Add(5 * time.Minute)
				for !b.told(limit.Name) {
					changed := b.Changed()
					require.Less(t, time.Now(), deadline, "no event names it")
					select {
					case <-changed:
					case <-time.After(time.Minute):
					}
				}
			})
		})
	}
	require.Len(t, reachings, len(mockserver.LimitTable()), "a row of a limit that there is not")
}

// told tells whether an event says that a limit was reached.
func (b *bubble) told(limit string) bool {
	for _, e := range b.Journal() {
		if e.Kind == mockserver.EventLimit && strings.HasPrefix(e.Text, limit+": ") ||
			e.Kind == mockserver.EventRefused && strings.HasSuffix(e.Text, ": "+limit) {
			return true
		}
	}
	return false
}

// raw opens a connection and sends some bytes over it.
func (b *bubble) raw(text string) net.Conn {
	b.t.Helper()
	here, there := net.Pipe()
	b.t.Cleanup(func() { _ = here.Close() })
	b.wg.Go(func() { b.ServeConn(there) })
	if text != "" { // a pipe that is closed takes not even nothing
		_, err := io.WriteString(here, text)
		require.NoError(b.t, err)
	}
	synctest.Wait()
	return here
}

// gone waits until the server has ended a connection.
func (b *bubble) gone(c net.Conn) {
	b.t.Helper()
	_, err := io.Copy(io.Discard, c)
	require.NoError(b.t, err)
}

// beginsKey makes the first step of the creation of a key.
func (b *bubble) beginsKey(c net.Conn) *rawclient.Conn {
	b.t.Helper()
	conn, err := rawclient.NewConn(c, rawclient.Options{})
	require.NoError(b.t, err)
	b.stepsOn(conn)
	_, err = conn.RecvPlain(b.t.Context())
	require.NoError(b.t, err)
	return conn
}

// stepsOn sends req_pq, with a nonce that is new.
func (b *bubble) stepsOn(c *rawclient.Conn) {
	b.t.Helper()
	x, err := rawclient.NewKeyExchange(rawclient.KeyOptions{PublicKey: b.PublicKey().RSA}, nil)
	require.NoError(b.t, err)
	require.NoError(b.t, c.SendPlain(b.t.Context(), x.ReqPQBody()))
}

func (b *bubble) pings(c *rawclient.Client) {
	b.t.Helper()
	require.NoError(b.t, c.Ping(b.t.Context(), 1))
}

// deaf is a session that reads nothing, quiet one that acknowledges nothing.
func (b *bubble) deaf() *rawclient.Session {
	b.t.Helper()
	b.client()
	s, err := rawclient.NewSession(b.connect(), b.key, 0)
	require.NoError(b.t, err)
	b.t.Cleanup(func() { _ = s.Conn().Close() })
	return s
}

func (b *bubble) quiet() *rawclient.Session {
	b.t.Helper()
	s := b.deaf()
	b.wg.Go(func() {
		for {
			if _, err := s.Recv(b.t.Context()); err != nil {
				return
			}
		}
	})
	return s
}

// configQuery is help.getConfig.
var configQuery = []byte{0x6b, 0x18, 0xf9, 0xc4}

// atOnce sends n queries in one container.
func (b *bubble) atOnce(s *rawclient.Session, n int) {
	b.t.Helper()
	var all []rawclient.Inner
	for range n {
		all = append(all, rawclient.Inner{MsgID: s.NextMsgID(), SeqNo: s.NextSeqNo(true), Body: configQuery})
	}
	sendBody(b.t, s, rawclient.Container(all...))
}

// asks sends a query that is answered with an error.
func (b *bubble) asks(query []byte, want string) {
	b.t.Helper()
	_, err := b.client().Invoke(b.t.Context(), query)
	require.ErrorContains(b.t, err, want)
}

// uploads sends the only part of some files.
func (b *bubble) uploads(files ...int64) {
	b.t.Helper()
	c := b.client()
	for _, file := range files {
		require.Equal(b.t, "true", part(b.t, c, file, 0, 1, contents(5)))
	}
}
