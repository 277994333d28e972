package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// accepted returns a server side that has been announced a transport, and its connection.
func accepted(t testing.TB, name string, o Options) (*Conn, *script) {
	t.Helper()
	first := announced(name)
	if name == nameFull {
		first = fullFirst
	}
	s := newScript(first, 0)
	c, err := Accept(s, o)
	require.NoError(t, err)
	return c, s
}

func TestWriteFramesOnTheWire(t *testing.T) {
	t.Parallel()
	a, b := bytes.Repeat([]byte{0xaa}, 504), bytes.Repeat([]byte{0xbb}, 508)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	for name, want := range map[string][]byte{
		nameAbridged:     join([]byte{126}, a, []byte{0x7f, 127, 0, 0}, b),
		nameIntermediate: join([]byte{0xf8, 1, 0, 0}, a, []byte{0xfc, 1, 0, 0}, b),
		namePadded:       join([]byte{0xf8, 1, 0, 0}, a, []byte{0xfc, 1, 0, 0}, b),
		nameFull:         join(fullFrame(0, a), fullFrame(1, b)),
	} {
		c, s := accepted(t, name, Options{Padding: -1})
		require.NoError(t, c.WriteFrames(a, b))
		require.Equal(t, want, s.out.Bytes(), name)
		require.Equal(t, 1, s.writes, "%s: frames that are ready together leave in one write", name)
		require.Equal(t, bytes.Repeat([]byte{0xaa}, 504), a, "a payload is not changed")
	}
}

func TestWritePaddingReachesItsBoundsAndNoFurther(t *testing.T) {
	t.Parallel()
	message := encrypted(2)
	for most, option := range map[int]int{0: -1, 3: 0, 7: 7, 15: 15} {
		c, s := accepted(t, namePadded, Options{Padding: option})
		seen := map[int]bool{}
		for range 2000 {
			s.out.Reset()
			require.NoError(t, c.WriteFrames(message))
			frame := s.out.Bytes()
			require.EqualValues(t, len(frame)-4, binary.LittleEndian.Uint32(frame))
			require.Equal(t, message, frame[4:4+len(message)])
			seen[len(frame)-4-len(message)] = true
		}
		require.Len(t, seen, most+1)
		require.True(t, seen[0] && seen[most])
	}
}

// One random byte says how much padding there is, and others are the padding.
func TestWritePaddingIsRandom(t *testing.T) {
	t.Parallel()
	random := append([]byte{6}, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff)
	message := encrypted(1)
	c, s := accepted(t, namePadded, Options{Rand: bytes.NewReader(random)})
	require.NoError(t, c.WriteFrames(message))
	require.Equal(t, append(message, 0x11, 0x22), s.out.Bytes()[4:], "6 mod 4 bytes")
}

func TestWriteReportsADryRandomSource(t *testing.T) {
	t.Parallel()
	c, s := accepted(t, namePadded, Options{Rand: bytes.NewReader(make([]byte, 16))})
	require.NoError(t, c.WriteFrames(encrypted(1)))
	require.ErrorIs(t, c.WriteFrames(encrypted(1)), io.EOF)
	require.Equal(t, 4+40, s.out.Len())
}

func TestWriteQuickAckOnTheWire(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]byte{
		nameAbridged:     {0x81, 0x02, 0x03, 0x04},
		nameIntermediate: {0x04, 0x03, 0x02, 0x81},
		namePadded:       {0x04, 0x03, 0x02, 0x81},
	} {
		c, s := accepted(t, name, Options{})
		require.NoError(t, c.WriteQuickAck(0x01020304))
		require.Equal(t, want, s.out.Bytes(), name)
	}
	c, s := accepted(t, nameFull, Options{})
	require.ErrorIs(t, c.WriteQuickAck(1), ErrNoQuickAck)
	require.Zero(t, s.out.Len())
	require.NoError(t, c.WriteFrames(make([]byte, 8)), "and the connection is still good")
}

func TestWriteErrorOnTheWire(t *testing.T) {
	t.Parallel()
	code := []byte{0x6c, 0xfe, 0xff, 0xff} // -404
	for name, want := range map[string][]byte{
		nameAbridged:     append([]byte{1}, code...),
		nameIntermediate: append([]byte{4, 0, 0, 0}, code...),
		namePadded:       append([]byte{4, 0, 0, 0}, code...),
		nameFull:         fullFrame(0, code),
	} {
		padding := bytes.NewReader(bytes.Repeat([]byte{MaxPadding}, 1+MaxPadding)) // as much as there can be
		c, s := accepted(t, name, Options{Padding: MaxPadding, Rand: padding})
		require.NoError(t, c.WriteError(-404))
		require.Equal(t, want, s.out.Bytes(), name)
	}
}

func TestWriteRefusesLengthsThatCannotTravel(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 5, MaxFrameCeiling + 4} {
		c, s := accepted(t, nameAbridged, Options{})
		require.EqualError(t, c.WriteFrames(make([]byte, 8), make([]byte, n)),
			fmt.Sprintf("wire: writing frame 2 of 2: %d bytes are no positive multiple of 4 up to 16777216", n))
		require.Zero(t, s.out.Len(), "not even the frame before it is sent")
		require.NoError(t, c.WriteFrames(make([]byte, 8)))
	}
	c, s := accepted(t, nameIntermediate, Options{})
	require.NoError(t, c.WriteFrames())
	require.Zero(t, s.writes)
	require.NoError(t, c.WriteFrames(make([]byte, MaxFrameCeiling)))
	require.Equal(t, 4+MaxFrameCeiling, s.out.Len())
}

func TestWriteNothingAfterAFailure(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	c, s := accepted(t, nameIntermediate, Options{})
	s.fail = broken
	require.ErrorIs(t, c.WriteFrames(make([]byte, 8)), broken)
	s.fail = nil
	require.ErrorIs(t, c.WriteFrames(make([]byte, 8)), broken)
	require.ErrorIs(t, c.WriteQuickAck(1), broken)
	require.Zero(t, s.out.Len())
}
