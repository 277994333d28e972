package wire

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// announced returns what opens a connection without obfuscation.
func announced(name string) []byte {
	switch name {
	case nameAbridged:
		return []byte{0xef}
	case nameIntermediate:
		return []byte{0xee, 0xee, 0xee, 0xee}
	case namePadded:
		return []byte{0xdd, 0xdd, 0xdd, 0xdd}
	}
	return nil
}

// fullFrame builds a frame of the full transport by the words of its specification.
func fullFrame(seqno uint32, payload []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(payload)+12))
	b = binary.LittleEndian.AppendUint32(b, seqno)
	b = append(b, payload...)
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// asked counts the bytes asked of an alloc.
type asked struct {
	calls, bytes int
}

func (a *asked) alloc(n int) []byte {
	a.calls++
	a.bytes += n
	return make([]byte, n)
}

func TestReadEveryShortLength(t *testing.T) {
	t.Parallel()
	for n := 0; n <= 64; n++ {
		payload := bytes.Repeat([]byte{0x5a}, n)
		long := []byte{byte(n), 0, 0, 0}
		frames := map[string][]byte{
			nameIntermediate: append(bytes.Clone(long), payload...),
			nameFull:         fullFrame(0, payload),
		}
		if n%4 == 0 {
			frames[nameAbridged] = append([]byte{byte(n / 4)}, payload...)
		}
		for name, frame := range frames {
			conn, err := Accept(newScript(append(announced(name), frame...), 0), Options{})
			require.NoError(t, err)
			got, err := conn.ReadFrame(nil)
			if n < smallestPayload {
				requireViolation(t, err, name, "auth_key_id")
				continue
			}
			require.NoError(t, err, "%s, %d bytes", name, n)
			require.Equal(t, Frame{Payload: payload}, got)
			_, err = conn.ReadFrame(nil)
			require.Equal(t, io.EOF, err)
		}
	}
}

// tgtest's codec panics on the lengths 1 to 3 and 8 to 11: every claim below the envelope must be an error here.
func TestReadFullClaims(t *testing.T) {
	t.Parallel()
	for claim := uint32(0); claim <= 64; claim++ {
		frame := binary.LittleEndian.AppendUint32(nil, claim)
		frame = append(frame, make([]byte, 4)...)
		conn, err := Accept(newScript(frame, 0), Options{})
		require.NoError(t, err)
		_, err = conn.ReadFrame(nil)
		if claim < 20 {
			requireViolation(t, err, "full")
		} else {
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		}
	}
}

func TestReadFullEnvelope(t *testing.T) {
	t.Parallel()
	payload := encrypted(3)
	flip := func(b []byte, at int) []byte { b[at] ^= 1; return b }
	for _, tc := range []struct {
		name   string
		second []byte
		words  []string
	}{
		{"in order", fullFrame(1, payload), nil},
		{"sequence number repeated", fullFrame(0, payload), []string{"sequence number 0", "1 was due"}},
		{"sequence number skipped", fullFrame(2, payload), []string{"sequence number 2", "1 was due"}},
		{"bit of the payload", flip(fullFrame(1, payload), 20), []string{"CRC32", "frame 1"}},
		{"bit of the checksum", flip(fullFrame(1, payload), len(payload)+8), []string{"CRC32", "frame 1"}},
	} {
		conn, err := Accept(newScript(append(fullFrame(0, payload), tc.second...), 0), Options{})
		require.NoError(t, err)
		_, err = conn.ReadFrame(nil)
		require.NoError(t, err)
		got, err := conn.ReadFrame(nil)
		if tc.words != nil {
			requireViolation(t, err, tc.words...)
			continue
		}
		require.NoError(t, err, tc.name)
		require.Equal(t, payload, got.Payload)
	}
}

// A length nobody can have is refused before a byte is asked for; one that is allowed asks only once its start is there.
func TestReadLengthsThatLie(t *testing.T) {
	t.Parallel()
	max := uint32(DefaultMaxFrame)
	le := binary.LittleEndian.AppendUint32
	for _, tc := range []struct {
		name    string
		header  []byte
		allowed bool
	}{
		{nameAbridged, []byte{0x7f, 0xff, 0xff, 0xff}, false}, // 64 MiB
		{nameAbridged, le(nil, (max/4+1)<<8|0x7f), false},
		{nameAbridged, le(nil, max/4<<8|0x7f), true},
		{nameIntermediate, le(nil, 1<<31-1), false},
		{nameIntermediate, le(nil, max+1), false},
		{nameIntermediate, le(nil, max), true},
		{namePadded, le(nil, 1<<31-1), false},
		{namePadded, le(nil, max+1), false},
		{namePadded, le(nil, max), true},
		{nameFull, le(le(nil, 1<<32-1), 0), false},
		{nameFull, le(le(nil, 1<<31), 0), false},
		{nameFull, le(le(nil, max+13), 0), false},
		{nameFull, le(le(nil, max+12), 0), true},
	} {
		for _, arrived := range []int{0, 1, 4 << 10, proofSize - 1, proofSize, proofSize + 1} {
			stream := append(append(announced(tc.name), tc.header...), make([]byte, arrived)...)
			conn, err := Accept(newScript(stream, 0), Options{})
			require.NoError(t, err)
			var got asked
			_, err = conn.ReadFrame(got.alloc)
			switch {
			case !tc.allowed:
				requireViolation(t, err, tc.name, "limit of 2097152")
				require.Zero(t, got)
			case arrived < proofSize:
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
				require.Zero(t, got, "%s: asked with %d bytes there", tc.name, arrived)
			default:
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
				require.Equal(t, asked{1, DefaultMaxFrame}, got)
			}
		}
	}
}

// A wary connection asks for a long frame's buffer only when a quarter of it is there, and
// reads it as well as any other; once it is trusted, as early as any other.
func TestReadWarily(t *testing.T) {
	t.Parallel()
	for _, n := range []int{proofSize - 64, proofSize, 4 * proofSize, 4*proofSize + 4, 100_004, 1 << 20, DefaultMaxFrame} {
		payload := bytes.Repeat(encrypted(1), n/len(encrypted(1))+1)[:n]
		frame := append(binary.LittleEndian.AppendUint32(nil, uint32(n)), payload...)
		for _, arrived := range []int{n/4 - 1, n} {
			conn, err := Accept(newScript(append(announced(nameIntermediate), frame[:4+arrived]...), 0), Options{Wary: true})
			require.NoError(t, err)
			var got asked
			f, err := conn.ReadFrame(got.alloc)
			if arrived < n {
				require.ErrorIs(t, err, io.ErrUnexpectedEOF)
				require.Zero(t, got, "with %d of %d bytes there", arrived, n)
				continue
			}
			require.NoError(t, err)
			require.True(t, bytes.Equal(payload, f.Payload), "%d bytes", n)
			require.Equal(t, asked{1, n}, got)
		}
	}
	conn, err := Accept(newScript(append(append(announced(nameIntermediate), 0, 0, 0x20, 0), make([]byte, proofSize)...), 0), Options{Wary: true})
	require.NoError(t, err)
	conn.Trust(true)
	var got asked
	_, err = conn.ReadFrame(got.alloc)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, asked{1, DefaultMaxFrame}, got)
}

func TestReadMaxFrameOption(t *testing.T) {
	t.Parallel()
	for n, ok := range map[int]bool{64: true, 68: false} {
		stream := append(announced(nameAbridged), byte(n/4))
		stream = append(stream, bytes.Repeat([]byte{1}, n)...)
		conn, err := Accept(newScript(stream, 0), Options{MaxFrame: 64})
		require.NoError(t, err)
		_, err = conn.ReadFrame(nil)
		require.Equal(t, ok, err == nil, "%d bytes: %v", n, err)
	}
}

func TestReadQuickAckBit(t *testing.T) {
	t.Parallel()
	payload := bytes.Repeat(encrypted(1), 16) // 640 bytes, a long length on abridged; 40+16*n
	short := payload[:40]
	le := binary.LittleEndian.AppendUint32
	for _, tc := range []struct {
		name            string
		payload         []byte
		without, wanted []byte
	}{
		{nameAbridged, short, []byte{10}, []byte{10 | 0x80}},
		{nameAbridged, payload, []byte{0x7f, 160, 0, 0}, []byte{0xff, 160, 0, 0}},
		{nameIntermediate, payload, le(nil, 640), le(nil, 640|1<<31)},
		{namePadded, short, le(nil, 40), le(nil, 40|1<<31)},
	} {
		stream := append(announced(tc.name), tc.without...)
		stream = append(append(append(stream, tc.payload...), tc.wanted...), tc.payload...)
		conn, err := Accept(newScript(stream, 1), Options{})
		require.NoError(t, err)
		for _, quickAck := range []bool{false, true} {
			frame, err := conn.ReadFrame(nil)
			require.NoError(t, err)
			require.Equal(t, Frame{Payload: tc.payload, QuickAck: quickAck}, frame, tc.name)
		}
	}
}

func TestReadDropsEveryPadding(t *testing.T) {
	t.Parallel()
	for padding := 0; padding <= MaxPadding; padding++ {
		for _, message := range [][]byte{
			unencrypted(0), unencrypted(1), unencrypted(20), unencrypted(40), unencrypted(321),
			encrypted(0), encrypted(1), encrypted(2), encrypted(33), encrypted(5000),
		} {
			stream := announced(namePadded)
			stream = binary.LittleEndian.AppendUint32(stream, uint32(len(message)+padding))
			stream = append(append(stream, message...), bytes.Repeat([]byte{0xaa}, padding)...)
			conn, err := Accept(newScript(stream, 0), Options{})
			require.NoError(t, err)
			frame, err := conn.ReadFrame(nil)
			require.NoError(t, err)
			require.Equal(t, message, frame.Payload, "%d bytes of padding", padding)
		}
	}
}

// What has no shape that padding could be told from stays as it came, for others to refuse.
func TestReadLeavesShapelessPadding(t *testing.T) {
	t.Parallel()
	lying := func(length uint32) []byte {
		b := unencrypted(40)
		binary.LittleEndian.PutUint32(b[16:], length)
		return b
	}
	for name, b := range map[string][]byte{
		"shorter than both heads": bytes.Repeat([]byte{7}, 19), "no room for msg_key": bytes.Repeat([]byte{7}, 23),
		"length negative": lying(1 << 31), "length beyond the end": lying(41), "length huge": lying(1<<31 - 1),
		"more than 15 bytes behind": lying(24),
	} {
		require.Len(t, b, unpadded(b), name)
	}
	require.Equal(t, unencryptedHead+25, unpadded(lying(25)), "15 bytes behind are padding")
}

func TestReadEOFAtEachByte(t *testing.T) {
	t.Parallel()
	first, second := encrypted(1), unencrypted(20)
	for _, tr := range transports {
		for _, obfuscated := range []bool{false, true} {
			if obfuscated && tr.name == nameFull {
				continue
			}
			opening := len(sent(t, tr, obfuscated))
			whole := sent(t, tr, obfuscated, first, second)
			for n := max(opening, 8); n < len(whole); n++ {
				conn, err := Accept(newScript(whole[:n], 0), Options{})
				require.NoError(t, err)
				frames, err := readAll(conn)
				if err == io.EOF {
					require.NotEmpty(t, whole[:n])
					require.True(t, n == opening || len(frames) == 1, "%s after %d bytes", tr.name, n)
					continue
				}
				require.ErrorIs(t, err, io.ErrUnexpectedEOF, "%s after %d bytes", tr.name, n)
				require.Contains(t, err.Error(), "reading the")
			}
		}
	}
}

// readAll reads to the end and returns the payloads and how it ended.
func readAll(c *Conn) ([][]byte, error) {
	var out [][]byte
	for {
		frame, err := c.ReadFrame(nil)
		if err != nil {
			return out, err
		}
		out = append(out, frame.Payload)
	}
}

func TestReadInAnyChunks(t *testing.T) {
	t.Parallel()
	payloads := [][]byte{unencrypted(20), encrypted(1), encrypted(300), encrypted(1100), unencrypted(4), encrypted(2000)}
	for _, tr := range transports {
		for _, obfuscated := range []bool{false, true} {
			if obfuscated && tr.name == nameFull {
				continue
			}
			stream := sent(t, tr, obfuscated, payloads...)
			for _, chunk := range []int{1, 2, 3, 5, 63, 64, 65, 4095, 4096, 4097, 0} {
				conn, err := Accept(newScript(stream, chunk), Options{})
				require.NoError(t, err)
				got, err := readAll(conn)
				require.Equal(t, io.EOF, err)
				require.Equal(t, payloads, got, "%s in chunks of %d", tr.name, chunk)
			}
		}
	}
}

func TestReadGivesTheBufferBackOnError(t *testing.T) {
	t.Parallel()
	frame := fullFrame(0, encrypted(4))
	frame[len(frame)-1] ^= 1
	conn, err := Accept(newScript(frame, 0), Options{})
	require.NoError(t, err)
	var buf []byte
	got, err := conn.ReadFrame(func(n int) []byte { buf = make([]byte, n); return buf })
	requireViolation(t, err, "CRC32")
	require.Same(t, &buf[0], &got.Payload[0])
}

func TestReadRefusesAnAllocOfAnotherLength(t *testing.T) {
	t.Parallel()
	for _, n := range []int{64, 8192} {
		stream := binary.LittleEndian.AppendUint32(announced(nameIntermediate), uint32(n))
		conn, err := Accept(newScript(append(stream, make([]byte, n)...), 0), Options{})
		require.NoError(t, err)
		_, err = conn.ReadFrame(func(n int) []byte { return make([]byte, n-1) })
		require.ErrorContains(t, err, "alloc returned")
	}
}

func TestOnFrameHearsTheClaimFirst(t *testing.T) {
	t.Parallel()
	var heard []int
	stream := binary.LittleEndian.AppendUint32(announced(nameIntermediate), 40)
	stream = append(stream, make([]byte, 40)...)
	stream = binary.LittleEndian.AppendUint32(stream, 1<<20)
	conn, err := Accept(newScript(stream, 0), Options{OnFrame: func(n int) { heard = append(heard, n) }})
	require.NoError(t, err)
	_, err = readAll(conn)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Equal(t, []int{40, 1 << 20}, heard)
}
