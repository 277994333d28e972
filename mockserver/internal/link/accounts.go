package link

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// Records are those of an earlier run.
type Records interface {
	// Each calls f for each record of a table, by key; both are f's only until it
	// returns.
	Each(t store.Table, f func(key, value []byte) error) error
}

var errRecord = errors.New("link: no record of fakedc's")

// Accounts are those on disk. One is there as long as the record of a key names it, of
// whatever datacenter: logins cost nothing, and a server that runs long would keep all
// that were ever used for one. It is safe for concurrent use, and shared by the keys of
// all datacenters.
//
// Its lock comes behind that of Keys and before the keeper's.
type Accounts struct {
	keeper store.Keeper
	states map[int64]rpc.AccountState // as an earlier run left them, until Prune
	keys   map[int]int                // and how many keys, by datacenter

	mu    sync.Mutex
	users map[int64]int // records of keys that name an account, and those being written
}

// LoadAccounts reads the accounts that were kept, and who names them.
func LoadAccounts(from Records, k store.Keeper) (*Accounts, error) {
	a := &Accounts{keeper: k, states: map[int64]rpc.AccountState{}, keys: map[int]int{}, users: map[int64]int{}}
	if err := from.Each(store.TableAccounts, func(key, value []byte) error {
		var s rpc.AccountState
		if err := readRecord(key, 8, value, &s); err != nil {
			return fmt.Errorf("%w: the account %x: %w", errRecord, key, err)
		}
		a.states[int64(binary.BigEndian.Uint64(key))] = s
		return nil
	}); err != nil {
		return nil, err
	}
	return a, from.Each(store.TableKeys, func(key, value []byte) error {
		var r struct {
			Auth rpc.AuthState
			forgottenRecord
		}
		if err := readRecord(key, 12, value, &r); err != nil {
			return fmt.Errorf("%w: the auth key %x: %w", errRecord, key, err)
		}
		if !r.Forgotten {
			a.keys[int(binary.BigEndian.Uint32(key))]++
		}
		if id := r.Auth.Account; id != 0 {
			a.users[id]++
		}
		return nil
	})
}

// readRecord reads a record, whose name in its table has so many bytes.
func readRecord(name []byte, size int, value []byte, into any) error {
	if len(name) != size {
		return fmt.Errorf("its name has %d bytes, not %d", len(name), size)
	}
	return json.Unmarshal(value, into)
}

// Keys is how many keys were kept, by datacenter.
func (a *Accounts) Keys() map[int]int { return a.keys }

// Prune is called once all keys are loaded: it takes the accounts off the disk that an
// interrupted run left and no key has.
func (a *Accounts) Prune() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for id := range a.states {
		if a.users[id] == 0 {
			a.keeper.Later(store.Change{Table: store.TableAccounts, Key: accountKey(id)})
		}
	}
	a.states = nil
}

// need says that a record which names the account is about to be written. If it is the
// only one, the account is not on disk, or not for long, and is to be written with it.
func (a *Accounts) need(account *rpc.Account) {
	if account == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.users[account.ID] == 0 {
		account.Lost()
	}
	a.users[account.ID]++
}

// hold needs the account that the record of a key names, and returns it to be spared.
func (a *Accounts) hold(k *keptKey) (id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if k.names != 0 {
		a.users[k.names]++
	}
	return k.names
}

// spare takes one need of an account back.
func (a *Accounts) spare(id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.release(id)
}

// named says which account the record of a key names from now on, one that was needed,
// or 0 for none.
func (a *Accounts) named(k *keptKey, id int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	old := k.names
	k.names = id
	a.release(old)
}

// drop takes a key off the disk with the next commit, and has it name no account. Between
// the two nobody may say which account a record of the key names that is being written: its
// account would be taken off the disk before the record is.
func (a *Accounts) drop(k *keptKey, gone store.Change) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keeper.Later(gone)
	old := k.names
	k.names = 0
	a.release(old)
}

// inherit has a key be counted for the record that another one of the same id left.
func (a *Accounts) inherit(k, from *keptKey) {
	a.mu.Lock()
	defer a.mu.Unlock()
	k.names, from.names = from.names, 0
}

// release takes an account that nothing names any more off the disk, with the next
// commit: no caller waits for that, and what a crash leaves is pruned at the start.
func (a *Accounts) release(id int64) {
	if id == 0 {
		return
	}
	if a.users[id]--; a.users[id] > 0 {
		return
	}
	delete(a.users, id)
	a.keeper.Later(store.Change{Table: store.TableAccounts, Key: accountKey(id)})
}

// undo has messages not be sent that could not be kept. Of the commit that failed nobody
// knows what is on disk, so the account is written again with the next one.
func (a *Accounts) undo(s *rpc.Sent) {
	account := s.Account
	account.Keeping.Lock() // what is written of it is in order
	defer account.Keeping.Unlock()
	if !s.Undo() {
		return
	}
	state := store.Change{Table: store.TableAccounts, Key: accountKey(account.ID), Value: encode(account.State())}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.users[account.ID] > 0 {
		a.keeper.Later(state)
	}
}

func accountKey(id int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(id)) }

func idOf(a *rpc.Account) int64 {
	if a == nil {
		return 0
	}
	return a.ID
}
