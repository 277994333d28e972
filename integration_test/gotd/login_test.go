package gotd_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram/auth"
	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
)

const phone = "+15550100"

// code is what a user types in.
func code(c string) auth.CodeAuthenticator {
	return auth.CodeAuthenticatorFunc(func(context.Context, *tg.AuthSentCode) (string, error) { return c, nil })
}

func flow(c string) auth.Flow {
	return auth.NewFlow(auth.CodeOnly(phone, code(c)), auth.SendCodeOptions{})
}

func TestLoginAsBot(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{})
	self, err := c.Self(deadline(t))
	require.NoError(t, err)
	require.True(t, self.Self)
	require.True(t, self.Bot)
	require.EqualValues(t, 123456, self.ID)
	unharmed(t, dc)
}

// A user's way in: nothing before the login, nothing with a wrong code.
func TestLoginAsUser(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	c, _ := connect(t, options(t, dc))
	ctx := deadline(t)

	requireAuthorized(t, c.Auth(), false)
	_, err := uploader.NewUploader(c.API()).FromBytes(ctx, name, contents(1000))
	requireError(t, err, tgerr.New(401, "AUTH_KEY_UNREGISTERED"))
	require.Empty(t, dc.Uploads())
	requireError(t, flow("54321").Run(ctx, c.Auth()), tgerr.New(400, "PHONE_CODE_INVALID"))
	requireAuthorized(t, c.Auth(), false)
	require.Empty(t, events(dc, ofKind(mockserver.EventLogin)))

	require.NoError(t, flow("12345").Run(ctx, c.Auth()))
	requireAuthorized(t, c.Auth(), true)
	users, err := c.API().UsersGetUsers(ctx, []tg.InputUserClass{&tg.InputUserSelf{}})
	require.NoError(t, err)
	require.Len(t, users, 1)
	self, ok := users[0].AsNotEmpty()
	require.True(t, ok)
	require.True(t, self.Self)
	require.False(t, self.Bot)
	require.Equal(t, phone[1:], self.Phone)
	data := contents(1000)
	finish(t, dc, c.API(), uploadBytes(t, c.API(), 1, data), 1, data)
	unharmed(t, dc)
}

func requireAuthorized(t *testing.T, c *auth.Client, want bool) {
	t.Helper()
	status, err := c.Status(deadline(t))
	require.NoError(t, err)
	require.Equal(t, want, status.Authorized)
}

// A client that comes back with its stored session has its auth key and its
// account: there is neither a second key nor a second login, and the parts that
// it sent before are still there.
func TestComeBackWithStoredSession(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	o := options(t, dc)
	o.SessionStorage = new(session.StorageMemory)
	ctx := deadline(t)
	data := contents(3 * 1024)

	first, stop := connect(t, o)
	_, err := first.Auth().Bot(ctx, botToken)
	require.NoError(t, err)
	saveParts(t, first.API(), 1, data, 0, 2)
	stop()

	second, _ := connect(t, o)
	self, err := second.Self(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 123456, self.ID)
	saveParts(t, second.API(), 1, data, 1)
	finish(t, dc, second.API(), &tg.InputFileBig{ID: 1, Parts: 3, Name: name}, 1, data)

	require.Len(t, events(dc, ofKind(mockserver.EventAuthKey)), 1)
	require.Len(t, events(dc, ofKind(mockserver.EventLogin)), 1)
	require.Len(t, events(dc, ofKind(mockserver.EventConnect)), 2)
	unharmed(t, dc)
}
