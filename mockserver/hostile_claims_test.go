package mockserver_test

import (
	"encoding/binary"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// allocated returns how many bytes are allocated while f runs.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// worth is the most that a claim may cost, in bytes: the buffers, events and goroutines
// of an honest connection are below it, and each claim here is far above.
const worth = 200 << 10

// Lengths of frames: 16 MiB are allowed, and claimed, and do not come.
func TestClaimedFramesCostNothing(t *testing.T) {
	const claim = 16<<20 - 4
	le := func(n uint32) string { return string(binary.LittleEndian.AppendUint32(nil, n)) }
	for name, begin := range map[string]string{
		"abridged":            abridgedTag + "\x7f\xff\xff\x3f", // in words
		"intermediate":        intermediateTag + le(claim),
		"intermediate, acked": intermediateTag + le(claim|1<<31),
		"padded intermediate": paddedTag + le(claim),
		"full":                le(claim) + le(0),
		"HTTP":                "POST /api HTTP/1.1\r\nHost: x\r\nContent-Length: 16777212\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{Limits: mockserver.Limits{FrameBytes: 16 << 20}}, func(t *testing.T, b *bubble) {
				b.raw(intermediateTag) // what is made once is not counted
				cost := allocated(func() {
					b.raw(begin)
					<-time.After(time.Second)
				})
				require.Less(t, cost, int64(worth))
			})
		})
	}
}

// Who is known is taken at its word for 256 MiB, which all such connections share: 24 of them
// claim 16 MiB each and send their first 17 KiB.
func TestClaimedFramesOfThoseWhoAreKnown(t *testing.T) {
	const claim, clients, believed = 16<<20 - 16, 24, 256 << 20
	inBubble(t, mockserver.Options{Limits: mockserver.Limits{FrameBytes: 16 << 20}}, func(t *testing.T, b *bubble) {
		b.client()
		begin := make([]byte, 17<<10) // abridged: 0x7f, and words in three bytes
		binary.LittleEndian.PutUint32(begin, claim/4<<8|0x7f)
		claimed := func(n int) (end func()) {
			var conns []*rawclient.Conn
			for range n {
				conn := b.connect()
				require.NoError(t, b.session(conn, b.key).Ping(t.Context(), 1))
				require.NoError(t, conn.SendRaw(t.Context(), begin))
				conns = append(conns, conn)
			}
			synctest.Wait()
			return func() {
				for _, c := range conns {
					_ = c.Close()
				}
				synctest.Wait()
			}
		}
		var end func()
		cost := allocated(func() { end = claimed(clients) })
		require.Greater(t, cost, int64(believed-16<<20))
		require.Less(t, cost, int64(believed+clients*worth))
		end()
		cost = allocated(func() { end = claimed(1) })
		end()
		require.Less(t, cost, int64(16<<20+worth), "a buffer of those who are gone, or one more")
		require.Equal(t, "true", part(t, b.client(), 1, 0, 1, contents(512<<10)))
	})
}

// Lengths and numbers inside of messages, each in a few bytes that claim a lot.
func TestClaimsInsideMessagesCostNothing(t *testing.T) {
	u32 := func(words ...uint32) (b []byte) {
		for _, w := range words {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		return b
	}
	const vector, many = 0x1cb5c415, 0x7fffffff
	longBytes := "\xfe\xff\xff\xff" // 254, and three bytes of length
	with := func(head []byte, tail string) []byte { return append(head, tail...) }
	bodies := map[string][]byte{
		"a container of 2 billion":           u32(0x73f1f8dc, many),
		"a container of 1,024":               u32(0x73f1f8dc, 1024),
		"a message of 2 GB in a container":   append(u32(0x73f1f8dc, 1), u32(4, 1, 1, many)...),
		"msgs_ack of 2 billion":              u32(0x62d6b459, vector, many),
		"msgs_ack of a negative number":      u32(0x62d6b459, vector, 1<<31),
		"msgs_state_req of 2 billion":        u32(0xda69fb52, vector, many),
		"msg_resend_req of 2 billion":        u32(0x7d861a08, vector, many),
		"msgs_all_info of 2 billion":         u32(0x8cc0d131, vector, many),
		"msgs_state_info of 16 MB":           with(u32(0x04deb57d, 1, 1), longBytes),
		"gzip_packed of 16 MB":               with(u32(0x3072cfa1), longBytes),
		"a part of 16 MB":                    with(u32(0xde7b673d, 1, 1, 0, 1), longBytes),
		"invokeAfterMsgs of 2 billion":       u32(0x3dc4b4f0, vector, many),
		"a token of 16 MB":                   with(u32(0x67a3ff2c, 0, 1), longBytes),
		"users.getUsers of 2 billion":        u32(0x0d91a548, vector, many),
		"gzip that claims 4 GB":              packedRaw(claims(gzipped(pingBody(1)), 1<<32-1)),
		"gzip that claims 10 MB":             packedRaw(claims(gzipped(pingBody(1)), 10<<20)),
		"get_future_salts, 2 billion":        u32(0xb921bd04, many),
		"http_wait of ever":                  u32(0x9299359f, many, many, many),
		"ping_delay_disconnect in 68 years":  u32(0xf3427b8c, 1, 0, many),
		"initConnection with 16 MB of model": with(u32(0xc1cd5ea9, 0, 1), longBytes),
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				s := b.quiet()
				send := func() {
					for _, seqno := range []bool{true, false} {
						seq := s.NextSeqNo(seqno)
						_, err := s.Send(t.Context(), rawclient.Envelope{Body: body, SeqNo: &seq})
						require.NoError(t, err)
					}
					synctest.Wait()
				}
				send()       // what is made once is not counted
				runtime.GC() // and buffers that somebody else left are not to be found
				runtime.GC()
				const times = 10
				cost := allocated(func() {
					for range times {
						send()
					}
				})
				require.Less(t, cost/times, int64(worth))
			})
		})
	}
	t.Run("a message of 2 GB", func(t *testing.T) {
		inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
			s := b.quiet()
			cost := allocated(func() {
				_, err := s.Send(t.Context(), rawclient.Envelope{Body: pingBody(1), Length: rawclient.Ptr(int32(many - 3))})
				require.NoError(t, err)
				synctest.Wait()
			})
			require.Less(t, cost, int64(worth))
		})
	})
	t.Run("a plain message of 2 GB", func(t *testing.T) {
		inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
			cost := allocated(func() {
				b.raw(intermediateTag + string(u32(24, 0, 0, 0, 0, many, 0)))
			})
			require.Less(t, cost, int64(worth))
		})
	})
}

// claims writes another length at the end of a gzip stream.
func claims(stream []byte, size uint32) []byte {
	binary.LittleEndian.PutUint32(stream[len(stream)-4:], size)
	return stream
}

// A frame whose container holds a thousand bombs, each of them harmless, unpacks to no
// more than the limit; whoever sent it is answered a thousand times, and goes on.
func TestContainerOfBombs(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		s := b.quiet()
		bomb := packedRaw(gzipped(make([]byte, 1<<18)))
		var all []rawclient.Inner
		for range 1000 {
			all = append(all, rawclient.Inner{MsgID: s.NextMsgID(), SeqNo: s.NextSeqNo(true), Body: bomb})
		}
		body := rawclient.Container(all...)
		require.Less(t, len(body), 2<<20)
		cost := allocated(func() {
			sendBody(t, s, body)
			synctest.Wait()
		})
		require.Less(t, cost, int64(64<<20), "a quarter of a gigabyte was packed")
		answered, refused, told := 0, 0, 0
		for _, e := range b.Journal() {
			switch {
			case e.Kind == mockserver.EventLimit:
				require.Contains(t, e.Text, "InflatedBytes: ")
				told++
			case e.Error == "400 INPUT_FETCH_ERROR":
				refused++
			case e.Kind == mockserver.EventUnknown:
				answered++
			}
		}
		require.Equal(t, 40, answered, "10 MiB")
		require.Equal(t, 960, refused)
		require.Equal(t, 960, told)
		require.Equal(t, "true", part(t, b.client(), 7, 0, 1, contents(5)))
	})
}
