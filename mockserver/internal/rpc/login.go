package rpc

import (
	"encoding/hex"
	"io"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// importBot logs a bot in. Any well-formed token will do.
// https://core.telegram.org/method/auth.importBotAuthorization
func (q *query) importBot() (any, error) {
	a, why := q.accounts.bot(q.args.Str("bot_auth_token"))
	if a == nil {
		return nil, bad("ACCESS_TOKEN_INVALID", why)
	}
	if q.DC != q.Home {
		return nil, migrate("USER", q.Home)
	}
	return q.logIn(a)
}

func (q *query) logIn(a *Account) (any, error) {
	q.Auth.LogIn(a)
	q.account = a
	e := q.event(journal.KindLogin)
	e.Text = "logged in as " + a.FirstName
	q.Journal.Add(q.now, e)
	return tl.New("auth.authorization", tl.Fields{"user": a.user(true)}), nil
}

// sendCode pretends to send a code.
// https://core.telegram.org/method/auth.sendCode
func (q *query) sendCode() (any, error) {
	number := q.args.Str("phone_number")
	if q.accounts.phone(number) == nil {
		return nil, bad("PHONE_NUMBER_INVALID", "a phone number is 5 to 15 digits, with or without +, and a few have the id of an account that is there: take another")
	}
	if q.DC != q.Home {
		return nil, migrate("PHONE", q.Home)
	}
	var random [8]byte
	if _, err := io.ReadFull(q.Rand, random[:]); err != nil {
		return nil, err
	}
	hash := hex.EncodeToString(random[:])
	q.Auth.startCode(number, hash)
	return tl.New("auth.sentCode", tl.Fields{
		"type":            tl.New("auth.sentCodeTypeApp", tl.Fields{"length": int32(len(q.LoginCode))}),
		"phone_code_hash": hash,
	}), nil
}

// signIn checks the code that sendCode pretended to send.
// https://core.telegram.org/method/auth.signIn
func (q *query) signIn() (any, error) {
	phone, hash := q.Auth.codeSent()
	switch {
	case hash == "" || q.args.Str("phone_code_hash") != hash:
		return nil, bad("PHONE_CODE_EXPIRED", "phone_code_hash is not that of the last auth.sendCode on this auth key")
	case strings.TrimPrefix(q.args.Str("phone_number"), "+") != strings.TrimPrefix(phone, "+"):
		return nil, bad("PHONE_NUMBER_INVALID", "the code was sent to another number")
	case q.args.Str("phone_code") == "":
		return nil, bad("PHONE_CODE_EMPTY", "phone_code is missing")
	case q.args.Str("phone_code") != q.LoginCode:
		return nil, bad("PHONE_CODE_INVALID", "the code is "+q.LoginCode)
	}
	a := q.accounts.phone(phone)
	if a == nil { // its id was taken meanwhile
		return nil, bad("PHONE_NUMBER_INVALID", "its id is that of another account by now: take another number")
	}
	return q.logIn(a)
}

func (q *query) logOut() (any, error) {
	q.Auth.LogIn(nil)
	q.account = nil
	return tl.New("auth.loggedOut", nil), nil
}
