package mockserver_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// answeredAfter sends a part and says how long its answer took.
func answeredAfter(t *testing.T, c *rawclient.Client, index int32) time.Duration {
	t.Helper()
	began := time.Now()
	require.Equal(t, "true", part(t, c, 7, index, 4, contents(kib)))
	return time.Since(began)
}

// Calls of another namespace, or of an injected rule, are not those that an answer waits for.
func TestHoldsAreApart(t *testing.T) {
	rule := scenarios.Rule{Hold: scenarios.Hold{Calls: 2}}
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		one, other := b.Namespace(t), b.Namespace(t)
		require.NoError(t, one.SetScenario(faults(rule)))
		require.NoError(t, other.SetScenario(faults(rule)))
		mine, theirs := b.login(one.BotToken()), b.login(other.BotToken())
		var all sync.WaitGroup
		all.Go(func() { require.Equal(t, scenarios.MaxHold, answeredAfter(t, mine, 0)) })
		for i := range int32(2) {
			all.Go(func() {
				<-time.After(time.Duration(i+1) * ms)
				require.Equal(t, ms*time.Duration(1-i), answeredAfter(t, theirs, i))
			})
		}
		all.Wait()
		require.NoError(t, mine.Close())
		require.NoError(t, theirs.Close())
	})
}

// A call to another datacenter counts, so that it also lets go what waits.
func TestHoldOverDatacenters(t *testing.T) {
	s := faults(scenarios.Rule{Per: scenarios.ScopeServer, Hold: scenarios.Hold{Calls: 2}})
	inBubble(t, mockserver.Options{DC: 2, MoreDCs: []int{4}, Scenario: s, ReadyAccounts: 1}, func(t *testing.T, b *bubble) {
		client := func(dc int) *rawclient.Client {
			s, err := b.Session(mockserver.SessionOptions{Account: 1, DC: dc})
			require.NoError(t, err)
			c := b.session(b.connectDC(dc), rawclient.NewAuthKey(s.AuthKey, 0))
			_, err = c.InitConnection(t.Context(), 228)
			require.NoError(t, err)
			return c
		}
		here, there := client(2), client(4)
		var all sync.WaitGroup
		all.Go(func() { require.Equal(t, ms, answeredAfter(t, here, 0)) })
		<-time.After(ms)
		require.Zero(t, answeredAfter(t, there, 1))
		all.Wait()
		require.NoError(t, here.Close())
		require.NoError(t, there.Close())
	})
}

// What waited before a reset takes no room from what comes after it.
func TestResetLeavesNoDelays(t *testing.T) {
	for name, slow := range map[string]scenarios.Rule{"delay": {Delay: time.Hour}, "hold": {Hold: scenarios.Hold{Calls: 9}}} {
		t.Run(name, func(t *testing.T) {
			o := mockserver.Options{Scenario: faults(slow), Limits: mockserver.Limits{DelayedAnswers: 1}}
			inBubble(t, o, func(t *testing.T, b *bubble) {
				c := b.login("123456:fake-token")
				said, _ := patient(t, c, time.Second, 7, 0, 2, contents(kib))
				require.Equal(t, "silence", said)
				require.NoError(t, b.Reset())
				require.Empty(t, b.Journal())
				require.Empty(t, b.Uploads())
				c = b.login("123456:fake-token")
				said, _ = patient(t, c, time.Second, 7, 0, 2, contents(kib))
				require.Equal(t, "silence", said)
				require.NoError(t, c.Close())
			})
		})
	}
}

// From when an answer left that others had kept back, and not from its call, a wait is
// counted that it names; the journal tells when that was.
func TestWaitBehindHeldAnswers(t *testing.T) {
	for name, tc := range map[string]struct {
		after  time.Duration
		passed bool
	}{"too early": {time.Second, false}, "in time": {4 * time.Second, true}, "too late": {6 * time.Second, false}} {
		t.Run(name, func(t *testing.T) {
			s := parsed(t, "rules: [{ match: { part: [0, 1] }, delay: { hold_until: { calls: 2 } }, reply: { flood_wait: 3s } }]\nexpect: [{ retry: { after: flood_wait, not_later_than: 5s } }]\n")
			inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
				c := b.client()
				_, first := begin(t, c, bigPart(t, 7, 0, 2, contents(kib)))
				<-time.After(10 * time.Second)
				require.Equal(t, "FLOOD_WAIT_3", part(t, c, 7, 1, 2, contents(kib)))
				<-first
				left := ofKind(b, mockserver.EventLeft)
				require.Len(t, left, 1)
				require.Equal(t, 10*time.Second, left[0].Delay)
				require.Equal(t, []any{int32(0), 1, int64(7)}, []any{*left[0].Part, left[0].File, left[0].FileID})
				call := ofKind(b, mockserver.EventPart)
				require.True(t, call[0].Waits)
				require.Equal(t, call[0].MsgID, left[0].MsgID)
				require.False(t, call[1].Waits)
				b.MuteFaults(true)
				<-time.After(tc.after)
				require.Equal(t, "true", part(t, c, 7, 0, 2, contents(kib)))
				require.Equal(t, "true", part(t, c, 7, 1, 2, contents(kib)))
				require.Equal(t, tc.passed, b.Verdict().Passed())
				require.NoError(t, c.Close())
			})
		})
	}
}

// A session that was forgotten meanwhile still answers over its connection, and its client is held to what it was told
// then; where nobody hears of an answer any more, none has left.
func TestWaitBehindHeldAnswersOfASessionThatEnded(t *testing.T) {
	for name, tc := range map[string]struct {
		gone   bool // with its connection
		after  time.Duration
		left   int
		passed bool
	}{"too early": {false, time.Second, 1, false}, "in time": {false, 4 * time.Second, 1, true}, "unheard": {true, 4 * time.Second, 0, true}} {
		t.Run(name, func(t *testing.T) {
			s := parsed(t, "rules: [{ match: { part: [0, 1] }, delay: { hold_until: { calls: 2 } }, reply: { flood_wait: 3s } }]\nexpect: [{ retry: { after: flood_wait } }]\n")
			inBubble(t, mockserver.Options{Scenario: s, Limits: mockserver.Limits{SessionTime: 5 * time.Second}}, func(t *testing.T, b *bubble) {
				c := b.client()
				<-time.After(time.Minute) // the next connection has the server look for sessions that nobody uses
				_, first := begin(t, c, bigPart(t, 7, 0, 2, contents(kib)))
				if tc.gone {
					require.NoError(t, c.Close())
				}
				<-time.After(10 * time.Second)
				other := b.again(c.Key())
				require.Equal(t, "FLOOD_WAIT_3", part(t, other, 7, 1, 2, contents(kib)))
				require.Equal(t, tc.gone, (<-first).took < 10*time.Second)
				require.Len(t, ofKind(b, mockserver.EventLeft), tc.left)
				b.MuteFaults(true)
				<-time.After(tc.after)
				require.Equal(t, "true", part(t, other, 7, 0, 2, contents(kib)))
				require.Equal(t, "true", part(t, other, 7, 1, 2, contents(kib)))
				require.Equal(t, tc.passed, b.Verdict().Passed(), "%+v", b.Verdict())
				require.NoError(t, c.Close())
				require.NoError(t, other.Close())
			})
		})
	}
}

// The journal tells when an answer left that later ones overtook, also one of a call
// without a part, and tells nothing of those that a reset did away with.
func TestJournalTellsWhenAnAnswerLeft(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		require.NoError(t, b.SetScenario(parsed(t, "rules: [{ match: { part: 0 }, reply: { reorder: 2 } }]\n")))
		c := b.client()
		together(t, c, 4)
		left := ofKind(b, mockserver.EventLeft)
		require.Len(t, left, 1)
		require.Equal(t, []any{2 * ms, int32(0)}, []any{left[0].Delay, *left[0].Part})
		require.NoError(t, b.SetScenario(parsed(t, "rules: [{ match: { method: help.getConfig }, delay: { hold_until: { calls: 2 } } }]\n")))
		for range 2 {
			begin(t, c, configQuery)
			<-time.After(time.Second)
		}
		left = ofKind(b, mockserver.EventLeft)
		require.Len(t, left, 2)
		require.Equal(t, []any{time.Second, "help.getConfig"}, []any{left[1].Delay, left[1].Method})
		begin(t, c, configQuery)
		require.NoError(t, b.Reset())
		<-time.After(scenarios.MaxHold)
		require.Empty(t, ofKind(b, mockserver.EventLeft))
		_ = c.Close()
	})
}
