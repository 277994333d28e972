package rawclient

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a test falsifies must be falsified and nothing else.
func TestFrameOverrides(t *testing.T) {
	tests := map[string]struct {
		transport Transport
		frame     Frame
		want      string
	}{
		"abridged":                  {Abridged, Frame{Payload: []byte("abcd")}, "\x01abcd"},
		"abridged quick ack":        {Abridged, Frame{Payload: []byte("abcd"), QuickAck: true}, "\x81abcd"},
		"abridged lies":             {Abridged, Frame{Payload: []byte("abc"), Length: Ptr(uint32(2))}, "\x02abc"},
		"abridged long":             {Abridged, Frame{Length: Ptr(uint32(0x7f)), QuickAck: true}, "\xff\x7f\x00\x00"},
		"intermediate quick ack":    {Intermediate, Frame{Payload: []byte("abcd"), QuickAck: true}, "\x04\x00\x00\x80abcd"},
		"intermediate lies":         {Intermediate, Frame{Payload: []byte("abc"), Length: Ptr(uint32(math.MaxInt32))}, "\xff\xff\xff\x7fabc"},
		"padded":                    {Padded, Frame{Payload: []byte("abcd"), Padding: Ptr(2)}, "\x06\x00\x00\x00abcd\x00\x00"},
		"full counts its own bytes": {Full, Frame{Payload: []byte("abcd"), CRC: Ptr(uint32(1))}, "\x10\x00\x00\x00\x00\x00\x00\x00abcd\x01\x00\x00\x00"},
		"full lies":                 {Full, Frame{Length: Ptr(uint32(3)), SeqNo: Ptr(uint32(7)), CRC: Ptr(uint32(0))}, "\x03\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := framer{transport: tt.transport, rand: bytes.NewReader(make([]byte, 64))}
			got, err := w.append(nil, tt.frame)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

func TestFrameRefused(t *testing.T) {
	tests := map[string]struct {
		transport Transport
		frame     Frame
	}{
		"abridged cannot say 3 bytes":  {Abridged, Frame{Payload: []byte("abc")}},
		"abridged cannot say 2^24":     {Abridged, Frame{Length: Ptr(uint32(1 << 24))}},
		"full cannot ask for an ack":   {Full, Frame{QuickAck: true}},
		"padding cannot be negative":   {Padded, Frame{Padding: Ptr(-1)}},
		"padding without random bytes": {Padded, Frame{Padding: Ptr(100)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			w := framer{transport: tt.transport, rand: bytes.NewReader(make([]byte, 64))}
			_, err := w.append(nil, tt.frame)
			require.Error(t, err)
		})
	}
}

// Full's counter moves by honest frames only, so that a test can lie once.
func TestFullCounter(t *testing.T) {
	w := framer{transport: Full}
	var seqs []uint32
	for _, f := range []Frame{{}, {SeqNo: Ptr(uint32(99))}, {}} {
		b, err := w.append(nil, f)
		require.NoError(t, err)
		seqs = append(seqs, binary.LittleEndian.Uint32(b[4:]))
	}
	assert.Equal(t, []uint32{0, 99, 1}, seqs)
}

// Every amount of padding that the documentation allows comes off again.
//
// https://core.telegram.org/mtproto/mtproto-transports#padded-intermediate
func TestUnpad(t *testing.T) {
	encrypted := append([]byte{9}, make([]byte, 24+64-1)...)
	plain := PlainMessage{MsgID: 1, Body: []byte("12345678")}.Append(nil)
	empty := PlainMessage{MsgID: 1}.Append(nil)
	code := []byte{0x6c, 0xfe, 0xff, 0xff}
	for n := range 16 {
		for name, want := range map[string][]byte{"encrypted": encrypted, "plain": plain, "empty": empty, "error": code} {
			got := unpad(Packet{Payload: append(bytes.Clone(want), make([]byte, n)...)})
			assert.Equal(t, want, got.Payload, "%s + %d", name, n)
			assert.Equal(t, n, got.Padding)
		}
	}
}

func TestDeframerRefuses(t *testing.T) {
	tests := map[string]struct {
		transport Transport
		in        string
		want      string
	}{
		"abridged over the limit":     {Abridged, "\x7f\xff\xff\xff", "over the limit"},
		"intermediate over the limit": {Intermediate, "\xff\xff\xff\x7f", "over the limit"},
		"full over the limit":         {Full, "\xff\xff\xff\x7f", "over the limit"},
		"full below 12":               {Full, "\x0b\x00\x00\x00", "below the 12 bytes"},
		"full out of order":           {Full, "\x0c\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00", "sequence number 1, expected 0"},
		"HTTP over the limit":         {HTTP, "HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n", "over the limit"},
		"HTTP without a length":       {HTTP, "HTTP/1.1 200 OK\r\n\r\n", "without a Content-Length"},
		"HTTP with half a length":     {HTTP, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "is no number"},
		"HTTP without a status":       {HTTP, "\xef\x01\r\n\r\n", "no status line"},
		"HTTP without an end":         {HTTP, "HTTP/1.1 200 OK\r\n" + strings.Repeat("a", 8<<10), "longer than"},
		"full checksum":               {Full, "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", "crc32"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := deframer{transport: tt.transport, max: 1 << 20}
			_, _, err := r.next([]byte(tt.in))
			var bad *FrameError
			require.ErrorAs(t, err, &bad)
			assert.Contains(t, bad.Error(), tt.want)
		})
	}
}

// What the framer writes, cut anywhere, the deframer waits for and then reads.
func FuzzFrames(f *testing.F) {
	f.Add(byte(0), []byte("abcd"), uint16(3))
	f.Add(byte(1), []byte("abcde"), uint16(0))
	f.Add(byte(3), bytes.Repeat([]byte("x"), 600), uint16(11))
	f.Fuzz(func(t *testing.T, kind byte, payload []byte, cut uint16) {
		tr := Transport(kind % 4)
		w := framer{transport: tr, rand: bytes.NewReader(nil), padding: func() int { return 0 }}
		b, err := w.append(nil, Frame{Payload: payload})
		if err != nil {
			return // abridged and odd lengths
		}
		r := deframer{transport: tr, max: 1 << 20}
		if k := int(cut); k < len(b) {
			_, n, err := r.next(b[:k])
			require.NoError(t, err)
			require.Zero(t, n)
		}
		p, n, err := r.next(b)
		require.NoError(t, err)
		require.Equal(t, len(b), n)
		if tr != Padded { // there what looks like padding is taken off
			require.Equal(t, string(payload), string(p.Payload))
		}
	})
}

// naivePacket reads the first packet of all that a server sent, as the page on transports has
// it: n is 0 if there is not enough, and -1 if no server may send it.
// https://core.telegram.org/mtproto/mtproto-transports
func naivePacket(tr Transport, b []byte, seq uint32, most int) (payload []byte, ack uint32, n int) {
	head, tail, length := 4, 0, 0
	switch {
	case len(b) == 0 || tr != Abridged && len(b) < 4:
		return nil, 0, 0
	case tr == Abridged && b[0] >= 0x80:
		if len(b) < 4 {
			return nil, 0, 0
		}
		return nil, binary.BigEndian.Uint32(b), 4
	case tr == Abridged && b[0] < 0x7f:
		head, length = 1, int(b[0])*4
	case tr == Abridged:
		if len(b) < 4 {
			return nil, 0, 0
		}
		length = (int(b[1]) | int(b[2])<<8 | int(b[3])<<16) * 4
	case tr == Full:
		head, tail, length = 8, 4, int(binary.LittleEndian.Uint32(b))-12
	case b[3] >= 0x80:
		return nil, binary.LittleEndian.Uint32(b), 4
	default:
		length = int(binary.LittleEndian.Uint32(b))
	}
	whole := head + length + tail
	switch {
	case length < 0 || length > most:
		return nil, 0, -1
	case len(b) < whole:
		return nil, 0, 0
	case tr == Full && (binary.LittleEndian.Uint32(b[4:]) != seq || crc32.ChecksumIEEE(b[:whole-4]) != binary.LittleEndian.Uint32(b[whole-4:])):
		return nil, 0, -1
	}
	return b[head : head+length], 0, whole
}

// Any bytes of a server's: the packets, quick acknowledgements and the end that a naive reader
// finds; of HTTP no more than was given.
func FuzzDeframe(f *testing.F) {
	f.Add(byte(0), []byte("\x7f\xff\xff\xff"))
	f.Add(byte(0), []byte("\x01abcd\x81234\x01\x6c\xfe\xff\xff"))
	f.Add(byte(1), []byte("\x04\x00\x00\x00abcd\x01\x02\x03\x84\x08\x00\x00\x00efghijkl"))
	f.Add(byte(2), []byte("\x18\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00aaaaaaaa\xff\xff\xff\xff1234"))
	f.Add(byte(3), []byte("\x0c\x00\x00\x00\x00\x00\x00\x00"))
	f.Add(byte(4), []byte("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\n\x6c\xfe\xff\xffHTTP/1.1 200 OK\r\n"))
	f.Fuzz(func(t *testing.T, kind byte, in []byte) {
		r := deframer{transport: Transport(kind % 5), max: 1 << 16}
		for seq := uint32(0); ; seq++ {
			p, n, err := r.next(in)
			if n > len(in) || len(p.Payload)+p.Padding > n {
				t.Fatalf("%d bytes taken of %d, %d of payload", n, len(in), len(p.Payload)+p.Padding)
			}
			if r.transport != HTTP {
				compareToNaive(t, r.transport, in, seq, p, n, err)
			}
			if err != nil || n == 0 {
				return
			}
			in = in[n:]
		}
	})
}

func compareToNaive(t *testing.T, tr Transport, in []byte, seq uint32, p Packet, n int, err error) {
	t.Helper()
	payload, ack, want := naivePacket(tr, in, seq, 1<<16)
	switch {
	case want < 0:
		if err == nil {
			t.Fatalf("%v was taken out of %x, which no server may send", p, in)
		}
	case err != nil || n != want || (p.QuickAck != nil) != (ack != 0) || ack != 0 && *p.QuickAck != ack:
		t.Fatalf("%v of %d bytes, %v out of %x; by the documentation %x of %d, acknowledged: %x", p, n, err, in, payload, want, ack)
	case !bytes.HasPrefix(payload, p.Payload) || len(p.Payload)+p.Padding != len(payload) || p.Padding > 15 || p.Padding > 0 && tr != Padded:
		t.Fatalf("%x with %d bytes of padding, out of %x", p.Payload, p.Padding, payload)
	}
}

// same is a source of bytes that are all the same one.
type same byte

func (s same) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(s)
	}
	return len(b), nil
}

// A source that gives the same all the time ends in an error where it does not serve,
// and not in asking it for ever.
func TestRandomThatNeverChanges(t *testing.T) {
	_, _, _, err := Obfuscation2Header(Abridged, 2, same(0))
	require.ErrorContains(t, err, "is it always the same one?")
	_, _, _, err = Obfuscation2Header(Abridged, 2, same(1))
	require.NoError(t, err)
	// g^0 is 1, which no server takes.
	_, _, err = dhParams{g: 3, prime: knownPrime(), ga: knownPrime()}.answer(same(0))
	require.ErrorContains(t, err, "is it always the same one?")
}

// Without a source of its own each is random, and none a nil pointer.
func TestNoRandomIsRandom(t *testing.T) {
	one, _, _, err := Obfuscation2Header(Abridged, 2, nil)
	require.NoError(t, err)
	other, _, _, err := Obfuscation2Header(Abridged, 2, nil)
	require.NoError(t, err)
	require.NotEqual(t, one, other)
	key := NewAuthKey([256]byte{1}, 5)
	first, _, err := Seal(key, Sealed{MsgID: 4, Body: []byte{1, 2, 3, 4}}, nil)
	require.NoError(t, err)
	second, _, err := Seal(key, Sealed{MsgID: 4, Body: []byte{1, 2, 3, 4}}, nil)
	require.NoError(t, err)
	require.NotEqual(t, first, second)
}
