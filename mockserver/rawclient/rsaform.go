package rawclient

import (
	"crypto/rsa"
	"crypto/sha1" // #nosec G505: the old form asks for it
	"crypto/sha256"
	"fmt"
	"io"
	"math/big"
	"slices"

	"github.com/fakedc/fakedc/mockserver/internal/ige"
)

// encryptLegacy is the form that clients used before 2021: SHA1(data), data and
// random bytes up to 255, then RSA.
//
// https://core.telegram.org/mtproto/samples-auth_key (its older revisions)
func encryptLegacy(key *rsa.PublicKey, data []byte, breakHash bool, random io.Reader) ([]byte, error) {
	var block [255]byte
	if len(data) > len(block)-sha1.Size {
		return nil, fmt.Errorf("%d bytes of data are more than the %d that fit", len(data), len(block)-sha1.Size)
	}
	if _, err := io.ReadFull(random, block[:]); err != nil {
		return nil, err
	}
	hash := sha1.Sum(data)
	if breakHash {
		hash[0] ^= 1
	}
	copy(block[:], hash[:])
	copy(block[sha1.Size:], data)
	return rawRSA(key, block[:]), nil
}

// encryptPadded is RSA_PAD.
//
// https://core.telegram.org/mtproto/auth_key#presenting-proof-of-work-server-authentication
func encryptPadded(key *rsa.PublicKey, data []byte, breakHash bool, random io.Reader) ([]byte, error) {
	const maxData, paddedLen = 144, 192
	if len(data) > maxData {
		return nil, fmt.Errorf("%d bytes of data are more than the %d that fit", len(data), maxData)
	}
	var padded [paddedLen]byte
	n := copy(padded[:], data)
	if _, err := io.ReadFull(random, padded[n:]); err != nil {
		return nil, err
	}
	for range mostTries { // until the number is below the modulus: about every second time
		var aesKey, zeroIV [32]byte
		if _, err := io.ReadFull(random, aesKey[:]); err != nil {
			return nil, err
		}
		hash := sha256.Sum256(slices.Concat(aesKey[:], padded[:]))
		if breakHash {
			hash[0] ^= 1
		}
		reversed := padded
		slices.Reverse(reversed[:])
		block := slices.Concat(make([]byte, 32), reversed[:], hash[:])
		ige.Encrypt(&aesKey, &zeroIV, block[32:], block[32:])
		mask := sha256.Sum256(block[32:])
		for i := range mask {
			block[i] = aesKey[i] ^ mask[i]
		}
		if new(big.Int).SetBytes(block).Cmp(key.N) < 0 {
			return rawRSA(key, block), nil
		}
	}
	return nil, errSameAgain
}

// rawRSA is RSA without any padding of its own.
func rawRSA(key *rsa.PublicKey, block []byte) []byte {
	c := new(big.Int).Exp(new(big.Int).SetBytes(block), big.NewInt(int64(key.E)), key.N)
	return c.FillBytes(make([]byte, key.Size()))
}
