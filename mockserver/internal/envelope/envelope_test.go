package envelope

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	gotdige "github.com/gotd/ige"
	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/require"
)

// newRandom is a reader of the same bytes in every run.
func newRandom(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

func testKey() *Key {
	var value [KeySize]byte
	_, _ = newRandom(7).Read(value[:])
	return NewKey(value)
}

func gotdKey(k *Key) crypto.AuthKey { return crypto.Key(k.Value).WithID() }

// header is the plaintext before the body, with a length that may lie.
func header(m Message, length int32) []byte {
	b := new(bin.Buffer)
	b.PutLong(m.Salt)
	b.PutLong(m.SessionID)
	b.PutLong(m.MsgID)
	b.PutInt32(m.SeqNo)
	b.PutInt32(length)
	return b.Buf
}

// encrypt makes a frame of any plaintext in whole blocks, with gotd's key
// derivation, so that a frame can be wrong in just one way.
func encrypt(t testing.TB, k *Key, side crypto.Side, plain []byte) []byte {
	t.Helper()
	require.Zero(t, len(plain)%16, "the test's own plaintext")
	msgKey := crypto.MessageKey(k.Value, plain, side)
	key, iv := crypto.Keys(k.Value, msgKey, side)
	block, err := aes.NewCipher(key[:])
	require.NoError(t, err)
	frame := binary.LittleEndian.AppendUint64(nil, uint64(k.ID))
	frame = append(frame, msgKey[:]...)
	encrypted := make([]byte, len(plain))
	gotdige.EncryptBlocks(block, iv[:], encrypted, plain)
	return append(frame, encrypted...)
}

var sample = Message{
	Salt: math.MinInt64 + 5, SessionID: -2, MsgID: 0x66_46_70_61_00_04_f4_78, SeqNo: -7,
	Body: []byte("eight by"),
}

func TestKeyIDAsGotd(t *testing.T) {
	k := testKey()
	require.Equal(t, gotdKey(k).IntID(), k.ID)

	id, ok := AuthKeyID(SealServer(nil, k, sample, nil))
	require.True(t, ok)
	require.Equal(t, k.ID, id)
	id, ok = AuthKeyID(make([]byte, 7))
	require.False(t, ok)
	require.Zero(t, id)
	id, ok = AuthKeyID([]byte{1, 2, 0, 0, 0, 0, 0, 0})
	require.True(t, ok, "eight bytes are enough, as in a transport's error they are not")
	require.EqualValues(t, 0x0201, id)
}

// gotd's client seals, we open: every body size around a block's edges.
func TestOpenWhatGotdSeals(t *testing.T) {
	k := testKey()
	client := crypto.NewClientCipher(newRandom(1))
	for size := 0; size <= 132; size += 4 {
		want := sample
		want.Body = make([]byte, size)
		_, _ = newRandom(byte(size)).Read(want.Body)
		var b bin.Buffer
		require.NoError(t, client.Encrypt(gotdKey(k), crypto.EncryptedMessageData{
			Salt: want.Salt, SessionID: want.SessionID, MessageID: want.MsgID, SeqNo: want.SeqNo,
			MessageDataLen: int32(size), MessageDataWithPadding: want.Body,
		}, &b))
		for transportPadding := range 16 {
			frame := append(bytes.Clone(b.Buf), make([]byte, transportPadding)...)
			requireOpens(t, k, frame, want)
		}
	}
}

// requireOpens compares all but the token, whose own test is below.
func requireOpens(t *testing.T, k *Key, frame []byte, want Message) {
	t.Helper()
	got, err := openClient(k, frame, nil)
	require.NoError(t, err)
	want.QuickAck = got.QuickAck
	require.Equal(t, want, got)
}

// We seal, gotd's client opens.
func TestGotdOpensWhatWeSeal(t *testing.T) {
	k := testKey()
	client := crypto.NewClientCipher(nil)
	for size := 0; size <= 132; size += 4 {
		m := sample
		m.Body = bytes.Repeat([]byte{byte(size)}, size)
		before := []byte("what the buffer held before")
		out := SealServer(bytes.Clone(before), k, m, newRandom(2))
		require.Equal(t, before, out[:len(before)])
		frame := out[len(before):]
		require.Len(t, frame, SealedSize(size))

		got, err := client.DecryptFromBuffer(gotdKey(k), &bin.Buffer{Buf: frame})
		require.NoError(t, err)
		require.Equal(t, m.Salt, got.Salt)
		require.Equal(t, m.SessionID, got.SessionID)
		require.Equal(t, m.MsgID, got.MessageID)
		require.Equal(t, m.SeqNo, got.SeqNo)
		require.Equal(t, m.Body, append([]byte{}, got.Data()...))
		padding := len(got.MessageDataWithPadding) - size
		require.GreaterOrEqual(t, padding, 12)
		require.Less(t, padding, 12+16)
	}
}

// A message of the server, sent back to it, must not open: the two directions
// use different parts of the key.
func TestOpenRefusesItsOwnDirection(t *testing.T) {
	k := testKey()
	requireRefused(t, k, SealServer(nil, k, sample, nil))
}

func requireRefused(t *testing.T, k *Key, frame []byte) {
	t.Helper()
	got, err := openClient(k, frame, nil)
	require.Equal(t, ErrOpen, err, "one error, the same for every cause")
	require.Equal(t, Message{}, got, "nothing may be read from a refused frame")
}

// SG-7: any one bit that differs spoils the whole message.
func TestOpenRefusesEveryFlippedBit(t *testing.T) {
	k := testKey()
	good := encrypt(t, k, crypto.Client, append(append(header(sample, 8), sample.Body...), make([]byte, 24)...))
	requireOpens(t, k, bytes.Clone(good), sample)
	for bit := range len(good) * 8 {
		frame := bytes.Clone(good)
		frame[bit/8] ^= 1 << (bit % 8)
		requireRefused(t, k, frame)
	}
}

// SG-8: https://core.telegram.org/mtproto/security_guidelines#checking-message-length
func TestLengthAndPadding(t *testing.T) {
	k := testKey()
	for _, c := range []struct {
		name   string
		length int32
		rest   int // bytes after the header
		opens  bool
	}{
		{"empty body, padding 16", 0, 16, true},
		{"padding 12, the least", 4, 16, true},
		{"padding 8", 8, 16, false},
		{"padding 0", 16, 16, false},
		{"padding 1024, the most", 0, 1024, true},
		{"padding 1020", 20, 1040, true},
		{"padding 1028", 12, 1040, false},
		{"padding 1040", 0, 1040, false},
		{"length beyond the frame", 32, 16, false},
		{"length -4", -4, 16, false},
		{"length -2147483648", math.MinInt32, 16, false},
		{"length 2147483644", math.MaxInt32 - 3, 16, false},
		{"length 1", 1, 32, false},
		{"length 2", 2, 32, false},
		{"length 3", 3, 32, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			plain := append(header(sample, c.length), make([]byte, c.rest)...)
			frame := encrypt(t, k, crypto.Client, plain)
			if !c.opens {
				requireRefused(t, k, frame)
				return
			}
			want := sample
			want.Body = make([]byte, c.length)
			requireOpens(t, k, frame, want)
		})
	}
}

func TestOpenRefusesShortFrames(t *testing.T) {
	k := testKey()
	good := encrypt(t, k, crypto.Client, append(header(sample, 0), make([]byte, 16)...))
	for size := range len(good) {
		requireRefused(t, k, bytes.Clone(good[:size]))
	}
}

func TestOpenRefusesAnotherKey(t *testing.T) {
	k := testKey()
	other := NewKey([KeySize]byte{1})
	good := func() []byte {
		return encrypt(t, k, crypto.Client, append(header(sample, 0), make([]byte, 16)...))
	}
	requireRefused(t, other, good())
	// The right secret under a wrong id: only the id gives it away.
	renamed := *k
	renamed.ID++
	requireRefused(t, &renamed, good())
}

// An append to a body must not write into its frame.
func TestBodyAliasesTheFrameAndEndsThere(t *testing.T) {
	k := testKey()
	frame := encrypt(t, k, crypto.Client, append(append(header(sample, 8), sample.Body...), make([]byte, 24)...))
	m, err := openClient(k, frame, nil)
	require.NoError(t, err)
	require.Same(t, &frame[prefixSize+headerSize], &m.Body[0])
	require.Equal(t, len(m.Body), cap(m.Body))
}

// https://core.telegram.org/mtproto/mtproto-transports#quick-ack: the first 32
// bits of SHA256(auth_key[88:120] + plaintext with padding), top bit set.
func TestQuickAckToken(t *testing.T) {
	k := testKey()
	for pad := range byte(8) { // Eight hashes: some have their top bit clear.
		plain := append(header(sample, 0), bytes.Repeat([]byte{pad}, 16)...)
		sum := crypto.SHA256(k.Value[88:120], plain)
		m, err := openClient(k, encrypt(t, k, crypto.Client, plain), nil)
		require.NoError(t, err)
		require.Equal(t, binary.LittleEndian.Uint32(sum)|0x80000000, m.QuickAck)
	}
}

func TestSealPanicsWithoutRandomness(t *testing.T) {
	require.PanicsWithValue(t, "envelope: sealing message: reading randomness for the padding: unexpected EOF", func() {
		SealServer(nil, testKey(), sample, bytes.NewReader(make([]byte, 3)))
	})
}

func TestAllocations(t *testing.T) {
	k := testKey()
	sealed := encrypt(t, k, crypto.Client, append(header(sample, 4096), make([]byte, 4096+16)...))
	frame := make([]byte, len(sealed))
	random := newRandom(1)
	out := make([]byte, 0, SealedSize(len(sample.Body)))
	var made cipher.Block
	key := make([]byte, 32)
	cipherAllocs := testing.AllocsPerRun(50, func() { made, _ = aes.NewCipher(key) }) // two on some processors
	require.NotNil(t, made)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		copy(frame, sealed)
		_, _ = openClient(k, frame, nil)
	}), cipherAllocs, "more than the expanded AES key")
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() {
		out = SealServer(out[:0], k, sample, random)
	}), cipherAllocs, "more than the expanded AES key")
}

func BenchmarkPart(b *testing.B) {
	const size = 512 << 10
	k := testKey()
	m := Message{Body: make([]byte, size)}
	sealed := encrypt(b, k, crypto.Client, append(header(m, size), make([]byte, size+16)...))
	frame := make([]byte, len(sealed))
	b.Run("Opening", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			copy(frame, sealed)
			if _, err := openClient(k, frame, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("SealServer", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		random := newRandom(1)
		for b.Loop() {
			frame = SealServer(frame[:0], k, m, random)
		}
	})
	b.Run("gotd/Decrypt", func(b *testing.B) {
		b.SetBytes(size)
		b.ReportAllocs()
		server, key := crypto.NewServerCipher(nil), gotdKey(k)
		for b.Loop() {
			if _, err := server.DecryptFromBuffer(key, &bin.Buffer{Buf: sealed}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
