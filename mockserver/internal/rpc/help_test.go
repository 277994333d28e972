package rpc

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

// A client waits for ever if its own DC is not listed, or if an IPv4 address is
// said to be an IPv6 one.
func TestConfigListsTheDC(t *testing.T) {
	for host, six := range map[string]bool{"127.0.0.1": false, "10.1.2.3": false, "::1": true, "fe80::1%lo": true, "localhost": false} {
		d := newDesk(t, nil)
		d.DC = 4
		d.DCs = func() []DC { return []DC{{ID: 4, Host: host, Port: 4321}, {ID: 2, Host: "127.0.0.1", Port: 1}} }
		c := answer(t, d.send(mustEncode(t, "help.getConfig"))).(*tl.Object)
		require.EqualValues(t, 4, c.Int("this_dc"))
		require.EqualValues(t, start.Unix(), c.Int("date"))
		require.Greater(t, c.Int("expires"), c.Int("date"))
		options := c.Objects("dc_options")
		require.Len(t, options, 2)
		require.EqualValues(t, 4, options[0].Int("id"))
		require.Equal(t, host, options[0].Str("ip_address"))
		require.EqualValues(t, 4321, options[0].Int("port"))
		require.Equal(t, six, options[0].Bool("ipv6"), host)
		require.False(t, options[1].Bool("ipv6"))
		near := answer(t, d.send(mustEncode(t, "help.getNearestDc"))).(*tl.Object)
		require.EqualValues(t, 4, near.Int("this_dc"))
		require.EqualValues(t, 4, near.Int("nearest_dc"))
	}
}

// https://core.telegram.org/api/config#client-configuration
func TestAppConfig(t *testing.T) {
	usual := map[string]float64{
		"upload_max_fileparts_default": 4000, "upload_max_fileparts_premium": 8000,
		"upload_premium_speedup_upload": 10, "upload_premium_speedup_download": 10, "upload_premium_speedup_notify_period": 3600,
	}
	d := loggedIn(t, 228, nil)
	require.Equal(t, usual, appConfigOf(t, d))

	own := map[string]int{}
	for i, key := range scenarios.LimitKeys() {
		require.Contains(t, usual, key, "a limit that help.getAppConfig does not tell")
		own[key] = 100 + i
	}
	d = loggedIn(t, 228, &scenarios.Scenario{Limits: own})
	d.Uploads.SetRules(validator.MustNew(validator.Options{
		MaxParts: own[scenarios.LimitPartsDefault], MaxPartsPremium: own[scenarios.LimitPartsPremium],
	}))
	for key, got := range appConfigOf(t, d) {
		require.EqualValues(t, own[key], got, key)
	}
}

func appConfigOf(t *testing.T, d *desk) map[string]float64 {
	t.Helper()
	got := map[string]float64{}
	for _, v := range d.object(t, appConfig(0)).Obj("config").Objects("value") {
		got[v.Str("key")] = v.Obj("value").Double("value")
	}
	return got
}

// The hash tells a client that it has all of it already, and changes with the
// numbers.
func TestAppConfigHash(t *testing.T) {
	d := loggedIn(t, 228, nil)
	hash := d.object(t, appConfig(0)).Int("hash")
	require.NotZero(t, hash)
	require.Equal(t, "help.appConfigNotModified", d.object(t, appConfig(hash)).Name)
	require.NoError(t, d.Faults.Set(&scenarios.Scenario{Limits: map[string]int{"upload_premium_speedup_upload": 3}}, 1))
	require.Equal(t, "help.appConfig", d.object(t, appConfig(hash)).Name)
}

func TestUsers(t *testing.T) {
	d := loggedIn(t, 228, nil)
	me := d.auth.Account()
	got := d.ask(t, getUsers(
		tl.New("inputUser", tl.Fields{"user_id": int64(42), "access_hash": int64(0)}),
		tl.New("inputUserEmpty", nil),
		tl.New("inputUserSelf", nil),
		tl.New("inputUser", tl.Fields{"user_id": int64(-1), "access_hash": int64(0)}),
		tl.New("inputUser", tl.Fields{"user_id": me.ID, "access_hash": int64(0)}),
	)).([]*tl.Object)
	var ids []int64
	for _, u := range got {
		ids = append(ids, u.Long("id"))
		require.Equal(t, u.Long("id") == me.ID, u.Bool("self"))
	}
	require.Equal(t, []int64{42, me.ID, me.ID}, ids)
	full := tl.New("users.getFullUser", tl.Fields{"id": tl.New("inputUserEmpty", nil)})
	d.refused(t, full, "400 USER_ID_INVALID")
}

// A user is answered whole, and asked for with four bytes: as many of them as a query holds would
// be work without end for nothing.
func TestUsersAreBounded(t *testing.T) {
	d := loggedIn(t, 228, nil)
	ask := func(n int) *tl.Object {
		return getUsers(slices.Repeat([]*tl.Object{tl.New("inputUserSelf", nil)}, n)...)
	}
	d.refused(t, ask(maxUsers+1), "400 USERS_TOO_MUCH")
	require.Len(t, d.ask(t, ask(maxUsers)), maxUsers)
}
