package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"io"
	"os"
	"runtime"
)

// maxKeyFile bounds a key file, in bytes. A key of 2048 bits has 1,700.
const maxKeyFile = 64 << 10

// loadKey reads a private key that nobody else may read: "RSA PRIVATE KEY"
// (PKCS #1) or "PRIVATE KEY" (PKCS #8).
func loadKey(path string) (*rsa.PrivateKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, ioErrorf("--key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat() // of what was opened, not of what the name means by now
	if err != nil {
		return nil, ioErrorf("--key: %w", err)
	}
	// Windows has no such bits: Go reports 0666 for every file there.
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, usageErrorf("--key %s: others can read or change it (mode %04o); run: chmod 600 %s", path, mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, ioErrorf("--key: %w", err)
	}
	return parseKey(path, text)
}

func parseKey(path string, text []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, usageErrorf("--key %s: there is no PEM block in it", path)
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, usageErrorf("--key %s: %q is no private RSA key; make one with: openssl genrsa 2048", path, block.Type)
	}
	key, ok := any.(*rsa.PrivateKey)
	if !ok {
		return nil, usageErrorf("--key %s: it is a private key, but not one of RSA", path)
	}
	return key, nil
}
