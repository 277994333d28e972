package mockserver_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// A call at a gate has not been carried out; others go their way meanwhile.
func TestHold(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		gate, err := b.Hold(only(1))
		require.NoError(t, err)
		_, first := begin(t, c, bigPart(t, 7, 1, 3, contents(kib)))
		require.NoError(t, gate.Wait(t.Context(), 1))
		require.Equal(t, 1, gate.Held())
		_, begun := b.Upload(7)
		require.False(t, begun, "nothing of it is known yet")
		require.Equal(t, "true", part(t, c, 7, 0, 3, contents(kib)), "on the same connection")

		_, second := begin(t, c, bigPart(t, 8, 1, 3, contents(kib)))
		require.NoError(t, gate.Wait(t.Context(), 2))
		require.Equal(t, 1, gate.Let(1), "the oldest")
		yes(t, <-first)
		synctest.Wait()
		require.Empty(t, second)
		require.True(t, b.stored(7, 1))

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, gate.Wait(ctx, 3), context.DeadlineExceeded)
		gate.Open()
		gate.Open()
		yes(t, <-second)
		require.Zero(t, gate.Held())
		require.Equal(t, "true", part(t, c, 9, 1, 3, contents(kib)), "nothing is held any more")
		b.RequireCalls(t, "upload.*", 4)
		require.NoError(t, c.Close())
	})
}

// A client that goes away while its part waits at a gate has never sent it, and
// one that waits for ever is let go in the end.
func TestHoldAndLeave(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		gate, err := b.Hold(scenarios.Match{Method: "*", Attempt: scenarios.Exactly(1)})
		require.NoError(t, err)
		require.False(t, b.DropConnection(99), "there is no such connection")
		gate.Open()
		gate, err = b.Hold(scenarios.Match{})
		require.NoError(t, err)
		c := b.client()
		_, answer := begin(t, c, bigPart(t, 7, 0, 2, contents(kib)))
		require.NoError(t, gate.Wait(t.Context(), 1))
		require.Equal(t, 1, b.DropConnections())
		require.Error(t, (<-answer).err)

		other := b.client()
		_, answer = begin(t, other, bigPart(t, 8, 0, 2, contents(kib)))
		began := time.Now()
		l := <-answer
		require.NoError(t, l.err)
		require.Equal(t, 4*time.Minute, time.Since(began))
		require.NotEmpty(t, events(b.Server, mockserver.EventLimit))
		require.NoError(t, other.Close())
	})
}

func TestHoldRefuses(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	_, err = dc.Hold(scenarios.Match{Event: scenarios.EventConnect})
	require.ErrorContains(t, err, "calls, not events")
	_, err = dc.Hold(scenarios.Match{SHA256: "x"})
	require.Error(t, err)
}

// Beyond the limit a call is not held, rather than lost.
func TestHoldIsBounded(t *testing.T) {
	inBubble(t, mockserver.Options{Limits: mockserver.Limits{WaitingBytes: 1}}, func(t *testing.T, b *bubble) {
		_, err := b.Hold(only(0))
		require.NoError(t, err)
		c := b.client()
		require.Equal(t, "true", part(t, c, 7, 0, 2, contents(kib)))
		require.Len(t, events(b.Server, mockserver.EventLimit), 1)
		require.NoError(t, c.Close())
	})
}

// The next message under an old salt is told the new one, and sent again.
func TestRotateSalt(t *testing.T) {
	inBubble(t, mockserver.Options{ReadyAccounts: 1}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 7, 0, 3, contents(kib)))
		require.Equal(t, 1, b.RotateSalt(c.Key().ID))
		before := c.Resends()
		require.Equal(t, "true", part(t, c, 7, 1, 3, contents(kib)))
		require.Equal(t, before+1, c.Resends())
		require.Equal(t, 3, b.RotateSalt(), "the key, and those of the ready user and bot")
		require.Zero(t, b.RotateSalt(1))
		require.Equal(t, "true", part(t, c, 7, 2, 3, contents(kib)))
		require.Equal(t, before+2, c.Resends())
		require.NoError(t, c.Close())
	})
}

// A key that is forgotten is answered -404; the others stay.
func TestForgetKey(t *testing.T) {
	inBubble(t, mockserver.Options{ReadyAccounts: 1}, func(t *testing.T, b *bubble) {
		c, other := b.client(), b.login("99:another")
		require.Equal(t, 1, b.ForgetKey(c.Key().ID))
		_, err := c.SaveBigFilePart(t.Context(), 7, 0, 1, contents(kib))
		require.ErrorContains(t, err, "-404")
		require.Equal(t, "true", part(t, other, 7, 0, 1, contents(kib)))
		require.Equal(t, 3, b.ForgetKey())
		_, err = other.SaveBigFilePart(t.Context(), 7, 0, 1, contents(kib))
		require.ErrorContains(t, err, "-404")
		require.Zero(t, b.ForgetKey())
		_ = c.Close()
		_ = other.Close()
	})
}

// After a reset a server is as it was: the same steps have the same ordinals and
// meet the same faults.
func TestReset(t *testing.T) {
	fault := faults(scenarios.Rule{Match: scenarios.Match{File: scenarios.Exactly(1), Part: scenarios.Exactly(1)}, Times: 1, Reply: scenarios.ErrorReply("FILE_PART_INVALID")})
	inBubble(t, mockserver.Options{Scenario: fault, ReadyAccounts: 2}, func(t *testing.T, b *bubble) {
		var conns []int64
		for range 3 {
			c := b.ready(mockserver.SessionOptions{Account: 2})
			require.Equal(t, "true", part(t, c, 7, 0, 3, contents(kib)))
			require.Equal(t, "FILE_PART_INVALID", part(t, c, 7, 1, 3, contents(kib)))
			require.Equal(t, "true", part(t, c, 7, 1, 3, contents(kib)))
			u, ok := b.Upload(7)
			require.True(t, ok)
			require.Equal(t, 1, u.Ordinal)
			conns = append(conns, b.OpenConnections()[0].Number)

			require.NoError(t, b.SetScenario(nil))
			_, err := b.Inject(scenarios.Rule{Reply: scenarios.NoReply()})
			require.NoError(t, err)
			gate, err := b.Hold(scenarios.Match{Method: "*"})
			require.NoError(t, err)
			b.MuteFaults(true)
			b.ForgetKey()
			require.NoError(t, b.Reset())

			<-c.Done()
			require.Empty(t, b.Journal())
			require.Empty(t, b.Uploads())
			require.Empty(t, b.OpenConnections())
			require.False(t, b.FaultsMuted())
			require.Zero(t, gate.Held())
			require.False(t, b.Verdict().Passed(), "the rule has not fired")
		}
		require.Equal(t, []int64{1, 1, 1}, conns)
	})
}

// A call that waits at a gate when the server is reset is never carried out: it would
// be the first thing that happens to the next test.
func TestResetForgetsWhatIsHeld(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		gate, err := b.Hold(scenarios.Match{})
		require.NoError(t, err)
		c := b.ready(mockserver.SessionOptions{})
		_, answer := begin(t, c, bigPart(t, 7, 0, 2, contents(kib)))
		require.NoError(t, gate.Wait(t.Context(), 1))
		require.NoError(t, b.Reset())
		require.Error(t, (<-answer).err)
		<-time.After(time.Hour) // longer than any gate
		require.Empty(t, b.Uploads())
		require.Empty(t, b.Journal())
	})
}

// Connections that come during a reset wait for its end; after Close there is none.
func TestResetMeetsConnections(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 50 {
			if c, err := rawclient.Dial(t.Context(), dc.Addr(), rawclient.Options{}); err == nil {
				_ = c.Close()
			}
		}
	}()
	for range 20 {
		require.NoError(t, dc.Reset())
	}
	<-done
	c := dial(t, dc, rawclient.Options{})
	require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
	require.NoError(t, dc.Close())
	require.ErrorIs(t, dc.Reset(), mockserver.ErrClosed)
}

// Nothing comes to a server that was closed: whoever waits for it is told.
func TestClosingEndsWhatWaits(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		gate, err := b.Hold(only(1))
		require.NoError(t, err)
		waits := make(chan error)
		go func() { waits <- gate.Wait(context.Background(), 1) }()
		go func() {
			_, err := b.WaitUpload(context.Background())
			waits <- err
		}()
		synctest.Wait()
		require.NoError(t, b.Close())
		for range 2 {
			require.ErrorIs(t, <-waits, mockserver.ErrClosed)
		}
		_, err = b.WaitUploads(t.Context(), 1)
		require.ErrorIs(t, err, mockserver.ErrClosed)
		_, err = b.Hold(only(1))
		require.ErrorIs(t, err, mockserver.ErrClosed)
	})
}

// Nobody comes to a gate that was taken away: whoever waits for it is told, and need not
// have set a time.
func TestOpeningEndsWhatWaits(t *testing.T) {
	for name, open := range map[string]func(b *bubble, gate *mockserver.Hold) error{
		"by Open":  func(_ *bubble, gate *mockserver.Hold) error { gate.Open(); return nil },
		"by Reset": func(b *bubble, _ *mockserver.Hold) error { return b.Reset() },
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				c := b.client()
				gate, err := b.Hold(only(1))
				require.NoError(t, err)
				begin(t, c, bigPart(t, 7, 1, 3, contents(kib)))
				require.NoError(t, gate.Wait(t.Context(), 1))
				waits := make(chan error)
				go func() { waits <- gate.Wait(context.Background(), 2) }()
				synctest.Wait()
				require.NoError(t, open(b, gate))
				require.ErrorContains(t, <-waits, "waiting for 2 calls at a gate, 1 came: it was opened")
				require.ErrorContains(t, gate.Wait(context.Background(), 2), "opened")
				require.NoError(t, gate.Wait(t.Context(), 1), "those that came before count")
				require.NoError(t, c.Close())
			})
		})
	}
}

// A gate sees the length that was announced for a file as a scenario does: the last
// part of it, which is shorter, changes nothing.
func TestHoldByFileSize(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 7, 0, 2, contents(4*kib)))
		gate, err := b.Hold(scenarios.Match{FileSize: scenarios.Exactly(8 * kib)})
		require.NoError(t, err)
		_, answer := begin(t, c, bigPart(t, 7, 1, 2, contents(100)))
		synctest.Wait()
		require.Equal(t, 1, gate.Held())
		gate.Open()
		yes(t, <-answer)
		require.NoError(t, c.Close())
	})
}
