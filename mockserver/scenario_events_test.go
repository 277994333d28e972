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

// parsed is a scenario as a file has it.
func parsed(t *testing.T, text string) *scenarios.Scenario {
	t.Helper()
	s, err := scenarios.Parse("test.yaml", []byte("fakedc: 1\n"+text))
	require.NoError(t, err)
	return s
}

// made tries to create an auth key over a connection of its own.
func made(b *bubble) error {
	c := b.connect()
	defer func() { _ = c.Close() }()
	_, err := rawclient.CreateKey(b.t.Context(), c, rawclient.KeyOptions{PublicKey: b.PublicKey().RSA})
	return err
}

// Events of a connection: what a client sees, and how long it takes.
func TestEvents(t *testing.T) {
	for name, tc := range map[string]struct {
		rule  string
		check func(t *testing.T, b *bubble)
	}{
		"connect, refused": {"{ match: { event: connect }, times: 1, reply: { refuse: true } }", func(t *testing.T, b *bubble) {
			require.Error(t, made(b))
			require.NoError(t, made(b))
		}},
		"connect, late": {"{ match: { event: connect }, times: 1, delay: 3s }", func(t *testing.T, b *bubble) {
			began := time.Now()
			require.NoError(t, made(b))
			require.Equal(t, 3*time.Second, time.Since(began))
		}},
		"the second connection": {"{ match: { event: connect, conn: 2 }, reply: { refuse: true } }", func(t *testing.T, b *bubble) {
			require.NoError(t, made(b))
			require.Error(t, made(b))
			require.NoError(t, made(b))
		}},
		"handshake, a transport error": {"{ match: { event: handshake }, times: 1, reply: { transport_error: -429 } }", func(t *testing.T, b *bubble) {
			var e *rawclient.TransportError
			require.ErrorAs(t, made(b), &e)
			require.EqualValues(t, -429, e.Code)
			require.NoError(t, made(b))
		}},
		"handshake, refused": {"{ match: { event: handshake }, times: 1, reply: { refuse: true } }", func(t *testing.T, b *bubble) {
			require.Error(t, made(b))
			require.NoError(t, made(b))
		}},
		"handshake, counted per connection": {"{ match: { event: handshake }, per: connection, nth: 2, reply: { refuse: true } }", func(t *testing.T, b *bubble) {
			require.NoError(t, made(b))
			require.NoError(t, made(b))
			c := b.connect()
			defer func() { _ = c.Close() }()
			o := rawclient.KeyOptions{PublicKey: b.PublicKey().RSA}
			_, err := rawclient.CreateKey(t.Context(), c, o)
			require.NoError(t, err)
			_, err = rawclient.CreateKey(t.Context(), c, o)
			require.Error(t, err)
		}},
		"auth_key, forgotten": {"{ match: { event: auth_key }, times: 1, reply: { refuse: true } }", func(t *testing.T, b *bubble) {
			require.Error(t, made(b))
			require.Empty(t, ofKind(b, mockserver.EventAuthKey), "the key is not kept")
			require.NoError(t, made(b))
		}},
		"close": {"{ match: { event: close }, goto: closed }\n  - { match: { event: connect }, when: closed, reply: { refuse: true } }\nstates: { initial: open, per: server }", func(t *testing.T, b *bubble) {
			require.NoError(t, made(b))
			until(b.Server, func() bool { return lastKind(b) == mockserver.EventFault })
			require.Error(t, made(b))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{Scenario: parsed(t, "rules:\n  - "+tc.rule+"\n")}, func(t *testing.T, b *bubble) {
				tc.check(t, b)
				fired := ofKind(b, mockserver.EventFault)
				require.NotEmpty(t, fired)
				require.NotEmpty(t, fired[0].Event)
				require.NotEmpty(t, fired[0].Text)
			})
		})
	}
}

func ofKind(b *bubble, kind mockserver.EventKind) (found []mockserver.Event) {
	for _, e := range b.Journal() {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// The state of a session goes with its session_id to another connection; another
// session has one of its own.
func TestStateSurvivesAReconnect(t *testing.T) {
	s := parsed(t, `
states: { initial: fresh, per: session }
rules:
  - { name: first, when: fresh, goto: used, reply: { error: FILE_PART_INVALID } }
  - { name: second, when: used, match: { part: 5 }, reply: { answer: false } }
`)
	inHostileBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, dc *mockserver.Server) {
		c := loggedIn(t, dc, rawclient.ClientOptions{})
		require.Equal(t, "FILE_PART_INVALID", part(t, c, 1, 0, 9, contents(kib)))
		require.Equal(t, "true", part(t, c, 1, 0, 9, contents(kib)))
		key := c.Key()
		require.NoError(t, c.Close())
		again := resume(t, dc, key, c, rawclient.ClientOptions{})
		require.Equal(t, "false", part(t, again, 1, 5, 9, contents(kib)), "the same session")
		other := resume(t, dc, key, nil, rawclient.ClientOptions{})
		require.Equal(t, "FILE_PART_INVALID", part(t, other, 1, 5, 9, contents(kib)), "another one")
		require.NoError(t, again.Close())
		require.NoError(t, other.Close())
	})
}

const ms = time.Millisecond

// together sends parts a millisecond apart and says when each was answered.
func together(t *testing.T, c *rawclient.Client, parts int32) []time.Duration {
	t.Helper()
	began := time.Now()
	at := make([]time.Duration, parts)
	var all sync.WaitGroup
	for i := range parts {
		all.Go(func() {
			<-time.After(time.Duration(i) * time.Millisecond) // they arrive in order
			require.Equal(t, "true", part(t, c, 7, i, parts, contents(kib)))
			at[i] = time.Since(began)
		})
	}
	all.Wait()
	return at
}

// Acts about when answers come.
func TestPacing(t *testing.T) {
	for name, tc := range map[string]struct {
		rule string
		at   []time.Duration
	}{
		"hold_until":                  {"{ delay: { hold_until: { calls: 3 } } }", []time.Duration{2 * ms, 2 * ms, 2 * ms, 3 * ms}},
		"hold_until, too few of them": {"{ delay: { hold_until: { calls: 9 } } }", []time.Duration{scenarios.MaxHold, scenarios.MaxHold + ms, scenarios.MaxHold + 2*ms, scenarios.MaxHold + 3*ms}},
		"bandwidth":                   {"{ bandwidth: 1KiB/s }", []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second}},
		"hold_until and bandwidth":    {"{ bandwidth: 1KiB/s, delay: { hold_until: { calls: 3 } } }", []time.Duration{time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second}},
		"reorder":                     {"{ match: { part: 0 }, reply: { reorder: 2 } }", []time.Duration{2 * ms, ms, 2 * ms, 3 * ms}},
		"reorder, nothing behind":     {"{ match: { part: 3 }, reply: { reorder: 2 } }", []time.Duration{0, ms, 2 * ms, scenarios.MaxReorderTime + 3*ms}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{Scenario: parsed(t, "rules: ["+tc.rule+"]\n")}, func(t *testing.T, b *bubble) {
				c := b.client()
				require.Equal(t, tc.at, together(t, c, 4))
				require.NoError(t, c.Close())
			})
		})
	}
}

// Half of the answer and then the end, on every transport that has frames: the
// part is stored, and sent again it is taken.
func TestDropMidAnswer(t *testing.T) {
	for name, o := range map[string]rawclient.Options{
		"abridged": {Transport: rawclient.Abridged}, "intermediate": {Transport: rawclient.Intermediate}, "padded": {Transport: rawclient.Padded},
		"full": {Transport: rawclient.Full}, "obfuscated": {Transport: rawclient.Intermediate, Obfuscated: true},
	} {
		for _, how := range []string{"fin", "rst"} {
			t.Run(name+" "+how, func(t *testing.T) {
				dc := mockserver.Start(t, mockserver.Options{Scenario: parsed(t, "rules: [{ times: 1, reply: { drop: mid-answer, how: "+how+" } }]\n")})
				c, err := rawclient.Connect(t.Context(), dc.Addr(), o, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
				require.NoError(t, err)
				_, err = c.InitConnection(t.Context(), 0)
				require.NoError(t, err)
				_, err = c.LoginBot(t.Context(), "123456:fake-token")
				require.NoError(t, err)
				_, err = c.SaveBigFilePart(t.Context(), 1, 0, 2, contents(kib))
				require.Error(t, err)
				require.NoError(t, c.Close())
				u, ok := dc.Upload(1)
				require.True(t, ok)
				require.True(t, u.Parts[0].Stored)
				again, err := rawclient.ConnectWithKey(t.Context(), dc.Addr(), o, c.Key(), rawclient.ClientOptions{})
				require.NoError(t, err)
				require.Equal(t, "true", part(t, again, 1, 0, 2, contents(kib)))
				require.NoError(t, again.Close())
			})
		}
	}
}

// The list of upload rules that scenarios may change is that of the rules.
func TestRulebookOfAScenario(t *testing.T) {
	for _, id := range scenarios.UploadRules() {
		for _, mode := range []string{scenarios.RuleEnforce, scenarios.RuleReport, scenarios.RuleOff} {
			_, err := mockserver.New(mockserver.Options{Scenario: &scenarios.Scenario{Rulebook: map[string]string{id: mode}}})
			require.NoError(t, err, id)
		}
	}
	inBubble(t, mockserver.Options{Scenario: parsed(t, "rulebook: { part.empty: off, part.size_invalid: report }\n")}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 1, 0, 2, nil))
		require.Equal(t, "true", part(t, c, 2, 0, 2, contents(1000)))
		require.NoError(t, c.Close())
		v := b.Verdict()
		require.True(t, v.Passed(), "%v", v)
		require.Len(t, v.Checks, 1)
		require.Equal(t, "part.size_invalid", v.Checks[0].Name)
	})
}

// The length of a file is known from its announced parts, and of a stream it is not.
func TestMatchFileSize(t *testing.T) {
	s := parsed(t, "rules: [{ match: { file_size: \">3KiB\" }, reply: { answer: false } }]\n")
	inBubble(t, mockserver.Options{Scenario: s}, func(t *testing.T, b *bubble) {
		c := b.client()
		require.Equal(t, "true", part(t, c, 1, 0, 3, contents(kib)), "3 KiB")
		require.Equal(t, "false", part(t, c, 2, 0, 4, contents(kib)), "4 KiB")
		require.Equal(t, "false", part(t, c, 2, 3, 4, contents(5)), "its last part is shorter")
		require.Equal(t, "true", part(t, c, 3, 0, -1, contents(kib)), "a stream")
		require.Equal(t, "true", smallPart(t, c, 4, 0, contents(kib)), "a small file")
		require.NoError(t, c.Close())
	})
}
