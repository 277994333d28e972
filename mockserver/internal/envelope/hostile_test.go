package envelope

import (
	"bytes"
	"crypto/aes"
	"encoding/binary"
	"math/bits"
	"testing"

	gotdige "github.com/gotd/ige"
	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/require"
)

// opened is what gotd's key derivation finds in a frame, whatever rules it breaks.
type opened struct {
	keyID  int64
	msgKey [16]byte
	plain  []byte
	ragged int // bytes behind the last whole block

	Message
	length  int32  // as the header claims
	content []byte // all behind the header
}

func decrypt(t testing.TB, k *Key, side crypto.Side, frame []byte) (o opened) {
	t.Helper()
	o.keyID = int64(binary.LittleEndian.Uint64(frame))
	copy(o.msgKey[:], frame[8:24])
	encrypted := frame[24:]
	o.ragged = len(encrypted) % 16
	encrypted = encrypted[:len(encrypted)-o.ragged]
	key, iv := crypto.Keys(k.Value, o.msgKey, side)
	block, err := aes.NewCipher(key[:])
	require.NoError(t, err)
	o.plain = make([]byte, len(encrypted))
	gotdige.DecryptBlocks(block, iv[:], o.plain, encrypted)
	o.Salt = int64(binary.LittleEndian.Uint64(o.plain))
	o.SessionID = int64(binary.LittleEndian.Uint64(o.plain[8:]))
	o.MsgID = int64(binary.LittleEndian.Uint64(o.plain[16:]))
	o.SeqNo = int32(binary.LittleEndian.Uint32(o.plain[24:]))
	o.length = int32(binary.LittleEndian.Uint32(o.plain[28:]))
	o.content = o.plain[32:]
	return o
}

// leastPadding is 12 to 27 bytes, so that header, body and padding are whole blocks.
func leastPadding(n int) int { return 12 + (16-(32+n+12)%16)%16 }

// honestFrame is what decrypt finds where no rule is broken.
func honestFrame(k *Key, body []byte) opened {
	padding := make([]byte, leastPadding(len(body)))
	_, _ = newRandom(2).Read(padding)
	plain := append(append(header(sample, int32(len(body))), body...), padding...)
	m := sample
	m.Body = nil
	return opened{
		keyID: k.ID, msgKey: crypto.MessageKey(k.Value, plain, crypto.Server), plain: plain,
		Message: m, length: int32(len(body)), content: plain[32:],
	}
}

// remade is a frame with another plaintext, honest in all else.
func (o opened) remade(k *Key, plain []byte) opened {
	o.plain, o.content = plain, plain[32:]
	o.msgKey = crypto.MessageKey(k.Value, plain, crypto.Server)
	return o
}

// claiming is a frame whose header claims another length.
func (o opened) claiming(k *Key, length int32) opened {
	plain := bytes.Clone(o.plain)
	binary.LittleEndian.PutUint32(plain[28:], uint32(length))
	o.length = length
	return o.remade(k, plain)
}

// Each case breaks the one rule that its name says, and no other: a client must
// have no second reason to refuse the frame.
func TestSealHostile(t *testing.T) {
	k := testKey()
	server := func(t *testing.T, frame []byte) opened { return decrypt(t, k, crypto.Server, frame) }
	for name, check := range map[string]func(t *testing.T, frame, body []byte, want opened){
		"of another room": func(t *testing.T, frame, _ []byte, want opened) { require.Equal(t, want, server(t, frame)) },
		"padding-short": func(t *testing.T, frame, body []byte, _ opened) {
			got := server(t, frame)
			require.Contains(t, []int32{0, 4}, got.length-int32(len(body)), "at most a word is added")
			padding := len(got.content) - int(got.length)
			require.True(t, padding >= 0 && padding < 12, "%d bytes", padding)
			long := append(bytes.Clone(body), 0, 0, 0, 0)[:got.length]
			rest := make([]byte, padding)
			_, _ = newRandom(2).Read(rest)
			plain := append(append(header(sample, got.length), long...), rest...)
			want := honestFrame(k, body).remade(k, plain)
			want.length = got.length
			require.Equal(t, want, got)
		},
		"padding-long": func(t *testing.T, frame, body []byte, want opened) {
			padding := make([]byte, leastPadding(len(body))+1024)
			_, _ = newRandom(2).Read(padding)
			plain := append(append(header(sample, int32(len(body))), body...), padding...)
			require.Equal(t, want.remade(k, plain), server(t, frame))
		},
		"length-negative": func(t *testing.T, frame, _ []byte, want opened) {
			require.Equal(t, want.claiming(k, -4), server(t, frame))
		},
		"length-beyond": func(t *testing.T, frame, _ []byte, want opened) {
			require.Equal(t, want.claiming(k, int32(len(want.content)+64)), server(t, frame))
		},
		"length-odd": func(t *testing.T, frame, body []byte, want opened) {
			require.Equal(t, want.claiming(k, int32(len(body)+1)), server(t, frame))
		},
		"session-other": func(t *testing.T, frame, _ []byte, want opened) {
			plain := bytes.Clone(want.plain)
			plain[8] ^= 1
			want.SessionID ^= 1
			require.Equal(t, want.remade(k, plain), server(t, frame))
		},
		"session-zero": func(t *testing.T, frame, _ []byte, want opened) {
			plain := bytes.Clone(want.plain)
			clear(plain[8:16])
			want.SessionID = 0
			require.Equal(t, want.remade(k, plain), server(t, frame))
		},
		"auth-key-id-other": func(t *testing.T, frame, _ []byte, want opened) {
			got := server(t, frame)
			require.Equal(t, 1, bits.OnesCount64(uint64(got.keyID^k.ID)), "nearly that of the key")
			want.keyID = got.keyID
			require.Equal(t, want, got)
		},
		"from-client": func(t *testing.T, frame, _ []byte, want opened) {
			want.msgKey = crypto.MessageKey(k.Value, want.plain, crypto.Client)
			require.Equal(t, want, decrypt(t, k, crypto.Client, frame))
		},
		"msg-key-without-padding": func(t *testing.T, frame, body []byte, want opened) {
			want.msgKey = crypto.MessageKey(k.Value, want.plain[:32+len(body)], crypto.Server)
			require.Equal(t, want, server(t, frame))
		},
		"msg-key-other": func(t *testing.T, frame, _ []byte, want opened) {
			got := server(t, frame)
			require.NotEqual(t, want.msgKey, got.msgKey)
			want.msgKey = got.msgKey
			require.Equal(t, want, got, "all of it decrypts")
		},
		"frame-ragged": func(t *testing.T, frame, _ []byte, want opened) {
			want.ragged = 4
			require.Equal(t, want, server(t, frame))
		},
	} {
		t.Run(name, func(t *testing.T) {
			for size := 0; size <= 64; size += 4 {
				m := sample
				buffer := bytes.Repeat([]byte{0xee}, size+8)
				m.Body = buffer[:size]
				frame := SealHostile(k, m, name, newRandom(2))
				check(t, frame, bytes.Clone(m.Body), honestFrame(k, m.Body))
				require.Equal(t, bytes.Repeat([]byte{0xee}, size+8), buffer, "the body is the caller's")
			}
		})
	}
}

// All of the padding is random: each of its bytes comes from the reader.
func TestSealServerPadsWithRandomness(t *testing.T) {
	k := testKey()
	for size := 0; size <= 64; size += 4 {
		m := sample
		m.Body = bytes.Repeat([]byte{0xee}, size)
		require.Equal(t, honestFrame(k, m.Body), decrypt(t, k, crypto.Server, SealServer(nil, k, m, newRandom(2))))
	}
}

// A spoilt frame is one bit of msg_key away from a good one, and opens no more.
func TestSpoilMsgKey(t *testing.T) {
	k := testKey()
	good := SealServer(nil, k, sample, newRandom(2))
	spoilt := bytes.Clone(good)
	SpoilMsgKey(spoilt)
	flipped := 0
	for i := range good {
		if n := bits.OnesCount8(good[i] ^ spoilt[i]); n > 0 {
			require.True(t, i >= 8 && i < 24, "byte %d is not of msg_key", i)
			flipped += n
		}
	}
	require.Equal(t, 1, flipped)
	m, err := open(k, fromServer, bytes.Clone(good), nil)
	require.NoError(t, err)
	require.Equal(t, sample.Body, m.Body)
	_, err = open(k, fromServer, spoilt, nil)
	require.Equal(t, ErrOpen, err)
}
