package pyrogram_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/integration_test/internal/drivers"
	"github.com/fakedc/fakedc/mockserver"
)

// The libraries, as manifest.json calls them.
const (
	kurigram = "kurigram 2.2.26"
	pyrogram = "Pyrogram 2.0.106"
)

// layers are what each says that it speaks, and onTheWire what the server calls its
// transports.
var (
	layers    = map[string]int{kurigram: 229, pyrogram: 158}
	onTheWire = map[string]string{
		"abridged": "abridged", "intermediate": "intermediate", "padded": "padded intermediate", "full": "full",
		"obfuscated": "obfuscated abridged", "obfuscated-intermediate": "obfuscated intermediate",
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
				u := drivers.RequireRoundTrip(t, dc, got, f)
				require.Empty(t, u.Report.Refused)
				require.Empty(t, u.Report.Repeated)
				seen := drivers.Events(dc, mockserver.EventTransport)
				require.NotEmpty(t, seen)
				for _, e := range seen {
					require.Equal(t, onTheWire[transport], e.Text)
				}
			})
		}
	})
}
