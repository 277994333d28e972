package rawclient

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What Seal writes gotd's server reads, field for field, at every length.
func TestSealAgainstGotd(t *testing.T) {
	key := testKey(t)
	for n := 0; n <= 128; n += 4 {
		m := Sealed{Salt: -5, SessionID: 1 << 60, MsgID: 8, SeqNo: 3, Body: bytes.Repeat([]byte{9}, n)}
		frame, token, err := Seal(key, m, rand.Reader)
		require.NoError(t, err)
		require.Zero(t, (len(frame)-24)%16)
		data, err := crypto.NewServerCipher(rand.Reader).DecryptFromBuffer(gotdKey(key), &bin.Buffer{Buf: frame})
		require.NoError(t, err)
		assert.Equal(t, m.Body, data.Data())
		assert.Equal(t, []int64{m.Salt, m.SessionID, m.MsgID, int64(m.SeqNo)}, []int64{data.Salt, data.SessionID, data.MessageID, int64(data.SeqNo)})
		padding := len(data.MessageDataWithPadding) - n
		assert.True(t, 12 <= padding && padding < 28, "padding %d", padding)
		assert.NotZero(t, token&quickAckBit)
	}
}

// The token is the beginning of SHA256(auth_key[88:120] + plaintext).
//
// https://core.telegram.org/mtproto/mtproto-transports#quick-ack
func TestQuickAckToken(t *testing.T) {
	key := testKey(t)
	m := Sealed{MsgID: 4, Body: []byte("abcd"), Padding: Ptr(12)}
	_, token, err := Seal(key, m, bytes.NewReader(make([]byte, 12)))
	require.NoError(t, err)
	sum := crypto.SHA256(key.Value[88:120], m.appendPlain(nil), make([]byte, 12))
	assert.Equal(t, binary.LittleEndian.Uint32(sum)|0x80000000, token)
}

// What gotd's server writes Open reads.
func TestOpenAgainstGotd(t *testing.T) {
	key, p := testKey(t), &peer{t: t}
	for n := 0; n <= 128; n += 4 {
		body := bytes.Repeat([]byte{7}, n)
		m, err := Open(key, p.seal(key, 42, 1, body))
		require.NoError(t, err)
		assert.Equal(t, string(body), string(m.Body))
		assert.EqualValues(t, 42, m.SessionID)
		assert.True(t, m.ContentRelated())
	}
}

// sealServer makes a server's message with any content, right or wrong.
func sealServer(key *AuthKey, plain []byte) []byte {
	msgKey := crypto.MessageKey(key.Value, plain, crypto.Server)
	aesKey, iv := crypto.Keys(key.Value, msgKey, crypto.Server)
	frame := binary.LittleEndian.AppendUint64(nil, uint64(key.ID))
	frame = append(frame, msgKey[:]...)
	return append(frame, igeEncrypt(aesKey, iv, plain)...)
}

// https://core.telegram.org/mtproto/security_guidelines#mtproto-encrypted-messages
func TestOpenRefuses(t *testing.T) {
	key := testKey(t)
	plain := func(length int32, padding int) []byte {
		b := make([]byte, 28, 64)
		b = binary.LittleEndian.AppendUint32(b, uint32(length))
		return append(b, make([]byte, padding)...)
	}
	good := sealServer(key, plain(4, 16))
	_, err := Open(key, good)
	require.NoError(t, err)
	flipped := bytes.Clone(good)
	flipped[40] ^= 1
	toServer, _, err := Seal(key, Sealed{Body: []byte("abcd")}, rand.Reader)
	require.NoError(t, err)
	tests := map[string]struct {
		frame []byte
		want  string
	}{
		"empty":               {nil, "0 bytes"},
		"no whole blocks":     {good[:len(good)-1], "no encrypted message"},
		"no room for padding": {good[:24+32], "no encrypted message"},
		"other key":           {append([]byte{1, 2, 3, 4, 5, 6, 7, 8}, good[8:]...), "auth_key_id"},
		"content changed":     {flipped, "msg_key"},
		"our own message":     {toServer, "msg_key"},
		"length negative":     {sealServer(key, plain(-4, 16)), "message_data_length"},
		"length too long":     {sealServer(key, plain(20, 16)), "message_data_length"},
		"length not by 4":     {sealServer(key, plain(3, 16)), "message_data_length"},
		"padding 8":           {sealServer(key, plain(8, 16)), "padding"},
		"padding 1040":        {sealServer(key, plain(0, 1040)), "padding"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Open(key, tt.frame)
			var bad *EnvelopeError
			require.ErrorAs(t, err, &bad)
			assert.Contains(t, bad.Error(), tt.want)
		})
	}
}

// Each override changes its field in the message that a server sees.
func TestEnvelopeOverrides(t *testing.T) {
	key := testKey(t)
	o := Options{Transport: Intermediate}
	send := func(t *testing.T, e Envelope) []byte {
		c, p := pair(t, o)
		s, err := NewSession(c, key, 77)
		require.NoError(t, err)
		var frame []byte
		wait := p.serve(o, func() { frame = p.recv() })
		_, err = s.Send(deadline(t), e)
		require.NoError(t, err)
		wait()
		return frame
	}
	read := func(t *testing.T, e Envelope) *crypto.EncryptedMessageData {
		return (&peer{t: t}).open(key, send(t, e))
	}
	t.Run("defaults", func(t *testing.T) {
		got := read(t, Envelope{Body: []byte("abcd")})
		assert.Equal(t, key.Salt, got.Salt)
		assert.EqualValues(t, 77, got.SessionID)
		assert.EqualValues(t, 1, got.SeqNo)
		assert.Zero(t, got.MessageID%4)
		assert.WithinDuration(t, time.Now(), MsgIDTime(got.MessageID), time.Minute)
	})
	t.Run("fields", func(t *testing.T) {
		got := read(t, Envelope{Body: []byte("abcd"), Salt: Ptr(int64(0)), SessionID: Ptr(int64(1)), MsgID: Ptr(int64(3)), SeqNo: Ptr(int32(-1)), Padding: Ptr(1020)})
		assert.Equal(t, []int64{0, 1, 3, -1}, []int64{got.Salt, got.SessionID, got.MessageID, int64(got.SeqNo)})
		assert.Len(t, got.MessageDataWithPadding, 4+1020)
	})
	t.Run("wrong key id and msg_key", func(t *testing.T) {
		frame := send(t, Envelope{AuthKeyID: Ptr(int64(5)), MsgKey: &[16]byte{6}})
		assert.Equal(t, append([]byte{5}, make([]byte, 7)...), frame[:8])
		assert.Equal(t, append([]byte{6}, make([]byte, 15)...), frame[8:24])
	})
	t.Run("length", func(t *testing.T) {
		frame := send(t, Envelope{Body: []byte("abcd"), Length: Ptr(int32(1 << 30))})
		_, err := crypto.NewServerCipher(rand.Reader).DecryptFromBuffer(gotdKey(key), &bin.Buffer{Buf: frame})
		assert.ErrorContains(t, err, "1073741824")
	})
	t.Run("not whole blocks", func(t *testing.T) {
		assert.Len(t, send(t, Envelope{Padding: Ptr(5)}), 24+32+5)
	})
}

// msg_ids rise by 4 at least while the clock stands still, and carry its time.
func TestMsgIDs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g msgIDs
		last := g.next()
		assert.Equal(t, time.Now().Unix(), last>>32)
		for range 1000 {
			id := g.next()
			require.Equal(t, last+4, id)
			last = id
		}
		later, cancel := context.WithTimeout(t.Context(), time.Second+time.Millisecond)
		defer cancel()
		<-later.Done()
		id := g.next()
		assert.Zero(t, id&3)
		assert.WithinDuration(t, time.Now(), MsgIDTime(id), time.Microsecond)
	})
}

// https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno
func TestSeqNo(t *testing.T) {
	c, p := pair(t, Options{Transport: Full})
	s, err := NewSession(c, testKey(t), 0)
	require.NoError(t, err)
	require.NotZero(t, s.ID())
	p.serve(Options{Transport: Full}, func() {
		for p.recv() != nil {
		}
	})
	var seqs []int32
	for _, body := range [][]byte{{1, 2, 3, 4}, MsgsAck(1), Container(), {1, 2, 3, 4}, MsgsAck(2)} {
		sent, err := s.Send(deadline(t), Envelope{Body: body})
		require.NoError(t, err)
		seqs = append(seqs, sent.SeqNo)
	}
	assert.Equal(t, []int32{1, 2, 2, 3, 4}, seqs)
}

func TestSessionRecvRefuses(t *testing.T) {
	key := testKey(t)
	c, p := pair(t, Options{Transport: Full})
	s, err := NewSession(c, key, 42)
	require.NoError(t, err)
	p.serve(Options{Transport: Full}, func() {
		p.send(p.seal(key, 43, 1, nil))
		even := make([]byte, 32, 48)
		binary.LittleEndian.PutUint64(even[8:], 42)
		binary.LittleEndian.PutUint64(even[16:], 8)
		p.send(sealServer(key, append(even, make([]byte, 16)...)))
	})
	_, err = s.Recv(deadline(t))
	assert.ErrorContains(t, err, "session_id")
	_, err = s.Recv(deadline(t))
	assert.ErrorContains(t, err, "odd")
}

// Any plaintext under a server's msg_key, or a client's, with a byte of the frame changed: it
// opens exactly when gotd's client opens it and the padding is enough, to the same message.
func FuzzOpen(f *testing.F) {
	key := NewAuthKey([256]byte{1}, 0)
	gotd := crypto.Key(key.Value).WithID()
	cipher := crypto.NewClientCipher(nil)
	f.Add([]byte("short"), uint16(0), byte(0))
	f.Add(make([]byte, 48), uint16(0), byte(0))
	f.Add(make([]byte, 48), uint16(40), byte(1))
	f.Add(append(make([]byte, 28), 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0), uint16(0), byte(0))
	f.Fuzz(func(t *testing.T, plain []byte, at uint16, change byte) {
		frame := sealServer(key, plain[:len(plain)/16*16])
		frame[int(at)%len(frame)] ^= change
		frame = frame[:len(frame)-int(at>>12)&^3] // sometimes cut
		got, err := Open(key, bytes.Clone(frame))
		want, wantErr := cipher.DecryptFromBuffer(gotd, &bin.Buffer{Buf: frame})
		good := wantErr == nil && len(want.MessageDataWithPadding)-len(want.Data()) >= 12
		if err != nil {
			require.ErrorAs(t, err, new(*EnvelopeError))
			if good {
				t.Fatalf("%v; gotd opens it", err)
			}
			return
		}
		if !good || got.Salt != want.Salt || got.SessionID != want.SessionID || got.MsgID != want.MessageID || got.SeqNo != want.SeqNo ||
			!bytes.Equal(got.Body, want.Data()) || got.Padding != len(want.MessageDataWithPadding)-len(got.Body) {
			t.Fatalf("%v; gotd reads %v, %v", got, want, wantErr)
		}
	})
}
