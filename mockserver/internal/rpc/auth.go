package rpc

import (
	"sync"
	"sync/atomic"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// Auth is what belongs to an auth key, and so to all sessions and connections
// that use it: layer, client and account.
// https://core.telegram.org/api/invoking#saving-client-info
type Auth struct {
	// Temporary: the key is one for perfect forward secrecy.
	Temporary bool

	mu      sync.Mutex
	perm    *Auth // what a temporary key is bound to: the account is there
	layer   int
	newer   bool // the journal has a line about the layer
	inited  bool
	client  Client
	account *Account
	code    string // phone_code_hash of the login under way
	phone   string
	changes atomic.Uint64 // of what is kept, see State
}

// Client is what initConnection said.
type Client struct {
	APIID              int32
	Device, AppVersion string
}

// Layer returns the layer of the auth key, 0 before invokeWithLayer.
func (a *Auth) Layer() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.layer
}

// setLayer tells whether the layer is newer than the tables, the first time.
func (a *Auth) setLayer(layer int) (newer bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.layer != layer {
		a.layer = layer
		a.changes.Add(1)
	}
	newer = layer > tl.NewestLayer && !a.newer
	a.newer = a.newer || newer
	return newer
}

func (a *Auth) init(c Client) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.inited || a.client != c {
		a.inited, a.client = true, c
		a.changes.Add(1)
	}
}

func (a *Auth) ready() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.inited && a.layer > 0
}

// Account returns the account that is logged in, nil if none.
func (a *Auth) Account() *Account {
	a = a.owner()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.account
}

// owner is where the account is: a temporary key has that of its permanent one.
func (a *Auth) owner() *Auth {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.perm != nil {
		return a.perm
	}
	return a
}

// Bind gives a temporary key its permanent one; false if it has another.
func (a *Auth) Bind(perm *Auth) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.perm != nil && a.perm != perm {
		return false
	}
	a.perm = perm
	a.changes.Add(1)
	a.inited = false // https://core.telegram.org/api/pfs: initConnection is due again
	return true
}

func (a *Auth) unbound() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.Temporary && a.perm == nil
}

// LogIn gives the auth key an account; nil logs out.
func (a *Auth) LogIn(account *Account) {
	a = a.owner()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.account, a.code, a.phone = account, "", ""
	a.changes.Add(1)
}

// startCode belongs to the permanent key, as the account does: a client may go on
// with another temporary key before the code is typed in.
func (a *Auth) startCode(phone, hash string) {
	a = a.owner()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.phone, a.code = phone, hash
	a.changes.Add(1)
}

func (a *Auth) codeSent() (phone, hash string) {
	a = a.owner()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.phone, a.code
}

// Client returns what initConnection said.
func (a *Auth) Client() Client {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.client
}
