package rawclient

import (
	"bytes"
	"crypto/aes"
	"encoding/binary"
	"math"
	"runtime"
	"testing"

	"github.com/gotd/ige"
	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// igeEncrypt is gotd's cipher mode, apart from the one this package uses.
func igeEncrypt(key, iv bin.Int256, plain []byte) []byte {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err)
	}
	out := make([]byte, len(plain))
	ige.EncryptBlocks(block, iv[:], out, plain)
	return out
}

func TestContainerAgainstGotd(t *testing.T) {
	body := Container(Inner{MsgID: 4, SeqNo: 1, Body: []byte("abcd")}, Inner{MsgID: 8, SeqNo: 2, Body: MsgsAck(1)})
	var c proto.MessageContainer
	require.NoError(t, c.Decode(&bin.Buffer{Buf: body}))
	require.Len(t, c.Messages, 2)
	assert.Equal(t, proto.Message{ID: 4, SeqNo: 1, Bytes: 4, Body: []byte("abcd")}, c.Messages[0])

	got, err := Unpack(Message{Salt: 1, SessionID: 2, Body: body})
	require.NoError(t, err)
	assert.Equal(t, []Message{
		{Salt: 1, SessionID: 2, MsgID: 4, SeqNo: 1, Body: []byte("abcd")},
		{Salt: 1, SessionID: 2, MsgID: 8, SeqNo: 2, Body: MsgsAck(1)},
	}, got)
}

func TestUnpackRefuses(t *testing.T) {
	huge := Container()
	huge[4], huge[5], huge[6], huge[7] = 0xff, 0xff, 0xff, 0x7f
	tests := map[string][]byte{
		"claims 2^31":       huge,
		"no count":          Container()[:4],
		"ends in a header":  Container(Inner{Body: []byte("abcd")})[:20],
		"ends in a body":    Container(Inner{Body: []byte("abcd")})[:26],
		"negative length":   Container(Inner{Length: Ptr(int32(-1))}),
		"length too long":   Container(Inner{Length: Ptr(int32(math.MaxInt32))}),
		"nested container":  Container(Inner{Body: Container()}),
		"1025 in container": Container(make([]Inner, 1025)...),
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := Unpack(Message{Body: body})
			var bad *EnvelopeError
			require.ErrorAs(t, err, &bad)
		})
	}
	_, err := Unpack(Message{Body: Container(make([]Inner, MaxContainer)...)})
	require.NoError(t, err, "1024 are allowed")
}

func TestGzip(t *testing.T) {
	body := bytes.Repeat([]byte("abcd"), 1000)
	var packed proto.GZIP
	require.NoError(t, packed.Decode(&bin.Buffer{Buf: GzipPacked(body)}), "gotd reads what we pack")
	assert.Equal(t, body, packed.Data)

	var b bin.Buffer
	require.NoError(t, proto.GZIP{Data: body}.Encode(&b))
	got, err := Gunzip(b.Buf)
	require.NoError(t, err, "and the other way round")
	assert.Equal(t, body, got)

	got, err = Gunzip([]byte("abcd"))
	require.NoError(t, err)
	assert.Equal(t, "abcd", string(got), "not packed")
}

func TestGunzipRefuses(t *testing.T) {
	tests := map[string]struct {
		body []byte
		want string
	}{
		"a bomb":     {GzipPacked(make([]byte, 10_001)), "more than"},
		"cut":        {GzipPacked([]byte("abcdefgh"))[:16], "gzip_packed"},
		"not gzip":   {append(GzipPacked(nil)[:4], 3, 'a', 'b', 'c'), "gzip_packed"},
		"no content": {GzipPacked(nil)[:4], "gzip_packed"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := gunzip(tt.body, 10_000)
			assert.ErrorContains(t, err, tt.want)
		})
	}
	got, err := gunzip(GzipPacked(make([]byte, 10_000)), 10_000)
	require.NoError(t, err, "the limit itself is allowed")
	assert.Len(t, got, 10_000)
}

func TestParsePlain(t *testing.T) {
	good := PlainMessage{MsgID: 4, Body: []byte("abcd")}
	var m proto.UnencryptedMessage
	require.NoError(t, m.Decode(&bin.Buffer{Buf: good.Append(nil)}))
	assert.EqualValues(t, 4, m.MessageID)
	assert.Equal(t, "abcd", string(m.MessageData))

	for name, frame := range map[string][]byte{
		"too short":       make([]byte, 19),
		"encrypted":       append([]byte{1}, make([]byte, 23)...),
		"length too long": PlainMessage{Length: Ptr(int32(1))}.Append(nil),
		"length short":    PlainMessage{Body: []byte("abcd"), Length: Ptr(int32(0))}.Append(nil),
		"length negative": PlainMessage{Length: Ptr(int32(-1))}.Append(nil),
	} {
		_, err := ParsePlain(frame)
		var bad *EnvelopeError
		require.ErrorAs(t, err, &bad, name)
	}
}

// A container is taken apart into what gotd finds in it, and nothing is taken that gotd does
// not find; what is not packed is left as it is.
func FuzzUnpack(f *testing.F) {
	f.Add(Container(Inner{MsgID: 4, Body: GzipPacked([]byte("abcd"))}))
	f.Add(Container(Inner{Body: Container()}))
	f.Add(Container(Inner{MsgID: 1, SeqNo: 2, Body: []byte("abcd")}, Inner{MsgID: 5, SeqNo: 3, Body: []byte("efghijkl")}))
	f.Add(Container(Inner{Length: Ptr(int32(8)), Body: []byte("abcd")}))
	f.Add(GzipPacked([]byte("abcd")))
	f.Fuzz(func(t *testing.T, body []byte) {
		messages, err := Unpack(Message{Body: body})
		if err != nil {
			require.ErrorAs(t, err, new(*EnvelopeError))
			return
		}
		if (Message{Body: body}).Constructor() != idContainer {
			if len(messages) != 1 || !bytes.Equal(messages[0].Body, body) {
				t.Fatalf("what is no container was taken apart: %v", messages)
			}
			return
		}
		var want proto.MessageContainer
		if err := want.Decode(&bin.Buffer{Buf: body}); err != nil || len(want.Messages) != len(messages) {
			t.Fatalf("%d messages; gotd finds %d: %v", len(messages), len(want.Messages), err)
		}
		for i, w := range want.Messages {
			if g := messages[i]; g.MsgID != w.ID || int(g.SeqNo) != w.SeqNo || !bytes.Equal(g.Body, w.Body) {
				t.Fatalf("message %d: %v; gotd finds %v", i, g, w)
			}
			if plain, err := Gunzip(w.Body); messages[i].Constructor() != idGzipPacked && (err != nil || !bytes.Equal(plain, w.Body)) {
				t.Fatalf("what is not packed came out as %x: %v", plain, err)
			}
		}
	})
}

// A container of empty messages costs a trusting client its messages, and not a copy of
// what is left for each of them.
func TestTrustingUnpacksInPlace(t *testing.T) {
	const count, header = 4000, 16
	body := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, idContainer), count)
	body = append(body, make([]byte, count*header)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	out := unpackTrusting(Message{Body: body})
	runtime.ReadMemStats(&after)
	require.Len(t, out, count)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(100*len(body)))
}
