package mockserver_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gotd/td/mt"
	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// heard notes what a client is sent, and when.
type heard struct {
	mu   sync.Mutex
	all  []rawclient.Message
	when []time.Time
}

func (h *heard) note(m rawclient.Message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all, h.when = append(h.all, m), append(h.when, time.Now())
}

// of returns the times of messages with a constructor.
func (h *heard) of(constructor uint32) (times []time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for i, m := range h.all {
		if m.Constructor() == constructor {
			times = append(times, h.when[i])
		}
	}
	return times
}

func partFault(part int64, r scenarios.Rule) *scenarios.Scenario {
	r.Name, r.Match, r.Times = "fault", scenarios.Match{Part: scenarios.Exactly(part)}, 1
	return &scenarios.Scenario{Rules: []scenarios.Rule{r}}
}

// A delayed answer is announced by an early msgs_ack, or a client that repeats its
// query every few seconds would give up. Other queries overtake it.
func TestDelayedAnswerIsAcknowledgedAtOnce(t *testing.T) {
	inHostileBubble(t, mockserver.Options{Scenario: partFault(0, scenarios.Rule{Delay: time.Minute})}, func(t *testing.T, dc *mockserver.Server) {
		var h heard
		c := loggedIn(t, dc, rawclient.ClientOptions{OnMessage: h.note})
		start := time.Now()
		done := make(chan error, 1)
		go func() {
			_, err := c.SaveBigFilePart(t.Context(), 1, 0, 2, contents(1024))
			done <- err
		}()
		synctest.Wait()
		acks := h.of(mt.MsgsAckTypeID)
		require.Len(t, acks, 1)
		require.Equal(t, start, acks[0], "at once")
		_, err := c.SaveBigFilePart(t.Context(), 1, 1, 2, contents(1024))
		require.NoError(t, err)
		require.Equal(t, start, time.Now(), "the other part does not wait")
		require.NoError(t, <-done)
		require.Equal(t, start.Add(time.Minute), time.Now())
		_ = c.Close()
	})
}

// A delayed answer finds the client on the connection that it has by then.
func TestDelayedAnswerFollowsTheClient(t *testing.T) {
	inHostileBubble(t, mockserver.Options{Scenario: partFault(0, scenarios.Rule{Delay: time.Minute})}, func(t *testing.T, dc *mockserver.Server) {
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		msgID := c.Session().NextMsgID()
		_, err := c.Session().Send(t.Context(), rawclient.Envelope{Body: partBody(t, 1, 0, 2, contents(1024)), MsgID: &msgID})
		require.NoError(t, err)
		synctest.Wait()
		_ = c.Close()
		var h heard
		again := resume(t, dc, c.Key(), c, rawclient.ClientOptions{OnMessage: h.note})
		require.NoError(t, again.Ping(t.Context(), 1))
		require.Empty(t, h.of(resultID))
		<-time.After(2 * time.Minute)
		require.Len(t, h.of(resultID), 1)
		_ = again.Close()
	})
}

const resultID = 0xf35c6d01

// A client that leaves while its answer waits leaves nothing behind.
func TestCloseWhileAnswersWait(t *testing.T) {
	inHostileBubble(t, mockserver.Options{Scenario: partFault(0, scenarios.Rule{Delay: 24 * time.Hour})}, func(t *testing.T, dc *mockserver.Server) {
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		_, err := c.Session().Send(t.Context(), rawclient.Envelope{Body: partBody(t, 1, 0, 2, contents(1024))})
		require.NoError(t, err)
		synctest.Wait()
		start := time.Now()
		require.NoError(t, dc.Close())
		require.Less(t, time.Since(start), time.Second)
		_ = c.Close()
	})
}

// none: the query is neither answered nor acknowledged, however often and over
// however many connections it is repeated.
func TestSilenceIsNeitherAnsweredNorAcknowledged(t *testing.T) {
	for _, delay := range []time.Duration{0, time.Second} {
		inHostileBubble(t, mockserver.Options{Scenario: partFault(0, scenarios.Rule{Reply: scenarios.NoReply(), Delay: delay})}, func(t *testing.T, dc *mockserver.Server) {
			var h heard
			c := loggedIn(t, dc, rawclient.ClientOptions{OnMessage: h.note})
			s, results := c.Session(), len(h.of(resultID))
			sent, err := s.Send(t.Context(), rawclient.Envelope{Body: partBody(t, 1, 0, 2, contents(1024))})
			require.NoError(t, err)
			for range 5 {
				<-time.After(5 * time.Second)
				require.NoError(t, s.Conn().SendFrame(t.Context(), sent.Frame))
			}
			require.NoError(t, c.Ping(t.Context(), 1), "the connection stays open")
			_ = c.Close()
			again := resume(t, dc, c.Key(), c, rawclient.ClientOptions{OnMessage: h.note})
			require.NoError(t, again.Session().Conn().SendFrame(t.Context(), sent.Frame))
			require.NoError(t, again.Ping(t.Context(), 2))
			<-time.After(time.Minute)
			require.Empty(t, h.of(mt.MsgsAckTypeID))
			require.Len(t, h.of(resultID), results)
			u, _ := dc.Upload(1)
			require.Equal(t, 1, u.Parts[0].Attempts)
			_ = again.Close()
		})
	}
}

// dropped uploads part 0, whose connection is dropped, and repeats the very message
// over another connection of the same session.
func dropped(t *testing.T, r scenarios.Rule, check func(t *testing.T, dc *mockserver.Server, answers []time.Time)) {
	t.Helper()
	inHostileBubble(t, mockserver.Options{Scenario: partFault(0, r)}, func(t *testing.T, dc *mockserver.Server) {
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		sent, err := c.Session().Send(t.Context(), rawclient.Envelope{Body: partBody(t, 1, 0, 2, contents(1024))})
		require.NoError(t, err)
		<-c.Done()
		var h heard
		again := resume(t, dc, c.Key(), c, rawclient.ClientOptions{OnMessage: h.note})
		require.NoError(t, again.Session().Conn().SendFrame(t.Context(), sent.Frame))
		require.NoError(t, again.Ping(t.Context(), 1))
		<-time.After(10 * time.Second)
		check(t, dc, h.of(resultID))
		_ = again.Close()
	})
}

// drop: before-store loses the query: its repetition is the first that is executed.
func TestDropBeforeStore(t *testing.T) {
	for _, delay := range []time.Duration{0, 30 * time.Second} {
		dropped(t, scenarios.Rule{Reply: scenarios.DropReply(scenarios.DropBeforeStore), Delay: delay}, func(t *testing.T, dc *mockserver.Server, answers []time.Time) {
			require.Len(t, answers, 1)
			u, found := dc.Upload(1)
			require.True(t, found)
			require.True(t, u.Parts[0].Stored)
			require.Equal(t, 2, u.Parts[0].Attempts)
			require.Equal(t, 1, u.Parts[0].TimesStored)
		})
	}
}

// drop: after-store loses the answer alone: the repetition is answered, not executed.
func TestDropAfterStore(t *testing.T) {
	for _, delay := range []time.Duration{0, 30 * time.Second} {
		dropped(t, scenarios.Rule{Reply: scenarios.DropReply(scenarios.DropAfterStore), Delay: delay}, func(t *testing.T, dc *mockserver.Server, answers []time.Time) {
			require.Len(t, answers, 1, "once, not for the new connection and for the repetition")
			u, found := dc.Upload(1)
			require.True(t, found)
			require.True(t, u.Parts[0].Stored)
			require.Equal(t, 1, u.Parts[0].Attempts)
			require.Equal(t, 1, u.Parts[0].TimesStored)
		})
	}
}

// A container whose first query drops the connection: those behind it were never
// run, so their repetition must be.
func TestQueriesBehindADropRunWhenTheyComeAgain(t *testing.T) {
	inHostileBubble(t, mockserver.Options{Scenario: partFault(0, scenarios.Rule{Reply: scenarios.DropReply(scenarios.DropAfterStore)})}, func(t *testing.T, dc *mockserver.Server) {
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		s := c.Session()
		var inner []rawclient.Inner
		for i := range int32(3) {
			inner = append(inner, rawclient.Inner{MsgID: s.NextMsgID(), SeqNo: s.NextSeqNo(true), Body: partBody(t, 1, i, 3, contents(1024))})
		}
		_, err := s.Send(t.Context(), rawclient.Envelope{Body: rawclient.Container(inner...)})
		require.NoError(t, err)
		<-c.Done()
		u, _ := dc.Upload(1)
		require.Len(t, u.Parts, 1, "the connection was dropped at the first part")

		var h heard
		again := resume(t, dc, c.Key(), c, rawclient.ClientOptions{OnMessage: h.note})
		_, err = again.Session().Send(t.Context(), rawclient.Envelope{Body: rawclient.Container(inner...)})
		require.NoError(t, err)
		require.NoError(t, again.Ping(t.Context(), 1))
		<-time.After(10 * time.Second)
		require.Len(t, h.of(resultID), 3)
		u, _ = dc.Upload(1)
		require.True(t, u.Report.Complete)
		for _, p := range u.Parts {
			require.Equal(t, 1, p.Attempts, "part %d", p.Index)
		}
		_ = again.Close()
	})
}

// A client that connects again at once, while the server still says goodbye on the
// connection that was dropped, gets the answer without asking twice.
func TestReconnectDuringTheGoodbye(t *testing.T) {
	inHostileBubble(t, mockserver.Options{Scenario: partFault(0, scenarios.Rule{Reply: scenarios.DropReply(scenarios.DropAfterStore)})}, func(t *testing.T, dc *mockserver.Server) {
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		_, err := c.Session().Send(t.Context(), rawclient.Envelope{Body: partBody(t, 1, 0, 2, contents(1024))})
		require.NoError(t, err)
		synctest.Wait() // no time passes: the old connection is not gone yet
		var h heard
		again := resume(t, dc, c.Key(), c, rawclient.ClientOptions{OnMessage: h.note})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.NoError(t, again.Ping(ctx, 1))
		<-time.After(10 * time.Second)
		require.Len(t, h.of(resultID), 1)
		_ = again.Close()
		<-c.Done()
	})
}
