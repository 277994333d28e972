package mockserver_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Those who leave the most unread lose their connections when all of them leave too much:
// whoever reads, or leaves little, keeps its own.
func TestUnreadOfAllClientsIsBounded(t *testing.T) {
	const total = 64 << 10
	for name, hoarder := range map[string]func(b *bubble) *rawclient.Session{
		"a connection": func(b *bubble) *rawclient.Session { return b.deaf() },
		"polls":        func(b *bubble) *rawclient.Session { return b.deafOverHTTP() },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{Limits: mockserver.Limits{QueueTotal: total}}, func(t *testing.T, b *bubble) {
				reader, little := b.client(), b.deaf()
				b.atOnce(little, 1)
				for range 20 {
					b.atOnce(hoarder(b), 60) // 13 KiB
					synctest.Wait()
					require.LessOrEqual(t, b.Holding()["QueueTotal"], int64(total))
					b.pings(reader)
				}
				synctest.Wait()
				require.Greater(t, b.Holding()["QueueTotal"], int64(total/2))
				opened, told := 0, 0
				for _, e := range b.Journal() {
					switch {
					case e.Kind == mockserver.EventConnect:
						opened++
					case e.Kind == mockserver.EventLimit && strings.HasPrefix(e.Text, "QueueTotal: "):
						told++
					}
				}
				require.Equal(t, opened-b.Connections(), told, "each that was closed says why")
				require.Greater(t, told, 10)
				m, err := little.Recv(t.Context())
				require.NoError(t, err)
				require.NotZero(t, m.MsgID)
			})
		})
	}
}

// deafOverHTTP is a session whose only poll is not read.
func (b *bubble) deafOverHTTP() *rawclient.Session {
	b.t.Helper()
	s, err := rawclient.NewSession(b.connectHTTP(), b.key, 0)
	require.NoError(b.t, err)
	tell(b.t, s, ping(1)) // learns the salt
	require.Equal(b.t, []uint32{mt.NewSessionCreatedTypeID, mt.PongTypeID}, ids(heardOver(b.t, s)))
	return s
}
