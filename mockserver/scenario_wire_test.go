package mockserver_test

import (
	"context"
	"encoding/binary"
	"net"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// onTheWire uploads part 0 once under a fault of the wire, and hands over what came
// of it: Invoke does not follow a new salt here. Then the part is sent again, over a
// connection of its own if the first is gone, and has to be taken.
func onTheWire(t *testing.T, r scenarios.Rule, check func(t *testing.T, answer []byte, err error, h *heard, stored bool)) {
	t.Helper()
	inHostileBubble(t, mockserver.Options{Scenario: partFault(0, r)}, func(t *testing.T, dc *mockserver.Server) {
		var h heard
		c := loggedIn(t, dc, rawclient.ClientOptions{OnMessage: h.note})
		h.all, h.when = nil, nil
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		answer, err := c.InvokeEnvelope(ctx, rawclient.Envelope{Body: partBody(t, 1, 0, 2, contents(kib))})
		cancel()
		<-time.After(time.Second)
		u, _ := dc.Upload(1)
		check(t, answer, err, &h, u.Parts[0].Stored)
		notes := events(dc, mockserver.EventPart)
		require.Equal(t, "fault", notes[0].Fault)
		require.NotEmpty(t, notes[0].Text)

		select {
		case <-c.Done():
			c = resume(t, dc, c.Key(), c, rawclient.ClientOptions{})
		default:
		}
		ok, err := c.SaveBigFilePart(t.Context(), 1, 0, 2, contents(kib))
		require.NoError(t, err)
		require.True(t, ok)
		require.NoError(t, c.Close())
	})
}

// Transport errors: the call was not carried out, and the connection stays.
// https://core.telegram.org/mtproto/mtproto-transports#transport-errors
func TestTransportErrorOnCommand(t *testing.T) {
	for _, code := range []int{-404, -429, -444} {
		for _, r := range []scenarios.Rule{
			{Reply: scenarios.TransportErrorReply(code)},
			{Reply: scenarios.TransportErrorReply(code), Delay: 5 * time.Second},
			{Reply: scenarios.TransportErrorReply(code), Store: scenarios.StoreKeep},
		} {
			onTheWire(t, r, func(t *testing.T, _ []byte, err error, _ *heard, stored bool) {
				var e *rawclient.TransportError
				require.ErrorAs(t, err, &e)
				require.EqualValues(t, code, e.Code)
				require.Equal(t, r.Store == scenarios.StoreKeep, stored)
			})
		}
	}
}

// Notices of ignored messages: the call was not carried out. A new salt comes with
// the one and is needed from then on.
// https://core.telegram.org/mtproto/service_messages_about_messages#notice-of-ignored-error-message
func TestRefusedMessageOnCommand(t *testing.T) {
	for code, reply := range map[int]scenarios.Reply{
		16: scenarios.BadMsgReply(16), 33: scenarios.BadMsgReply(33), 64: scenarios.BadMsgReply(64), 48: scenarios.BadServerSaltReply(),
	} {
		onTheWire(t, scenarios.Rule{Reply: reply}, func(t *testing.T, _ []byte, err error, h *heard, stored bool) {
			var e *rawclient.BadMsgError
			require.ErrorAs(t, err, &e)
			require.EqualValues(t, code, e.Code)
			require.EqualValues(t, 1, e.SeqNo&1, "the seqno of the query")
			require.False(t, stored)
			require.Empty(t, h.of(resultID))
			require.Empty(t, h.of(mt.MsgsAckTypeID), "what is refused is not acknowledged")
		})
	}
}

// The salt does change: who does not listen is refused for it again.
func TestBadServerSaltOnCommandChangesTheSalt(t *testing.T) {
	inHostileBubble(t, mockserver.Options{Scenario: partFault(0, scenarios.Rule{Reply: scenarios.BadServerSaltReply()})}, func(t *testing.T, dc *mockserver.Server) {
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		old := c.Session().Salt()
		ok, err := c.SaveBigFilePart(t.Context(), 1, 0, 2, contents(kib))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, 1, c.Resends())
		require.NotEqual(t, old, c.Session().Salt())
		_, err = c.InvokeEnvelope(t.Context(), rawclient.Envelope{Body: partBody(t, 1, 1, 2, contents(kib)), Salt: &old})
		var e *rawclient.BadMsgError
		require.ErrorAs(t, err, &e)
		require.EqualValues(t, 48, e.Code)
		require.NoError(t, c.Close())
	})
}

// The answer comes twice, as one message.
func TestDuplicateOnCommand(t *testing.T) {
	onTheWire(t, scenarios.Rule{Reply: scenarios.DuplicateReply()}, func(t *testing.T, _ []byte, err error, h *heard, stored bool) {
		require.NoError(t, err)
		require.True(t, stored)
		require.Len(t, h.of(resultID), 2)
		var ids []int64
		for _, m := range h.all {
			if m.Constructor() == resultID {
				ids = append(ids, m.MsgID)
			}
		}
		require.Equal(t, ids[0], ids[1])
	})
}

// The answer comes packed, and is the normal one inside.
func TestGzipOnCommand(t *testing.T) {
	onTheWire(t, scenarios.Rule{Reply: scenarios.GzipReply()}, func(t *testing.T, answer []byte, err error, h *heard, stored bool) {
		require.NoError(t, err)
		require.True(t, stored)
		require.Equal(t, uint32(0x997275b5), binary.LittleEndian.Uint32(answer), "boolTrue, once unpacked")
		require.Len(t, h.of(resultID), 1)
		require.EqualValues(t, proto.GZIPTypeID, binary.LittleEndian.Uint32(h.all[len(h.all)-1].Body[12:]))
	})
}

// Garbage: as many bytes as asked for, which no client can take for an answer.
func TestGarbageOnCommand(t *testing.T) {
	for _, size := range []int{4, 128, scenarios.MaxGarbage} {
		onTheWire(t, scenarios.Rule{Reply: scenarios.GarbageReply(size)}, func(t *testing.T, answer []byte, err error, _ *heard, stored bool) {
			require.NoError(t, err)
			require.True(t, stored)
			require.Len(t, answer, size)
			_, err = rawclient.Decode(answer)
			require.Error(t, err)
		})
	}
}

// A wrong msg_key: the client throws the message away and leaves. What it finds on
// its next connection is good.
func TestWrongMsgKeyOnCommand(t *testing.T) {
	onTheWire(t, scenarios.Rule{Reply: scenarios.WrongMsgKeyReply()}, func(t *testing.T, _ []byte, err error, h *heard, stored bool) {
		require.ErrorContains(t, err, "msg_key")
		require.True(t, stored)
		require.Empty(t, h.of(resultID))
	})
}

// A stalled connection is silent and open, whenever it stalls; others go on.
func TestStallOnCommand(t *testing.T) {
	for _, delay := range []time.Duration{0, 3 * time.Second} {
		for _, at := range []scenarios.DropPoint{scenarios.DropBeforeStore, scenarios.DropAfterStore} {
			rule := scenarios.Rule{Match: only(0), Times: 1, Delay: delay, Reply: scenarios.DropHowReply(at, scenarios.DropStall)}
			scenario := faults(rule)
			scenario.Expect = []scenarios.Expectation{{Kind: scenarios.ExpectRetry, Retry: scenarios.RetryExpected{After: scenarios.AfterDrop}}}
			inBubble(t, mockserver.Options{Scenario: scenario}, func(t *testing.T, b *bubble) {
				c := b.client()
				got, _ := patient(t, c, time.Minute, 1, 0, 2, contents(kib))
				require.Equal(t, "silence", got)
				require.Contains(t, b.Verdict().Checks[0].Findings[0].Text, "was answered by the stall of its connection")
				require.Equal(t, at == scenarios.DropAfterStore, b.stored(1, 0))
				got, _ = patient(t, c, time.Minute, 1, 1, 2, contents(kib))
				require.Equal(t, "silence", got, "nor is anything else answered")
				require.False(t, b.stored(1, 1))
				require.NoError(t, c.Err(), "the connection is open")
				require.Equal(t, "true", part(t, b.client(), 1, 1, 2, contents(5)))
				<-time.After(5 * time.Minute)
				require.Error(t, c.Err(), "IdleTime ends it")
			})
		}
	}
}

// A reset is one that the client's system tells it of.
func TestResetOnCommand(t *testing.T) {
	rule := scenarios.Rule{Match: only(0), Times: 1, Reply: scenarios.DropHowReply(scenarios.DropAfterStore, scenarios.DropRST)}
	dc := mockserver.Start(t, mockserver.Options{Scenario: faults(rule)})
	c := dial(t, dc, rawclient.Options{})
	require.Equal(t, "gone", part(t, c, 1, 0, 2, contents(kib)))
	var e *net.OpError
	require.ErrorAs(t, c.Err(), &e)
	reset := syscall.ECONNRESET
	if runtime.GOOS == "windows" {
		reset = 10054 // WSAECONNRESET
	}
	require.ErrorIs(t, e, reset)
	require.Equal(t, "true", part(t, dial(t, dc, rawclient.Options{}), 1, 0, 2, contents(kib)))
}

// A migration is an error with a code of its own.
// https://core.telegram.org/api/errors#303-see-other
func TestMigrateOnCommand(t *testing.T) {
	rule := scenarios.Rule{Match: only(0), Times: 1, Reply: scenarios.MigrateReply("FILE", 4)}
	inBubble(t, mockserver.Options{Scenario: faults(rule)}, func(t *testing.T, b *bubble) {
		_, err := b.client().SaveBigFilePart(t.Context(), 1, 0, 2, contents(kib))
		requireRPCError(t, err, 303, "FILE_MIGRATE_4")
		require.False(t, b.stored(1, 0))
	})
}
