package rpc

import "encoding/binary"

// AuthState is an Auth to be kept. The account is kept by itself.
type AuthState struct {
	Layer   int    `json:"layer,omitempty"`
	Inited  bool   `json:"inited,omitempty"`
	Client  Client `json:"client,omitzero"`
	Account int64  `json:"account,omitempty"` // 0: nobody is logged in
	Phone   string `json:"phone,omitempty"`   // of the login under way
	Code    string `json:"code,omitempty"`
}

// Changes counts what changed of the state. It is read before State, so that nothing
// goes unnoticed.
func (a *Auth) Changes() uint64 { return a.changes.Load() }

// State returns what there is to keep, but for what a temporary key is bound to.
func (a *Auth) State() AuthState {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := AuthState{Layer: a.layer, Inited: a.inited, Client: a.client, Phone: a.phone, Code: a.code}
	if a.account != nil {
		s.Account = a.account.ID
	}
	return s
}

// Restore puts back what was kept. The account is that of the state, nil for none.
func (a *Auth) Restore(s AuthState, account *Account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.layer, a.inited, a.client, a.phone, a.code, a.account = s.Layer, s.Inited, s.Client, s.Phone, s.Code, account
}

// Rebind binds a temporary key without any of the consequences of Bind; nil unbinds.
func (a *Auth) Rebind(perm *Auth) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.perm = perm
}

// Own returns the account that is logged in by this very key, not by the one that it
// is bound to.
func (a *Auth) Own() *Account {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.account
}

// AccountState is an Account to be kept. Premium is the scenario's.
type AccountState struct {
	Bot       bool   `json:"bot,omitempty"`
	FirstName string `json:"first_name"`
	Username  string `json:"username,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Messages  int32  `json:"messages,omitempty"`
	Apart     int32  `json:"apart,omitempty"` // of them, those in channels and the like
	// Sent are the random ids of the newest messages, eight bytes each, little-endian.
	Sent []byte `json:"sent,omitempty"`
}

// Unkept tells whether something changed that Kept was not told of; n is for Kept, and
// taken before State.
func (a *Account) Unkept() (n uint64, yes bool) {
	n = a.changes.Load()
	return n, n != a.kept.Load()
}

// Kept says that the first n changes are kept.
func (a *Account) Kept(n uint64) { a.kept.Store(n) }

// Lost says that nothing of the account is kept any more.
func (a *Account) Lost() { a.changes.Add(1) }

// State returns what there is to keep.
func (a *Account) State() AccountState {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := AccountState{Bot: a.Bot, FirstName: a.FirstName, Username: a.Username, Phone: a.Phone, Messages: a.messages, Apart: a.apart}
	for _, id := range a.sent.newest(keptRandomIDs) {
		s.Sent = binary.LittleEndian.AppendUint64(s.Sent, uint64(id))
	}
	return s
}

// RestoreAccount finds or makes the account that was kept.
func (h *Handler) RestoreAccount(id int64, s AccountState) *Account {
	a := h.accounts.get(id, func() *Account {
		return &Account{ID: id, Bot: s.Bot, FirstName: s.FirstName, Username: s.Username, Phone: s.Phone}
	})
	a.mu.Lock()
	defer a.mu.Unlock()
	a.messages, a.apart = max(a.messages, s.Messages), max(a.apart, s.Apart)
	a.begin = max(a.begin, 1+s.Messages)
	h.accounts.said.restored(a, s.Messages)
	for sent := s.Sent; len(sent) >= 8; sent = sent[8:] {
		a.sent.take(int64(binary.LittleEndian.Uint64(sent))) // it may be there: another key has the account too
	}
	a.kept.Store(a.changes.Load())
	return a
}
