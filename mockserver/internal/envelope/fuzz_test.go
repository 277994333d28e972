package envelope

import (
	"bytes"
	"crypto/sha256"
	"reflect"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

// gotdOpens says what gotd's server makes of a frame. It lets padding of less than 12
// bytes pass, which the documentation does not.
func gotdOpens(cipher crypto.Cipher, key crypto.AuthKey, frame []byte) (*crypto.EncryptedMessageData, bool) {
	if len(frame) < prefixSize {
		return nil, false
	}
	frame = frame[:prefixSize+(len(frame)-prefixSize)/16*16]
	m, err := cipher.DecryptFromBuffer(key, &bin.Buffer{Buf: bytes.Clone(frame)})
	if err != nil || len(m.MessageDataWithPadding)-int(m.MessageDataLen) < 12 {
		return nil, false
	}
	return m, true
}

// Any plaintext that gotd encrypted, with a byte of the frame changed and bytes behind it:
// it is opened exactly when gotd's server opens it, to the same message with the digest that
// crypto/sha256 gives, and refused with one and the same error otherwise.
func FuzzOpening(f *testing.F) {
	k, gotd := testKey(), gotdKey(testKey())
	server := crypto.NewServerCipher(nil)
	f.Add([]byte{}, uint16(0), byte(0), byte(0))
	f.Add(make([]byte, 72), uint16(8), byte(1), byte(0))
	f.Add(append(header(sample, 0), make([]byte, 16)...), uint16(0), byte(0), byte(15))
	f.Add(append(header(sample, 4), make([]byte, 16)...), uint16(0), byte(0), byte(1))
	f.Add(append(header(sample, 4), make([]byte, 16)...), uint16(30), byte(4), byte(0))
	f.Add(append(header(sample, 8), make([]byte, 16)...), uint16(0), byte(0), byte(0))
	f.Add(append(header(sample, -4), make([]byte, 1040)...), uint16(0), byte(0), byte(0))
	f.Add(append(header(sample, 0), make([]byte, 1024)...), uint16(0), byte(0), byte(0))
	f.Add(append(header(sample, 0), make([]byte, 1040)...), uint16(0), byte(0), byte(32))
	f.Fuzz(func(t *testing.T, plain []byte, at uint16, change, more byte) {
		side := crypto.Client
		if more&32 != 0 {
			side = crypto.Server // as if one of the server's own came back
		}
		frame := encrypt(t, k, side, plain[:len(plain)/16*16])
		frame = append(frame, make([]byte, more&15)...)
		frame[int(at)%len(frame)] ^= change
		want, ok := gotdOpens(server, gotd, frame)
		from := int(at) % 97
		to := from + int(more)*3 // behind the end of the body, too
		find := func([]byte) (int, int) { return from, to }
		var arriving Opening
		pieces := bytes.Clone(frame)
		if arriving.Begin(k, pieces, int(at)%(len(frame)+1), find) {
			arriving.Advance((int(at) + len(frame)) / 2)
		} else {
			arriving.Begin(k, pieces, len(frame), find)
		}
		inPieces, pieceErr := arriving.Finish(pieces)
		got, err := openClient(k, frame, find)
		if pieceErr != err || !reflect.DeepEqual(inPieces, got) { //nolint:errorlint // one error, never wrapped
			t.Fatalf("in pieces %v, %v; as a whole %v, %v", inPieces, pieceErr, got, err)
		}
		if err != nil {
			if err != ErrOpen || ok { //nolint:errorlint // one error, never wrapped
				t.Fatalf("refused with %v; gotd opens it: %v", err, ok)
			}
			return
		}
		if !ok {
			t.Fatal("opened what gotd refuses")
		}
		data := want.Data()
		if got.Salt != want.Salt || got.SessionID != want.SessionID || got.MsgID != want.MessageID || got.SeqNo != want.SeqNo || !bytes.Equal(got.Body, data) {
			t.Fatalf("gotd reads another message: %v, not %v", want, got)
		}
		if got.Hashed != nil && (!bytes.Equal(got.Hashed, data[from:to]) || got.SHA256 != sha256.Sum256(got.Hashed)) {
			t.Fatalf("bytes %d to %d have digest %x", from, to, got.SHA256)
		}
		if got.QuickAck&quickAckBit == 0 || cap(got.Body) != len(got.Body) {
			t.Fatalf("token %x, %d bytes of room behind the body", got.QuickAck, cap(got.Body)-len(got.Body))
		}
	})
}

// gotd's client opens whatever message is sealed, and reads the same; a server must not
// take it for a client's.
func FuzzSealServer(f *testing.F) {
	k, gotd := testKey(), gotdKey(testKey())
	client, random := crypto.NewClientCipher(nil), newRandom(1)
	f.Add(int64(1), int64(2), int64(3), int32(4), []byte("body"))
	f.Add(int64(-1), int64(0), int64(-3), int32(-4), bytes.Repeat([]byte("four"), 300))
	before := []byte("what the buffer held before")
	f.Fuzz(func(t *testing.T, salt, session, id int64, seqno int32, body []byte) {
		body = body[:len(body)&^3]
		m := Message{Salt: salt, SessionID: session, MsgID: id, SeqNo: seqno, Body: body}
		out := SealServer(bytes.Clone(before), k, m, random)
		frame, found := bytes.CutPrefix(out, before)
		if !found || len(frame) != SealedSize(len(body)) {
			t.Fatalf("%d bytes where %d were said", len(frame), SealedSize(len(body)))
		}
		got, err := client.DecryptFromBuffer(gotd, &bin.Buffer{Buf: bytes.Clone(frame)})
		if err != nil {
			t.Fatalf("gotd: %v", err)
		}
		if got.Salt != salt || got.SessionID != session || got.MessageID != id || got.SeqNo != seqno || !bytes.Equal(got.Data(), body) {
			t.Fatalf("gotd reads %v from %v", got, m)
		}
		if padding := len(got.MessageDataWithPadding) - len(body); padding < 12 || padding > 27 {
			t.Fatalf("%d bytes of padding", padding)
		}
		if _, err := openClient(k, frame, nil); err == nil {
			t.Fatal("a message of the server's passes for a client's")
		}
	})
}

// A binding message as gotd's client makes it is read as it was written; with a byte
// changed, or shorter or longer, it is refused.
func FuzzOpenBinding(f *testing.F) {
	k, gotd := testKey(), gotdKey(testKey())
	random := newRandom(3)
	f.Add(int64(4), int64(1), int64(2), int64(3), int32(5), byte(0), byte(0), int8(0))
	f.Add(int64(-4), int64(0), int64(-2), int64(9), int32(-5), byte(9), byte(1), int8(0))
	f.Add(int64(4), int64(1), int64(2), int64(3), int32(5), byte(0), byte(0), int8(-16))
	f.Fuzz(func(t *testing.T, id, nonce, temp, session int64, expires int32, at, change byte, longer int8) {
		want := Binding{MsgID: id, Nonce: nonce, TempKeyID: temp, PermKeyID: k.ID, TempSessionID: session, ExpiresAt: expires}
		message, err := crypto.EncryptBindMessage(random, gotd, id, &crypto.BindAuthKeyInner{
			Nonce: nonce, TempAuthKeyID: temp, PermAuthKeyID: k.ID, TempSessionID: session, ExpiresAt: int(expires),
		})
		require.NoError(t, err)
		// The last block ends in padding that msg_key does not cover.
		message[int(at)%(len(message)-16)] ^= change
		switch {
		case longer > 0:
			message = append(message, make([]byte, longer)...)
		case longer < 0:
			message = message[:max(0, len(message)+int(longer))]
		}
		got, err := OpenBinding(k, message)
		whole := change == 0 && longer == 0
		if whole && (err != nil || got != want) || !whole && err != ErrBinding { //nolint:errorlint // one error, never wrapped
			t.Fatalf("whole: %v; %v, %v instead of %v", whole, got, err, want)
		}
	})
}

// gotd's reader of unencrypted messages reads the same from what is accepted, and what
// is refused is too short, is encrypted, or has an impossible length.
func FuzzOpenPlain(f *testing.F) {
	f.Add(plainFrame(0, 1, 4, 1, 2, 3, 4))
	f.Add(plainFrame(0, 1, 0xffffffff))
	f.Add(plainFrame(7, 1, 4, 1, 2, 3, 4))
	f.Fuzz(func(t *testing.T, frame []byte) {
		got, err := OpenPlain(frame)
		var want proto.UnencryptedMessage
		gotdErr := want.Decode(&bin.Buffer{Buf: frame})
		if err != nil {
			require.ErrorIs(t, err, ErrPlain)
			if gotdErr == nil && len(want.MessageData)%4 == 0 {
				t.Fatalf("refused with %v; gotd reads %v", err, want)
			}
			return
		}
		if gotdErr != nil || !bytes.Equal(want.MessageData, got) {
			t.Fatalf("gotd reads %v, %v; we read %v", want, gotdErr, got)
		}
	})
}
