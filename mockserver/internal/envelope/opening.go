package envelope

import (
	"crypto/subtle"
	"encoding/binary"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// Opening is a message from a client that is decrypted in place while it arrives, or all
// of it at once: afterwards the frame holds the plaintext, or garbage if Finish refused it.
// The zero value is ready for Begin, and so is one that was finished or dropped.
//
// Up to 15 bytes after the last whole block are not part of the message: the padded
// intermediate transport adds them and leaves no other way to tell them apart.
type Opening struct {
	key      *Key // nil: nothing is being opened
	frame    []byte
	msgKey   [16]byte
	from, to int // of the body: what is hashed besides
	hashed   bool
	decrypt  ige.Decryption
}

// Begun tells whether a message is being opened.
func (o *Opening) Begun() bool { return o.key != nil }

// Drop forgets the message, and where it was.
func (o *Opening) Drop() {
	o.key, o.frame = nil, nil
	o.decrypt.Drop()
}

// Start is Begin for a frame all of which has come, and decrypts no more of it than it has to: AdvanceBoth is to follow.
func (o *Opening) Start(k *Key, frame []byte, find Finder) bool {
	return o.start(k, fromClient, frame, len(frame), find)
}

// AdvanceBoth decrypts what it can of two frames that were started, at once: that takes less than one after the other.
func AdvanceBoth(a, b *Opening) { ige.AdvanceBoth(&a.decrypt, &b.decrypt) }

// BothGain tells whether AdvanceBoth gains anything on this processor.
func BothGain() bool { return ige.BothGain() }

// Begin takes a frame of which so many bytes have come, and decrypts what it can of
// them in place. The rest is to come into the same buffer. It does nothing and returns
// false if that is too little, or the frame too short for a message. find may be nil.
func (o *Opening) Begin(k *Key, frame []byte, come int, find Finder) bool {
	return o.begin(k, fromClient, frame, come, find)
}

func (o *Opening) begin(k *Key, x direction, frame []byte, come int, find Finder) bool {
	if !o.start(k, x, frame, come, find) {
		return false
	}
	o.Advance(come)
	return true
}

func (o *Opening) start(k *Key, x direction, frame []byte, come int, find Finder) bool {
	o.Drop()
	if len(frame) < prefixSize+minEncrypted || come < prefixSize+ige.Enough(len(blocks(frame))) {
		return false
	}
	o.key, o.frame, o.msgKey = k, frame, [16]byte(frame[8:prefixSize])
	key, iv := k.derive(x, &o.msgKey)
	head := o.decrypt.Start(&key, &iv, k.msgKeySecret(x), blocks(frame))
	o.hashed = false
	if find != nil {
		o.from, o.to = find(head[headerSize:])
		o.hashed = o.decrypt.Hash(headerSize+o.from, headerSize+o.to)
	}
	return true
}

// Advance decrypts what it can of the first so many bytes of the frame, which have come.
func (o *Opening) Advance(come int) { o.decrypt.Advance(come - prefixSize) }

// Finish decrypts the rest and checks all of it. frame is the one that was begun with; bytes
// behind its last whole block may be missing. The error is always [ErrOpen].
func (o *Opening) Finish(frame []byte) (Message, error) {
	defer o.Drop()
	if o.key == nil || !o.is(frame) {
		return Message{}, ErrOpen
	}
	large, sum := o.decrypt.Finish()
	want, token := splitLarge(large)
	plain := blocks(frame)

	// All checks are made, whatever the first of them said, so that the time
	// taken says nothing about which one failed.
	id, _ := AuthKeyID(frame)
	valid := subtle.ConstantTimeCompare(want[:], o.msgKey[:])
	valid &= equal(id, o.key.ID)
	body, fits := cutBody(plain)
	valid &= fits
	if valid != 1 {
		return Message{}, ErrOpen
	}
	m := Message{
		Salt:      int64(binary.LittleEndian.Uint64(plain)),
		SessionID: int64(binary.LittleEndian.Uint64(plain[8:])),
		MsgID:     int64(binary.LittleEndian.Uint64(plain[16:])),
		SeqNo:     int32(binary.LittleEndian.Uint32(plain[24:])),
		Body:      body,
		QuickAck:  token,
	}
	if o.hashed && o.to <= len(body) {
		m.Hashed, m.SHA256 = body[o.from:o.to], sum
	}
	return m, nil
}

// is tells whether a frame is the one that was begun with.
func (o *Opening) is(frame []byte) bool {
	end := prefixSize + len(blocks(o.frame))
	return len(frame) >= end && len(frame) <= len(o.frame) && &frame[0] == &o.frame[0]
}

// blocks is the encrypted data of a frame, without what may follow the last block.
func blocks(frame []byte) []byte {
	data := frame[prefixSize:]
	whole := len(data) / ige.BlockSize * ige.BlockSize
	return data[:whole:whole]
}
