package link

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// keyRecord is an auth key as it is kept.
type keyRecord struct {
	Value     []byte            `json:"value"`
	Salts     session.SaltState `json:"salts"`
	Auth      rpc.AuthState     `json:"auth"`
	Temporary bool              `json:"temporary,omitempty"`
	Expires   time.Time         `json:"expires,omitzero"`
	Perm      int64             `json:"perm,omitempty"` // auth_key_id of what it is bound to
	forgottenRecord
}

// keptKey is what is on disk of a key.
type keptKey struct {
	mu      sync.Mutex
	changes atomic.Uint64 // that are on disk
	record  []byte        // nil: nothing is
	account *rpc.Account  // of the record
	perm    *Key
	gone    bool  // it was taken off the disk, and is not to come back
	names   int64 // the account that the record is counted for, see Accounts
}

// IsKept tells whether something of the key is on disk.
func (k *Key) IsKept() bool { return k.kept.changes.Load() > 0 }

func (k *Key) changes() uint64 {
	return 1 + k.Auth.Changes() + k.Salts.Changes() + k.bindings.Load()
}

func keyKey(dc int, id int64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(nil, uint32(dc)), uint64(id))
}

// KeepBy has the keys of a datacenter kept from now on, and the accounts that they have.
func (t *Keys) KeepBy(k store.Keeper, dc int, accounts *Accounts) {
	t.keeper, t.dc, t.accounts = k, dc, accounts
}

// Keep has a key on disk as it is now, and what belongs to it: its account, and the
// key that it is bound to. If that fails, the key is again as it is on disk.
func (t *Keys) Keep(k *Key) error {
	if t.keeper == nil {
		return nil
	}
	var err error
	if perm := k.permanent(); perm != nil {
		err = t.keepOne(perm)
	}
	return errors.Join(err, t.keepOne(k))
}

func (t *Keys) keepOne(k *Key) error {
	account := k.Auth.Own()
	if k.kept.changes.Load() == k.changes() && !unkept(account) {
		return nil
	}
	k.kept.mu.Lock()
	defer k.kept.mu.Unlock()
	if k.kept.gone {
		return nil
	}
	return t.write(k)
}

// write has a key on disk. The account is needed before it is asked whether it is
// there: whoever forgets another key of it meanwhile takes it off the disk.
func (t *Keys) write(k *Key) error {
	n := k.changes()
	account := k.Auth.Own()
	t.accounts.need(account)
	defer t.accounts.spare(t.accounts.hold(&k.kept)) // until it is known which of the two records is there
	do, undo := []store.Change(nil), []store.Change(nil)
	told := func() {}
	if unkept(account) {
		// Of two keys of one account, the one that is written later has the later state.
		account.Keeping.Lock()
		defer account.Keeping.Unlock()
		if n, yes := account.Unkept(); yes {
			do = append(do, store.Change{Table: store.TableAccounts, Key: accountKey(account.ID), Value: encode(account.State())})
			told = func() { account.Kept(n) }
		}
	}
	if !t.has(k) { // forgotten meanwhile
		t.accounts.spare(idOf(account))
		return nil
	}
	record := k.record(account)
	do = append(do, store.Change{Table: store.TableKeys, Key: keyKey(t.dc, k.ID), Value: record})
	undo = append(undo, store.Change{Table: store.TableKeys, Key: keyKey(t.dc, k.ID), Value: k.kept.record})
	perm := k.permanent()
	if err := t.keeper.Commit(do, undo); err != nil {
		t.accounts.spare(idOf(account))
		k.revert()
		t.dropAgain(k)
		return err
	}
	told()
	t.accounts.named(&k.kept, idOf(account))
	k.kept.record, k.kept.account, k.kept.perm = record, account, perm
	k.kept.changes.Store(n)
	t.dropAgain(k)
	return nil
}

// dropAgain takes a key off the disk that was forgotten while it was written, perhaps
// before that.
func (t *Keys) dropAgain(k *Key) {
	if !t.has(k) {
		t.drop(k)
	}
}

func (t *Keys) has(k *Key) bool {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byID[k.ID] == k
}

func unkept(a *rpc.Account) bool {
	if a == nil {
		return false
	}
	_, yes := a.Unkept()
	return yes
}

// record is what there is to keep of a key. Its account is the one that was needed: who
// logs in as another just now writes the key again.
func (k *Key) record(account *rpc.Account) []byte {
	k.mu.Lock()
	r := keyRecord{Value: k.Value[:], Expires: k.expires, Temporary: k.Auth.Temporary, forgottenRecord: forgottenRecord{Used: k.used}}
	if k.perm != nil {
		r.Perm = k.perm.ID
	}
	k.mu.Unlock()
	r.Salts, r.Auth = k.Salts.State(), k.Auth.State()
	r.Auth.Account = idOf(account)
	return encode(r)
}

// encode writes what cannot fail to be written.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("link: a record that is no JSON: " + err.Error())
	}
	return b
}

// revert makes the key what it is on disk. One that is not there is removed by its
// maker.
func (k *Key) revert() {
	var r keyRecord
	if k.kept.record == nil || json.Unmarshal(k.kept.record, &r) != nil {
		return
	}
	k.Salts.Restore(r.Salts)
	k.Auth.Restore(r.Auth, k.kept.account)
	if !k.Auth.Temporary {
		return
	}
	k.mu.Lock()
	k.expires, k.perm = r.Expires, k.kept.perm
	k.mu.Unlock()
	if k.kept.perm == nil {
		k.Auth.Rebind(nil)
	}
}

// destroy has a key off the disk for good, before anybody is told that it is gone. If
// that fails, the key stays.
func (t *Keys) destroy(k *Key) error {
	if t.keeper == nil {
		return nil
	}
	k.kept.mu.Lock()
	defer k.kept.mu.Unlock()
	defer t.accounts.spare(t.accounts.hold(&k.kept))
	if k.kept.gone || !t.has(k) { // its account may be gone as well: undoing this would bring back a key without one
		return nil
	}
	do := t.without(k, true)
	err := t.keeper.Commit([]store.Change{do}, []store.Change{{Table: do.Table, Key: do.Key, Value: k.kept.record}})
	if k.kept.gone = err == nil; err != nil {
		t.dropAgain(k)
	}
	return err
}

// destroyKey does what destroy_auth_key asks for. The answer is the last message under
// the key, and needs it still.
func (l *Link) destroyKey(now time.Time, k *Key, s *session.Session) {
	if !l.hub.Keys.Has(k.ID) {
		s.KeyDestroyed(now, l.got.DestroyKey, session.KeyMissing)
		return
	}
	if err := l.hub.Keys.destroy(k); err != nil {
		l.noteNotKept(now, k, err)
		s.KeyDestroyed(now, l.got.DestroyKey, session.KeyStays)
		return
	}
	s.KeyDestroyed(now, l.got.DestroyKey, session.KeyGone)
	l.hub.Keys.Remove(k.ID)
}

// drop takes a key off the disk with the next commit.
func (t *Keys) drop(k *Key) {
	if t.keeper != nil {
		t.accounts.drop(&k.kept, t.without(k, k.forgotten.Load()))
	}
}

// keep has what a query changed of its key on disk before it is answered.
func (l *Link) keep(now time.Time, k *Key, r *rpc.Result) {
	err := l.hub.Keys.Keep(k)
	if err == nil {
		return
	}
	l.noteNotKept(now, k, err)
	if r.Sent != nil {
		l.hub.Keys.accounts.undo(r.Sent)
	}
	if r.Body != nil {
		r.Body = rpc.NotKept().Body
	}
}

func (l *Link) noteNotKept(now time.Time, k *Key, err error) {
	l.hub.Journal.Add(now, journal.Event{Kind: journal.KindStore, Conn: l.number, DC: l.hub.DC, Key: k.ID, Error: "500 STORE_FAILED", Text: err.Error()})
}

// Load takes over the keys of the datacenter that were kept. Keys that are there, as
// those of ready sessions, become as they were; if they were forgotten, they are again.
func (t *Keys) Load(now time.Time, from Records, h *rpc.Handler) error {
	bound := map[*Key]int64{}
	var strangers []int64
	prefix := string(keyKey(t.dc, 0)[:4])
	err := from.Each(store.TableKeys, func(key, value []byte) error {
		if string(key[:4]) != prefix {
			return nil
		}
		var r keyRecord
		k, err := (*Key)(nil), json.Unmarshal(value, &r)
		switch id := int64(binary.BigEndian.Uint64(key[4:])); {
		case err != nil:
		case r.Forgotten && !t.leaveOut(id, r.Used):
			strangers = append(strangers, id)
		case !r.Forgotten:
			k, err = t.load(r, bytes.Clone(value), h)
		}
		if err != nil {
			return fmt.Errorf("%w: the auth key %x: %w", errRecord, key, err)
		}
		if r.Perm != 0 {
			bound[k] = r.Perm
		}
		return nil
	})
	t.boundForgotten(strangers)
	for k, id := range bound {
		k.rebind(t.byID[id])
	}
	for _, k := range t.All() {
		t.Get(now, k.ID) // what has expired goes
	}
	return err
}

func (t *Keys) load(r keyRecord, record []byte, h *rpc.Handler) (*Key, error) {
	if len(r.Value) != len([256]byte{}) {
		return nil, fmt.Errorf("it has %d bytes", len(r.Value))
	}
	k := NewKey([256]byte(r.Value), r.Salts.First, r.Used)
	if there := t.byID[k.ID]; there != nil {
		k = there
	} else {
		t.Add(k)
	}
	var account *rpc.Account
	if id := r.Auth.Account; id != 0 {
		state, ok := t.accounts.states[id]
		if !ok {
			return nil, fmt.Errorf("its account %d is missing", id)
		}
		account = h.RestoreAccount(id, state)
	}
	k.Salts.Restore(r.Salts)
	k.Auth.Temporary, k.expires = r.Temporary, r.Expires
	k.Auth.Restore(r.Auth, account)
	k.kept.record, k.kept.account, k.kept.names = record, account, r.Auth.Account
	k.kept.changes.Store(k.changes())
	return k, nil
}

// rebind gives a temporary key what it was bound to; nil is a key that is gone.
func (k *Key) rebind(perm *Key) {
	if perm == nil {
		return
	}
	k.perm, k.kept.perm = perm, perm
	k.Auth.Rebind(perm.Auth)
}
