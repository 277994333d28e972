package rawclient

import (
	"encoding/binary"
	"fmt"
	"math/big"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// trustServerDHParams takes in server_DH_inner_data without looking at a nonce, a
// hash or a number in it.
func (x *KeyExchange) trustServerDHParams(encrypted []byte) error {
	const hash = 20
	key, iv := x.tempAES()
	plain := append([]byte(nil), encrypted[:len(encrypted)&^15]...)
	if len(plain) < hash {
		return failed(StepReqDH, "the encrypted answer is empty", nil)
	}
	ige.Decrypt((*[32]byte)(key), (*[32]byte)(iv), plain, plain)
	var inner mt.ServerDHInnerData
	if err := inner.Decode(&bin.Buffer{Buf: plain[hash:]}); err != nil {
		return failed(StepReqDH, "the encrypted answer is no server_DH_inner_data", err)
	}
	prime := new(big.Int).SetBytes(inner.DhPrime)
	if prime.Sign() == 0 || len(inner.DhPrime) > 257 || len(inner.GA) > 257 { // modulo 0, a power has no bounds
		return failed(StepReqDH, "dh_prime or g_a cannot be calculated with", nil)
	}
	x.dh = &dhParams{g: inner.G, prime: prime, ga: new(big.Int).SetBytes(inner.GA), trusted: true}
	return nil
}

// openTrusting decrypts a message as far as that goes, and looks at nothing in it.
func openTrusting(key *AuthKey, frame []byte) (Message, error) {
	if m, ok := openPlainAnswer(frame); ok {
		return m, nil
	}
	sealed := (len(frame) - outerHeader) &^ 15
	if sealed < innerHeader {
		return Message{}, &EnvelopeError{fmt.Sprintf("a frame of %d bytes", len(frame))}
	}
	msgKey := [16]byte(frame[8:])
	plain := make([]byte, sealed)
	for _, x := range []int{toClient, toServer} {
		aesKey, iv := messageCipher(key, msgKey, x)
		ige.Decrypt(&aesKey, &iv, plain, frame[outerHeader:outerHeader+sealed])
		if want, _ := messageKey(key, plain, x); x == toServer || want == msgKey || plausible(plain) {
			break
		}
	}
	n, rest := int(int32(binary.LittleEndian.Uint32(plain[28:]))), plain[innerHeader:]
	if n < 0 || n > len(rest) {
		n = len(rest)
	}
	return Message{
		Salt: int64(binary.LittleEndian.Uint64(plain)), SessionID: int64(binary.LittleEndian.Uint64(plain[8:])),
		MsgID: int64(binary.LittleEndian.Uint64(plain[16:])), SeqNo: int32(binary.LittleEndian.Uint32(plain[24:])), Body: rest[:n:n],
	}, nil
}

// plausible tells whether what was decrypted begins an answer or a container: under
// another key it would be noise.
func plausible(plain []byte) bool {
	id := (Message{Body: plain[innerHeader:]}).Constructor()
	return id == idContainer || id == idRPCResult
}

// openPlainAnswer takes an unencrypted message for an answer.
func openPlainAnswer(frame []byte) (Message, bool) {
	m, err := ParsePlain(frame)
	if err != nil {
		return Message{}, false
	}
	return Message{MsgID: m.MsgID, SeqNo: 1, Body: m.Body}, true
}

// unpackTrusting takes containers apart, whatever they say of themselves.
func unpackTrusting(m Message) []Message { return appendUnpacked(nil, m) }

// appendUnpacked copies nothing: a container can say that it holds a message of no bytes
// for every sixteen that it has.
func appendUnpacked(out []Message, m Message) []Message {
	if m.Constructor() != idContainer || len(m.Body) < 24 {
		return append(out, m)
	}
	count, rest := binary.LittleEndian.Uint32(m.Body[4:]), m.Body[8:]
	for ; len(rest) >= 16; count-- {
		id, seqno := int64(binary.LittleEndian.Uint64(rest)), int32(binary.LittleEndian.Uint32(rest[8:]))
		body := rest[16:]
		n := int(int32(binary.LittleEndian.Uint32(rest[12:])))
		if n < 0 || n > len(body) {
			n = len(body)
		}
		out = appendUnpacked(out, Message{MsgID: id, SeqNo: seqno, Body: body[:n:n]})
		if rest = body[n:]; count <= 1 {
			return out
		}
	}
	return out
}
