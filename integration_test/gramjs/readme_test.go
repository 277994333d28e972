package gramjs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// readme.mjs is the example of the README, word by word. It reads what the command
// `fakedc serve` prints; here those fields of it that it uses.
func TestReadmeExample(t *testing.T) {
	t.Parallel()
	program, err := filepath.Abs("readme.mjs")
	require.NoError(t, err)
	dc := mockserver.Start(t, mockserver.Options{})
	where := drivers.AddressOf(t, dc)
	ready, err := json.Marshal(map[string]any{
		"dcs": []map[string]any{{"id": where.ID, "host": where.Host, "port": where.Port}},
		"rsa": map[string]any{"fingerprint": strconv.FormatInt(dc.PublicKey().Fingerprint, 10), "pem": where.PublicKey},
	})
	require.NoError(t, err)
	big := drivers.NewFile(t, bigSize)
	dir := filepath.Dir(big.Path)
	require.NoError(t, os.Rename(big.Path, filepath.Join(dir, "big.bin")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ready.json"), ready, 0o600))

	r := clients.Run(t, clients.Command{Path: node(t), Args: []string{program}, Dir: dir, Limit: limit})
	require.Zero(t, r.ExitCode, r.Stderr)
	require.Contains(t, r.Stdout, "uploaded 12583000 bytes\n")
	drivers.RequireStored(t, dc.Uploads()[0], big)
}
