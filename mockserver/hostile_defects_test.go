package mockserver_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Tests named TestDefect hold what was found wrong, by running it, in the test
// server of github.com/gotd/td v0.161.0: it must not come back here.

func TestDefectConnectAndCloseEndsTheServer(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	beside(t, dc, func() {
		for range 50 {
			require.NoError(t, rawDial(t, dc).Close())
		}
	})
	dial(t, dc, rawclient.Options{})
}

func TestDefectIdleSocketBlocksOthers(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	for range 20 {
		rawDial(t, dc)
	}
	dial(t, dc, rawclient.Options{})
}

// Every length that the full transport can claim below a whole message: an end, an
// event, and no panic. Start fails the test if there is one.
func TestDefectShortLengthsOfFullPanic(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	beside(t, dc, func() {
		for length := range uint32(20) {
			c := rawDial(t, dc)
			before := lastSeq(dc)
			frame := binary.LittleEndian.AppendUint32(nil, length)
			frame = binary.LittleEndian.AppendUint32(frame, 0)
			if length > 12 {
				frame = append(frame, make([]byte, length-12)...)
			}
			frame = binary.LittleEndian.AppendUint32(frame, crc32.ChecksumIEEE(frame))
			_, err := c.Write(append(frame, make([]byte, 64)...))
			require.NoError(t, err)
			assert.Empty(t, requireEnd(t, c), "length %d", length)
			requireRefusal(t, dc, before, "full")
		}
	})
}

// The answer to a query over the first connection of a session comes over its second.
func TestDefectReplyGoesToTheClosedConnection(t *testing.T) {
	for _, first := range []string{"closed", "still open"} {
		t.Run(first, func(t *testing.T) {
			dc := mockserver.Start(t, mockserver.Options{})
			key := dial(t, dc, rawclient.Options{}).Key()
			a := rawSession(t, dc, key)
			_, err := a.Send(t.Context(), rawclient.Envelope{Body: pingBody(1)})
			require.NoError(t, err)
			next(t, a)
			b, err := rawclient.NewSession(rawConn(t, dc, rawclient.Options{}), key, a.ID())
			require.NoError(t, err)
			goOn(b, a)
			if first == "closed" {
				require.NoError(t, a.Conn().Close())
			}
			for i := byte(2); i < 6; i++ {
				_, err = b.Send(t.Context(), rawclient.Envelope{Body: pingBody(i)})
				require.NoError(t, err)
				require.EqualValues(t, mt.PongTypeID, next(t, b).Constructor())
			}
			if first == "closed" {
				return
			}
			// Asked over the older one, answered over the newer one.
			goOn(a, b)
			_, err = a.Send(t.Context(), rawclient.Envelope{Body: pingBody(6)})
			require.NoError(t, err)
			require.EqualValues(t, mt.PongTypeID, next(t, b).Constructor())
		})
	}
}

// Clients that connect, make keys, begin sessions and upload at once: for the race
// detector.
func TestDefectTwoClientsRace(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	data := contents(40 << 10)
	var all sync.WaitGroup
	for i := range int64(8) {
		all.Go(func() {
			c, err := rawclient.Connect(t.Context(), dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
			if !assert.NoError(t, err) {
				return
			}
			defer func() { assert.NoError(t, c.Close()) }()
			_, err = c.InitConnection(t.Context(), 228)
			assert.NoError(t, err)
			_, err = c.LoginBot(t.Context(), "123456:fake-token") // the same account for all
			assert.NoError(t, err)
			for file := range int64(3) {
				_, err = upload(t.Context(), c, file%2*100+i/2, data, 4<<10)
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
	require.Empty(t, events(dc, mockserver.EventRefused))
}

// Incoming salt, seqno and msg_id are judged, and outgoing ones are right.
func TestDefectSaltSeqnoAndMsgIDAreIgnored(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	key := dial(t, dc, rawclient.Options{}).Key()
	for name, tc := range map[string]struct {
		spoil func(e *rawclient.Envelope)
		code  int
	}{
		"a salt of 0":          {func(e *rawclient.Envelope) { e.Salt = rawclient.Ptr(int64(0)) }, 48},
		"a msg_id from 1970":   {func(e *rawclient.Envelope) { e.MsgID = rawclient.Ptr(int64(4 << 32)) }, 16},
		"a msg_id of tomorrow": {func(e *rawclient.Envelope) { e.MsgID = rawclient.Ptr(rawclient.MsgID(time.Now().Add(24 * time.Hour))) }, 17},
		"an odd msg_id":        {func(e *rawclient.Envelope) { e.MsgID = rawclient.Ptr(rawclient.MsgID(time.Now()) | 1) }, 18},
		"a seqno that was":     {func(e *rawclient.Envelope) { e.SeqNo = rawclient.Ptr(int32(1)) }, 32},
		"an even seqno":        {func(e *rawclient.Envelope) { e.SeqNo = rawclient.Ptr(int32(100)) }, 35},
	} {
		t.Run(name, func(t *testing.T) {
			s := rawSession(t, dc, key)
			_, err := s.Send(t.Context(), rawclient.Envelope{Body: pingBody(1)})
			require.NoError(t, err)
			pong := next(t, s)
			require.Equal(t, key.Salt, pong.Salt, "the server's messages carry the salt")
			require.EqualValues(t, 1, pong.MsgID&3)
			require.WithinDuration(t, time.Now(), rawclient.MsgIDTime(pong.MsgID), time.Minute)
			require.EqualValues(t, 2, pong.SeqNo, "after one content-related message")

			e := rawclient.Envelope{Body: partBody(t, 5, 0, 2, contents(1024))}
			tc.spoil(&e)
			_, err = s.Send(t.Context(), e)
			require.NoError(t, err)
			require.Equal(t, tc.code, code(t, next(t, s)))
			words := fmt.Sprintf("bad_msg_notification %d", tc.code)
			if tc.code == 48 {
				words = "bad_server_salt"
			}
			awaitEvent(t, dc, mockserver.EventRefused, words)
			_, stored := dc.Upload(5)
			require.False(t, stored, "what is refused is not carried out")
		})
	}
}

// The same frame three times, and once more from another connection: the part is
// judged once, and answered each time.
func TestDefectReplayedMessageIsExecutedAgain(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	key := dial(t, dc, rawclient.Options{}).Key()
	s := rawSession(t, dc, key)
	sent, err := s.Send(t.Context(), rawclient.Envelope{Body: partBody(t, 5, 0, 2, contents(1024))})
	require.NoError(t, err)
	require.NoError(t, s.Conn().SendFrame(t.Context(), sent.Frame))
	require.NoError(t, s.Conn().SendFrame(t.Context(), sent.Frame))
	first := next(t, s)
	requireResultOf(t, sent.MsgID, first)
	for range 2 {
		again := next(t, s)
		require.Equal(t, first.MsgID, again.MsgID, "the same answer")
		require.Equal(t, first.Body, again.Body)
	}
	other := rawConn(t, dc, rawclient.Options{})
	require.NoError(t, other.SendFrame(t.Context(), sent.Frame))
	frame, err := other.RecvFrame(t.Context())
	require.NoError(t, err)
	m, err := rawclient.Open(key, frame)
	require.NoError(t, err)
	require.NotEqual(t, uint32(mt.NewSessionCreatedTypeID), m.Constructor())

	u, found := dc.Upload(5)
	require.True(t, found)
	require.Equal(t, 1, u.Parts[0].Attempts)
}

func requireResultOf(t *testing.T, request int64, m rawclient.Message) {
	t.Helper()
	var v proto.Result
	require.NoError(t, v.Decode(&bin.Buffer{Buf: m.Body}))
	require.Equal(t, request, v.RequestMessageID)
}

// Each padding from 0 to 15 bytes behind a part of a padded intermediate connection.
func TestDefectTwelveOfSixteenPaddingsEndTheConnection(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	for padding := range 16 {
		c := dial(t, dc, rawclient.Options{Transport: rawclient.Padded, Padding: func() int { return padding }})
		ok, err := c.SaveBigFilePart(t.Context(), int64(padding), 0, 2, contents(1024))
		require.NoError(t, err, "%d bytes", padding)
		require.True(t, ok)
	}
}

func TestDefectUploadRules(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{Store: mockserver.StoreDigest})
	c := dial(t, dc, rawclient.Options{})
	data := contents(1024)
	save := func(file int64, part, total int32, data []byte) error {
		ok, err := c.SaveBigFilePart(t.Context(), file, part, total, data)
		if err == nil && !ok {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	require.NoError(t, save(1, 0, 3, data))
	require.NoError(t, save(1, 1, 3, data))
	require.NoError(t, save(1, 2, 3, data[:7]), "a legal short last part")
	require.ErrorContains(t, save(2, 7, 3, data), "FILE_PART_INVALID", "part 7 of 3")
	require.ErrorContains(t, save(2, 0, 3, data[:1001]), "FILE_PART_SIZE_INVALID", "a first part of 1,001 bytes")
	require.ErrorContains(t, save(3, 0, 4001, data), "FILE_PARTS_INVALID")

	const parts = 4000
	errs := make(chan error)
	for worker := range int32(8) {
		go func() {
			var err error
			for i := worker; i < parts && err == nil; i += 8 {
				err = save(4, i, parts, data)
			}
			errs <- err
		}()
	}
	for range 8 {
		require.NoError(t, <-errs)
	}
	u, _ := dc.Upload(4)
	require.True(t, u.Report.Complete)
	require.Equal(t, parts, u.Report.Stored)
}

// A quick ack is answered with the token that the client expects.
// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
func TestDefectNoQuickAck(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	key := dial(t, dc, rawclient.Options{}).Key()
	for _, tr := range []rawclient.Transport{rawclient.Abridged, rawclient.Intermediate, rawclient.Padded} {
		t.Run(tr.String(), func(t *testing.T) {
			s, err := rawclient.NewSession(rawConn(t, dc, rawclient.Options{Transport: tr}), key, 0)
			require.NoError(t, err)
			sent, err := s.Send(t.Context(), rawclient.Envelope{Body: pingBody(1), QuickAck: true})
			require.NoError(t, err)
			next(t, s)
			require.Equal(t, []uint32{sent.QuickAck}, s.Conn().QuickAcks())
		})
	}
}
