package gotd_test

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/rpc"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/scenarios"
)

// A whole test, from the auth key to the bytes that are read back, in which gotd
// is told to wait and does so: X seconds and one more. Beyond a minute its pings
// keep the connection, also for longer than a silent one may live.
func TestWaitTakesNoTime(t *testing.T) {
	began := time.Now()
	var waited time.Duration
	inBubble(t, mockserver.Options{}, func(t *testing.T, dc *mockserver.Server, c *telegram.Client) {
		for _, reply := range []scenarios.Reply{
			scenarios.FloodWaitReply(30 * time.Second),
			scenarios.FloodPremiumWaitReply(30 * time.Second),
			scenarios.FloodWaitReply(7 * time.Minute),
		} {
			name := reply.Message
			require.NoError(t, dc.SetScenario(&scenarios.Scenario{Rules: []scenarios.Rule{{
				Name: name, Match: scenarios.Match{Part: scenarios.Exactly(1)}, Times: 1, Reply: reply,
			}}}))
			data := contents(4 * partSize)
			u := finish(t, dc, c.API(), uploadBytes(t, c.API(), 1, data), 1, data)
			require.Equal(t, 2, u.Parts[1].Attempts, name)

			refused := events(dc, func(e mockserver.Event) bool { return e.Part != nil && e.Fault == name })
			again := events(dc, func(e mockserver.Event) bool { return stored(e) && e.FileID == u.FileID && *e.Part == 1 })
			require.Len(t, refused, 1, name)
			require.Len(t, again, 1, name)
			wait := again[0].Time.Sub(refused[0].Time)
			require.Equal(t, secondsOf(t, name)+time.Second, wait, name)
			waited += wait
		}
		require.Len(t, events(dc, ofKind(mockserver.EventConnect)), 1)
		unharmed(t, dc)
	})
	t.Logf("%v of waiting took %v", waited, time.Since(began))
}

// secondsOf is the wait that an error's name ends with.
func secondsOf(t *testing.T, name string) time.Duration {
	t.Helper()
	d, ok := tgerr.AsFloodWait(tgerr.New(420, name))
	require.True(t, ok, name)
	return d
}

// An answer that comes five seconds late was acknowledged before: gotd does not
// send the part again, and its other thread goes on meanwhile.
func TestSlowPart(t *testing.T) {
	inBubble(t, mockserver.Options{Scenario: builtin(t, "slow-part")}, func(t *testing.T, dc *mockserver.Server, c *telegram.Client) {
		data := contents(12 * partSize)
		confirmed := &order{}
		up := uploader.NewUploader(c.API()).WithThreads(2).WithProgress(confirmed)
		file, err := up.FromReader(deadline(t), name, bytes.NewReader(data)) // a stream, to be sent in parallel
		require.NoError(t, err)
		last := partsOf(len(data)) - 1
		require.Len(t, confirmed.parts, last+1)
		require.Equal(t, 2, confirmed.parts[last], "the late part is confirmed last")
		require.Equal(t, 5*time.Second, confirmed.end.Sub(confirmed.start))
		require.Equal(t, 1, uploadOf(t, dc, file).Parts[2].Attempts)
		requireStream(t, finish(t, dc, c.API(), file, 1, data), len(data))
		unharmed(t, dc)
	})
}

// order is in which order parts are confirmed, and when.
type order struct {
	mu         sync.Mutex
	parts      []int
	start, end time.Time // of the first and the last
}

// Chunk is told of each confirmed part: uploader.Progress.
func (o *order) Chunk(_ context.Context, s uploader.ProgressState) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.end = time.Now()
	if o.parts = append(o.parts, s.Part); len(o.parts) == 1 {
		o.start = o.end
	}
	return nil
}

// A part that is neither answered nor acknowledged is sent again every five
// seconds, five times, by its msg_id: so the server runs it once. Then gotd gives
// up; the connection lives, and its caller can try once more.
func TestSilentPart(t *testing.T) {
	inBubble(t, mockserver.Options{Scenario: builtin(t, "silent-part")}, func(t *testing.T, dc *mockserver.Server, c *telegram.Client) {
		data := contents(4 * rawPart)
		saveParts(t, c.API(), 1, data, 0, 1)
		began := time.Now()
		_, err := savePart(t, c.API(), 1, 2, 4, data[2*rawPart:3*rawPart])
		var limit *rpc.RetryLimitReachedErr
		require.ErrorAs(t, err, &limit)
		require.Equal(t, 5, limit.Retries)
		require.Equal(t, 25*time.Second, time.Since(began))
		u := onlyUpload(t, dc)
		require.Equal(t, 1, u.Parts[2].Attempts)
		require.Equal(t, 2, u.Report.Stored)

		saveParts(t, c.API(), 1, data, 2, 3)
		finish(t, dc, c.API(), &tg.InputFileBig{ID: 1, Parts: 4, Name: name}, 1, data)
		require.Len(t, events(dc, ofKind(mockserver.EventConnect)), 1)
	})
}
