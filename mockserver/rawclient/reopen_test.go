package rawclient

import (
	"crypto/rand"
	"io"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// failsOnce fails the first time it is read.
type failsOnce struct{ done bool }

func (r *failsOnce) Read(b []byte) (int, error) {
	if !r.done {
		r.done = true
		return iotest.ErrReader(io.ErrNoProgress).Read(b)
	}
	return rand.Read(b)
}

// What opening has done is not done again: a second upgrade would go into the websocket
// that the first one made.
func TestOpeningGoesOnWhereItFailed(t *testing.T) {
	for _, name := range []string{"obfuscated intermediate", "websocket obfuscated intermediate"} {
		t.Run(name, func(t *testing.T) {
			o := peers[name]
			o.Rand = &failsOnce{}
			c, p := pair(t, o)
			wait := p.serve(o, func() { assert.Equal(t, "a frame.", string(p.recv())) })
			require.ErrorIs(t, c.SendFrame(deadline(t), []byte("a frame.")), io.ErrNoProgress)
			require.NoError(t, c.SendFrame(deadline(t), []byte("a frame.")))
			wait()
		})
	}
}
