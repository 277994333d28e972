package rawclient

import (
	"crypto/rand"
	"math/big"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"
)

// Not even who trusts everything can calculate modulo 0: the numbers would grow without
// an end.
func TestTrustingRefusesAPrimeOfNothing(t *testing.T) {
	for name, test := range map[string]struct {
		prime []byte
		fails bool
	}{
		"none":       {nil, true},
		"zero":       {[]byte{0}, true},
		"zeros":      {make([]byte, 256), true},
		"one":        {[]byte{1}, false},
		"the known":  {knownPrime().Bytes(), false},
		"257 bytes":  {new(big.Int).Lsh(big.NewInt(1), 2048).Bytes(), false},
		"258 bytes":  {new(big.Int).Lsh(big.NewInt(1), 2056).Bytes(), true},
		"zero, long": {make([]byte, 258), true},
	} {
		t.Run(name, func(t *testing.T) {
			x, err := NewKeyExchange(KeyOptions{PublicKey: &testRSA().PublicKey, Trusting: true}, nil)
			require.NoError(t, err)
			key, iv := x.tempAES()
			inner := mt.ServerDHInnerData{Nonce: x.Nonce, ServerNonce: x.ServerNonce, G: 3, DhPrime: test.prime, GA: []byte{5}}
			sealed, err := crypto.EncryptExchangeAnswer(rand.Reader, encode(&inner), key, iv)
			require.NoError(t, err)
			var b bin.Buffer
			require.NoError(t, (&mt.ServerDHParamsOk{Nonce: x.Nonce, ServerNonce: x.ServerNonce, EncryptedAnswer: sealed}).Encode(&b))
			err = x.TakeServerDHParams(b.Buf)
			if test.fails {
				require.Error(t, err) // and SetClientDHParamsBody is not called
				return
			}
			require.NoError(t, err)
			_, err = x.SetClientDHParamsBody()
			require.NoError(t, err)
		})
	}
}
