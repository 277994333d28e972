package rpc

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// The layer and the client belong to the key: another session, and a query that
// says nothing, are answered in the same layer.
// https://core.telegram.org/api/invoking#saving-client-info
func TestInitBelongsToTheKey(t *testing.T) {
	d := loggedIn(t, 198, nil)
	require.Equal(t, Client{APIID: 1, Device: "a test", AppVersion: "1"}, d.auth.Client())
	c := d.caller()
	c.Session, c.Conn = 77, 5
	users := tl.New("users.getUsers", tl.Fields{"id": tl.Vector(tl.New("inputUserSelf", nil))})
	got := answer(t, d.Handle(start, c, d.encode(t, users))).([]*tl.Object)
	want, _ := tl.ID("user", 198)
	require.Equal(t, want, got[0].ID)

	// The newest layer counts.
	d.begin(t, 228)
	got = d.ask(t, users).([]*tl.Object)
	want, _ = tl.ID("user", 228)
	require.Equal(t, want, got[0].ID)
}

// What a client says of itself is kept as long as its key, so it is bounded.
func TestClientInfoIsClipped(t *testing.T) {
	d := newDesk(t, nil)
	long := strings.Repeat("x", 100_000)
	body := withLayer(t, 228, wrap(t, "initConnection", tl.Fields{
		"api_id": int32(1), "device_model": long, "system_version": long, "app_version": long,
		"system_lang_code": "en", "lang_pack": "", "lang_code": "en",
	}, d.encode(t, nearestDC)))
	require.IsType(t, &tl.Object{}, answer(t, d.send(body)))
	c := d.auth.Client()
	for _, s := range []string{c.Device, c.AppVersion} {
		require.Len(t, s, maxClientText)
	}
}

func TestLayerInvalid(t *testing.T) {
	for _, layer := range []int{-1, 1, minLayer - 1} {
		d := newDesk(t, nil)
		require.Equal(t, "400 CONNECTION_LAYER_INVALID", answer(t, d.send(withLayer(t, layer, d.encode(t, nearestDC)))))
		require.Zero(t, d.auth.Layer())
		require.Equal(t, journal.KindUnknown, d.last().Kind, "what fakedc does not know is not the client's fault")
		require.Equal(t, fmt.Sprintf("invokeWithLayer(%d)", layer), d.last().Method)
	}
	d := newDesk(t, nil) // newer than all we know: as the newest
	require.IsType(t, &tl.Object{}, answer(t, d.send(withLayer(t, 9999, initConnection(t, d.encode(t, nearestDC))))))
}

// What each method may be called without: the whole table, in the order of a
// connection's life.
func TestMethodsBeforeInitAndLogin(t *testing.T) {
	bare := []string{"help.getConfig", "help.getNearestDc", "auth.bindTempAuthKey"}
	anyone := []string{"help.getConfig", "help.getNearestDc", "help.getAppConfig", "auth.importBotAuthorization", "auth.sendCode", "auth.signIn", "auth.bindTempAuthKey", "auth.importAuthorization", "help.getCdnConfig"}
	for _, name := range Methods() {
		body := func(d *desk) []byte { return d.encode(t, call(t, name, nil)) }
		d := newDesk(t, nil)
		got := answer(t, d.send(body(d)))
		if slices.Contains(bare, name) {
			require.IsType(t, &tl.Object{}, got, name)
		} else {
			require.Equal(t, "400 CONNECTION_NOT_INITED", got, name)
		}
		// A layer alone, or initConnection alone, is not enough.
		require.Equal(t, "400 CONNECTION_NOT_INITED", answer(t, newDesk(t, nil).send(withLayer(t, 228, mustEncode(t, "auth.logOut")))))
		require.Equal(t, "400 CONNECTION_NOT_INITED", answer(t, newDesk(t, nil).send(initConnection(t, mustEncode(t, "auth.logOut")))))

		d.begin(t, 228)
		got = answer(t, d.send(body(d)))
		if slices.Contains(anyone, name) {
			require.NotEqual(t, "401 AUTH_KEY_UNREGISTERED", got, name)
		} else {
			require.Equal(t, "401 AUTH_KEY_UNREGISTERED", got, name)
		}
	}
}

func mustEncode(t testing.TB, method string) []byte {
	t.Helper()
	b, err := tl.Append(nil, tl.Newest, tl.New(method, nil))
	require.NoError(t, err)
	return b
}

func importBot(token string) *tl.Object {
	return tl.New("auth.importBotAuthorization", tl.Fields{"flags": int32(0), "api_id": int32(1), "api_hash": "x", "bot_auth_token": token})
}

func TestLogInAsBot(t *testing.T) {
	d := newDesk(t, nil)
	d.begin(t, 228)
	for _, token := range []string{"", "123456", ":abc", "123456:", "123456:a.b", "0:abcdef", "12a:abcdef", "123:abc def", "123:abc\n",
		"99999999999999999999:abc", "123:" + strings.Repeat("a", 65)} {
		d.refused(t, importBot(token), "400 ACCESS_TOKEN_INVALID")
		require.Nil(t, d.auth.Account())
	}
	for token, why := range map[string]string{
		"123456":                              "a bot token is up to 15 digits, a colon, and up to 64 letters, digits, - or _",
		"0:abc":                               "no bot has the number 0, which the bot token begins with",
		fmt.Sprint(ReadyID(1, false), ":abc"): "the bot token begins with 7000000001, which is the number of a user",
	} {
		d.Handler.Ready(1, false)
		acc, reason := d.Handler.accounts.bot(token)
		require.Nil(t, acc)
		require.Equal(t, why, reason)
	}
	require.EqualValues(t, 1, d.object(t, importBot("1:a")).Obj("user").Long("id"))
	d.begin(t, 228)
	user := d.object(t, importBot("123456:fake-token_1")).Obj("user")
	require.EqualValues(t, 123456, user.Long("id"))
	require.True(t, user.Bool("bot"))
	require.True(t, user.Bool("self"))
	require.Equal(t, "fake123456bot", user.Str("username"))
	require.NotZero(t, user.Long("access_hash"))
	var login journal.Event
	for _, e := range d.Journal.Since(0) {
		if e.Kind == journal.KindLogin {
			login = e
		}
	}
	require.EqualValues(t, 123456, login.Account)
	require.NotContains(t, login.Text, "fake-token", "a token is not for the journal")

	// Another key with the same token is the same account.
	first := d.auth.Account()
	d.auth = &Auth{}
	d.begin(t, 228)
	d.object(t, importBot("123456:other-token"))
	require.Same(t, first, d.auth.Account())
}

func sendCode(number string) *tl.Object {
	return tl.New("auth.sendCode", tl.Fields{"phone_number": number, "api_id": int32(1), "api_hash": "x", "settings": tl.New("codeSettings", nil)})
}

func signIn(number, hash string, code ...string) *tl.Object {
	f := tl.Fields{"phone_number": number, "phone_code_hash": hash}
	if len(code) > 0 {
		f["phone_code"] = code[0]
	}
	return tl.New("auth.signIn", f)
}

// https://core.telegram.org/method/auth.sendCode and /auth.signIn
func TestLogInAsUser(t *testing.T) {
	d := newDesk(t, nil)
	d.begin(t, 228)
	for _, number := range []string{"", "1234", "+", "phone", "+1 555 0100", "1234567890123456"} {
		d.refused(t, sendCode(number), "400 PHONE_NUMBER_INVALID")
	}
	d.refused(t, signIn("+15550100", "", "12345"), "400 PHONE_CODE_EXPIRED")
	sent := d.object(t, sendCode("+15550100"))
	hash := sent.Str("phone_code_hash")
	require.Len(t, hash, 16)
	require.EqualValues(t, 5, sent.Obj("type").Int("length"))
	for _, c := range []struct {
		query *tl.Object
		want  string
	}{
		{signIn("+15550100", "other", "12345"), "400 PHONE_CODE_EXPIRED"},
		{signIn("+15550199", hash, "12345"), "400 PHONE_NUMBER_INVALID"},
		{signIn("+15550100", hash), "400 PHONE_CODE_EMPTY"},
		{signIn("+15550100", hash, ""), "400 PHONE_CODE_EMPTY"},
		{signIn("+15550100", hash, "54321"), "400 PHONE_CODE_INVALID"},
	} {
		d.refused(t, c.query, c.want)
		require.Nil(t, d.auth.Account())
	}
	user := d.object(t, signIn("15550100", hash, "12345")).Obj("user") // with or without +
	require.Equal(t, "15550100", user.Str("phone"))
	require.False(t, user.Bool("bot"))
	// The code was used.
	d.refused(t, signIn("+15550100", hash, "12345"), "400 PHONE_CODE_EXPIRED")

	require.Equal(t, "auth.loggedOut", d.object(t, tl.New("auth.logOut", nil)).Name)
	d.refused(t, tl.New("updates.getState", nil), "401 AUTH_KEY_UNREGISTERED")
	require.Equal(t, "400 CONNECTION_NOT_INITED", answer(t, (&desk{Handler: d.Handler, auth: &Auth{}}).send(mustEncode(t, "updates.getState"))))
}

// A second code makes the first one worthless.
func TestNewCodeReplacesTheOld(t *testing.T) {
	d := newDesk(t, nil)
	d.begin(t, 228)
	first := d.object(t, sendCode("15550100")).Str("phone_code_hash")
	second := d.object(t, sendCode("15550100")).Str("phone_code_hash")
	require.NotEqual(t, first, second)
	d.refused(t, signIn("15550100", first, "12345"), "400 PHONE_CODE_EXPIRED")
	d.object(t, signIn("15550100", second, "12345"))
}

// Without randomness there is no code, and the client is told that it is not its
// fault.
func TestSendCodeWithoutRandomness(t *testing.T) {
	d := newDesk(t, nil)
	d.begin(t, 228)
	d.Rand = strings.NewReader("")
	d.refused(t, sendCode("15550100"), "500 INTERNAL")
}

// Accounts are made by whoever logs in: the table is bounded, and an account that
// has no place in it still is itself.
func TestAccountsAreBounded(t *testing.T) {
	d := newDesk(t, nil)
	d.begin(t, 228)
	for i := range int64(MaxAccounts) {
		d.accounts.byID[1<<50+i] = &Account{}
	}
	user := d.object(t, importBot("77:abcdef")).Obj("user")
	require.EqualValues(t, 77, user.Long("id"))
	require.Len(t, d.accounts.byID, MaxAccounts)
	me := tl.New("inputUser", tl.Fields{"user_id": int64(77), "access_hash": user.Long("access_hash")})
	got := d.ask(t, tl.New("users.getUsers", tl.Fields{"id": tl.Vector(me)})).([]*tl.Object)
	require.True(t, got[0].Bool("self"))
}

func TestPremiumOfAccounts(t *testing.T) {
	d := loggedIn(t, 228, nil)
	require.False(t, d.auth.Account().Premium())
	d.SetPremium(true)
	require.True(t, d.auth.Account().Premium(), "accounts that exist")
	require.True(t, d.accounts.phone("15550111").Premium(), "and new ones")
	d.SetPremium(false)
	require.False(t, d.accounts.phone("15550111").Premium())
}

// An id is made of a hash, and a bot chooses its own: whoever comes second does not get the
// account of somebody else.
func TestPhoneOfAnIDThatIsTaken(t *testing.T) {
	for name, first := range map[string]func(*accounts) *Account{
		"by another number": func(a *accounts) *Account { return a.phone("40845") },
		"by a bot":          func(a *accounts) *Account { acc, _ := a.bot("4431097676:abc"); return acc },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, nil)
			d.begin(t, 228)
			taken := first(d.accounts)
			require.Equal(t, int64(4_431_097_676), taken.ID)
			d.refused(t, sendCode("97205"), "400 PHONE_NUMBER_INVALID")
			require.Same(t, taken, first(d.accounts))
		})
	}
}

// The code was sent before the id was taken.
func TestSignInWithAnIDThatIsTaken(t *testing.T) {
	d := newDesk(t, nil)
	d.begin(t, 228)
	d.auth.startCode("97205", "hash")
	d.accounts.bot("4431097676:abc")
	d.refused(t, signIn("97205", "hash", "12345"), "400 PHONE_NUMBER_INVALID")
	require.Nil(t, d.auth.Account())
}
