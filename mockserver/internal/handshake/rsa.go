package handshake

import (
	"crypto/rsa"
	"crypto/sha1" // The protocol's own choice.
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"github.com/gotd/td/crypto"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// rsaSize is the size of the modulus and of encrypted_data, in bytes.
const rsaSize = 256

// Fingerprint is the number by which resPQ and req_DH_params name a key: the
// low 64 bits of the SHA1 of its TL form.
// https://core.telegram.org/mtproto/auth_key#dh-exchange-initiation
func Fingerprint(pub *rsa.PublicKey) int64 { return crypto.RSAFingerprint(pub) }

// Key is a server's RSA key, with what undoing takes. All machines of a server share one.
type Key struct {
	*rsa.PrivateKey
	fingerprint int64
	factors     []rsaFactor
}

// rsaFactor is one prime of a key. RSA is undone for each of them alone, and what comes of
// that put together by the Chinese remainder theorem, one prime after the other.
type rsaFactor struct {
	prime, exponent *big.Int
	before, inverse *big.Int // the product of the primes before it, and its inverse
}

// NewKey takes a key that can be used for the exchange. It must have 2048 bits, since
// RSA_PAD leaves no choice. It may have more than two primes, which makes it quicker to
// undo and easier to break.
func NewKey(key *rsa.PrivateKey) (*Key, error) {
	const checking = "handshake: checking RSA key: "
	switch {
	case key == nil || key.N == nil || key.D == nil:
		return nil, errors.New(checking + "there is none")
	case key.N.BitLen() != rsaSize*8:
		return nil, fmt.Errorf(checking+"it has %d bits; MTProto needs 2048", key.N.BitLen())
	case len(key.Primes) < 2:
		return nil, fmt.Errorf(checking+"it has %d primes; 2 are needed", len(key.Primes))
	}
	k := &Key{PrivateKey: key, fingerprint: Fingerprint(&key.PublicKey)}
	one, product := big.NewInt(1), big.NewInt(1)
	for _, prime := range key.Primes {
		if prime == nil || prime.Cmp(one) <= 0 {
			return nil, fmt.Errorf(checking+"%v is no prime", prime)
		}
		f := rsaFactor{
			prime:    prime,
			exponent: new(big.Int).Mod(key.D, new(big.Int).Sub(prime, one)),
			before:   product,
			inverse:  new(big.Int).ModInverse(product, prime),
		}
		if f.inverse == nil {
			return nil, errors.New(checking + "its primes are not different primes")
		}
		k.factors = append(k.factors, f)
		product = new(big.Int).Mul(product, prime)
	}
	if product.Cmp(key.N) != 0 {
		return nil, errors.New(checking + "its modulus is not the product of its primes")
	}
	return k, nil
}

// decrypt returns the number under encrypted_data as 256 bytes. crypto/rsa offers no
// decryption without padding. math/big does not run in constant time: that would matter
// for a key worth stealing.
func (k *Key) decrypt(encrypted []byte) (block [rsaSize]byte, problem string) {
	if len(encrypted) != rsaSize {
		return block, fmt.Sprintf("encrypted_data has %d bytes; RSA with 2048 bits gives 256", len(encrypted))
	}
	c := new(big.Int).SetBytes(encrypted)
	if c.Cmp(k.N) >= 0 {
		return block, "encrypted_data is not smaller than the RSA modulus"
	}
	m, left := new(big.Int), new(big.Int)
	for _, f := range k.factors {
		left.Mod(c, f.prime)
		left.Exp(left, f.exponent, f.prime)
		left.Sub(left, m)
		left.Mod(left.Mul(left, f.inverse), f.prime)
		m.Add(m, left.Mul(left, f.before))
	}
	m.FillBytes(block[:])
	return block, ""
}

// openRSAPad undoes RSA_PAD and returns the 192 bytes of data with padding.
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func openRSAPad(block [rsaSize]byte) ([]byte, bool) {
	var key, zeroIV [32]byte
	sealed := block[32:]
	hash := sha256.Sum256(sealed)
	subtle.XORBytes(key[:], block[:32], hash[:])
	ige.Decrypt(&key, &zeroIV, sealed, sealed)

	data := sealed[:192]
	slices.Reverse(data)
	want := sha256.Sum256(append(key[:], data...))
	return data, subtle.ConstantTimeCompare(want[:], sealed[192:]) == 1
}

// openHashed undoes what came before RSA_PAD, which Pyrogram and, for some
// keys, Telethon still send: SHA1(data) + data + random bytes, 255 in all. It
// takes what parses as inner data for the data, whose length is not told.
func openHashed(block [rsaSize]byte) (*innerData, bool) {
	if block[0] != 0 {
		return nil, false
	}
	hash, rest := block[1:1+sha1.Size], block[1+sha1.Size:]
	inner, left, err := parseInner(rest)
	if err != nil {
		return nil, false
	}
	want := sha1.Sum(rest[:len(rest)-left])
	return inner, subtle.ConstantTimeCompare(want[:], hash) == 1
}
