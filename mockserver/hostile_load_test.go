package mockserver_test

import (
	"bytes"
	"io"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// heap returns the bytes in use after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC() // the first moves pooled buffers aside, the second frees them
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A length that is claimed and not sent costs nothing: 200 connections that each
// announce two megabytes would be 400 MB.
func TestClaimedLengthsCostNothing(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	before := heap()
	const conns = 200
	for range conns {
		c := rawDial(t, dc)
		_, err := io.WriteString(c, intermediateTag+"\x00\x00\x20\x00only this")
		require.NoError(t, err)
	}
	for changed := dc.Changed(); len(events(dc, mockserver.EventTransport)) < conns; changed = dc.Changed() {
		<-changed
	}
	grown := heap() - before
	t.Logf("%d connections that claim 2 MiB cost %d KiB of heap, %d each", conns, grown>>10, grown/conns)
	require.Less(t, grown, int64(conns*48<<10))
}

// counter counts how often something is written.
type counter struct {
	of []byte
	n  atomic.Int64
}

func (c *counter) Write(p []byte) (int, error) {
	c.n.Add(int64(bytes.Count(p, c.of)))
	return len(p), nil
}

// A client that asks for megabytes and reads none of them is not read from any
// more, and what waits for it is bounded.
func TestSlowReader(t *testing.T) {
	// What the honest upload beside it leaves behind must not be counted: the faster it is, the more that is.
	counted := &counter{of: []byte(`"method":"upload.getFile"`)}
	dc := mockserver.Start(t, mockserver.Options{Limits: mockserver.Limits{Uploads: 64, JournalEvents: 1000}, Journal: counted})
	beside(t, dc, func() {
		c := dial(t, dc, rawclient.Options{})
		total, err := upload(t.Context(), c, 1, contents(4<<20), 512<<10)
		require.NoError(t, err)
		sent, err := c.SendMedia(t.Context(), rawclient.InputFile{ID: 1, Parts: total, Name: "a", Big: true}, "", 1)
		require.NoError(t, err)
		before := heap()
		s := rawSession(t, dc, c.Key())
		l := sent.Document.Location
		body := encoded(t, "upload.getFile", rawclient.Fields{
			"location": rawclient.NewObject("inputDocumentFileLocation", rawclient.Fields{
				"id": l.ID, "access_hash": l.AccessHash, "file_reference": l.FileReference, "thumb_size": "",
			}), "offset": int64(0), "limit": int32(1 << 20),
		})
		for range 200 { // 200 MiB of answers
			_, err = s.Send(t.Context(), rawclient.Envelope{Body: body})
			require.NoError(t, err)
		}
		// It carries out what fits its queues and the system's buffers, and stops.
		for seen := int64(-1); seen != counted.n.Load(); {
			seen = counted.n.Load()
			<-time.After(300 * time.Millisecond)
		}
		grown := heap() - before
		t.Logf("%d of 200 queries were carried out; %d KiB of heap wait for the client", counted.n.Load(), grown>>10)
		require.Less(t, counted.n.Load(), int64(100))
		require.Positive(t, counted.n.Load())
		// OutboxBytes, and four times QueueBytes in buffers of up to twice the size.
		require.Less(t, grown, int64(48<<20))
		require.NoError(t, s.Conn().Close())
	})
}
