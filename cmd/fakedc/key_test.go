package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

func write(t *testing.T, dir, name, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, []byte(text), mode))
	require.NoError(t, os.Chmod(path, mode), "whatever the umask")
	return path
}

func pemOf(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pemOf("PRIVATE KEY", der)
}

func TestKeyForms(t *testing.T) {
	dir := t.TempDir()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"PKCS #1": pemOf("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)),
		"PKCS #8": pkcs8(t, key),
	} {
		got, err := loadKey(write(t, dir, "good.pem", text, 0o600))
		require.NoError(t, err, name)
		require.True(t, key.Equal(got), name)
	}
	s := startServe(t, "--key", filepath.Join(dir, "good.pem"), "--log", "off")
	_, public, _ := readyOf(t, s)
	require.True(t, key.PublicKey.Equal(public), "the server has this key")
	s.end(t, 0)
}

func TestKeysThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	short := pkcs8(t, key)
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		says string
	}{
		"readable by all":       {short, 0o644, "chmod 600"},
		"readable by group":     {short, 0o640, "chmod 600"},
		"writable by all":       {short, 0o602, "chmod 600"},
		"empty":                 {"", 0o600, "no PEM block"},
		"a public key":          {pemOf("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&key.PublicKey)), 0o600, "no private RSA key"},
		"a key of a curve":      {pkcs8(t, curve), 0o600, "not one of RSA"},
		"1024 bits":             {short, 0o600, "1024 bits"},
		"endless, no PEM":       {string(make([]byte, 2*maxKeyFile)), 0o600, "no PEM block"},
		"PEM of what is no key": {pemOf("PRIVATE KEY", []byte("junk")), 0o600, "no private RSA key"},
	} {
		t.Run(name, func(t *testing.T) {
			if c.mode != 0o600 && runtime.GOOS == "windows" {
				t.Skip("Windows has no such permissions")
			}
			_, stderr := command(t, 2, "serve", "--key", write(t, dir, "bad.pem", c.text, c.mode))
			require.Contains(t, stderr, c.says)
		})
	}
}

// A file is a key or an error, never both and never neither.
func FuzzParseKey(f *testing.F) {
	f.Add([]byte("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
	f.Add([]byte("-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		key, err := parseKey("f", text)
		require.Equal(t, err == nil, key != nil)
	})
}
