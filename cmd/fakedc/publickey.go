package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"os"
)

// loadPublicKey reads a public key: "RSA PUBLIC KEY" (PKCS #1), as fakedc prints
// it, or "PUBLIC KEY". The path - is stdin, if there is one; by says who named the path.
func loadPublicKey(by, path string, stdin io.Reader) (*rsa.PublicKey, error) {
	in := stdin
	if path != "-" || stdin == nil {
		f, err := os.Open(path)
		if err != nil {
			return nil, ioErrorf("%s: %w", by, err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxKeyFile))
	if err != nil {
		return nil, ioErrorf("%s %s: %w", by, path, err)
	}
	return publicKeyIn(by+" "+path, text)
}

// publicKeyIn takes a key that MTProto can be spoken with out of text; name says where
// that was.
func publicKeyIn(name string, text []byte) (*rsa.PublicKey, error) {
	key, err := parsePublicKey(name, text)
	if err != nil {
		return nil, err
	}
	if key.N.BitLen() != 2048 {
		return nil, usageErrorf("%s: it has %d bits, MTProto needs 2048", name, key.N.BitLen())
	}
	return key, nil
}

func parsePublicKey(name string, text []byte) (*rsa.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, usageErrorf("%s: there is no PEM block in it", name)
	}
	if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
		return key, nil
	}
	any, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, usageErrorf("%s: %q is no public RSA key; make one of a private one with: openssl rsa -pubout", name, block.Type)
	}
	key, ok := any.(*rsa.PublicKey)
	if !ok {
		return nil, usageErrorf("%s: it is a public key, but not one of RSA", name)
	}
	return key, nil
}
