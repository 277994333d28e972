package wire

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"slices"
)

// The header of an obfuscated connection, 64 bytes that look random:
// https://core.telegram.org/mtproto/mtproto-transports#transport-obfuscation
const (
	obfuscatedHeader = 64
	obfuscatedKey    = 8  // 32 bytes: the client's encryption key
	obfuscatedIV     = 40 // 16 bytes
	obfuscatedTag    = 56 // 4 bytes, encrypted: the tag of the transport inside
)

// Two of the bytes behind the tag name the DC that a proxy should forward to. Clients that talk to no proxy may put
// anything there (Telethon: random bytes), so nothing depends on it.

// obfuscation is an opened obfuscated2 header. No secret is mixed into the keys: that is what clients do when they
// talk to a datacenter and not to an MTProxy.
type obfuscation struct {
	dec, enc cipher.Stream
	tag      [4]byte
}

// openObfuscation takes the keys from a header: one direction uses bytes 8..56 as they are, the other the same bytes
// reversed. The header itself is the first 64 bytes of the client's key stream.
func openObfuscation(head [obfuscatedHeader]byte) (obfuscation, error) {
	keys := head[obfuscatedKey:obfuscatedTag:obfuscatedTag]
	dec, err := newCTR(keys)
	if err != nil {
		return obfuscation{}, err
	}
	back := slices.Clone(keys)
	slices.Reverse(back)
	enc, err := newCTR(back)
	if err != nil {
		return obfuscation{}, err
	}
	o := obfuscation{dec: dec, enc: enc}
	dec.XORKeyStream(head[:], head[:])
	o.tag = [4]byte(head[obfuscatedTag:])
	return o, nil
}

// newCTR makes the key stream of AES-256-CTR from 32 bytes of key and 16 of counter.
func newCTR(keyAndIV []byte) (cipher.Stream, error) {
	const split = obfuscatedIV - obfuscatedKey
	block, err := aes.NewCipher(keyAndIV[:split])
	if err != nil {
		return nil, err
	}
	return cipher.NewCTR(block, keyAndIV[split:]), nil
}

// deobfuscate reads an obfuscated2 header and makes everything behind it pass decrypted.
func deobfuscate(src *input, in *bufio.Reader) (string, obfuscation, error) {
	b, err := peek(in, obfuscatedHeader)
	if err != nil {
		return "", obfuscation{}, unexpected(err)
	}
	o, err := openObfuscation([obfuscatedHeader]byte(b))
	if err != nil {
		return "", o, err
	}
	name, ok := transportByTag(o.tag)
	if !ok {
		return "", o, violation("the first %d bytes start no known transport: taken as an obfuscated2 header they name "+
			"transport %x, which is neither efefefef, eeeeeeee nor dddddddd", obfuscatedHeader, o.tag)
	}
	discard(in, obfuscatedHeader)
	src.decrypt(in, o.dec)
	return name, o, nil
}

// transportByTag returns the name of the transport that four equal bytes announce.
func transportByTag(tag [4]byte) (string, bool) {
	switch tag {
	case [4]byte{abridgedTag, abridgedTag, abridgedTag, abridgedTag}:
		return nameAbridged, true
	case [4]byte{intermediateTag, intermediateTag, intermediateTag, intermediateTag}:
		return nameIntermediate, true
	case [4]byte{paddedTag, paddedTag, paddedTag, paddedTag}:
		return namePadded, true
	}
	return "", false
}
