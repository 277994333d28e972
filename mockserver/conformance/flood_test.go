package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// A server that says one thing after another must not fill the memory of a case that
// waits for something else.
func TestAFloodIsNotKept(t *testing.T) {
	for name, test := range map[string]struct {
		body       []byte
		each, most int // in a container, and in all
	}{
		"many": {value(idPong).i64(1).i64(2), 1000, 2 * maxInbox},
		"long": {append(value(0x0badcafe), make([]byte, 1<<20)...), 1, 2 * maxInboxBytes >> 20},
	} {
		t.Run(name, func(t *testing.T) {
			u, stop := (&scripted{on: func(l *line, m envelope.Message) bool {
				inner := make([]rawclient.Inner, test.each)
				for i := range inner {
					inner[i] = rawclient.Inner{MsgID: l.nextID(), Body: test.body}
				}
				for sent := 0; sent < test.most; sent += len(inner) {
					l.tell(m, rawclient.Container(inner...), false)
				}
				_ = l.Close()
				return true
			}}).start(t)
			defer stop()
			e := &Env{suite: u}
			defer e.close()
			p, err := e.peer(t.Context())
			require.NoError(t, err)
			_, err = p.ping(t.Context())
			require.ErrorContains(t, err, "a flood")
			require.Less(t, len(err.Error()), 1000)
		})
	}
}

// Nor must one that finds no end of a file.
func TestAFileWithoutEndIsNotKept(t *testing.T) {
	const limit = 4 * kib
	chunk, err := rawclient.Encode(0, rawclient.NewObject("upload.file", rawclient.Fields{
		"type": rawclient.NewObject("storage.filePartial", nil), "mtime": int32(0), "bytes": make([]byte, limit),
	}))
	require.NoError(t, err)
	served := 0
	u, stop := (&scripted{result: func(l *line, _ envelope.Message) []byte {
		if served++; served == 10 {
			_ = l.Close()
		}
		return chunk
	}}).start(t)
	e := &Env{suite: u}
	c, err := e.clientWith(t.Context(), u.plain.value)
	require.NoError(t, err)
	_, err = (&upload{Client: c, env: e}).download(t.Context(), new(rawclient.Document), 3*limit, limit)
	e.close()
	stop()
	require.ErrorContains(t, err, "there is no end")
	require.Equal(t, 4, served)
}
