package mockserver_test

import (
	"crypto/rand"
	"encoding/binary"
	"net"
	"testing"
	"testing/synctest"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// halves is a client that sends the frame of a part in two pieces.
type halves struct {
	*rawclient.Session
	t    *testing.T
	last []byte // what is to come of the frame
}

// halved opens a session with the key over the plainest transport, and greets with a ping.
func halved(t *testing.T, b *bubble, key *rawclient.AuthKey) *halves {
	t.Helper()
	here, there := net.Pipe()
	b.wg.Go(func() { b.ServeConnDC(b.DC(), there) })
	c, err := rawclient.NewConn(here, rawclient.Options{Transport: rawclient.Intermediate})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	s, err := rawclient.NewSession(c, key, 0)
	require.NoError(t, err)
	h := &halves{Session: s, t: t}
	h.ping()
	return h
}

func (h *halves) ping() {
	h.t.Helper()
	_, err := h.Send(h.t.Context(), rawclient.Envelope{Body: pingBody(1)})
	require.NoError(h.t, err)
	require.EqualValues(h.t, mt.PongTypeID, next(h.t, h.Session).Constructor())
}

// begin sends all of a part but the last bytes, and waits until the server has done what
// it can with them. change is made to the frame before, nil for none.
func (h *halves) begin(body []byte, change func(frame []byte)) {
	h.t.Helper()
	frame, _, err := rawclient.Seal(h.Key(), rawclient.Sealed{Salt: h.Salt(), SessionID: h.ID(), MsgID: h.NextMsgID(), SeqNo: h.NextSeqNo(true), Body: body}, rand.Reader)
	require.NoError(h.t, err)
	if change != nil {
		change(frame)
	}
	sent := append(binary.LittleEndian.AppendUint32(nil, uint32(len(frame))), frame...)
	first := len(sent) * 2 / 3
	h.last = sent[first:]
	require.NoError(h.t, h.Conn().SendRaw(h.t.Context(), sent[:first]))
	synctest.Wait()
}

func (h *halves) end() {
	h.t.Helper()
	require.NoError(h.t, h.Conn().SendRaw(h.t.Context(), h.last))
}

// result reads the answer to a part.
func (h *halves) result() rawclient.Message {
	h.t.Helper()
	m := next(h.t, h.Session)
	require.Equal(h.t, uint32(0xf35c6d01), m.Constructor(), "an rpc_result")
	return m
}

// A frame is opened while it arrives, and that makes no difference to anybody.
func TestFramesThatAreOnTheirWay(t *testing.T) {
	whole := func(file int64) []byte { return partBody(t, file, 0, 1, contents(300*kib)) }
	for name, test := range map[string]func(b *bubble, h *halves){
		"two connections in turns": func(b *bubble, h *halves) {
			other := halved(b.t, b, h.Key())
			h.begin(whole(1), nil)
			other.begin(whole(2), nil)
			h.end()
			other.end()
			h.result()
			other.result()
			for _, file := range []int64{1, 2} {
				u, ok := b.Upload(file)
				require.True(b.t, ok)
				part, err := u.Bytes()
				require.NoError(b.t, err)
				require.Equal(b.t, contents(300*kib), part)
			}
		},
		"the connection ends in it": func(b *bubble, h *halves) {
			h.begin(whole(1), nil)
			require.NoError(b.t, h.Conn().Close())
			again := halved(b.t, b, h.Key())
			again.begin(whole(1), nil)
			again.end()
			again.result()
		},
		"the key is forgotten meanwhile": func(b *bubble, h *halves) {
			other := b.login("99:another")
			h.begin(whole(1), nil)
			require.Equal(b.t, 1, b.ForgetKey(h.Key().ID))
			h.end()
			_, err := h.Conn().RecvFrame(b.t.Context())
			require.ErrorContains(b.t, err, "-404")
			again, err := rawclient.NewSession(h.Conn(), other.Key(), 0)
			require.NoError(b.t, err)
			h.Session = again
			h.begin(whole(2), nil)
			h.end()
			h.result()
			_, ok := b.Upload(1)
			require.False(b.t, ok)
		},
		"its last byte is wrong": func(b *bubble, h *halves) {
			h.begin(whole(1), func(frame []byte) { frame[len(frame)-1] ^= 1 })
			h.end()
			_, err := h.Conn().RecvFrame(b.t.Context())
			require.Error(b.t, err, "the connection is closed")
			_, ok := b.Upload(1)
			require.False(b.t, ok)
			awaitEvent(b.t, b.Server, mockserver.EventRefused, "not a valid message")
		},
		"its key is unknown": func(b *bubble, h *halves) {
			h.begin(whole(1), func(frame []byte) { frame[0] ^= 1 })
			h.end()
			_, err := h.Conn().RecvFrame(b.t.Context())
			require.ErrorContains(b.t, err, "-404")
			h.ping()
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, digest := range []bool{false, true} {
				o := mockserver.Options{AtEnd: mockserver.AtEnd{AllowUnknown: true}}
				if digest && name != "two connections in turns" {
					o.Store = mockserver.StoreDigest
				}
				inBubble(t, o, func(t *testing.T, b *bubble) {
					c := b.client()
					key := c.Key()
					test(b, halved(t, b, key))
					_ = c.Close()
				})
			}
		})
	}
}
