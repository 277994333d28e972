package link

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
)

// Bind gives a temporary key the account of the permanent key that signed for it.
// The errors are those of https://core.telegram.org/method/auth.bindTempAuthKey
func (t *Keys) Bind(now time.Time, b rpc.Binding) string {
	temp, perm := t.Get(now, b.TempKey), t.Get(now, b.PermKey)
	if temp == nil || !temp.Auth.Temporary {
		return "TEMP_AUTH_KEY_EMPTY"
	}
	if perm == nil || perm.Auth.Temporary {
		return "ENCRYPTED_MESSAGE_INVALID"
	}
	inner, err := envelope.OpenBinding(perm.Key, b.Message)
	want := envelope.Binding{
		MsgID: b.MsgID, Nonce: b.Nonce, TempKeyID: b.TempKey, PermKeyID: b.PermKey,
		TempSessionID: b.Session, ExpiresAt: inner.ExpiresAt,
	}
	if err != nil || inner != want {
		return "ENCRYPTED_MESSAGE_INVALID"
	}
	expires := time.Unix(int64(b.ExpiresAt), 0)
	if inner.ExpiresAt != b.ExpiresAt || !expires.After(now) {
		return "EXPIRES_AT_INVALID"
	}
	if !temp.Auth.Bind(perm.Auth) {
		return "TEMP_AUTH_KEY_ALREADY_BOUND"
	}
	temp.bound(perm, expires)
	return ""
}
