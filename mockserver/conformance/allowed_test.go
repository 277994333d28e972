package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What the documentation leaves to a server must not fail a case.
func TestWhatIsLeftToTheServer(t *testing.T) {
	for name, test := range map[string]struct {
		id     string
		server *scripted
	}{
		// "A response is usually returned to the same connection":
		// https://core.telegram.org/mtproto/service_messages#ping-messages-pingpong
		"pong over the connection of the ping": {"3.4.11", &scripted{}},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.server.run(t, test.id)
			require.Equal(t, Pass, r.Status, "%s %s: %s", r.ID, r.Name, r.Detail)
		})
	}
}
