package mockserver_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
	"github.com/fakedc/fakedc/scenarios"
)

// botOf is a client of a namespace's bot.
func botOf(t *testing.T, dc *mockserver.Server, token string) *rawclient.Client {
	t.Helper()
	c, err := rawclient.Connect(t.Context(), dc.Addr(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	_, err = c.InitConnection(t.Context(), 228)
	require.NoError(t, err)
	_, err = c.LoginBot(t.Context(), token)
	require.NoError(t, err)
	return c
}

// Tests that run at once use the same file_ids on the same server, each with a
// scenario of its own, and see nothing of each other.
func TestNamespaces(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	t.Run("at once", func(t *testing.T) {
		for n := range int64(4) {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				t.Parallel()
				space := dc.Namespace(t)
				rule := scenarios.Rule{Name: "once", Times: 1, Reply: scenarios.ErrorReply("FILE_PART_INVALID"),
					Match: scenarios.Match{File: scenarios.Exactly(1), Part: scenarios.Exactly(n)}}
				require.NoError(t, space.SetScenario(faults(rule)))
				require.False(t, space.Verdict().Passed(), "it has not fired")
				c := botOf(t, dc, space.BotToken())
				for i := range int32(4) {
					if int64(i) == n {
						require.Equal(t, "FILE_PART_INVALID", part(t, c, 7, i, 4, contents(kib)))
					}
					require.Equal(t, "true", part(t, c, 7, i, 4, contents(kib)))
				}
				require.Len(t, space.Uploads(), 1)
				space.RequireUploaded(t, 7, bytes.NewReader(bytes.Repeat(contents(kib), 4)))
				space.RequireCalls(t, "upload.saveBigFilePart", 5)
				space.RequireVerdict(t)
				u, err := space.WaitUpload(t.Context())
				require.NoError(t, err)
				for _, e := range space.Journal() {
					require.Equal(t, u.Account, e.Account)
				}
				if n == 0 {
					require.ErrorIs(t, dc.Reset(), mockserver.ErrNamespaces)
				}
			})
		}
	})
	require.Len(t, dc.Uploads(), 4, "the server sees all of them")
	require.True(t, dc.Verdict().Passed())
	require.NoError(t, dc.Reset())
}

// A ready session, an injected rule and a gate are the namespace's own as well.
func TestNamespaceIsClosed(t *testing.T) {
	inBubble(t, mockserver.Options{ReadyAccounts: 1}, func(t *testing.T, b *bubble) {
		one, other := b.Namespace(t), b.Namespace(t)
		client := func(n *mockserver.Namespace) *rawclient.Client {
			s, err := n.Session(mockserver.SessionOptions{})
			require.NoError(t, err)
			c := b.session(b.connect(), rawclient.NewAuthKey(s.AuthKey, 0))
			_, err = c.InitConnection(t.Context(), 228)
			require.NoError(t, err)
			return c
		}
		mine, theirs := client(one), client(other)
		x, err := one.Inject(scenarios.Rule{Match: only(0), Times: 1, Reply: scenarios.ErrorReply("FILE_PART_EMPTY")})
		require.NoError(t, err)
		gate, err := one.Hold(only(1))
		require.NoError(t, err)
		require.Equal(t, "true", part(t, theirs, 7, 0, 2, contents(kib)))
		require.Equal(t, "true", part(t, theirs, 7, 1, 2, contents(kib)))
		require.Equal(t, "FILE_PART_EMPTY", part(t, mine, 7, 0, 2, contents(kib)))
		_, answer := begin(t, mine, bigPart(t, 7, 1, 2, contents(kib)))
		require.NoError(t, gate.Wait(t.Context(), 1))
		gate.Open()
		yes(t, <-answer)
		require.Equal(t, 1, x.Fired())
		x.Remove()
		_, known := one.Upload(8)
		require.False(t, known)

		// An upload rule that is broken is the business of who broke it.
		require.Equal(t, "FILE_PART_EMPTY", part(t, mine, 9, 0, 2, nil))
		one.RequireNoViolations(&recorder{})
		require.False(t, one.Verdict().Passed())
		require.True(t, other.Verdict().Passed())
		require.True(t, b.Verdict().Passed())
		require.NoError(t, mine.Close())
		require.NoError(t, theirs.Close())
	})
}

// Injected rules come before those of the scenario, also of one that is set later.
func TestNamespaceScenarioBehindInjectedRules(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		n := b.Namespace(t)
		x, err := n.Inject(scenarios.Rule{Reply: scenarios.ErrorReply("FILE_PART_EMPTY")})
		require.NoError(t, err)
		for _, name := range []string{"FILE_PART_INVALID", "FILE_PARTS_INVALID"} {
			require.NoError(t, n.SetScenario(faults(scenarios.Rule{Reply: scenarios.ErrorReply(name)})))
			c := b.login(n.BotToken())
			require.Equal(t, "FILE_PART_EMPTY", part(t, c, 7, 0, 2, contents(kib)))
			require.NoError(t, c.Close())
		}
		x.Remove()
		c := b.login(n.BotToken())
		require.Equal(t, "FILE_PARTS_INVALID", part(t, c, 7, 0, 2, contents(kib)))
		require.NoError(t, n.SetScenario(nil))
		require.Equal(t, "true", part(t, c, 7, 0, 2, contents(kib)))
		require.NoError(t, c.Close())
	})
}

func TestNamespaceRefuses(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{})
	require.NoError(t, err)
	n := dc.Namespace(t)
	yes := true
	for _, s := range []*scenarios.Scenario{
		{Name: "premium", Premium: &yes}, {Name: "profile", Profile: scenarios.ProfileDocs},
		{Name: "event", Rules: []scenarios.Rule{{Match: scenarios.Match{Event: scenarios.EventConnect}, Reply: scenarios.Reply{Kind: scenarios.ReplyRefuse}}}},
	} {
		require.ErrorContains(t, n.SetScenario(s), "for a whole server", s.Name)
	}
	_, err = n.Inject(scenarios.Rule{Reply: scenarios.ErrorReply("NO_SUCH_ERROR")})
	require.ErrorContains(t, err, "NO_SUCH_ERROR")

	full, err := mockserver.New(mockserver.Options{ReadyAccounts: 10_000})
	require.NoError(t, err)
	r := &recorder{}
	require.Nil(t, full.Namespace(r))
	require.Len(t, r.fatal, 1)
	require.Contains(t, r.fatal[0], "no more accounts")
}

// What a test is failed for at its end, and how each is allowed.
func TestAtEnd(t *testing.T) {
	unmet := parsed(t, "expect: [{ upload: complete }]\n")
	unfired := faults(scenarios.Rule{Name: "rule", Reply: scenarios.NoReply()})
	for _, tc := range []struct {
		name     string
		scenario *scenarios.Scenario
		do       func(t *testing.T, dc *mockserver.Server)
		allow    mockserver.AtEnd
		says     string
	}{
		{"unmet expectation", unmet, nil, mockserver.AtEnd{AllowUnmet: true}, "expectation: every upload is complete"},
		{"unfired rule", unfired, nil, mockserver.AtEnd{AllowUnfired: true}, "rule never fired: rule"},
		{"unfired injected rule", nil, func(t *testing.T, dc *mockserver.Server) {
			_, err := dc.Inject(scenarios.Rule{Name: "mine", Reply: scenarios.NoReply()})
			require.NoError(t, err)
		}, mockserver.AtEnd{AllowUnfired: true}, "injected rules that never fired: mine"},
		{"unknown method", nil, func(t *testing.T, dc *mockserver.Server) {
			_, err := dial(t, dc, rawclient.Options{}).Invoke(t.Context(), []byte{1, 2, 3, 4})
			require.Error(t, err)
		}, mockserver.AtEnd{AllowUnknown: true}, "unknown method: #04030201"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for _, allow := range []mockserver.AtEnd{{}, tc.allow} {
				r := &recorder{}
				dc := mockserver.Start(r, mockserver.Options{Scenario: tc.scenario, AtEnd: allow})
				if tc.do != nil {
					tc.do(t, dc)
				}
				r.end()
				if allow == tc.allow {
					require.Empty(t, r.errors)
					continue
				}
				require.Contains(t, strings.Join(r.errors, "\n"), tc.says)
			}
		})
	}

	r := &recorder{failed: true}
	mockserver.Start(r, mockserver.Options{Scenario: unmet})
	r.end()
	require.Empty(t, r.errors, "a test that failed knows why")
}

// A namespace fails its own test for rules that it injected and nobody met, and leaves
// none behind.
func TestNamespaceAtEnd(t *testing.T) {
	never := scenarios.Rule{Match: only(3), Times: 1, Reply: scenarios.ErrorReply("FILE_PART_EMPTY")}
	once := scenarios.Rule{Name: "once", Match: only(0), Times: 1, Reply: scenarios.ErrorReply("FILE_PART_INVALID")}
	for _, tc := range []struct {
		name  string
		do    func(t *testing.T, n *mockserver.Namespace)
		allow mockserver.AtEnd
		says  string
	}{
		{"an injected rule that never fired", func(t *testing.T, n *mockserver.Namespace) {
			_, err := n.Inject(once, never)
			require.NoError(t, err)
		}, mockserver.AtEnd{}, "injected rules that never fired: namespace[1]; remove them"},
		{"one that fired", func(t *testing.T, n *mockserver.Namespace) {
			_, err := n.Inject(once)
			require.NoError(t, err)
		}, mockserver.AtEnd{}, ""},
		{"one that was removed", func(t *testing.T, n *mockserver.Namespace) {
			x, err := n.Inject(never)
			require.NoError(t, err)
			x.Remove()
		}, mockserver.AtEnd{}, ""},
		{"one that may stay unfired", func(t *testing.T, n *mockserver.Namespace) {
			_, err := n.Inject(never)
			require.NoError(t, err)
		}, mockserver.AtEnd{AllowUnfired: true}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			dc := mockserver.Start(t, mockserver.Options{AtEnd: tc.allow})
			r := &recorder{}
			n := dc.Namespace(r)
			tc.do(t, n)
			c := botOf(t, dc, n.BotToken())
			part(t, c, 7, 0, 4, contents(kib))
			r.end()
			if tc.says == "" {
				require.Empty(t, r.errors)
			} else {
				require.Contains(t, strings.Join(r.errors, "\n"), tc.says)
			}
			require.Equal(t, "true", part(t, c, 7, 3, 4, contents(kib)), "no rule outlives the namespace")
		})
	}
}

// The gates of a namespace end with it, whether or not anybody waits at them, and no
// others do.
func TestNamespaceLiftsItsGates(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		r := &recorder{}
		n := b.Namespace(r)
		s, err := n.Session(mockserver.SessionOptions{})
		require.NoError(t, err)
		c := b.session(b.connect(), rawclient.NewAuthKey(s.AuthKey, 0))
		_, err = c.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		whole, err := b.Hold(only(2))
		require.NoError(t, err)
		for i := range int64(2) {
			_, err := n.Hold(only(i))
			require.NoError(t, err)
		}
		_, first := begin(t, c, bigPart(t, 7, 0, 3, contents(kib)))
		_, last := begin(t, c, bigPart(t, 7, 2, 3, contents(kib)))
		synctest.Wait()
		require.Empty(t, first)
		began := time.Now()
		r.end()
		require.Empty(t, r.errors)
		yes(t, <-first)
		require.Equal(t, "true", part(t, c, 7, 1, 3, contents(kib)))
		require.Zero(t, time.Since(began), "nobody waited until the gate had enough of it")
		synctest.Wait()
		require.Empty(t, last, "the server's own gate stays")
		whole.Open()
		yes(t, <-last)
		require.NoError(t, c.Close())
	})
}

// A namespace has one scenario at a time: the one before is no longer in force.
func TestNamespaceScenarioIsReplaced(t *testing.T) {
	dc := mockserver.Start(t, mockserver.Options{})
	n := dc.Namespace(t)
	require.NoError(t, n.SetScenario(parsed(t, "rules: [{ match: { part: 0 }, reply: { error: FILE_PART_INVALID } }]\n")))
	c := botOf(t, dc, n.BotToken())
	require.Equal(t, "FILE_PART_INVALID", part(t, c, 7, 0, 2, contents(kib)))
	require.NoError(t, n.SetScenario(parsed(t, "rules: [{ match: { part: 1 }, reply: { error: FILE_PART_EMPTY } }]\n")))
	require.Equal(t, "true", part(t, c, 7, 0, 2, contents(kib)))
	require.Equal(t, "FILE_PART_EMPTY", part(t, c, 7, 1, 2, contents(kib)))
	require.NoError(t, n.SetScenario(nil))
	require.Equal(t, "true", part(t, c, 7, 1, 2, contents(kib)))
}

func TestRequireCalls(t *testing.T) {
	inBubble(t, mockserver.Options{Limits: mockserver.Limits{JournalEvents: 20}}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 7, 0, 2, contents(kib)))
		require.Equal(t, "FILE_PART_EMPTY", part(t, c, 7, 1, 2, nil))
		b.RequireCalls(t, "UPLOAD.SAVE*", 2)
		b.RequireCalls(t, "messages.*", 0)
		for pattern, says := range map[string]string{"upload.*": "2 calls of upload.*, not 3", "[": "no method is called ["} {
			r := &recorder{}
			b.RequireCalls(r, pattern, 3)
			require.Contains(t, strings.Join(r.errors, "\n"), says)
		}
		for range 20 {
			require.Equal(t, "true", part(t, c, 7, 0, 2, contents(kib)))
		}
		r := &recorder{}
		b.RequireCalls(r, "upload.*", 22)
		require.Contains(t, strings.Join(r.errors, "\n"), "events have left the journal")
		require.NoError(t, c.Close())
	})
}
