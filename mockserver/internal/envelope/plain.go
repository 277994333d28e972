package envelope

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// plainHeader is auth_key_id (zero), message_id and the length of the body:
// https://core.telegram.org/mtproto/description#unencrypted-message
const plainHeader = 8 + 8 + 4

// ErrPlain is wrapped by every error about an unencrypted message. Unlike
// those of encrypted ones, the errors say what was wrong: there is no secret
// in such a message.
var ErrPlain = errors.New("not an unencrypted message")

// OpenPlain returns the body of an unencrypted message, as auth key creation uses them, a
// part of the frame. Bytes after the body are ignored: they are the transport's padding.
func OpenPlain(frame []byte) ([]byte, error) {
	if len(frame) < plainHeader {
		return nil, fmt.Errorf("envelope: opening frame: %w: %d bytes, and its header alone takes %d", ErrPlain, len(frame), plainHeader)
	}
	if id, _ := AuthKeyID(frame); id != 0 {
		return nil, fmt.Errorf("envelope: opening frame: %w: auth_key_id is %#x, not 0", ErrPlain, uint64(id))
	}
	length := int64(int32(binary.LittleEndian.Uint32(frame[16:])))
	rest := frame[plainHeader:]
	if length < 0 || length > int64(len(rest)) {
		return nil, fmt.Errorf("envelope: opening frame: %w: its body claims %d bytes where %d follow", ErrPlain, length, len(rest))
	}
	if length%4 != 0 {
		return nil, fmt.Errorf("envelope: opening frame: %w: its body of %d bytes is not a multiple of 4, as all TL is", ErrPlain, length)
	}
	return rest[:length:length], nil
}

// SealPlain appends to dst the frame of an unencrypted message.
func SealPlain(dst []byte, msgID int64, body []byte) []byte {
	dst = slices.Grow(dst, plainHeader+len(body))
	dst = binary.LittleEndian.AppendUint64(dst, 0)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(msgID))
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(body)))
	return append(dst, body...)
}
