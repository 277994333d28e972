package mockserver_test

import (
	"crypto/rand"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// Over HTTP no message can break a rule of its own: what is left of such an act is
// that the part fails. It must not be confirmed, for it is not stored.
func TestHTTPHostileAct(t *testing.T) {
	r := scenarios.Rule{Name: "lie", Match: only(0), Reply: scenarios.HostileReply("session-other")}
	inBubble(t, mockserver.Options{Scenario: faults(r)}, func(t *testing.T, b *bubble) {
		s, _ := b.sessionHTTP(1)
		sendBody(t, s, partBody(t, 1, 0, 2, contents(1024)))
		heard := heardOver(t, s)
		require.Equal(t, []uint32{resultID}, ids(heard))
		var e mt.RPCError
		require.NoError(t, e.Decode(&bin.Buffer{Buf: heard[0].Body[12:]}))
		require.Equal(t, mt.RPCError{ErrorCode: 500, ErrorMessage: "INTERNAL"}, e)
		u, _ := b.Upload(1)
		require.Zero(t, u.Report.Stored)
	})
}

// A transport error is the response to the request that it is about: the next one
// gets its own, and a poll waits as long as it says.
func TestHTTPTransportErrorIsTheResponse(t *testing.T) {
	for _, delay := range []time.Duration{0, 3 * time.Second} {
		r := scenarios.Rule{Name: "flood", Match: only(0), Reply: scenarios.TransportErrorReply(-429), Delay: delay}
		inBubble(t, mockserver.Options{Scenario: faults(r)}, func(t *testing.T, b *bubble) {
			s, _ := b.sessionHTTP(1)
			start := time.Now()
			sendBody(t, s, partBody(t, 1, 0, 2, contents(1024)))
			_, err := s.Recv(t.Context())
			var code *rawclient.TransportError
			require.ErrorAs(t, err, &code)
			require.EqualValues(t, -429, code.Code)
			require.Equal(t, delay, time.Since(start))

			start = time.Now()
			tell(t, s, ping(1))
			after(t, s, start, 0, mt.PongTypeID)
			tell(t, s, poll(0, 0, 10*time.Second))
			after(t, s, start, 10*time.Second)
		})
	}
}

// A call that was held at a gate has had its response when it is carried out, or may have
// it yet: a transport error about it is the next there is, and the connection goes on.
func TestHTTPTransportErrorAfterAGate(t *testing.T) {
	for name, answered := range map[string]bool{"answered": true, "waiting": false} {
		t.Run(name, func(t *testing.T) {
			r := scenarios.Rule{Name: "flood", Match: only(0), Reply: scenarios.TransportErrorReply(-429)}
			inBubble(t, mockserver.Options{Scenario: faults(r)}, func(t *testing.T, b *bubble) {
				s, _ := b.sessionHTTP(1)
				gate, err := b.Hold(only(0))
				require.NoError(t, err)
				sendBody(t, s, partBody(t, 1, 0, 2, contents(1024)))
				require.NoError(t, gate.Wait(t.Context(), 1))
				if answered {
					tell(t, s, poll(0, 0, 0)) // takes over the waiting
					for range 2 {
						require.NotContains(t, ids(heardOver(t, s)), uint32(resultID))
					}
				}
				gate.Open()
				synctest.Wait()
				if answered {
					tell(t, s, poll(0, 0, 10*time.Second))
				}
				start := time.Now()
				_, err = s.Recv(t.Context())
				var code *rawclient.TransportError
				require.ErrorAs(t, err, &code)
				require.EqualValues(t, -429, code.Code)
				require.Zero(t, time.Since(start))
				tell(t, s, ping(1))
				require.Equal(t, []uint32{mt.PongTypeID}, ids(heardOver(t, s)))
			})
		})
	}
}

// Three quarters of a very long time are a long time, too.
func TestHTTPPollOfAPatientServer(t *testing.T) {
	inBubble(t, mockserver.Options{Limits: mockserver.Limits{IdleTime: 1_000_000 * time.Hour}}, func(t *testing.T, b *bubble) {
		s, _ := b.sessionHTTP(1)
		start := time.Now()
		tell(t, s, poll(0, 0, 10*time.Second))
		after(t, s, start, 10*time.Second)
	})
}

// A client may wait with a body until it is told to send it.
// https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1
func TestHTTPContinue(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.connectHTTP()
		for range 2 {
			require.NoError(t, c.SendRaw(t.Context(), []byte("POST /api HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 8\r\n\r\n")))
			told := make([]byte, 64)
			n, err := c.ReadRaw(t.Context(), told)
			require.NoError(t, err)
			require.Equal(t, "HTTP/1.1 100 Continue\r\n\r\n", string(told[:n]))
			require.NoError(t, c.SendRaw(t.Context(), []byte("strange!")))
			_, err = c.RecvFrame(t.Context())
			var code *rawclient.TransportError
			require.ErrorAs(t, err, &code)
			<-time.After(time.Minute) // a deadline for writing has passed
		}
	})
}

// https://www.rfc-editor.org/rfc/rfc9112#section-9.6
func TestHTTPConnectionClose(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.connectHTTP()
		require.NoError(t, c.SendRaw(t.Context(), []byte("POST /api HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 8\r\n\r\nstrange!")))
		_, err := c.RecvFrame(t.Context())
		var code *rawclient.TransportError
		require.ErrorAs(t, err, &code)
		start := time.Now()
		_, err = c.RecvFrame(t.Context())
		require.ErrorIs(t, err, io.EOF)
		require.Less(t, time.Since(start), time.Second, "a pipe is lingered on for a moment")
	})
}

// A poll whose request is the last is waited for as any other, and what comes behind it neither ends it nor is carried
// out. https://www.rfc-editor.org/rfc/rfc9112#section-9.6
func TestHTTPConnectionCloseOfAPoll(t *testing.T) {
	for name, tt := range map[string]struct {
		headers string
		waits   time.Duration
		parts   int
		ending  string
	}{
		"close":      {"Connection: close\r\n", 10 * time.Second, 0, "close"},
		"keep-alive": {"", 0, 1, "keep-alive"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				s, ways := b.sessionHTTP(2)
				post := func(headers string, body []byte) {
					frame, _, err := rawclient.Seal(b.key, rawclient.Sealed{
						Salt: s.Salt(), SessionID: 77, MsgID: s.NextMsgID(), SeqNo: s.NextSeqNo(true), Body: body,
					}, rand.Reader)
					require.NoError(t, err)
					head := fmt.Sprintf("POST /api HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n", headers, len(frame))
					require.NoError(t, ways[1].Conn().SendRaw(t.Context(), append([]byte(head), frame...)))
				}
				start := time.Now()
				post(tt.headers, encodedTL(t, poll(0, 0, 10*time.Second)))
				post("", partBody(t, 1, 0, 2, contents(1024)))
				said := make([]byte, 4096)
				n, err := ways[1].Conn().ReadRaw(t.Context(), said)
				require.NoError(t, err)
				require.Equal(t, tt.waits, time.Since(start))
				require.Contains(t, string(said[:n]), "\r\nConnection: "+tt.ending+"\r\n")
				synctest.Wait()
				require.Len(t, b.Uploads(), tt.parts)
			})
		})
	}
}
