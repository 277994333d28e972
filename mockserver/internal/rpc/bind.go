package rpc

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// Binding is a call of auth.bindTempAuthKey with what is known around it.
type Binding struct {
	TempKey, Session, MsgID int64 // of the message that the call came in
	PermKey, Nonce          int64
	ExpiresAt               int32
	Message                 []byte // encrypted under the permanent key
}

// Binder binds temporary keys to permanent ones; it is whoever holds the keys.
type Binder interface {
	// Bind returns the name of a documented error, or "".
	Bind(now time.Time, b Binding) string
}

// bindTempKey gives a temporary key the account of a permanent one.
// https://core.telegram.org/method/auth.bindTempAuthKey
func (q *query) bindTempKey() (any, error) {
	name := q.Keys.Bind(q.now, Binding{
		TempKey: q.Key, Session: q.Session, MsgID: q.MsgID,
		PermKey: q.args.Long("perm_auth_key_id"), Nonce: q.args.Long("nonce"),
		ExpiresAt: q.args.Int("expires_at"), Message: q.args.Bytes("encrypted_message"),
	})
	if name != "" {
		return nil, bad(name, "the temporary key was not bound")
	}
	q.account = q.Auth.Account() // that of the permanent key
	return tl.Bool(true), nil
}
