package rpc

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// elsewhere is a second datacenter of the same server.
func (d *desk) elsewhere(t testing.TB, dc int) *desk {
	t.Helper()
	other := &desk{Handler: d.In(dc, binder("")), auth: &Auth{}, layer: d.layer, room: d.room}
	other.begin(t, d.layer)
	return other
}

func TestLogInElsewhereMigrates(t *testing.T) {
	d := newDesk(t, nil).elsewhere(t, 4)
	require.Equal(t, "303 USER_MIGRATE_2", d.ask(t, importBot("123456:fake-token")))
	require.Equal(t, "303 PHONE_MIGRATE_2", d.ask(t, sendCode("15550100")))
	require.Equal(t, "400 ACCESS_TOKEN_INVALID", d.ask(t, importBot("no token")), "what is wrong anywhere is wrong here")
	require.Nil(t, d.auth.Account())
}

// https://core.telegram.org/method/auth.exportAuthorization
func TestExportedAuthorization(t *testing.T) {
	d := loggedIn(t, 228, nil)
	other := d.elsewhere(t, 4)
	export := func(dc int32) *tl.Object { return tl.New("auth.exportAuthorization", tl.Fields{"dc_id": dc}) }
	require.Equal(t, "400 DC_ID_INVALID", d.ask(t, export(2)), "its own")
	require.Contains(t, d.last().Text, "this is datacenter 2 itself", "TDLib, which begins at 1, asks for ever")
	require.Equal(t, "400 DC_ID_INVALID", d.ask(t, export(5)), "none of ours")
	require.Equal(t, "401 AUTH_KEY_UNREGISTERED", other.ask(t, export(2)))

	exported := d.object(t, export(4))
	entry := func(id int64, bytes []byte) *tl.Object {
		return tl.New("auth.importAuthorization", tl.Fields{"id": id, "bytes": bytes})
	}
	id, bytes := exported.Long("id"), exported.Bytes("bytes")
	require.Equal(t, "400 AUTH_BYTES_INVALID", other.ask(t, entry(id, append([]byte{bytes[0] ^ 1}, bytes[1:]...))))
	require.Equal(t, "400 USER_ID_INVALID", other.ask(t, entry(id+1, bytes)))
	require.Equal(t, "400 AUTH_BYTES_INVALID", d.elsewhere(t, 2).ask(t, entry(id, bytes)), "exported for another datacenter")
	require.Nil(t, other.auth.Account())
	require.Equal(t, id, other.object(t, entry(id, bytes)).Obj("user").Long("id"))
	require.Same(t, d.auth.Account(), other.auth.Account())
}

// Parts live where they were sent, and so do the documents made of them.
func TestPartsLiveOnTheirDC(t *testing.T) {
	d := loggedIn(t, 228, nil)
	other := d.elsewhere(t, 4)
	other.auth.LogIn(d.auth.Account())
	p := prepare(t, d)
	require.Equal(t, "400 FILE_PART_0_MISSING", other.ask(t, uploadMedia(uploadedDocument(p.file))))
	read := tl.New("upload.getFile", tl.Fields{"location": p.location(), "offset": int64(0), "limit": int32(4096)})
	require.Equal(t, "303 FILE_MIGRATE_2", other.ask(t, read))
	require.Len(t, d.object(t, read).Bytes("bytes"), 4096)
}

// https://core.telegram.org/api/pfs
func TestUnboundTemporaryKey(t *testing.T) {
	allowed := []string{"help.getConfig", "help.getNearestDc", "auth.bindTempAuthKey"}
	for _, name := range Methods() {
		d := newDesk(t, nil)
		d.auth.Temporary = true
		got := answer(t, d.send(d.encode(t, call(t, name, nil))))
		if slices.Contains(allowed, name) {
			require.IsType(t, &tl.Object{}, got, name)
			continue
		}
		require.Equal(t, "401 AUTH_KEY_PERM_EMPTY", got, name)
	}
}

// A bound key has the account of its permanent one, and neither its layer nor its
// initConnection.
func TestBoundKeySharesTheAccount(t *testing.T) {
	d := loggedIn(t, 228, nil)
	temp := &desk{Handler: d.Handler, auth: &Auth{Temporary: true}, layer: 228, room: d.room}
	require.True(t, temp.auth.Bind(d.auth))
	require.True(t, temp.auth.Bind(d.auth), "the same once more")
	require.False(t, temp.auth.Bind(&Auth{}), "another")
	require.Equal(t, "400 CONNECTION_NOT_INITED", temp.ask(t, tl.New("updates.getState", nil)))
	temp.begin(t, 228)
	require.Equal(t, "updates.state", temp.object(t, tl.New("updates.getState", nil)).Name)
	temp.object(t, tl.New("auth.logOut", nil))
	require.Nil(t, d.auth.Account(), "to log out is to log the account's key out")
}
