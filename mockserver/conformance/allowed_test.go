package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/rawclient"
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
		// "The first version of the response is used if the server remembers nothing of the
		// incoming req_msg_id (if it has already been responded to, for example)":
		// https://core.telegram.org/mtproto/service_messages#cancellation-of-an-rpc-query
		"an answered query is forgotten": {"4.2.2", &scripted{result: func(_ *line, m envelope.Message) []byte {
			if (rawclient.Message{Body: m.Body}).Constructor() == idDropAnswer {
				return value(idDropUnknown)
			}
			return value(0x0badcafe)
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := test.server.run(t, test.id)
			require.Equal(t, Pass, r.Status, "%s %s: %s", r.ID, r.Name, r.Detail)
		})
	}
}
