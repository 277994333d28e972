package mockserver_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// What waits for a session counts once, however many of its polls wait for it: a client that is slow to read them
// loses its connection only beyond four times QueueBytes.
func TestHTTPMailboxGrowsBetweenPolls(t *testing.T) {
	const answer = 4 << 10 // and a few bytes
	limits := mockserver.Limits{QueueBytes: 4 * answer}
	inBubble(t, mockserver.Options{Limits: limits}, func(t *testing.T, b *bubble) {
		c := b.client()
		total, err := upload(t.Context(), c, 1, contents(answer), answer)
		require.NoError(t, err)
		sent, err := c.SendMedia(t.Context(), input(1, total), "text", 99)
		require.NoError(t, err)
		gate, err := b.Hold(scenarios.Match{Method: "upload.getFile"})
		require.NoError(t, err)
		_, ways := b.sessionHTTP(2)
		slow, other := ways[0], ways[1]
		tell(t, other, ping(2)) // learns the salt
		heardOver(t, other)

		l := sent.Document.Location
		query, err := rawclient.Encode(228, rawclient.NewObject("upload.getFile", rawclient.Fields{
			"location": rawclient.NewObject("inputDocumentFileLocation", rawclient.Fields{
				"id": l.ID, "access_hash": l.AccessHash, "file_reference": l.FileReference, "thumb_size": "",
			}),
			"offset": int64(0), "limit": int32(answer),
		}))
		require.NoError(t, err)
		const queries = 13
		for range queries { // each is released by the request behind it
			sendBody(t, other, query)
		}
		tell(t, other, poll(0, 0, 0))
		for range queries + 1 {
			heardOver(t, other)
		}
		require.NoError(t, gate.Wait(t.Context(), queries))

		<-time.After(time.Second)    // two ways, one clock: no msg_id may come twice
		tell(t, slow, poll(0, 0, 0)) // its response is not read for now
		synctest.Wait()
		for _, n := range []int{3, 10} {
			require.Equal(t, n, gate.Let(n))
			synctest.Wait()
			sent := make(chan error, 1)
			go func() {
				_, err := slow.Send(t.Context(), rawclient.Envelope{Body: encodedTL(t, poll(0, 0, 0))})
				sent <- err
			}()
			synctest.Wait()
			require.NoError(t, <-sent)
		}
		got := map[int64]bool{}
		for range 3 {
			for _, m := range heardOver(t, slow) {
				if m.Constructor() == resultID {
					require.Greater(t, len(m.Body), answer)
					got[m.MsgID] = true // a session repeats what went to another connection
				}
			}
		}
		require.Len(t, got, queries)
	})
}
