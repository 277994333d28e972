package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"os"
)

// loadPublicKey reads a public key: "RSA PUBLIC KEY" (PKCS #1), as fakedc prints
// it, or "PUBLIC KEY". The path - is stdin.
func loadPublicKey(path string, stdin io.Reader) (*rsa.PublicKey, error) {
	in, name := stdin, "-"
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, ioErrorf("--key: %w", err)
		}
		defer f.Close()
		in, name = f, path
	}
	text, err := io.ReadAll(io.LimitReader(in, maxKeyFile))
	if err != nil {
		return nil, ioErrorf("--key %s: %w", name, err)
	}
	key, err := parsePublicKey(name, text)
	if err != nil {
		return nil, err
	}
	if key.N.BitLen() != 2048 {
		return nil, usageErrorf("--key %s: it has %d bits, MTProto needs 2048", name, key.N.BitLen())
	}
	return key, nil
}

func parsePublicKey(name string, text []byte) (*rsa.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, usageErrorf("--key %s: there is no PEM block in it", name)
	}
	if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
		return key, nil
	}
	any, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, usageErrorf("--key %s: %q is no public RSA key; make one of a private one with: openssl rsa -pubout", name, block.Type)
	}
	key, ok := any.(*rsa.PublicKey)
	if !ok {
		return nil, usageErrorf("--key %s: it is a public key, but not one of RSA", name)
	}
	return key, nil
}
