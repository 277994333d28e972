package mockserver_test

import (
	"encoding/binary"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// destroyBody asks for a session's end.
// https://core.telegram.org/mtproto/service_messages#request-to-destroy-session
func destroyBody(session int64) []byte {
	return binary.LittleEndian.AppendUint64([]byte{0x26, 0x21, 0x51, 0xe7}, uint64(session))
}

// Who was not there when an answer was to leave does not know how long it told to wait:
// the call may come again at once. The journal tells it.
func TestRetryAfterAnUnheardAnswer(t *testing.T) {
	closes := func(t *testing.T, _ *bubble, c, _ *rawclient.Client) { require.NoError(t, c.Close()) }
	for name, tc := range map[string]struct {
		delay string
		leave func(t *testing.T, b *bubble, c, other *rawclient.Client)
		after time.Duration // that the call comes again
	}{
		"delayed, and its connection ends":           {"5s", closes, time.Second},
		"delayed, and due when nobody is there":      {"5s", closes, 6 * time.Second},
		"held, and its connection ends":              {"{ hold_until: { calls: 9 } }", closes, time.Second},
		"held, and released when nobody is there":    {"{ hold_until: { calls: 9 } }", closes, 31 * time.Second},
		"delayed, and another destroys the session":  {"5s", destroys, time.Second},
		"held, and another destroys the session":     {"{ hold_until: { calls: 9 } }", destroys, time.Second},
		"held, and its session is destroyed for it":  {"{ hold_until: { calls: 9 } }", destroys, 31 * time.Second},
		"overtaken never, and its connection ends":   {"0s, reply: { reorder: 3 }", closes, time.Second},
		"overtaken late, when nobody is there at it": {"0s, reply: { reorder: 3 }", closes, 31 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			flood := "reply: { flood_wait: 3s }, "
			if tc.delay[0] == '0' {
				flood = ""
			}
			s := parsed(t, "rules: [{ match: { part: 0 }, "+flood+"delay: "+tc.delay+" }]\nexpect: [{ retry: { after: flood_wait } }]\n")
			inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
				c := b.client()
				other := b.client()
				require.NoError(t, other.Ping(t.Context(), 1))
				begin(t, c, bigPart(t, 7, 0, 1, contents(5)))
				b.MuteFaults(true)
				tc.leave(t, b, c, other)
				synctest.Wait()
				unheard := ofKind(b, mockserver.EventUnheard)
				require.Len(t, unheard, 1)
				require.Equal(t, []any{c.Session().ID(), int32(0), 1}, []any{unheard[0].Session, *unheard[0].Part, unheard[0].File})
				<-time.After(tc.after)
				require.Equal(t, "true", part(t, other, 7, 0, 1, contents(5)))
				require.Empty(t, ofKind(b, mockserver.EventLeft))
				if flood != "" {
					require.True(t, b.Verdict().Passed(), "%+v", b.Verdict())
				}
				_ = c.Close()
				require.NoError(t, other.Close())
			})
		})
	}
}

// A call that was put aside is carried out whoever is there by then. Whose connection was
// gone has not heard that it was to wait, and does not when it calls in another session.
func TestRetryAfterAnUnheardAnswerToACallThatWasPutAside(t *testing.T) {
	s := parsed(t, "rules: [{ match: { part: 0 }, per: file, times: 1, reply: { flood_wait: 3s } }, { match: { part: 1 }, delay: 5s }]\nexpect: [{ retry: { after: flood_wait } }]\n")
	for name, aside := range map[string]func(t *testing.T, b *bubble, c *rawclient.Client) (goOn func()){
		"at a gate": func(t *testing.T, b *bubble, c *rawclient.Client) func() {
			gate, err := b.Hold(only(0))
			require.NoError(t, err)
			begin(t, c, bigPart(t, 7, 0, 2, contents(kib)))
			return gate.Open
		},
		"behind another call": func(t *testing.T, _ *bubble, c *rawclient.Client) func() {
			first, _ := begin(t, c, bigPart(t, 7, 1, 2, contents(5)))
			begin(t, c, afterMsgs(t, bigPart(t, 7, 0, 2, contents(kib)), first))
			return func() { <-time.After(5 * time.Second) }
		},
	} {
		for there, want := range map[bool]string{true: "failed", false: "passed"} {
			t.Run(fmt.Sprintf("%s, and its client there is %t", name, there), func(t *testing.T) {
				inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
					c, other := b.client(), b.client()
					require.NoError(t, other.Ping(t.Context(), 1))
					goOn := aside(t, b, c)
					if !there {
						require.NoError(t, c.Close())
						synctest.Wait()
					}
					goOn()
					synctest.Wait()
					require.Equal(t, "true", part(t, other, 7, 0, 2, contents(kib)))
					require.EqualValues(t, want, b.Verdict().Checks[0].Status, "%+v", b.Verdict())
					_ = c.Close()
					require.NoError(t, other.Close())
				})
			})
		}
	}
}

func destroys(t *testing.T, _ *bubble, c, other *rawclient.Client) {
	sendBody(t, other.Session(), destroyBody(c.Session().ID()))
}

// Who comes back with the same session hears the answer then, and is held to it from then on.
func TestRetryAfterAnAnswerThatIsHeardLater(t *testing.T) {
	for name, tc := range map[string]struct {
		back, left time.Duration // when the client is back, and hears it
		after      time.Duration // that the call comes again then
		passed     bool
	}{
		"before it is released, and too early": {time.Second, scenarios.MaxHold, time.Second, false},
		"before it is released, and in time":   {time.Second, scenarios.MaxHold, 3 * time.Second, true},
		"after it was released, and too early": {time.Minute, time.Minute, time.Second, false},
		"after it was released, and in time":   {time.Minute, time.Minute, 3 * time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			s := parsed(t, "rules: [{ match: { part: 0 }, delay: { hold_until: { calls: 9 } }, reply: { flood_wait: 3s } }]\nexpect: [{ retry: { after: flood_wait } }]\n")
			inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
				c := b.client()
				other := b.client()
				require.NoError(t, other.Ping(t.Context(), 1))
				began := time.Now()
				begin(t, c, bigPart(t, 7, 0, 1, contents(5)))
				b.MuteFaults(true)
				require.NoError(t, c.Close())
				<-time.After(tc.back)
				back, err := rawclient.NewClient(b.connect(), c.Key(), rawclient.ClientOptions{SessionID: c.Session().ID()})
				require.NoError(t, err)
				seqNo := c.Session().NextSeqNo(true)
				_, err = back.Session().Send(t.Context(), rawclient.Envelope{Body: pingBody(1), SeqNo: &seqNo})
				require.NoError(t, err)
				<-time.After(tc.left + tc.after - time.Since(began))
				left := ofKind(b, mockserver.EventLeft)
				require.Len(t, left, 1)
				require.Equal(t, tc.left, left[0].Delay)
				require.Equal(t, "true", part(t, other, 7, 0, 1, contents(5)))
				require.Equal(t, tc.passed, b.Verdict().Passed(), "%+v", b.Verdict())
				require.NoError(t, back.Close())
				require.NoError(t, other.Close())
			})
		})
	}
}
