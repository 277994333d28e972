package link

import (
	"encoding/binary"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// A long frame under a key that is known is begun to be opened before all of it has come, one
// under any other is not touched; and what was begun is forgotten with the frame.
func TestFrameIsOpenedOnItsWay(t *testing.T) {
	for name, known := range map[string]bool{"known key": true, "unknown key": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				k := NewKey([256]byte{1}, 1, time.Now())
				keys := NewKeys(1)
				if known {
					keys.Add(k)
				}
				l := (&Hub{
					Keys: keys, Handler: &rpc.Handler{Config: rpc.Config{Uploads: upload.New(nil, store.Sums{}, upload.Limits{}, nil)}},
					Limits: Limits{Frame: 1 << 20, Detect: time.Minute, FrameTime: time.Minute, FrameRate: 1 << 10, QueueItems: 1, QueueBytes: 1},
				}).Open(ours)
				const size = 24 + 100<<10
				go func() { _, _ = theirs.Write([]byte{0xee, 0xee, 0xee, 0xee}) }()
				require.True(t, l.detect())
				read := make(chan struct{})
				go func() {
					defer close(read)
					f, err := l.conn.ReadFrame(buffers.Get)
					if err == nil {
						t.Error("there is no end")
					}
					l.release(f)
				}()
				sent := binary.LittleEndian.AppendUint32(nil, size)
				sent = binary.LittleEndian.AppendUint64(sent, uint64(k.ID))
				_, err := theirs.Write(append(sent, make([]byte, 80<<10)...))
				require.NoError(t, err)
				synctest.Wait()
				require.Equal(t, known, l.opening.Begun())
				require.NoError(t, theirs.Close())
				<-read
				require.False(t, l.opening.Begun())
			})
		})
	}
}

// overheard calls a function once, behind a read.
type overheard struct {
	net.Conn
	behind func()
}

func (c *overheard) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if c.behind != nil {
		c.behind()
		c.behind = nil
	}
	return n, err
}

// A connection that a scenario drops in the moment that a frame begins does not wait for
// the rest of it.
func TestDroppedWhenAFrameBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ours, theirs := net.Pipe()
		defer func() { _ = theirs.Close() }()
		c := &overheard{Conn: ours}
		l := (&Hub{Limits: Limits{Frame: 1 << 20, Detect: time.Minute, FrameTime: time.Minute, FrameRate: 1 << 10, QueueItems: 1, QueueBytes: 1}}).Open(c)
		go func() { _, _ = theirs.Write([]byte{0xee, 0xee, 0xee, 0xee}) }()
		require.True(t, l.detect())
		c.behind = l.endSoon
		go func() { _, _ = theirs.Write([]byte{0, 1, 0, 0}) }()
		began := time.Now()
		_, err := l.conn.ReadFrame(buffers.Get)
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
		require.Zero(t, time.Since(began))
	})
}
