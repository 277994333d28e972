package envelope

import (
	"encoding/binary"
	"io"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// SealHostile is SealServer with one rule broken, by the name of the case in
// scenarios.HostileCases. Cases that are not about the envelope leave it whole.
// https://core.telegram.org/mtproto/security_guidelines#mtproto-encrypted-messages
func SealHostile(k *Key, m Message, name string, random io.Reader) []byte {
	const block = ige.BlockSize
	body, length := m.Body, int32(len(m.Body))
	padding := minPadding + (block-(headerSize+len(body)+minPadding)%block)%block
	id, x, covered := k.ID, fromServer, -1
	switch name {
	case "padding-short":
		if padding = (block - (headerSize+len(body))%block) % block; padding >= minPadding {
			body = append(body[:len(body):len(body)], 0, 0, 0, 0)
			length, padding = length+4, padding-4
		}
	case "padding-long":
		padding += 1024
	case "length-negative":
		length = -4
	case "length-beyond":
		length += int32(padding) + 64
	case "length-odd":
		length++
	case "session-other":
		m.SessionID ^= 1
	case "session-zero":
		m.SessionID = 0
	case "auth-key-id-other":
		id ^= 1
	case "from-client":
		x = fromClient
	case "msg-key-without-padding":
		covered = headerSize + len(body)
	}
	plain := make([]byte, headerSize+len(body)+padding)
	binary.LittleEndian.PutUint64(plain, uint64(m.Salt))
	binary.LittleEndian.PutUint64(plain[8:], uint64(m.SessionID))
	binary.LittleEndian.PutUint64(plain[16:], uint64(m.MsgID))
	binary.LittleEndian.PutUint32(plain[24:], uint32(m.SeqNo))
	binary.LittleEndian.PutUint32(plain[28:], uint32(length))
	copy(plain[headerSize:], body)
	fill(random, plain[headerSize+len(body):])
	if covered < 0 {
		covered = len(plain)
	}
	msgKey := k.hash(x, plain[:covered])
	if name == "msg-key-other" {
		msgKey[3] ^= 1 // the key of the encryption follows from it, so that all of it decrypts
	}
	key, iv := k.derive(x, &msgKey)
	ige.Encrypt(&key, &iv, plain, plain)
	frame := binary.LittleEndian.AppendUint64(nil, uint64(id))
	frame = append(append(frame, msgKey[:]...), plain...)
	if name == "frame-ragged" {
		frame = append(frame, 0, 0, 0, 0)
	}
	return frame
}
