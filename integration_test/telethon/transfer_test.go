package telethon_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// The releases, as manifest.json calls them.
const (
	newest = "Telethon 1.45.0"
	older  = "Telethon 1.25.4"
)

// layers are what each release says that it speaks, and onTheWire what the server
// calls its transports.
var (
	layers    = map[string]int{newest: 229, older: 144}
	onTheWire = map[string]string{
		"full": "full", "abridged": "abridged", "intermediate": "intermediate", "obfuscated": "obfuscated abridged",
		"http": "HTTP",
	}
)

func TestMain(m *testing.M) { os.Exit(drivers.RunAtOnce(m)) }

func TestLogin(t *testing.T) { drivers.TestLogin(t, layers) }

func TestForwarding(t *testing.T) { drivers.TestForwarding(t) }

func TestKeeping(t *testing.T) { drivers.TestKeeping(t) }

func TestEveryTransport(t *testing.T) {
	f := drivers.NewFile(t, drivers.BigSize)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		for _, transport := range c.Transports {
			t.Run(transport, func(t *testing.T) {
				t.Parallel()
				dc := mockserver.Start(t, mockserver.Options{})
				got := c.Run(t, dc, f, drivers.Job{Transport: transport})
				requireUndisturbed(t, dc, got, f)
				requireTransport(t, dc, onTheWire[transport])
			})
		}
	})
}

// The obfuscated transport with Telethon's own AES-CTR, which is so slow (driver.py)
// that this file is small.
func TestObfuscatedByItsOwnCipher(t *testing.T) {
	f := drivers.NewFile(t, 300_000)
	drivers.Each(t, func(t *testing.T, c drivers.Client) {
		dc := mockserver.Start(t, mockserver.Options{})
		got := c.Run(t, dc, f, drivers.Job{Transport: "obfuscated", OwnCipher: true})
		requireUndisturbed(t, dc, got, f)
		require.NotContains(t, got.Note, "TgCrypto")
		requireTransport(t, dc, "obfuscated abridged")
	})
}

// requireUndisturbed checks a round trip on which nothing went wrong: each part was
// sent once, in order, and taken.
func requireUndisturbed(t *testing.T, dc *mockserver.Server, got drivers.Result, f drivers.File) {
	t.Helper()
	r := drivers.RequireRoundTrip(t, dc, got, f).Report
	require.Empty(t, r.Refused)
	require.Empty(t, r.Repeated)
	require.Empty(t, r.OutOfOrder)
}

func requireTransport(t *testing.T, dc *mockserver.Server, want string) {
	t.Helper()
	seen := drivers.Events(dc, mockserver.EventTransport)
	require.NotEmpty(t, seen)
	for _, e := range seen {
		require.Equal(t, want, e.Text)
	}
}
