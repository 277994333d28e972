package mockserver_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Sessions tell whose they are, what they came over and what they wait for, and
// outlive their connections.
func TestSessions(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		require.Equal(t, []mockserver.SessionState{}, b.Sessions())
		first := b.client()
		require.Equal(t, "true", part(t, first, 7, 0, 2, contents(kib)))
		require.Positive(t, b.Sessions()[0].Unacknowledged)
		<-time.After(time.Second)
		synctest.Wait()
		one := b.Sessions()[0]
		require.Equal(t, mockserver.SessionState{
			ID: first.Session().ID(), Key: b.key.ID, DC: 2, Number: 1, Account: 123456, Layer: 228, App: one.App,
			Connections: []int64{1}, LastUsed: one.LastUsed,
		}, one, "all is acknowledged")
		require.NotEmpty(t, one.App)

		second := b.client()
		require.NoError(t, second.Ping(t.Context(), 1))
		b.stranger() // has said nothing: no session
		all := b.Sessions()
		require.Len(t, all, 2)
		require.Equal(t, second.Session().ID(), all[1].ID)
		require.Equal(t, []int64{2}, all[1].Connections)

		require.Equal(t, 3, b.DropConnections())
		synctest.Wait()
		all = b.Sessions()
		require.Len(t, all, 2)
		require.Empty(t, all[0].Connections)

		text, err := json.Marshal(mockserver.SessionState{ID: -1 << 63, Key: 1<<63 - 1})
		require.NoError(t, err)
		require.Contains(t, string(text), `"id":"-9223372036854775808","key":"9223372036854775807"`)
	})
}

// An answer that was on its way when its session was dropped never comes, and the
// client goes on in a session that begins anew; others notice nothing.
func TestDropSession(t *testing.T) {
	s := parsed(t, "rules: [{ match: { part: 0, file: 1 }, delay: 5s }]")
	inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
		c, other := b.client(), b.client()
		require.NoError(t, other.Ping(t.Context(), 1))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		late := make(chan error, 1)
		go func() {
			_, err := c.SaveBigFilePart(ctx, 7, 0, 2, contents(kib))
			late <- err
		}()
		synctest.Wait()
		require.True(t, b.DropSession(c.Session().ID()))
		require.False(t, b.DropSession(c.Session().ID()), "it is gone")
		require.Len(t, b.Sessions(), 1)
		require.ErrorIs(t, <-late, context.DeadlineExceeded)

		require.Equal(t, "true", part(t, c, 7, 1, 2, contents(5)), "the key has its account and layer")
		require.Len(t, b.Sessions(), 2)
		require.NoError(t, other.Ping(t.Context(), 1))
	})
}

// The same session_id under two auth keys is two sessions; both go.
func TestDropSessionOfTwoKeys(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		for _, token := range []string{"1:fake-token", "2:fake-token"} {
			c, err := rawclient.NewClient(b.connect(), b.login(token).Key(), rawclient.ClientOptions{SessionID: 99})
			require.NoError(t, err)
			t.Cleanup(func() { _ = c.Close() })
			require.NoError(t, c.Ping(t.Context(), 1))
		}
		require.Len(t, b.Sessions(), 4)
		require.True(t, b.DropSession(99))
		require.Len(t, b.Sessions(), 2)
	})
}

// How long a scenario held the making of a key up is not in what it took.
func TestDelayIsNotInWhatAKeyTook(t *testing.T) {
	s := parsed(t, "rules: [{ match: { event: handshake }, delay: 3s }, { match: { event: auth_key }, delay: 4s }]")
	inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
		began := time.Now()
		require.NoError(t, made(b))
		require.NoError(t, made(b))
		require.Equal(t, 14*time.Second, time.Since(began))
		for _, e := range b.Journal() {
			if e.Kind == mockserver.EventAuthKey {
				require.Zero(t, e.Took, "nothing takes time in a bubble")
			}
		}
	})
}
