package mockserver

import (
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"strings"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/handshake"
)

// testKeyPEM is the RSA key of every server that is not given its own. Anyone
// may hold it, and it protects nothing: it is published with the source so that
// clients can be taught it once, and so that a server starts without making
// one, which takes a hundred times longer than everything else.
//
// Its label says TESTING KEY instead of PRIVATE KEY, as net/http/httptest has
// it, so that scanners for leaked secrets leave it alone.
//
// It has four primes, which nobody can tell from its public half: the server needs less
// than half of the time to undo it that it would with two. A key of this size that is worth
// anything has three at most.
//
//go:embed testkey.pem
var testKeyPEM string

// testKey returns the key of testkey.pem, made ready once.
var testKey = sync.OnceValue(func() *handshake.Key {
	key, err := parseTestKey(testKeyPEM)
	if err != nil {
		panic("mockserver: the embedded testkey.pem: " + err.Error()) // A broken build, caught by the test.
	}
	return key
})

func parseTestKey(text string) (*handshake.Key, error) {
	block, _ := pem.Decode([]byte(strings.ReplaceAll(text, "TESTING KEY", "PRIVATE KEY")))
	if block == nil {
		return nil, errors.New("holds no PEM block")
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	return handshake.NewKey(key)
}

// serverKey makes a key ready for use; the test key is.
func serverKey(key *rsa.PrivateKey) (*handshake.Key, error) {
	if ready := testKey(); key == ready.PrivateKey {
		return ready, nil
	}
	return handshake.NewKey(key)
}
