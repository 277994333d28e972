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

// CheckKey says whether a key can be used for the exchange: it must have two
// primes and 2048 bits, since RSA_PAD leaves no choice. [New] panics for a key
// that does not pass.
func CheckKey(key *rsa.PrivateKey) error {
	switch {
	case key == nil || key.N == nil || key.D == nil:
		return errors.New("handshake: checking RSA key: there is none")
	case key.N.BitLen() != rsaSize*8:
		return fmt.Errorf("handshake: checking RSA key: it has %d bits; MTProto needs 2048", key.N.BitLen())
	case len(key.Primes) != 2:
		return fmt.Errorf("handshake: checking RSA key: it has %d primes; 2 are needed", len(key.Primes))
	}
	return nil
}

// decrypter undoes raw RSA by the Chinese remainder theorem, in a quarter of
// the time. crypto/rsa offers no decryption without padding. math/big does not
// run in constant time: that would matter for a key worth stealing.
type decrypter struct {
	n, p, q, dp, dq, qInv *big.Int
}

func newDecrypter(key *rsa.PrivateKey) *decrypter {
	d := &decrypter{
		n: key.N, p: key.Primes[0], q: key.Primes[1],
		dp: key.Precomputed.Dp, dq: key.Precomputed.Dq, qInv: key.Precomputed.Qinv,
	}
	if d.dp == nil || d.dq == nil || d.qInv == nil { // A key made by hand. It may be in use elsewhere, so it is not completed here.
		one := big.NewInt(1)
		d.dp = new(big.Int).Mod(key.D, new(big.Int).Sub(d.p, one))
		d.dq = new(big.Int).Mod(key.D, new(big.Int).Sub(d.q, one))
		d.qInv = new(big.Int).ModInverse(d.q, d.p)
	}
	return d
}

// decrypt returns the number under encrypted_data as 256 bytes.
func (d *decrypter) decrypt(encrypted []byte) (block [rsaSize]byte, problem string) {
	if len(encrypted) != rsaSize {
		return block, fmt.Sprintf("encrypted_data has %d bytes; RSA with 2048 bits gives 256", len(encrypted))
	}
	c := new(big.Int).SetBytes(encrypted)
	if c.Cmp(d.n) >= 0 {
		return block, "encrypted_data is not smaller than the RSA modulus"
	}
	m1 := new(big.Int).Exp(new(big.Int).Mod(c, d.p), d.dp, d.p)
	m2 := new(big.Int).Exp(new(big.Int).Mod(c, d.q), d.dq, d.q)
	h := m1.Sub(m1, m2)
	h.Mod(h.Mul(h, d.qInv), d.p)
	h.Add(h.Mul(h, d.q), m2).FillBytes(block[:])
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
