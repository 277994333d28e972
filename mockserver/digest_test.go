package mockserver_test

import (
	"encoding/binary"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// A part is hashed while its message is decrypted, if it is seen in time. However it
// is packed, its digest is that of its bytes, and that of no other part. It is hashed so
// where SHA-256 is kept, on disk: read again, that is compared with the one of the bytes.
func TestDigestHoweverAPartIsPacked(t *testing.T) {
	inBubble(t, mockserver.Options{Store: mockserver.StoreDigest, DataDir: filepath.Join(t.TempDir(), "data")}, func(t *testing.T, b *bubble) {
		const total = 6
		c := b.client()
		data := contents(total * kib)
		body := func(i int32) []byte { return partBody(t, 7, i, total, data[i*kib:(i+1)*kib]) }
		for _, body := range [][]byte{
			body(0),
			append(binary.LittleEndian.AppendUint32(nil, 0xbf9459b7), body(1)...), // invokeWithoutUpdates
			rawclient.GzipPacked(body(2)),
		} {
			_, err := c.Invoke(t.Context(), body)
			require.NoError(t, err)
		}
		s := c.Session()
		var inner []rawclient.Inner
		for i := int32(3); i < total; i++ {
			inner = append(inner, rawclient.Inner{MsgID: s.NextMsgID(), SeqNo: s.NextSeqNo(true), Body: body(i)})
		}
		_, err := s.Send(t.Context(), rawclient.Envelope{Body: rawclient.Container(inner...)})
		require.NoError(t, err)
		require.NoError(t, c.Ping(t.Context(), 1)) // carried out behind them
		u, _ := b.Upload(7)
		for i := range total {
			equal, stored := u.PartEqual(int32(i), data[i*kib:(i+1)*kib])
			require.True(t, stored)
			require.True(t, equal, "part %d", i)
		}
	})
}
