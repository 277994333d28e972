package mockserver

import (
	"crypto/rsa"
	"crypto/x509"
	_ "embed"
	"encoding/pem"
	"errors"
	"strings"
	"sync"
)

// testKeyPEM is the RSA key of every server that is not given its own. Anyone
// may hold it, and it protects nothing: it is published with the source so that
// clients can be taught it once, and so that a server starts without making
// one, which takes a hundred times longer than everything else.
//
// Its label says TESTING KEY instead of PRIVATE KEY, as net/http/httptest has
// it, so that scanners for leaked secrets leave it alone.
//
//go:embed testkey.pem
var testKeyPEM string

// testKey returns the key of testkey.pem, parsed once. The file stores the
// values of the Chinese remainder theorem with the key, so that parsing does
// not have to compute them.
var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := parseTestKey(testKeyPEM)
	if err != nil {
		panic("mockserver: the embedded testkey.pem: " + err.Error()) // A broken build, caught by the test.
	}
	return key
})

func parseTestKey(text string) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode([]byte(strings.ReplaceAll(text, "TESTING KEY", "PRIVATE KEY")))
	if block == nil {
		return nil, errors.New("holds no PEM block")
	}
	return x509.ParsePKCS1PrivateKey(block.Bytes)
}
