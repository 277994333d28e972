package rawclient

import (
	"context"
	"fmt"
)

// User is who a login became.
//
// https://core.telegram.org/constructor/user
type User struct {
	ID         int64
	AccessHash int64
	FirstName  string
	Username   string
	Phone      string
	Bot        bool
	Premium    bool
}

// LoginBot logs in as a bot.
//
// https://core.telegram.org/method/auth.importBotAuthorization
func (c *Client) LoginBot(ctx context.Context, token string) (*User, error) {
	o, err := c.call(ctx, NewObject("auth.importBotAuthorization", Fields{
		"flags": int32(0), "api_id": c.opts.APIID, "api_hash": c.opts.APIHash, "bot_auth_token": token,
	}), "auth.authorization")
	if err != nil {
		return nil, err
	}
	return readUser(o)
}

// SendCode asks for a login code and returns the hash that SignIn needs.
//
// https://core.telegram.org/method/auth.sendCode
func (c *Client) SendCode(ctx context.Context, phone string) (hash string, err error) {
	o, err := c.call(ctx, NewObject("auth.sendCode", Fields{
		"phone_number": phone, "api_id": c.opts.APIID, "api_hash": c.opts.APIHash,
		"settings": NewObject("codeSettings", nil),
	}), "auth.sentCode")
	if err != nil {
		return "", err
	}
	return o.Str("phone_code_hash"), nil
}

// SignIn logs in as a user with the code of SendCode.
//
// https://core.telegram.org/method/auth.signIn
func (c *Client) SignIn(ctx context.Context, phone, hash, code string) (*User, error) {
	o, err := c.call(ctx, NewObject("auth.signIn", Fields{
		"phone_number": phone, "phone_code_hash": hash, "phone_code": code,
	}), "auth.authorization")
	if err != nil {
		return nil, err
	}
	return readUser(o)
}

func readUser(authorization *Object) (*User, error) {
	u := authorization.Obj("user")
	if u == nil || u.Name != "user" {
		return nil, fmt.Errorf("rawclient: auth.authorization without a user")
	}
	return &User{
		ID: u.Long("id"), AccessHash: u.Long("access_hash"), FirstName: u.Str("first_name"),
		Username: u.Str("username"), Phone: u.Str("phone"), Bot: u.Bool("bot"), Premium: u.Bool("premium"),
	}, nil
}
