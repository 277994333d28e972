package mockserver_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// bigPart is a part as it is sent by hand.
func bigPart(t *testing.T, file int64, index, total int32, data []byte) []byte {
	t.Helper()
	body, err := rawclient.Encode(228, rawclient.NewObject("upload.saveBigFilePart", rawclient.Fields{
		"file_id": file, "file_part": index, "file_total_parts": total, "bytes": data,
	}))
	require.NoError(t, err)
	return body
}

// afterMsgs is a query that is to come after others.
// https://core.telegram.org/method/invokeAfterMsgs
func afterMsgs(t *testing.T, query []byte, ids ...int64) []byte {
	t.Helper()
	method, fields := "invokeAfterMsg", rawclient.Fields{"query": query}
	if len(ids) == 1 {
		fields["msg_id"] = ids[0]
	} else {
		method = "invokeAfterMsgs"
		var list []any
		for _, id := range ids {
			list = append(list, id)
		}
		fields["msg_ids"] = list
	}
	body, err := rawclient.Encode(228, rawclient.NewObject(method, fields))
	require.NoError(t, err)
	return body
}

// later is an answer that is on its way, and when it came.
type later struct {
	body []byte
	err  error
	took time.Duration
}

// begin asks and does not wait; msg_id is what it was sent under.
func begin(t *testing.T, c *rawclient.Client, body []byte) (msgID int64, answer <-chan later) {
	t.Helper()
	msgID = c.Session().NextMsgID()
	done, began := make(chan later, 1), time.Now()
	go func() {
		b, err := c.InvokeEnvelope(t.Context(), rawclient.Envelope{Body: body, MsgID: &msgID})
		done <- later{b, err, time.Since(began)}
	}()
	synctest.Wait() // it has arrived: the order of what is sent is that of the calls
	return msgID, done
}

func yes(t *testing.T, l later) {
	t.Helper()
	require.NoError(t, l.err)
	o, err := rawclient.Decode(l.body)
	require.NoError(t, err)
	require.Equal(t, "boolTrue", o.Name)
}

// slow has parts of one number answered late.
func slow(index int64, by time.Duration) *scenarios.Scenario {
	return faults(scenarios.Rule{Name: "slow", Match: only(index), Delay: by})
}

// A query that comes after one that is answered late waits for it, and is carried
// out only then. https://core.telegram.org/api/invoking
func TestInvokeAfterMsgWaits(t *testing.T) {
	const delay = 7 * time.Second
	inBubble(t, mockserver.Options{Scenario: slow(0, delay)}, func(t *testing.T, b *bubble) {
		c := b.client()
		first, one := begin(t, c, bigPart(t, 1, 0, 3, contents(kib)))
		second, two := begin(t, c, afterMsgs(t, bigPart(t, 1, 1, 3, contents(kib)), first))
		_, three := begin(t, c, afterMsgs(t, bigPart(t, 1, 2, 3, contents(5)), first, second))
		require.True(t, b.stored(1, 0), "answered late, but carried out")
		require.False(t, b.stored(1, 1))
		require.Equal(t, "true", part(t, c, 2, 1, 2, contents(5)), "nobody else waits")
		for i, answer := range []<-chan later{one, two, three} {
			got := <-answer
			yes(t, got)
			require.Equal(t, delay, got.took, "part %d", i)
		}
		doc, err := c.UploadMedia(t.Context(), input(1, 3))
		require.NoError(t, err)
		require.EqualValues(t, 2*kib+5, doc.Size)
	})
}

// What was answered already is not waited for, whatever the number of queries.
func TestInvokeAfterWhatIsAnswered(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		first, one := begin(t, c, bigPart(t, 1, 0, 2, contents(kib)))
		yes(t, <-one)
		_, two := begin(t, c, afterMsgs(t, bigPart(t, 1, 1, 2, contents(5)), first))
		got := <-two
		yes(t, got)
		require.Zero(t, got.took)
	})
}

// A query that has not arrived yet is waited for: two connections overtake each
// other.
func TestInvokeAfterWhatHasNotArrived(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		first := c.Session().NextMsgID()
		firstSeqNo := c.Session().NextSeqNo(true)
		_, two := begin(t, c, afterMsgs(t, bigPart(t, 1, 1, 2, contents(5)), first))
		<-time.After(3 * time.Second)
		require.Empty(t, b.Uploads())
		_, err := c.InvokeEnvelope(t.Context(), rawclient.Envelope{Body: bigPart(t, 1, 0, 2, contents(kib)), MsgID: &first, SeqNo: &firstSeqNo})
		require.NoError(t, err)
		got := <-two
		yes(t, got)
		require.Equal(t, 3*time.Second, got.took)
	})
}

// When the first is answered with an error, those behind it are not carried out.
func TestInvokeAfterAFailure(t *testing.T) {
	inBubble(t, mockserver.Options{Scenario: slow(0, 2*time.Second)}, func(t *testing.T, b *bubble) {
		c := b.client()
		wrong := bigPart(t, 1, 0, 3, contents(1025)) // no legal size, answered late
		first, one := begin(t, c, wrong)
		_, two := begin(t, c, afterMsgs(t, bigPart(t, 1, 1, 3, contents(kib)), first))
		requireRPCError(t, (<-one).err, 400, "FILE_PART_SIZE_INVALID")
		got := <-two
		requireRPCError(t, got.err, 500, "MSG_WAIT_FAILED")
		require.Equal(t, 2*time.Second, got.took)
		_, three := begin(t, c, afterMsgs(t, bigPart(t, 1, 2, 3, contents(5)), first))
		got = <-three
		requireRPCError(t, got.err, 500, "MSG_WAIT_FAILED")
		require.Zero(t, got.took, "known by now")
		require.False(t, b.stored(1, 1))
		require.False(t, b.stored(1, 2))
	})
}

// Nobody waits for ever: after 30 s the query is refused, and not carried out when
// the other one is answered at last.
func TestInvokeAfterTimesOut(t *testing.T) {
	inBubble(t, mockserver.Options{Scenario: slow(0, time.Minute)}, func(t *testing.T, b *bubble) {
		c := b.client()
		first, one := begin(t, c, bigPart(t, 1, 0, 2, contents(kib)))
		_, two := begin(t, c, afterMsgs(t, bigPart(t, 1, 1, 2, contents(5)), first))
		got := <-two
		requireRPCError(t, got.err, -503, "MSG_WAIT_TIMEOUT")
		require.Equal(t, 30*time.Second, got.took)
		yes(t, <-one)
		synctest.Wait()
		require.False(t, b.stored(1, 1))
	})
}

// Queries that wait are copies: their bytes are bounded, and whoever passes the
// bound is told at once. What ends its waiting gives the room back.
func TestWaitingQueriesAreBounded(t *testing.T) {
	o := mockserver.Options{Scenario: slow(0, 5*time.Second), Limits: mockserver.Limits{WaitingBytes: 3 * kib / 2}}
	inBubble(t, o, func(t *testing.T, b *bubble) {
		c := b.client()
		for range 2 {
			first, one := begin(t, c, bigPart(t, 1, 0, 9, contents(kib)))
			_, two := begin(t, c, afterMsgs(t, bigPart(t, 1, 1, 9, contents(kib)), first))
			_, three := begin(t, c, afterMsgs(t, bigPart(t, 1, 2, 9, contents(kib)), first))
			got := <-three
			requireRPCError(t, got.err, -503, "MSG_WAIT_TIMEOUT")
			require.Zero(t, got.took)
			yes(t, <-one)
			yes(t, <-two)
		}
		limits := 0
		for _, e := range b.Journal() {
			if e.Kind == mockserver.EventLimit {
				require.Contains(t, e.Text, "WaitingBytes")
				limits++
			}
		}
		require.Equal(t, 2, limits)
	})
}

// Each answer looks at what is waited for in its session: that is bounded as well, over all
// queries that wait there.
func TestAwaitedQueriesAreBounded(t *testing.T) {
	const most = 1024
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c, other := b.client(), b.client()
		future := func(n int) (ids []int64) {
			for range n {
				ids = append(ids, c.Session().NextMsgID()+20<<32)
			}
			return ids
		}
		for range 2 {
			_, one := begin(t, c, afterMsgs(t, configQuery, future(most-1)...))
			_, two := begin(t, c, afterMsgs(t, configQuery, future(1)...))
			_, three := begin(t, c, afterMsgs(t, configQuery, future(1)...))
			got := <-three
			requireRPCError(t, got.err, -503, "MSG_WAIT_TIMEOUT")
			require.Zero(t, got.took)
			_, theirs := begin(t, other, afterMsgs(t, configQuery, future(most)...))
			for _, waited := range []<-chan later{one, two, theirs} {
				require.Equal(t, 30*time.Second, (<-waited).took)
			}
		}
		limits := 0
		for _, e := range b.Journal() {
			if e.Kind == mockserver.EventLimit && strings.HasPrefix(e.Text, "awaited queries: ") {
				limits++
			}
		}
		require.Equal(t, 2, limits)
	})
}

// The connection goes while a query waits: it is carried out all the same, and
// the answer comes over the session's next connection.
func TestWaitingOutlivesTheConnection(t *testing.T) {
	inBubble(t, mockserver.Options{Scenario: slow(0, 5*time.Second)}, func(t *testing.T, b *bubble) {
		c := b.client()
		first, _ := begin(t, c, bigPart(t, 1, 0, 2, contents(kib)))
		second, _ := begin(t, c, afterMsgs(t, bigPart(t, 1, 1, 2, contents(5)), first))
		require.NoError(t, c.Close())
		<-time.After(6 * time.Second)
		require.True(t, b.stored(1, 1))

		answered := map[int64]int{}
		again, err := rawclient.NewClient(b.connect(), c.Key(), rawclient.ClientOptions{
			SessionID: c.Session().ID(),
			OnMessage: func(m rawclient.Message) {
				const resultID = 0xf35c6d01
				if m.Constructor() == resultID {
					answered[int64(binary.LittleEndian.Uint64(m.Body[4:]))]++
				}
			},
		})
		require.NoError(t, err)
		seqNo := c.Session().NextSeqNo(true) // the session goes on
		_, err = again.InvokeEnvelope(t.Context(), rawclient.Envelope{Body: bigPart(t, 2, 0, 1, contents(5)), SeqNo: &seqNo})
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, again.Close())
		require.Equal(t, 1, answered[first])
		require.Equal(t, 1, answered[second])
	})
}

// destroy_auth_key ends the key at once: the next message is answered -404.
// https://core.telegram.org/method/destroy_auth_key
func TestDestroyAuthKey(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c, same := b.client(), b.client()
		require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
		destroyKey(t, c)
		for _, client := range []*rawclient.Client{c, same} {
			_, err := client.SaveBigFilePart(t.Context(), 1, 0, 1, contents(5))
			var gone *rawclient.TransportError
			require.ErrorAs(t, err, &gone)
			require.EqualValues(t, -404, gone.Code)
		}
		// The account and its files are still there for another key.
		next := b.login("123456:fake-token")
		_, err := next.UploadMedia(t.Context(), input(1, 1))
		require.NoError(t, err)
	})
}

// destroyKey destroys a client's auth key.
func destroyKey(t *testing.T, c *rawclient.Client) {
	t.Helper()
	const destroy, destroyed = 0xd1435160, 0xf660e1d4
	_, err := c.Session().Send(t.Context(), rawclient.Envelope{Body: binary.LittleEndian.AppendUint32(nil, destroy)})
	require.NoError(t, err)
	synctest.Wait()
	answers := c.Unhandled()
	require.Len(t, answers, 1)
	require.Equal(t, uint32(destroyed), answers[0].Constructor())
}

// A layer newer than the tables is answered as in the newest, and the journal has
// one line about it for each auth key.
func TestNewerLayer(t *testing.T) {
	notes := func(b *bubble) (found []mockserver.Event) {
		for _, e := range b.Journal() {
			if e.Kind == mockserver.EventLayer {
				found = append(found, e)
			}
		}
		return found
	}
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.ready(mockserver.SessionOptions{})
		require.Empty(t, notes(b), "layer 228 is known")
		for _, layer := range []int{rawclient.NewestLayer, rawclient.NewestLayer + 1, rawclient.NewestLayer + 1, 9999} {
			_, err := c.InitConnection(t.Context(), layer)
			require.NoError(t, err)
			require.NotZero(t, self(t, c).Long("id"))
		}
		require.Len(t, notes(b), 1)
		require.Contains(t, notes(b)[0].Text, "layer 231 is newer than the newest that is known, 230")
		require.Equal(t, c.Key().ID, notes(b)[0].Key)
		other := b.ready(mockserver.SessionOptions{Account: 2})
		_, err := other.InitConnection(t.Context(), 9999)
		require.NoError(t, err)
		require.Len(t, notes(b), 2)
	})
}
