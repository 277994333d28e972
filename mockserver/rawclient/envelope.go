package rawclient

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// Sealed is the content of an encrypted message with all its fields, as Seal
// writes them: it corrects nothing.
//
// https://core.telegram.org/mtproto/description#encrypted-message
type Sealed struct {
	Salt      int64
	SessionID int64
	MsgID     int64
	SeqNo     int32
	Body      []byte
	// Length replaces message_data_length; nil is the length of Body.
	Length *int32
	// Padding replaces the number of random bytes behind Body; nil is 12 to 27,
	// up to the next whole block. If the whole is not made of 16-byte blocks
	// then, the bytes behind the last block are sent as they are.
	Padding *int
	// MsgKey replaces msg_key in the message; the true one still encrypts it.
	MsgKey *[16]byte
	// AuthKeyID replaces auth_key_id.
	AuthKeyID *int64
}

// The direction in which a message goes shifts the parts of the auth key that
// its keys are made of.
//
// https://core.telegram.org/mtproto/description#defining-aes-key-and-initialization-vector
const (
	toServer = 0
	toClient = 8
)

const (
	innerHeader = 32 // salt, session_id, msg_id, seqno, length
	outerHeader = 24 // auth_key_id, msg_key
)

// Seal encrypts a message to the server. token is what the server answers to a
// frame that asks for a quick acknowledgement. A nil random is crypto/rand.
func Seal(key *AuthKey, m Sealed, random io.Reader) (frame []byte, token uint32, err error) {
	if random == nil {
		random = rand.Reader
	}
	n := 12 + (16-(innerHeader+len(m.Body)+12)%16)%16
	if m.Padding != nil {
		n = *m.Padding
	}
	if n < 0 {
		return nil, 0, fmt.Errorf("rawclient: negative padding %d", n)
	}
	frame = make([]byte, outerHeader, outerHeader+innerHeader+len(m.Body)+n)
	frame = m.appendPlain(frame)
	body := len(frame)
	frame = frame[:body+n]
	if _, err := io.ReadFull(random, frame[body:]); err != nil {
		return nil, 0, fmt.Errorf("rawclient: random padding: %w", err)
	}

	plain := frame[outerHeader:]
	msgKey, token := messageKey(key, plain, toServer)
	aesKey, iv := messageCipher(key, msgKey, toServer)
	blocks := plain[:len(plain)&^15]
	ige.Encrypt(&aesKey, &iv, blocks, blocks)

	id := key.ID
	if m.AuthKeyID != nil {
		id = *m.AuthKeyID
	}
	if m.MsgKey != nil {
		msgKey = *m.MsgKey
	}
	binary.LittleEndian.PutUint64(frame, uint64(id))
	copy(frame[8:], msgKey[:])
	return frame, token, nil
}

func (m Sealed) appendPlain(dst []byte) []byte {
	length := int32(len(m.Body))
	if m.Length != nil {
		length = *m.Length
	}
	dst = binary.LittleEndian.AppendUint64(dst, uint64(m.Salt))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(m.SessionID))
	dst = binary.LittleEndian.AppendUint64(dst, uint64(m.MsgID))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(m.SeqNo))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(length))
	return append(dst, m.Body...)
}

// Open decrypts a message from the server and checks all that can be checked
// without a session. Errors are *EnvelopeError.
//
// https://core.telegram.org/mtproto/security_guidelines#mtproto-encrypted-messages
func Open(key *AuthKey, frame []byte) (Message, error) {
	sealed := len(frame) - outerHeader
	if sealed < innerHeader+12 || sealed%16 != 0 {
		return Message{}, &EnvelopeError{fmt.Sprintf("a frame of %d bytes is no encrypted message", len(frame))}
	}
	if id := int64(binary.LittleEndian.Uint64(frame)); id != key.ID {
		return Message{}, &EnvelopeError{fmt.Sprintf("auth_key_id %016x, ours is %016x", uint64(id), uint64(key.ID))}
	}
	msgKey := [16]byte(frame[8:])
	aesKey, iv := messageCipher(key, msgKey, toClient)
	plain := make([]byte, sealed)
	ige.Decrypt(&aesKey, &iv, plain, frame[outerHeader:])
	if want, _ := messageKey(key, plain, toClient); subtle.ConstantTimeCompare(want[:], msgKey[:]) != 1 {
		return Message{}, &EnvelopeError{"msg_key does not fit the content"}
	}

	n, rest := int(int32(binary.LittleEndian.Uint32(plain[28:]))), plain[innerHeader:]
	switch padding := len(rest) - n; {
	case n < 0 || n > len(rest) || n%4 != 0:
		return Message{}, &EnvelopeError{fmt.Sprintf("message_data_length %d of %d bytes", n, len(rest))}
	case padding < 12 || padding > 1024:
		return Message{}, &EnvelopeError{fmt.Sprintf("%d bytes of padding, 12 to 1024 allowed", padding)}
	}
	return Message{
		Salt:      int64(binary.LittleEndian.Uint64(plain)),
		SessionID: int64(binary.LittleEndian.Uint64(plain[8:])),
		MsgID:     int64(binary.LittleEndian.Uint64(plain[16:])),
		SeqNo:     int32(binary.LittleEndian.Uint32(plain[24:])),
		Body:      rest[:n:n],
		Padding:   len(rest) - n,
	}, nil
}

// messageKey is msg_key, the middle of a hash over part of the auth key and the
// padded content. The hash's beginning is the quick ack token.
func messageKey(key *AuthKey, plain []byte, x int) (msgKey [16]byte, token uint32) {
	h := sha256.New()
	h.Write(key.Value[88+x : 88+x+32])
	h.Write(plain)
	large := h.Sum(nil)
	return [16]byte(large[8:]), binary.LittleEndian.Uint32(large) | quickAckBit
}

func messageCipher(key *AuthKey, msgKey [16]byte, x int) (aesKey, iv [32]byte) {
	a := sha256.Sum256(append(msgKey[:], key.Value[x:x+36]...))
	b := sha256.Sum256(append(append([]byte(nil), key.Value[40+x:40+x+36]...), msgKey[:]...))
	copy(aesKey[:], a[:8])
	copy(aesKey[8:], b[8:24])
	copy(aesKey[24:], a[24:])
	copy(iv[:], b[:8])
	copy(iv[8:], a[8:24])
	copy(iv[24:], b[24:])
	return aesKey, iv
}
