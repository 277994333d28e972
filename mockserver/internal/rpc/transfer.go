package rpc

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// migrate sends a client to another datacenter.
// https://core.telegram.org/api/errors#303-see-other
func migrate(what string, dc int) *Error {
	return &Error{Code: 303, Message: fmt.Sprintf("%s_MIGRATE_%d", what, dc), Why: fmt.Sprintf("it lives in datacenter %d", dc)}
}

// token proves an account to another datacenter of the same server.
func (a *accounts) token(account int64, dc int32) []byte {
	mac := hmac.New(sha256.New, a.secret[:])
	fmt.Fprintf(mac, "%d %d", account, dc)
	return mac.Sum(nil)
}

// exportAuthorization lets the account be used in another datacenter.
// https://core.telegram.org/method/auth.exportAuthorization
func (q *query) exportAuthorization() (any, error) {
	dc := q.args.Int("dc_id")
	if int(dc) == q.DC {
		return nil, bad("DC_ID_INVALID", fmt.Sprintf("this is datacenter %d itself; the client takes it for another one, "+
			"such as that which it begins at: that has to be served in its place, or beside it", dc))
	}
	if !q.knowsDC(int(dc)) {
		return nil, bad("DC_ID_INVALID", fmt.Sprintf("there is no other datacenter %d", dc))
	}
	id := q.account.ID
	return tl.New("auth.exportedAuthorization", tl.Fields{"id": id, "bytes": q.accounts.token(id, dc)}), nil
}

func (q *query) knowsDC(id int) bool {
	for _, dc := range q.DCs() {
		if dc.ID == id {
			return true
		}
	}
	return false
}

// importAuthorization logs in with what another datacenter exported.
// https://core.telegram.org/method/auth.importAuthorization
func (q *query) importAuthorization() (any, error) {
	a, ok := q.accounts.find(q.args.Long("id"))
	if !ok {
		return nil, bad("USER_ID_INVALID", "no such account")
	}
	if !hmac.Equal(q.args.Bytes("bytes"), q.accounts.token(a.ID, int32(q.DC))) {
		return nil, bad("AUTH_BYTES_INVALID", "the bytes are not those that were exported for this datacenter")
	}
	return q.logIn(a)
}
