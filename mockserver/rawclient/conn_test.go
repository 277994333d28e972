package rawclient

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Frames of many lengths go to gotd's codecs and come back from them, over all
// transports; nothing stays behind (the bubble would not end).
func TestTransportsAgainstGotd(t *testing.T) {
	for name, o := range peers {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, p := pair(t, o)
				wait := p.serve(o, func() {
					for frame := p.recv(); frame != nil; frame = p.recv() {
						p.send(frame)
					}
				})
				for _, n := range []int{4, 12, 0x7e * 4, 0x7f * 4, 4096, 600_000} {
					want := PlainMessage{MsgID: 4, Body: bytes.Repeat([]byte{7, 6, 5, 4}, n/4)}.Append(nil)
					require.NoError(t, c.SendFrame(t.Context(), want))
					got, err := c.RecvFrame(t.Context())
					require.NoError(t, err)
					require.True(t, bytes.Equal(want, got), "length %d", n)
				}
				assert.Equal(t, o.DC, p.dc)
				require.NoError(t, c.Close())
				_ = p.socket.Close()
				wait()
			})
		})
	}
}

func TestOptionsRefused(t *testing.T) {
	for name, o := range map[string]Options{
		"full obfuscated":        {Transport: Full, Obfuscated: true},
		"no header, obfuscated":  {Obfuscated: true, NoPreamble: true},
		"HTTP obfuscated":        {Transport: HTTP, Obfuscated: true},
		"HTTP in a websocket":    {Transport: HTTP, WebSocket: true},
		"transport out of range": {Transport: 9},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := NewConn(nil, o)
			require.Error(t, err)
		})
	}
}

// Raw bytes leave without tag or frame, and what comes back is readable as bytes
// and then as frames.
func TestRawBelowEverything(t *testing.T) {
	c, p := pair(t, Options{Transport: Intermediate})
	go func() {
		got := make([]byte, 5)
		_, _ = io.ReadFull(p.socket, got)
		_, _ = p.socket.Write(got)
		_, _ = p.socket.Write([]byte{4, 0, 0, 0, 1, 2, 3, 4})
	}()
	require.NoError(t, c.SendRaw(deadline(t), []byte("hello")))
	got := make([]byte, 16)
	n, err := c.ReadRaw(deadline(t), got)
	require.NoError(t, err)
	assert.Equal(t, "hello", string(got[:n]))
	frame, err := c.RecvFrame(deadline(t))
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 3, 4}, frame)
}

func TestTagIsSentOnce(t *testing.T) {
	tests := map[string]struct {
		o    Options
		want []byte
	}{
		"abridged":     {Options{}, []byte{0xef, 1, 'a', 'b', 'c', 'd', 1, 'a', 'b', 'c', 'd'}},
		"intermediate": {Options{Transport: Intermediate}, []byte("\xee\xee\xee\xee\x04\x00\x00\x00abcd\x04\x00\x00\x00abcd")},
		"no preamble":  {Options{NoPreamble: true}, []byte{1, 'a', 'b', 'c', 'd', 1, 'a', 'b', 'c', 'd'}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, p := pair(t, tt.o)
			go func() {
				_ = c.SendFrame(deadline(t), []byte("abcd"))
				_ = c.SendFrame(deadline(t), []byte("abcd"))
				_ = c.Close()
			}()
			got, err := io.ReadAll(p.socket)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestReadBeforeKeysIsRefused(t *testing.T) {
	c, _ := pair(t, Options{Obfuscated: true})
	_, err := c.RecvFrame(deadline(t))
	assert.ErrorIs(t, err, ErrNotOpen)
}

// A read that its context ended must not lose the half frame it had.
func TestCancelledReadGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, p := pair(t, Options{Transport: Intermediate})
		cancelled := make(chan struct{})
		go func() {
			_, _ = p.socket.Write([]byte{8, 0, 0, 0, 1, 2, 3})
			<-cancelled
			_, _ = p.socket.Write([]byte{4, 5, 6, 7, 8})
		}()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		_, err := c.RecvFrame(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		close(cancelled)
		frame, err := c.RecvFrame(t.Context())
		require.NoError(t, err)
		assert.Equal(t, []byte{1, 2, 3, 4, 5, 6, 7, 8}, frame)
	})
}

// A server that does not read must not hold a writer for ever, and what was cut
// off must not be followed by another frame.
func TestCancelledWriteBreaksTheStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := pair(t, Options{Transport: Full})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.ErrorIs(t, c.SendFrame(ctx, []byte("abcd")), context.DeadlineExceeded)
		require.ErrorIs(t, c.SendFrame(t.Context(), []byte("abcd")), context.DeadlineExceeded)
	})
}

func TestCloseEndsReadAndWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := pair(t, Options{Transport: Full})
		errs := make(chan error, 2)
		go func() { errs <- c.SendFrame(t.Context(), []byte("abcd")) }()
		go func() { _, err := c.RecvFrame(t.Context()); errs <- err }()
		synctest.Wait()
		require.NoError(t, c.Close())
		assert.ErrorIs(t, <-errs, ErrClosed)
		assert.ErrorIs(t, <-errs, ErrClosed)
		require.NoError(t, c.Close(), "twice")
	})
}

func TestEndOfStream(t *testing.T) {
	tests := map[string]struct {
		sent []byte
		want error
	}{
		"between frames": {nil, io.EOF},
		"in the length":  {[]byte{8, 0}, io.ErrUnexpectedEOF},
		"in the payload": {[]byte{8, 0, 0, 0, 1}, io.ErrUnexpectedEOF},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c, p := pair(t, Options{Transport: Intermediate})
			go func() {
				_, _ = p.socket.Write(tt.sent)
				_ = p.socket.Close()
			}()
			_, err := c.RecvFrame(deadline(t))
			assert.ErrorIs(t, err, tt.want)
		})
	}
}

// Quick acks stand between frames and are told apart on each transport.
func TestQuickAckAndTransportError(t *testing.T) {
	const token = 0x81020304
	for _, tr := range []Transport{Abridged, Intermediate, Padded} {
		t.Run(tr.String(), func(t *testing.T) {
			c, p := pair(t, Options{Transport: tr})
			ack := binary.LittleEndian.AppendUint32(nil, token)
			frame := []byte{4, 0, 0, 0, 0x6c, 0xfe, 0xff, 0xff}
			if tr == Abridged {
				ack = binary.BigEndian.AppendUint32(nil, token)
				frame = []byte{1, 0x6c, 0xfe, 0xff, 0xff}
			}
			go func() { _, _ = p.socket.Write(append(ack, frame...)) }()
			_, err := c.RecvFrame(deadline(t))
			var transport *TransportError
			require.ErrorAs(t, err, &transport)
			assert.EqualValues(t, -404, transport.Code)
			assert.Equal(t, []uint32{token}, c.QuickAcks())
			assert.Empty(t, c.QuickAcks())
		})
	}
}

func TestDialRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())
	_, err = Dial(deadline(t), addr, Options{})
	require.ErrorContains(t, err, "dialing")
}

// What was not sent has no number: the server would miss it for ever.
func TestFramesThatWereNotSentAreNotCounted(t *testing.T) {
	here, there := net.Pipe()
	c, err := NewConn(here, Options{Transport: Full})
	require.NoError(t, err)
	defer c.Close()
	frame := Frame{Payload: make([]byte, 8)}
	require.Error(t, c.SendFrames(t.Context(), frame, Frame{Payload: make([]byte, 8), QuickAck: true}))
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.SendFrames(ended, frame), context.Canceled)

	sent := make([]byte, 20)
	read := make(chan error, 1)
	go func() {
		_, err := io.ReadFull(there, sent)
		read <- err
	}()
	require.NoError(t, c.SendFrames(t.Context(), frame))
	require.NoError(t, <-read)
	require.Zero(t, binary.LittleEndian.Uint32(sent[4:]))
}
