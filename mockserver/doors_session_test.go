package mockserver_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// ready is a client of a ready session. It knows no salt, as clients do not that
// are given a string.
func (b *bubble) ready(o mockserver.SessionOptions) *rawclient.Client {
	b.t.Helper()
	s, err := b.Session(o)
	require.NoError(b.t, err)
	if o.DC == 0 {
		o.DC = b.DC()
	}
	c := b.session(b.connectDC(o.DC), rawclient.NewAuthKey(s.AuthKey, 0))
	_, err = c.InitConnection(b.t.Context(), 228)
	require.NoError(b.t, err)
	return c
}

func self(t *testing.T, c *rawclient.Client) *rawclient.Object {
	t.Helper()
	body, err := rawclient.Encode(c.Layer(), rawclient.NewObject("users.getUsers", rawclient.Fields{
		"id": []any{rawclient.NewObject("inputUserSelf", nil)},
	}))
	require.NoError(t, err)
	answer, err := c.Invoke(t.Context(), body)
	require.NoError(t, err)
	const vectorHead = 8
	user, err := rawclient.Decode(answer[vectorHead:])
	require.NoError(t, err)
	return user
}

// Without a login and without a key exchange: the first message is told the salt,
// and the account is there.
func TestReadySession(t *testing.T) {
	for _, bot := range []bool{false, true} {
		t.Run(fmt.Sprintf("bot=%t", bot), func(t *testing.T) {
			inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				s, err := b.Session(mockserver.SessionOptions{Bot: bot, Account: 3})
				require.NoError(t, err)
				c := b.ready(mockserver.SessionOptions{Bot: bot, Account: 3})
				require.Equal(t, 1, c.Resends(), "salt 0 was refused with bad_server_salt")
				user := self(t, c)
				require.Equal(t, s.UserID, user.Long("id"))
				require.Equal(t, bot, user.Bool("bot"))
				require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
				u, ok := b.Upload(1)
				require.True(t, ok)
				require.Equal(t, s.UserID, u.Account)
				for _, e := range b.Journal() {
					require.NotEqual(t, mockserver.EventAuthKey, e.Kind)
					require.NotEqual(t, mockserver.EventLogin, e.Kind)
				}
			})
		})
	}
}

// Equal options are equal keys, on any server; each option makes another one.
func TestReadySessionsFollowFromTheirOptions(t *testing.T) {
	first, err := mockserver.NewSession(mockserver.SessionOptions{})
	require.NoError(t, err)
	seen := map[[256]byte]string{}
	for name, o := range map[string]mockserver.SessionOptions{
		"none": {}, "seed": {Seed: 1}, "account": {Account: 2}, "bot": {Bot: true}, "datacenter": {DC: 4},
	} {
		s, err := mockserver.NewSession(o)
		require.NoError(t, err)
		require.Empty(t, seen[s.AuthKey], "%s has the key of another", name)
		seen[s.AuthKey] = name
		// https://core.telegram.org/mtproto/auth_key: g^ab is a number of 2048 bits.
		require.NotZero(t, s.AuthKey[0])
	}
	standard, err := mockserver.NewSession(mockserver.SessionOptions{Account: 1, DC: 2, Addr: "127.0.0.1:5"})
	require.NoError(t, err)
	require.Equal(t, first.AuthKey, standard.AuthKey, "the address is no part of it")

	for range 2 { // two servers of one seed
		dc, err := mockserver.New(mockserver.Options{Seed: 7})
		require.NoError(t, err)
		theirs, err := dc.Session(mockserver.SessionOptions{Seed: 99})
		require.NoError(t, err)
		ours, err := mockserver.NewSession(mockserver.SessionOptions{Seed: 7})
		require.NoError(t, err)
		require.Equal(t, ours.AuthKey, theirs.AuthKey, "the seed is the server's")
		require.NoError(t, dc.Close())
	}
}

// The scenario's seed is one of chances: a string that was pasted into a test goes
// on to work whatever goes wrong.
func TestReadySessionsOutliveScenarios(t *testing.T) {
	seed := uint64(5)
	s := faults()
	s.Seed = &seed
	inBubble(t, mockserver.Options{Seed: 7, Scenario: s}, func(t *testing.T, b *bubble) {
		c := b.ready(mockserver.SessionOptions{})
		require.NoError(t, b.SetScenario(nil))
		require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
		want, err := mockserver.NewSession(mockserver.SessionOptions{Seed: 7})
		require.NoError(t, err)
		require.Equal(t, want.AuthKey, c.Key().Value)
	})
}

// Accounts share no files, by whatever file_id, and one account's are shared by
// all who have its session.
func TestReadyAccountsAreApart(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		one, again, other := b.ready(mockserver.SessionOptions{}), b.ready(mockserver.SessionOptions{}), b.ready(mockserver.SessionOptions{Account: 2})
		bot := b.ready(mockserver.SessionOptions{Bot: true})
		require.Equal(t, "true", part(t, one, 1, 0, 2, contents(kib)))
		require.Equal(t, "true", part(t, again, 1, 1, 2, contents(5)))
		for _, stranger := range []*rawclient.Client{other, bot} {
			_, err := stranger.UploadMedia(t.Context(), input(1, 2))
			require.ErrorContains(t, err, "FILE_PART_0_MISSING")
		}
		doc, err := one.UploadMedia(t.Context(), input(1, 2))
		require.NoError(t, err)
		require.EqualValues(t, kib+5, doc.Size)
		require.Len(t, b.Uploads(), 1)
	})
}

// A bot's token with the number of a ready user must not log in as that user.
func TestBotTokenWithTheNumberOfAUser(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		user, err := b.Session(mockserver.SessionOptions{})
		require.NoError(t, err)
		c := b.stranger()
		_, err = c.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		_, err = c.LoginBot(t.Context(), fmt.Sprintf("%d:fake-token", user.UserID))
		require.ErrorContains(t, err, "ACCESS_TOKEN_INVALID")
	})
}

// More ready keys than Limits.AuthKeys leave the others their room.
func TestReadyKeysTakeNoRoom(t *testing.T) {
	o := mockserver.Options{ReadyAccounts: 20, Limits: mockserver.Limits{AuthKeys: 2}}
	inBubble(t, o, func(t *testing.T, b *bubble) {
		one, two := b.login("1:fake-token"), b.login("2:fake-token")
		require.Equal(t, "true", part(t, one, 1, 0, 1, contents(5)))
		<-time.After(time.Second)
		require.Equal(t, "true", part(t, two, 1, 0, 1, contents(5)))
		three := b.login("3:fake-token") // one makes room
		require.Equal(t, "true", part(t, three, 1, 0, 1, contents(5)))
		_, err := one.SaveBigFilePart(t.Context(), 2, 0, 1, contents(5))
		var unknown *rawclient.TransportError
		require.ErrorAs(t, err, &unknown)
		require.EqualValues(t, -404, unknown.Code)
		require.Equal(t, "true", part(t, b.ready(mockserver.SessionOptions{Account: 20}), 1, 0, 1, contents(5)))
	})
}

func TestSessionsThatThereAreNot(t *testing.T) {
	dc, err := mockserver.New(mockserver.Options{ReadyAccounts: 2})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dc.Close()) })
	for _, tc := range []struct {
		name string
		o    mockserver.SessionOptions
		says string
	}{
		{"account above ReadyAccounts", mockserver.SessionOptions{Account: 3}, "no ready session of account 3"},
		{"negative account", mockserver.SessionOptions{Account: -1}, "numbered 1 to 10000"},
		{"account of no server", mockserver.SessionOptions{Account: 10_001}, "no ready session of account 10001"},
		{"another datacenter", mockserver.SessionOptions{DC: 4}, "in datacenter 4"},
		{"no datacenter", mockserver.SessionOptions{DC: -4}, "numbered 1 to 1000"},
	} {
		_, err := dc.Session(tc.o)
		require.ErrorContains(t, err, tc.says, tc.name)
	}
	var missing *mockserver.NoSessionError
	_, err = dc.Session(mockserver.SessionOptions{Account: 3})
	require.ErrorAs(t, err, &missing)
	require.Equal(t, mockserver.NoSessionError{DC: 2, Account: 3, Have: 2}, *missing)
	for _, addr := range []string{"127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", ":80", "a b"} {
		_, err := mockserver.NewSession(mockserver.SessionOptions{Addr: addr})
		require.ErrorContains(t, err, "address of a session", addr)
	}
	for _, n := range []int{-1, 10_001} {
		_, err := mockserver.New(mockserver.Options{ReadyAccounts: n})
		require.ErrorContains(t, err, "ReadyAccounts", n)
	}
}

// What does not fit a client's format is an error, not a string that fails there.
func TestSessionStringsThatDoNotFit(t *testing.T) {
	for _, tc := range []struct {
		name, client, says string
		o                  mockserver.SessionOptions
	}{
		{"unknown client", "tdlib", `no session format "tdlib"`, mockserver.SessionOptions{Addr: "127.0.0.1:80"}},
		{"gogram without an address", "gogram", "address", mockserver.SessionOptions{}},
		{"GramJS without an address", "gramjs", "address", mockserver.SessionOptions{}},
		{"mtcute without an address", "mtcute", "address", mockserver.SessionOptions{}},
		{"Telethon without an address", "telethon", "address", mockserver.SessionOptions{}},
		{"Telethon with a name", "telethon", "IP address", mockserver.SessionOptions{Addr: "localhost:80"}},
		{"grammers without an address", "grammers", "address", mockserver.SessionOptions{}},
		{"grammers with a name", "grammers", "IP address", mockserver.SessionOptions{Addr: "localhost:80"}},
		{"Pyrogram's datacenter is a byte", "pyrogram", "one byte", mockserver.SessionOptions{DC: 300}},
		{"mtcute's has a sign", "mtcute", "one byte", mockserver.SessionOptions{DC: 128, Addr: "127.0.0.1:80"}},
	} {
		s, err := mockserver.NewSession(tc.o)
		require.NoError(t, err)
		_, err = s.For(tc.client)
		require.ErrorContains(t, err, tc.says, tc.name)
	}
	s, err := mockserver.NewSession(mockserver.SessionOptions{})
	require.NoError(t, err)
	for _, client := range []string{"pyrogram", "gotd", "raw"} { // these need no address
		text, err := s.For(client)
		require.NoError(t, err)
		require.NotEmpty(t, text)
	}
}

// A DcOption has an address of each family. That of the family that the server has
// no address of is, as grammers makes it, the IPv4 one mapped, or nowhere. The field
// id has room for every datacenter.
func TestGrammersSession(t *testing.T) {
	for addr, want := range map[string]string{
		"127.0.0.1:4430": `{"id":300,"ipv4":"127.0.0.1:4430","ipv6":"[::ffff:127.0.0.1]:4430","auth_key":"%x"}`,
		"[::1]:4430":     `{"id":300,"ipv4":"0.0.0.0:0","ipv6":"[::1]:4430","auth_key":"%x"}`,
	} {
		s, err := mockserver.NewSession(mockserver.SessionOptions{Addr: addr, DC: 300})
		require.NoError(t, err)
		text, err := s.For("grammers")
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf(want, s.AuthKey), text)
	}
}

// "raw" is for everybody else: all that a program needs to know.
func TestRawSession(t *testing.T) {
	s, err := mockserver.NewSession(mockserver.SessionOptions{Addr: "[::1]:80", Bot: true})
	require.NoError(t, err)
	text, err := s.For("raw")
	require.NoError(t, err)
	var got struct {
		DC, Port   int
		Host, Addr string
		UserID     int64 `json:"user_id"`
		Bot        bool
		AuthKey    string `json:"auth_key"`
		AuthKeyID  string `json:"auth_key_id"`
	}
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	require.Equal(t, fmt.Sprintf("%x", s.AuthKey), got.AuthKey)
	require.Equal(t, fmt.Sprint(rawclient.NewAuthKey(s.AuthKey, 0).ID), got.AuthKeyID)
	require.Equal(t, "::1", got.Host)
	require.Equal(t, "[::1]:80", got.Addr)
	require.Equal(t, s.UserID, got.UserID)
	require.True(t, got.Bot)
}

// No auth key in a log.
func TestSessionsDoNotPrintTheirKey(t *testing.T) {
	s, err := mockserver.NewSession(mockserver.SessionOptions{Bot: true})
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.Equal(t, "ready session of bot 1 in datacenter 2", fmt.Sprintf(verb, s))
	}
}
