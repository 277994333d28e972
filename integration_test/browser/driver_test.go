package browser_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/clients"
	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// A browser that ends by itself is a failure of the driver's, which says so at once
// and does not wait for a page that will never answer.
func TestBrowserThatEnds(t *testing.T) {
	t.Parallel()
	m := drivers.Only(t)
	node, ends := clients.NeedTool(t, m.Driver[0]), clients.NeedTool(t, "false")
	path := filepath.Join(t.TempDir(), "a.bin")
	require.NoError(t, os.WriteFile(path, []byte("a"), 0o600))
	dc := mockserver.Start(t, mockserver.Options{})
	text, err := json.Marshal(drivers.Job{DC: drivers.AddressOf(t, dc), Transport: m.Default, Path: path, Timeout: 600})
	require.NoError(t, err)
	r := clients.Run(t, clients.Command{
		Path: node, Args: m.Driver[1:], Stdin: string(text), Env: []string{"FAKEDC_CHROMIUM=" + ends},
	})
	require.Equal(t, 1, r.ExitCode)
	require.Empty(t, r.Stdout)
	require.Contains(t, r.Stderr, "ended (1)")
}
