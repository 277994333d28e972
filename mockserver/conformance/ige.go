package conformance

import (
	"crypto/aes"
	"crypto/sha1"
	"crypto/subtle"
)

// decryptIGE undoes AES-256-IGE. It is written here a third time, so that the suite
// looks into server_DH_inner_data with its own eyes.
//
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func decryptIGE(key, iv [32]byte, b []byte) []byte {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // 32 bytes are a key
	}
	out := make([]byte, len(b)/16*16)
	before, plain := iv[:16], iv[16:]
	for i := 0; i+16 <= len(b); i += 16 {
		x := out[i : i+16]
		subtle.XORBytes(x, b[i:i+16], plain)
		block.Decrypt(x, x)
		subtle.XORBytes(x, x, before)
		before, plain = b[i:i+16], x
	}
	return out
}

// tempKeys are the key and the vector that both sides know from the two nonces.
//
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func tempKeys(newNonce [32]byte, serverNonce [16]byte) (key, iv [32]byte) {
	ns := sha1.Sum(append(newNonce[:], serverNonce[:]...))
	sn := sha1.Sum(append(serverNonce[:], newNonce[:]...))
	nn := sha1.Sum(append(newNonce[:], newNonce[:]...))
	copy(key[:], ns[:])
	copy(key[20:], sn[:12])
	copy(iv[:], sn[12:20])
	copy(iv[8:], nn[:])
	copy(iv[28:], newNonce[:4])
	return key, iv
}
