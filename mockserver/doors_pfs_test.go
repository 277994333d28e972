package mockserver_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// temporary is a client under a temporary key of its own, bound to nothing.
// https://core.telegram.org/api/pfs
func (b *bubble) temporary(lifetime time.Duration) *rawclient.Client {
	b.t.Helper()
	conn := b.connect()
	key, err := rawclient.CreateKey(b.t.Context(), conn, rawclient.KeyOptions{
		PublicKey: b.PublicKey().RSA, Temporary: true, ExpiresIn: lifetime,
	})
	require.NoError(b.t, err)
	return b.session(conn, key)
}

// bound is one that is bound and has said which layer it speaks.
func (b *bubble) bound(perm *rawclient.AuthKey, lifetime time.Duration) *rawclient.Client {
	b.t.Helper()
	c := b.temporary(lifetime)
	require.NoError(b.t, c.BindTempAuthKey(b.t.Context(), perm, time.Time{}, nil))
	_, err := c.InitConnection(b.t.Context(), 228)
	require.NoError(b.t, err)
	return c
}

// A temporary key that is bound to nothing may bind itself and ask where it is.
func TestUnboundKeyMayDoLittle(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		perm := b.client().Key()
		c := b.temporary(time.Hour)
		_, err := c.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		_, err = call(t, c, "help.getNearestDc", nil)
		require.NoError(t, err)
		require.Equal(t, "AUTH_KEY_PERM_EMPTY", part(t, c, 1, 0, 1, contents(5)))
		_, err = c.LoginBot(t.Context(), "123456:fake-token")
		requireRPCError(t, err, 401, "AUTH_KEY_PERM_EMPTY")
		_, err = c.UploadMedia(t.Context(), input(1, 1))
		requireRPCError(t, err, 401, "AUTH_KEY_PERM_EMPTY")
		require.Empty(t, b.Uploads())

		require.NoError(t, c.BindTempAuthKey(t.Context(), perm, time.Time{}, nil))
		require.Equal(t, "CONNECTION_NOT_INITED", part(t, c, 1, 0, 1, contents(5)), "initConnection is due again")
		_, err = c.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
	})
}

// Everything in the binding message is compared. Nothing that is refused binds.
// https://core.telegram.org/method/auth.bindTempAuthKey#possible-errors
func TestBindingErrors(t *testing.T) {
	const invalid = "ENCRYPTED_MESSAGE_INVALID"
	past := int32(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC).Unix()) // a bubble begins in 2000
	for _, tc := range []struct {
		name   string
		tamper func(*rawclient.BindFields)
		want   string
	}{
		{"another nonce inside", func(f *rawclient.BindFields) { f.InnerNonce++ }, invalid},
		{"another temporary key inside", func(f *rawclient.BindFields) { f.TempKeyID++ }, invalid},
		{"another permanent key inside", func(f *rawclient.BindFields) { f.InnerPermKeyID++ }, invalid},
		{"another session inside", func(f *rawclient.BindFields) { f.TempSessionID++ }, invalid},
		{"another msg_id inside", func(f *rawclient.BindFields) { f.MsgID += 4 }, invalid},
		{"another expires_at inside", func(f *rawclient.BindFields) { f.InnerExpiresAt++ }, "EXPIRES_AT_INVALID"},
		{"expires_at in the past", func(f *rawclient.BindFields) { f.ExpiresAt, f.InnerExpiresAt = past, past }, "EXPIRES_AT_INVALID"},
		{"an unknown permanent key", func(f *rawclient.BindFields) { f.PermKeyID++; f.InnerPermKeyID++ }, invalid},
		{"no message", func(f *rawclient.BindFields) { f.Message = []byte{} }, invalid},
		{"a short message", func(f *rawclient.BindFields) { f.Message = make([]byte, 40) }, invalid},
		{"zeros", func(f *rawclient.BindFields) { f.Message = make([]byte, 8+16+80) }, invalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
				perm := b.client().Key()
				c := b.temporary(time.Hour)
				_, err := c.InitConnection(t.Context(), 228)
				require.NoError(t, err)
				requireRPCError(t, c.BindTempAuthKey(t.Context(), perm, time.Time{}, tc.tamper), 400, tc.want)
				require.Equal(t, "AUTH_KEY_PERM_EMPTY", part(t, c, 1, 0, 1, contents(5)), "it is bound to nothing")
				require.NoError(t, c.BindTempAuthKey(t.Context(), perm, time.Time{}, nil), "the right message binds still")
			})
		})
	}
}

// A temporary key is bound to one permanent key only, and a permanent key to none.
func TestBindingTwice(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		one, other := b.client(), b.login("654321:fake-token")
		c := b.bound(one.Key(), time.Hour)
		requireRPCError(t, c.BindTempAuthKey(t.Context(), other.Key(), time.Time{}, nil), 400, "TEMP_AUTH_KEY_ALREADY_BOUND")
		require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
		require.NoError(t, c.BindTempAuthKey(t.Context(), one.Key(), time.Time{}, nil), "to the same one again")
		for _, temp := range []*rawclient.AuthKey{c.Key(), b.temporary(time.Hour).Key()} {
			chained := b.temporary(time.Hour)
			requireRPCError(t, chained.BindTempAuthKey(t.Context(), temp, time.Time{}, nil), 400, "ENCRYPTED_MESSAGE_INVALID")
		}
		err := other.BindTempAuthKey(t.Context(), one.Key(), time.Now().Add(time.Hour), nil)
		requireRPCError(t, err, 400, "TEMP_AUTH_KEY_EMPTY")
		require.EqualValues(t, 654321, self(t, other).Long("id"))
	})
}

// The account belongs to the permanent key: a login under one temporary key holds
// under another, and so does the code that a user was sent.
func TestLoginUnderTemporaryKeys(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		permanent := b.stranger()
		one, two := b.bound(permanent.Key(), time.Hour), b.bound(permanent.Key(), time.Hour)
		hash, err := one.SendCode(t.Context(), "+15550100")
		require.NoError(t, err)
		user, err := two.SignIn(t.Context(), "+15550100", hash, "12345")
		require.NoError(t, err)
		require.Equal(t, user.ID, self(t, one).Long("id"))
		_, err = permanent.InitConnection(t.Context(), 228)
		require.NoError(t, err)
		require.Equal(t, user.ID, self(t, permanent).Long("id"))
		_, err = one.SignIn(t.Context(), "+15550100", hash, "12345")
		requireRPCError(t, err, 400, "PHONE_CODE_EXPIRED")

		_, err = call(t, one, "auth.logOut", nil)
		require.NoError(t, err)
		require.Equal(t, "AUTH_KEY_UNREGISTERED", part(t, two, 1, 0, 1, contents(5)))
	})
}

// The parts of one file come under three temporary keys and meet.
func TestPartsUnderSeveralTemporaryKeysMeet(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		perm := b.client().Key()
		data := contents(7*kib + 5)
		var clients []*rawclient.Client
		for range 3 {
			clients = append(clients, b.bound(perm, time.Hour))
		}
		for i := range int32(8) {
			piece := data[int(i)*kib : min(len(data), (int(i)+1)*kib)]
			require.Equal(t, "true", part(t, clients[i%3], 1, i, 8, piece))
		}
		doc, err := clients[2].UploadMedia(t.Context(), input(1, 8))
		require.NoError(t, err)
		got, err := download(t.Context(), clients[0], doc.Location)
		require.NoError(t, err)
		require.Equal(t, data, got)
		keys := map[int64]bool{}
		for _, e := range b.Journal() {
			if e.Kind == mockserver.EventPart {
				keys[e.Key] = true
			}
		}
		require.Len(t, keys, 3)
		require.Len(t, b.Uploads(), 1)
	})
}

// When its time is over a temporary key is unknown, -404, and the account goes on
// under the next one. What binding said counts, else what the exchange said.
func TestTemporaryKeysExpire(t *testing.T) {
	const lifetime = 10 * time.Minute
	for name, shorter := range map[string]time.Duration{"as the exchange said": 0, "as the binding said": lifetime / 2} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, mockserver.Options{Limits: mockserver.Limits{IdleTime: 2 * lifetime}}, func(t *testing.T, b *bubble) {
				perm := b.client().Key()
				c := b.temporary(lifetime)
				ends, expires := time.Now().Add(lifetime), time.Time{}
				if shorter > 0 {
					ends = time.Now().Add(shorter)
					expires = ends
				}
				require.NoError(t, c.BindTempAuthKey(t.Context(), perm, expires, nil))
				_, err := c.InitConnection(t.Context(), 228)
				require.NoError(t, err)
				require.Equal(t, "true", part(t, c, 1, 0, 2, contents(kib)))
				<-time.After(time.Until(ends) - time.Second)
				require.NoError(t, c.Ping(t.Context(), 1))
				<-time.After(time.Second)
				_, err = c.SaveBigFilePart(t.Context(), 1, 1, 2, contents(5))
				var gone *rawclient.TransportError
				require.ErrorAs(t, err, &gone)
				require.EqualValues(t, -404, gone.Code)

				next := b.bound(perm, lifetime)
				require.Equal(t, "true", part(t, next, 1, 1, 2, contents(5)))
				_, err = next.UploadMedia(t.Context(), input(1, 2))
				require.NoError(t, err)
			})
		})
	}
	t.Run("unbound", func(t *testing.T) {
		inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
			c := b.temporary(time.Minute)
			require.NoError(t, c.Ping(t.Context(), 1))
			<-time.After(time.Minute)
			var gone *rawclient.TransportError
			require.ErrorAs(t, c.Ping(t.Context(), 2), &gone)
		})
	})
}

// A permanent key that is used through temporary ones only is not the one that was
// used least recently.
func TestPermanentKeysInUseStay(t *testing.T) {
	inBubble(t, mockserver.Options{Limits: mockserver.Limits{AuthKeys: 3}}, func(t *testing.T, b *bubble) {
		permanent := b.client().Key()
		<-time.After(time.Second)
		idle := b.stranger()
		require.NoError(t, idle.Ping(t.Context(), 1))
		<-time.After(time.Second)
		c := b.bound(permanent, time.Hour)
		<-time.After(time.Second)
		require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
		b.stranger() // makes the idle one go
		var gone *rawclient.TransportError
		require.ErrorAs(t, idle.Ping(t.Context(), 2), &gone)
		require.NoError(t, c.BindTempAuthKey(t.Context(), permanent, time.Time{}, nil), "the permanent key is there")
	})
}

// PFS keys and ready sessions go together, as in gotd with a stored session.
func TestTemporaryKeyOfAReadySession(t *testing.T) {
	inBubble(t, mockserver.Options{}, func(t *testing.T, b *bubble) {
		s, err := b.Session(mockserver.SessionOptions{Account: 2, Bot: true})
		require.NoError(t, err)
		c := b.bound(rawclient.NewAuthKey(s.AuthKey, 0), time.Hour)
		user := self(t, c)
		require.Equal(t, fmt.Sprint(s.UserID, true), fmt.Sprint(user.Long("id"), user.Bool("bot")))
		require.Equal(t, "true", part(t, c, 1, 0, 1, contents(5)))
	})
}
