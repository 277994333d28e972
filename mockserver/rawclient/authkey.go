package rawclient

import (
	"crypto/sha1" // #nosec G505: MTProto names keys by it
	"encoding/binary"
	"fmt"
	"time"
)

// AuthKey is a key shared with a server. Any number of connections and sessions
// may use it at once.
type AuthKey struct {
	Value [256]byte
	// ID is auth_key_id: the low 64 bits of the key's SHA1, as a number.
	//
	// https://core.telegram.org/mtproto/description#key-identifier-auth-key-id
	ID int64
	// Salt is the first server salt.
	Salt int64
	// ServerTime is what the server's clock said when the key was made; zero
	// for a key made in another way.
	ServerTime time.Time
	// Expires is when a temporary key ends; zero for a permanent one.
	Expires time.Time
}

// NewAuthKey makes a key of its 256 bytes, for keys that were agreed on
// beforehand. A salt of 0 is corrected by the server's first bad_server_salt.
func NewAuthKey(value [256]byte, salt int64) *AuthKey {
	hash := sha1.Sum(value[:])
	return &AuthKey{Value: value, ID: int64(binary.LittleEndian.Uint64(hash[12:])), Salt: salt}
}

// String names the key without showing it.
func (k *AuthKey) String() string { return fmt.Sprintf("auth key %016x", uint64(k.ID)) }

// GoString keeps the key's bytes out of %#v, too.
func (k *AuthKey) GoString() string { return k.String() }

// auxHash is the 64 higher bits of the key's SHA1, for nonce hashes and retry_id.
//
// https://core.telegram.org/mtproto/auth_key#dh-key-exchange-complete
func (k *AuthKey) auxHash() []byte {
	hash := sha1.Sum(k.Value[:])
	return hash[:8]
}

// nonceHash is new_nonce_hash1, 2 or 3.
func (k *AuthKey) nonceHash(newNonce [32]byte, number byte) (out [16]byte) {
	hash := sha1.Sum(append(append(newNonce[:], number), k.auxHash()...))
	copy(out[:], hash[4:])
	return out
}
