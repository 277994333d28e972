package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/conformance"
)

func TestConformOfItsOwn(t *testing.T) {
	out, errs := command(t, 0, "conform", "--run", "1.1,2.2.6", "--timeout", "1m", "-v")
	require.Empty(t, errs)
	require.Contains(t, out, "PASS  1.1.1   abridged\n")
	require.Contains(t, out, "KNOWN 2.2.6   another datacenter\n")
	require.Contains(t, out, "5 passed, 0 failed, 1 known to fail")
}

func TestConformStrict(t *testing.T) {
	out, errs := command(t, exitFailed, "conform", "--run", "2.2.6", "--strict")
	require.Contains(t, out, "FAIL  2.2.6")
	require.Contains(t, out, "https://core.telegram.org/")
	require.Equal(t, "fakedc: 1 of 1 case failed\n", errs)
}

func TestConformAgainstServe(t *testing.T) {
	s := startServe(t, "--snippets", "none")
	var r ready
	require.NoError(t, json.Unmarshal([]byte(s.out.until(t, "ready")), &r))
	var out, errs bytes.Buffer
	code := run(t.Context(), []string{"conform", "--addr", r.DCs[0].Addr, "--key", "-", "--json", "--run", "2.1,2.2.4", "--timeout", "1m"},
		strings.NewReader(r.RSA.PEM), &out, &errs)
	require.Zero(t, code, "%s%s", out.String(), errs.String())
	var report conformance.Report
	require.NoError(t, json.Unmarshal(out.Bytes(), &report))
	require.Equal(t, r.DCs[0].Addr, report.Addr)
	require.Equal(t, 8, report.Passed)
	require.Equal(t, 1, report.Skipped, "without --dc nobody knows the datacenter")
	require.Equal(t, conformance.Skip, report.Results[8].Status)
	s.end(t, 0)
}

// Who interrupts it is not told of failures that are none, nor of each case that is left.
func TestConformInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs bytes.Buffer
	require.Equal(t, exitFailed, run(ctx, []string{"conform", "--run", "1.1.1,1.1.2"}, strings.NewReader(""), &out, &errs))
	require.Regexp(t, `^2 cases against .*: 0 passed, 0 failed, 2 not finished\n$`, out.String())
	require.Equal(t, "fakedc: interrupted: 2 of 2 cases were not finished\n", errs.String())
	out.Reset()
	require.Equal(t, exitFailed, run(ctx, []string{"conform", "--run", "1.1.1", "-v"}, strings.NewReader(""), &out, &errs))
	require.Contains(t, out.String(), "LEFT  1.1.1   abridged\n")
}

func TestConformFindsAnotherKey(t *testing.T) {
	s := startServe(t, "--snippets", "none")
	var r ready
	require.NoError(t, json.Unmarshal([]byte(s.out.until(t, "ready")), &r))
	other := publicPEM(t, 2048)
	out, errs := command(t, exitFailed, "conform", "--addr", r.DCs[0].Addr, "--key", other, "--run", "2.1.1")
	require.Contains(t, out, "FAIL  2.1.1")
	require.Contains(t, out, "fingerprint")
	require.Contains(t, errs, "1 of 1 case failed")
	s.end(t, 0)
}

// publicPEM writes a public key that no server has.
func publicPEM(t *testing.T, bits int) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	return pemFile(t, "PUBLIC KEY", der)
}

func pemFile(t *testing.T, label string, der []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), 0o600))
	return path
}

func TestConformMistakes(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(&curve.PublicKey)
	require.NoError(t, err)
	text := filepath.Join(t.TempDir(), "text")
	require.NoError(t, os.WriteFile(text, []byte("no key"), 0o600))
	for _, test := range []struct {
		args string
		code int
		says string
	}{
		{"--run 9.9", exitUsage, `no case goes by "9.9"`},
		{"--run 1.1.1,9.9", exitUsage, `no case goes by "9.9"`},
		{"--timeout 0s", exitUsage, "--timeout 0s"},
		{"--timeout -1s", exitUsage, "--timeout -1s"},
		{"--parallel 0", exitUsage, "--parallel 0"},
		{"--parallel -1", exitUsage, "--parallel -1"},
		{"--key x", exitUsage, "--addr"},
		{"--dc 3", exitUsage, "--addr"},
		{"--addr 127.0.0.1:1", exitUsage, "--key"},
		{"--addr 127.0.0.1 --key " + text, exitUsage, "HOST:PORT"},
		{"--addr 198.51.100.7:443 --key " + text, exitUsage, "--force"},
		{"--addr telegram.example:443 --key " + text, exitUsage, "--force"},
		{"--addr 198.51.100.7:443 --force --key " + text, exitUsage, "no PEM block"},
		{"--addr localhost:1 --key " + text, exitUsage, "no PEM block"},
		{"--addr [::1]:1 --key /no/such/file", exitIO, "open /no/such/file"},
		{"--addr 127.0.0.1:1 --key " + pemFile(t, "PUBLIC KEY", der), exitUsage, "not one of RSA"},
		{"--addr 127.0.0.1:1 --key " + pemFile(t, "CERTIFICATE", []byte{1}), exitUsage, "no public RSA key"},
		{"--addr 127.0.0.1:1 --key " + publicPEM(t, 1024), exitUsage, "1024 bits"},
		{"--addr 127.0.0.1:1 --key " + publicPEM(t, 2048), exitIO, "refused"},
	} {
		out, errs := command(t, test.code, append([]string{"conform"}, strings.Fields(test.args)...)...)
		require.Empty(t, out, test.args)
		require.Contains(t, errs, test.says, test.args)
		require.Equal(t, 1, strings.Count(errs, "\n"), "%s: one line: %s", test.args, errs)
	}
}

func TestConformList(t *testing.T) {
	out, _ := command(t, 0, "conform", "--list", "--run", "1.3")
	require.Contains(t, out, "1.3.1   padded intermediate\n")
	require.Contains(t, out, "        https://core.telegram.org/mtproto/mtproto-transports#padded-intermediate\n")
	require.NotContains(t, out, "1.4.1")

	out, _ = command(t, 0, "conform", "--list", "--json")
	var cases []conformance.Case
	require.NoError(t, json.Unmarshal([]byte(out), &cases))
	require.Len(t, cases, len(conformance.Cases()))
	require.Equal(t, "1.1.1", cases[0].ID)
	require.NotEmpty(t, cases[0].Requirement)
}
