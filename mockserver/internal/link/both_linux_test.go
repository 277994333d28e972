package link

import (
	"encoding/binary"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/store"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
)

// What has come is opened by twos only if that is a gain, and costs nobody anything.
func TestWhichFramesAreOpenedByTwos(t *testing.T) {
	const long = leastPair + 24 + 16
	for _, c := range []struct {
		name           string
		first, second  int
		stranger       bool
		digests        bool
		claimed        int64
		unopened, both bool
	}{
		{name: "two long ones", first: long, second: long, unopened: true, both: true},
		{name: "the first is short", first: leastPair, second: 2 * long},
		{name: "the second is short", first: long, second: leastPair, unopened: true},
		{name: "much too short", first: long, second: 100},
		{name: "of a stranger", first: long, second: long, stranger: true},
		{name: "where parts are hashed besides", first: long, second: long, digests: true},
		{name: "the last that is believed", first: long, second: long, claimed: mostClaimed - 2*long, unopened: true, both: true},
		{name: "too much is claimed", first: long, second: long, claimed: mostClaimed - 2*long + 1, unopened: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			defer func() { _ = listener.Close() }()
			theirs, err := net.Dial("tcp", listener.Addr().String())
			require.NoError(t, err)
			defer func() { _ = theirs.Close() }()
			ours, err := listener.Accept()
			require.NoError(t, err)
			stream := []byte{0xee, 0xee, 0xee, 0xee}
			for _, size := range []int{c.first, c.second} {
				stream = binary.LittleEndian.AppendUint32(stream, uint32(size))
				stream = append(stream, make([]byte, size)...)
			}
			_, err = theirs.Write(stream)
			require.NoError(t, err)
			var parts store.Store = store.NewDigest()
			if c.digests {
				parts = store.Sums{}
			}
			l := (&Hub{
				Keys: NewKeys(1), Handler: &rpc.Handler{Config: rpc.Config{Uploads: upload.New(nil, parts, upload.Limits{}, nil)}},
				Limits: Limits{Frame: 1 << 20, Detect: time.Minute, FrameTime: time.Minute, FrameRate: 1 << 20, QueueItems: 1, QueueBytes: 1},
			}).Open(ours)
			defer l.Close("")
			require.True(t, l.detect())
			require.Eventually(t, func() bool { return l.conn.Waiting() == len(stream)-4 }, 10*time.Second, time.Millisecond)
			l.known = !c.stranger
			l.hub.claims.enter(c.claimed)
			_, err = l.conn.ReadFrame(buffers.Get)
			require.NoError(t, err)
			require.Equal(t, c.unopened && envelope.BothGain(), l.unopened)
			require.Equal(t, c.both && envelope.BothGain(), l.unopened && l.nextIsHere())
		})
	}
}
