package mockserver_test

import (
	"crypto/rand"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// hasty is a client all of whose frames are there before the server looks at the first.
type hasty struct {
	*rawclient.Session
	t    *testing.T
	conn *net.TCPConn // the server's end
}

// hurry connects to a server that does not look yet. The first frame is a ping: who has
// said nothing that opens is a stranger, and waits for each frame.
func hurry(t *testing.T, dc *mockserver.Server, o rawclient.Options) *hasty {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = l.Close() }()
	theirs, err := net.Dial("tcp", l.Addr().String())
	require.NoError(t, err)
	ours, err := l.Accept()
	require.NoError(t, err)
	require.NoError(t, ours.(*net.TCPConn).SetReadBuffer(4<<20))
	c, err := rawclient.NewConn(theirs, o)
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = c.Close(), ours.Close() })
	h := &hasty{t: t, conn: ours.(*net.TCPConn)}
	h.Session, err = rawclient.NewSession(c, dial(t, dc, rawclient.Options{}).Key(), 0)
	require.NoError(t, err)
	h.send(pingBody(1), nil)
	return h
}

// send sends a frame; change is made to it before, nil for none.
func (h *hasty) send(body []byte, change func(frame []byte) []byte) {
	h.t.Helper()
	frame, _, err := rawclient.Seal(h.Key(), rawclient.Sealed{Salt: h.Salt(), SessionID: h.ID(), MsgID: h.NextMsgID(), SeqNo: h.NextSeqNo(true), Body: body}, rand.Reader)
	require.NoError(h.t, err)
	if change != nil {
		frame = change(frame)
	}
	require.NoError(h.t, h.Conn().SendFrame(h.t.Context(), frame))
}

// serve lets the server look, once so many bytes have come.
func (h *hasty) serve(dc *mockserver.Server, bytes int) {
	h.t.Helper()
	raw, err := h.conn.SyscallConn()
	require.NoError(h.t, err)
	require.Eventually(h.t, func() bool {
		n := uint32(0)
		require.NoError(h.t, raw.Control(func(fd uintptr) { n, _ = unix.IoctlGetUint32(int(fd), unix.TIOCINQ) }))
		return int(n) >= bytes
	}, 10*time.Second, time.Millisecond)
	done := make(chan struct{})
	go func() { defer close(done); dc.ServeConn(h.conn) }()
	h.t.Cleanup(func() { _ = h.conn.Close(); <-done })
	require.EqualValues(h.t, mt.PongTypeID, next(h.t, h.Session).Constructor())
}

func (h *hasty) result() {
	h.t.Helper()
	require.Equal(h.t, uint32(0xf35c6d01), next(h.t, h.Session).Constructor(), "an rpc_result")
}

const hastyPart = 32 * kib

func (h *hasty) part(file int64, index, total int32, change func(frame []byte) []byte) {
	h.t.Helper()
	h.send(partBody(h.t, file, index, total, contents(int(total) * hastyPart)[int(index)*hastyPart:][:hastyPart]), change)
}

// requireFile demands that all parts of a file are there, as they were sent.
func requireFile(t *testing.T, dc *mockserver.Server, file int64, parts int) {
	t.Helper()
	u, ok := dc.Upload(file)
	require.True(t, ok)
	got, err := u.Bytes()
	require.NoError(t, err)
	require.Equal(t, contents(parts*hastyPart), got)
}

// gained is how many pairs there are of so many that are worth it: none on a processor that
// gains nothing.
func gained[n int | int64](pairs n) n {
	if !envelope.BothGain() {
		return 0
	}
	return pairs
}

// Frames that are there before they are asked for are opened by twos, whatever their
// number, over each transport, and each is answered.
func TestFramesThatAreThereAreOpenedByTwos(t *testing.T) {
	for name, o := range map[string]rawclient.Options{
		"abridged":              {},
		"intermediate":          {Transport: rawclient.Intermediate},
		"padded intermediate":   {Transport: rawclient.Padded},
		"full":                  {Transport: rawclient.Full},
		"obfuscated abridged":   {Obfuscated: true},
		"obfuscated and padded": {Transport: rawclient.Padded, Obfuscated: true},
	} {
		t.Run(name, func(t *testing.T) {
			dc := mockserver.Start(t, mockserver.Options{})
			for file, parts := range []int{1, 2, 3, 4, 7} {
				h := hurry(t, dc, o)
				for i := range parts {
					h.part(int64(file), int32(i), int32(parts), nil)
				}
				before := dc.Pairs()
				h.serve(dc, parts*hastyPart)
				for range parts {
					h.result()
				}
				require.EqualValues(t, gained(parts/2), dc.Pairs()-before)
				requireFile(t, dc, int64(file), parts)
				require.Zero(t, dc.Holding()["claims"])
			}
		})
	}
}

// A frame is carried out as if it had been opened alone, whatever is wrong with the one
// beside it.
func TestFramesOpenedByTwosAreApart(t *testing.T) {
	broken := func(frame []byte) []byte { frame[len(frame)-1] ^= 1; return frame }
	unknown := func(frame []byte) []byte { frame[0] ^= 1; return frame }
	cut := func(frame []byte) []byte { return frame[:len(frame)-8] }
	drop := scenarios.Rule{Match: only(0), Reply: scenarios.DropReply(scenarios.DropBeforeStore)}
	for _, c := range []struct {
		name          string
		first, second func(frame []byte) []byte
		scenario      *scenarios.Scenario
		event         string
		pairs         int64
		answered      int
		gone          bool
	}{
		{name: "both are fine", pairs: 1, answered: 2},
		{name: "the first is broken", first: broken, event: "not a valid message", pairs: 1, gone: true},
		{name: "the second is broken", second: broken, event: "not a valid message", pairs: 1, answered: 1, gone: true},
		{name: "the second has no whole blocks", second: cut, event: "not a valid message", pairs: 1, answered: 1, gone: true},
		{name: "the second has an unknown key", second: unknown, event: "unknown auth key", answered: 1},
		{name: "the scenario drops the connection at the first", scenario: faults(drop), pairs: 1, gone: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			dc := mockserver.Start(t, mockserver.Options{Scenario: c.scenario, AtEnd: mockserver.AtEnd{AllowUnknown: true, AllowUnmet: true}})
			h := hurry(t, dc, rawclient.Options{Transport: rawclient.Intermediate})
			h.part(1, 0, 2, c.first)
			h.part(1, 1, 2, c.second)
			h.serve(dc, 2*hastyPart)
			for range c.answered {
				h.result()
			}
			if c.event != "" {
				awaitEvent(t, dc, mockserver.EventRefused, c.event)
			}
			if !c.gone && c.answered == 1 {
				_, err := h.Conn().RecvFrame(t.Context())
				require.ErrorContains(t, err, "-404")
			}
			if c.gone {
				_, err := h.Conn().RecvFrame(t.Context())
				require.True(t, errors.Is(err, io.EOF) || errors.Is(err, unix.ECONNRESET), "%v", err)
			}
			require.Equal(t, gained(c.pairs), dc.Pairs())
			require.Eventually(t, func() bool { return dc.Holding()["claims"] == 0 }, 10*time.Second, time.Millisecond)
			stored := 0
			if u, ok := dc.Upload(1); ok {
				for _, p := range u.Parts {
					if p.Stored {
						stored++
					}
				}
			}
			require.Equal(t, c.answered, stored, "what was answered is stored, and nothing else")
		})
	}
}

// Nothing is waited for: a frame of which a byte is missing does not hold up the one before.
func TestFrameDoesNotWaitForTheOneBehindIt(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	h := hurry(t, dc, rawclient.Options{Transport: rawclient.Intermediate})
	h.part(1, 0, 2, nil)
	frame, _, err := rawclient.Seal(h.Key(), rawclient.Sealed{Salt: h.Salt(), SessionID: h.ID(), MsgID: h.NextMsgID(), SeqNo: h.NextSeqNo(true), Body: partBody(t, 1, 1, 2, contents(2 * hastyPart)[hastyPart:])}, rand.Reader)
	require.NoError(t, err)
	stream := append([]byte{byte(len(frame)), byte(len(frame) >> 8), byte(len(frame) >> 16), 0}, frame...)
	require.NoError(t, h.Conn().SendRaw(t.Context(), stream[:len(stream)-1]))
	h.serve(dc, 2*hastyPart)
	h.result()
	require.Zero(t, dc.Pairs())
	require.NoError(t, h.Conn().SendRaw(t.Context(), stream[len(stream)-1:]))
	h.result()
	requireFile(t, dc, 1, 2)
}
