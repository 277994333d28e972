package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

func accountCases() []Case {
	const unauthorized = pageErrors + "#401-unauthorized"
	return []Case{
		test("upload before login", "A part that comes before login is answered with 401 AUTH_KEY_UNREGISTERED.", unauthorized, beforeLogin),
		test("upload in a new session", "A later session of the key uploads without initConnection and login.", pageInvoking+"#saving-client-info", inNewSession),
		test("parts of several sessions", "Parts sent by several sessions of a key are one file.", uploads, severalSessions),
		test("bot token that is none", "A token that is none is refused with 400.", pageMethod+"auth.importBotAuthorization", badToken),
		test("logout", "After auth.logOut a part is answered with 401 AUTH_KEY_UNREGISTERED.", pageMethod+"auth.logOut", afterLogout),
		test("login as a user", "auth.sendCode and auth.signIn with a wrong code are answered: PHONE_CODE_INVALID.", pageMethod+"auth.signIn", wrongCode),
		test("own datacenter listed", "help.getConfig lists the client's own datacenter, and IPv6 addresses as such.", "https://core.telegram.org/api/datacenter", ownDC),
		test("date of the configuration", "date of help.getConfig is this moment.", "https://core.telegram.org/constructor/config", configDate),
		test("limits of uploads", "help.getAppConfig has upload_max_fileparts_default.", "https://core.telegram.org/api/config#client-configuration", appConfig),
	}
}

// fresh is a client of a key that no other case uses, after initConnection.
func (e *Env) fresh(ctx context.Context) (*upload, error) {
	key := must(e.newKey(ctx))
	c := must(e.clientWith(ctx, key))
	wait, cancel := e.patient(ctx)
	defer cancel()
	_, err := c.InitConnection(wait, 0)
	return &upload{c, e, randomID()}, err
}

func isUnregistered(err error) error {
	var rpc *rawclient.RPCError
	if !errors.As(err, &rpc) || rpc.Code != 401 || rpc.Message != "AUTH_KEY_UNREGISTERED" {
		return fmt.Errorf("expected 401 AUTH_KEY_UNREGISTERED; got %v", err)
	}
	return nil
}

func beforeLogin(ctx context.Context, e *Env) error {
	u := must(e.fresh(ctx))
	return isUnregistered(u.save(ctx, bigPart(0, 1, 10)))
}

func afterLogout(ctx context.Context, e *Env) error {
	u := must(e.fresh(ctx))
	wait, cancel := e.patient(ctx)
	defer cancel()
	must(u.LoginBot(wait, e.suite.target.BotToken))
	demand(u.stores(ctx, bigPart(0, 1, 10)))
	if _, err := u.Call(wait, rawclient.NewObject("auth.logOut", nil)); err != nil {
		return fmt.Errorf("expected auth.logOut to be answered; got %w", err)
	}
	return isUnregistered(u.save(ctx, bigPart(0, 1, 10)))
}

func inNewSession(ctx context.Context, e *Env) error {
	must(e.accountKey(ctx))
	u := e.upload(ctx) // a session of its own, that says nothing before the part
	return u.stores(ctx, smallPart(0, 100))
}

func severalSessions(ctx context.Context, e *Env) error {
	first := e.upload(ctx)
	second := e.upload(ctx)
	second.id = first.id
	a, b := bigPart(0, 2, kib), bigPart(1, 2, 40)
	demand(first.stores(ctx, a))
	demand(second.stores(ctx, b))
	return second.readsBack(ctx, second.inputFile(2), a, b)
}

func badToken(ctx context.Context, e *Env) error {
	u := must(e.fresh(ctx))
	wait, cancel := e.patient(ctx)
	defer cancel()
	_, err := u.LoginBot(wait, "this is no token")
	return isRefusal(err, "ACCESS_TOKEN_INVALID", "a bot token")
}

func wrongCode(ctx context.Context, e *Env) error {
	u := must(e.fresh(ctx))
	wait, cancel := e.patient(ctx)
	defer cancel()
	hash, err := u.SendCode(wait, "+9996621235")
	if err != nil {
		return fmt.Errorf("expected auth.sendCode to be answered; got %w", err)
	}
	_, err = u.SignIn(wait, "+9996621235", hash, "00000")
	return isRefusal(err, "PHONE_CODE_INVALID", "a wrong code")
}

func (e *Env) config(ctx context.Context) (*rawclient.Config, error) {
	u := e.upload(ctx)
	wait, cancel := e.patient(ctx)
	defer cancel()
	return u.GetConfig(wait)
}

func ownDC(ctx context.Context, e *Env) error {
	c := must(e.config(ctx))
	if dc := e.suite.target.DC; dc != 0 && c.ThisDC != int32(dc) {
		return fmt.Errorf("expected this_dc %d; got %d", dc, c.ThisDC)
	}
	if !slices.ContainsFunc(c.DCOptions, func(o rawclient.DCOption) bool { return o.ID == c.ThisDC && !o.MediaOnly && o.Port > 0 }) {
		return fmt.Errorf("expected an address of datacenter %d; got %+v", c.ThisDC, c.DCOptions)
	}
	for _, o := range c.DCOptions {
		if ip, err := netip.ParseAddr(o.IPAddress); err == nil && ip.Is6() != o.IPv6 {
			return fmt.Errorf("expected ipv6 to be %t for %s; it is not", ip.Is6(), o.IPAddress)
		}
	}
	return nil
}

func configDate(ctx context.Context, e *Env) error {
	c := must(e.config(ctx))
	if off := time.Until(time.Unix(int64(c.Date), 0)); off > 5*time.Minute || off < -5*time.Minute {
		return fmt.Errorf("expected date to be this moment; it is off by %v", off)
	}
	return nil
}

func appConfig(ctx context.Context, e *Env) error {
	u := e.upload(ctx)
	wait, cancel := e.patient(ctx)
	defer cancel()
	o, err := u.Call(wait, rawclient.NewObject("help.getAppConfig", rawclient.Fields{"hash": int32(0)}))
	if err != nil {
		return fmt.Errorf("expected help.appConfig; got %w", err)
	}
	config := o.Obj("config")
	if o.Name != "help.appConfig" || config == nil {
		return fmt.Errorf("expected help.appConfig; got %s", o.Name)
	}
	for _, v := range config.Objects("value") {
		if v.Str("key") == "upload_max_fileparts_default" {
			return nil
		}
	}
	return errors.New("expected upload_max_fileparts_default in help.appConfig; it is not there")
}
