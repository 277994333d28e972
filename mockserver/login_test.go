package mockserver_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// A user logs in with the code, a bot with its token; both can upload then, and
// neither can before.
func TestLogin(t *testing.T) {
	for name, login := range map[string]func(t *testing.T, c *rawclient.Client) *rawclient.User{
		"bot": func(t *testing.T, c *rawclient.Client) *rawclient.User {
			_, err := c.LoginBot(t.Context(), "no token")
			require.ErrorContains(t, err, "ACCESS_TOKEN_INVALID")
			u, err := c.LoginBot(t.Context(), "123456:fake-token")
			require.NoError(t, err)
			return u
		},
		"user": func(t *testing.T, c *rawclient.Client) *rawclient.User {
			_, err := c.SendCode(t.Context(), "none")
			require.ErrorContains(t, err, "PHONE_NUMBER_INVALID")
			hash, err := c.SendCode(t.Context(), "+15550100")
			require.NoError(t, err)
			_, err = c.SignIn(t.Context(), "+15550100", hash, "12345")
			require.ErrorContains(t, err, "PHONE_CODE_INVALID")
			u, err := c.SignIn(t.Context(), "+15550100", hash, "777")
			require.NoError(t, err)
			require.Equal(t, "15550100", u.Phone)
			return u
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{LoginCode: "777"}, func(t *testing.T, b *bubble) {
				c := b.stranger()
				require.Equal(t, "CONNECTION_NOT_INITED", part(t, c, 1, 0, 1, contents(5)))
				_, err := c.InitConnection(t.Context(), 228)
				require.NoError(t, err)
				require.Equal(t, "AUTH_KEY_UNREGISTERED", part(t, c, 1, 0, 1, contents(5)))
				require.Empty(t, b.Uploads())
				u := login(t, c)
				require.Equal(t, name == "bot", u.Bot)
				require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
				got, ok := b.Upload(1)
				require.True(t, ok)
				require.Equal(t, u.ID, got.Account)
			})
		})
	}
}

// Layer and account belong to the auth key: a new session on a new connection says
// nothing and uploads, as GramJS does.
func TestSessionsShareKeyLayerAndFiles(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		first, second := b.client(), b.client()
		require.NotEqual(t, first.Session().ID(), second.Session().ID())
		require.Equal(t, "true", part(t, first, 1, 0, 2, contents(kib)))
		require.Equal(t, "true", part(t, second, 1, 1, 2, contents(5)))
		require.NoError(t, first.Close())
		doc, err := second.UploadMedia(t.Context(), input(1, 2))
		require.NoError(t, err)
		require.EqualValues(t, kib+5, doc.Size)
	})
}

// What one account uploads is nothing to another, by the same file_id.
func TestAccountsAreApart(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		one, other := b.client(), b.login("654321:fake-token")
		require.Equal(t, "true", part(t, one, 1, 0, 1, []byte("one")))
		_, err := other.UploadMedia(t.Context(), input(1, 1))
		require.ErrorContains(t, err, "FILE_PART_0_MISSING")
		require.Equal(t, "true", part(t, other, 1, 0, 1, []byte("other")))
		for c, want := range map[*rawclient.Client]string{one: "one", other: "other"} {
			doc, err := c.UploadMedia(t.Context(), input(1, 1))
			require.NoError(t, err)
			got, err := download(t.Context(), c, doc.Location)
			require.NoError(t, err)
			require.Equal(t, want, string(got))
		}
		require.Len(t, b.Uploads(), 2)
		newest, _ := b.Upload(1)
		require.Equal(t, 2, newest.Ordinal)
	})
}
