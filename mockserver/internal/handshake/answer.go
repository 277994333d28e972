package handshake

import (
	"crypto/sha1" // The protocol's own choice.
	"crypto/subtle"
	"fmt"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// tmpKeys are tmp_aes_key and tmp_aes_iv, which both sides of the
// Diffie-Hellman exchange encrypt with.
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
type tmpKeys struct{ key, iv [32]byte }

func newTmpKeys(newNonce bin.Int256, serverNonce bin.Int128) tmpKeys {
	key, iv := crypto.TempAESKeys(newNonce.BigInt(), serverNonce.BigInt())
	return tmpKeys{key: [32]byte(key), iv: [32]byte(iv)}
}

// seal encrypts data that SHA1(data) and padding were put around.
func (k *tmpKeys) seal(dataWithHash []byte) {
	ige.Encrypt(&k.key, &k.iv, dataWithHash, dataWithHash)
}

// openClientData decrypts client_DH_inner_data and checks the SHA1 before it
// and the padding after it.
// https://core.telegram.org/mtproto/security_guidelines#checking-sha1-hash-values
func (k *tmpKeys) openClientData(encrypted []byte) (data mt.ClientDHInnerData, problem string) {
	if len(encrypted)%ige.BlockSize != 0 || len(encrypted) < 2*ige.BlockSize {
		return data, fmt.Sprintf("encrypted_data has %d bytes; it must be whole blocks of 16, two at least", len(encrypted))
	}
	plain := make([]byte, len(encrypted))
	ige.Decrypt(&k.key, &k.iv, plain, encrypted)

	hash, rest := plain[:sha1.Size], plain[sha1.Size:]
	b := &bin.Buffer{Buf: rest}
	if err := data.Decode(b); err != nil {
		return data, "encrypted_data does not decrypt to client_DH_inner_data"
	}
	want := sha1.Sum(rest[:len(rest)-b.Len()])
	if subtle.ConstantTimeCompare(want[:], hash) != 1 {
		return data, "the SHA1 in encrypted_data is not that of its content"
	}
	if b.Len() >= ige.BlockSize {
		return data, fmt.Sprintf("encrypted_data has %d bytes of padding; at most 15 are allowed", b.Len())
	}
	return data, ""
}

// keyHashes returns auth_key_aux_hash, the high 64 bits of SHA1(auth_key), and auth_key_id, the
// low 64 bits, both as a little-endian number.
func keyHashes(key *[256]byte) (auxHash [8]byte, id int64) {
	k := crypto.Key(*key)
	return k.AuxHash(), k.WithID().IntID()
}

// nonceHash is new_nonce_hash1, 2 or 3: the proof that the server has the key
// too, and which of the three answers it gives.
// https://core.telegram.org/mtproto/auth_key#dh-key-exchange-complete
func nonceHash(newNonce bin.Int256, number byte, auxHash [8]byte) bin.Int128 {
	input := append(newNonce[:len(newNonce):len(newNonce)], number)
	sum := sha1.Sum(append(input, auxHash[:]...))
	return bin.Int128(sum[4:])
}
