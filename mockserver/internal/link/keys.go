package link

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// Key is an auth key with all that belongs to it.
type Key struct {
	*envelope.Key
	Salts *session.Salts
	Auth  *rpc.Auth
	// Pinned keys never make room for others, and take none from them.
	Pinned bool

	mu      sync.Mutex
	used    time.Time
	expires time.Time // of a temporary key, zero for others
	perm    *Key      // that a temporary key is bound to, nil for others

	forgotten atomic.Bool // pinned, and not to be known by another run either

	bindings atomic.Uint64
	kept     keptKey

	hostile atomic.Pointer[string] // the case that the making of the key was about
}

// NewKey makes a key with its first salt.
func NewKey(value [256]byte, salt int64, now time.Time) *Key {
	return &Key{Key: envelope.NewKey(value), Salts: session.NewSalts(value[:], salt, now), Auth: &rpc.Auth{}, used: now}
}

// touch notes that the key is in use, and with it the one that it is bound to,
// which clients use for nothing else.
func (k *Key) touch(now time.Time) {
	k.mu.Lock()
	k.used = now
	perm := k.perm
	k.mu.Unlock()
	if perm != nil { // has none itself
		perm.touch(now)
	}
}

// NewTemporaryKey makes one that is to be bound, and ends by itself.
// https://core.telegram.org/api/pfs
func NewTemporaryKey(value [256]byte, salt int64, now time.Time, expiresIn time.Duration) *Key {
	k := NewKey(value, salt, now)
	k.Auth.Temporary = true
	k.expires = now.Add(expiresIn)
	return k
}

// ends tells whether the key may expire. Only temporary ones do.
func (k *Key) ends() bool { return k.Auth.Temporary }

func (k *Key) expired(now time.Time) bool {
	if !k.ends() {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return !k.expires.IsZero() && !now.Before(k.expires)
}

// bound notes which key a temporary one belongs to and when that ends.
func (k *Key) bound(perm *Key, expires time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.perm, k.expires = perm, expires
	k.bindings.Add(1)
}

func (k *Key) permanent() *Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.perm
}

func (k *Key) lastUsed() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.used
}

// Keys holds the auth keys of a server. It is safe for concurrent use.
type Keys struct {
	limit    int
	mu       sync.RWMutex
	byID     map[int64]*Key
	pinned   int
	dc       int
	keeper   store.Keeper // nil: nothing is kept beyond the process, and there are no accounts
	accounts *Accounts

	forgotten map[int64]time.Time // ready keys that are on disk as such, and when they were used
	leftOut   int
}

// NewKeys makes a table of at most limit keys, besides those that are pinned.
func NewKeys(limit int) *Keys {
	return &Keys{limit: limit, byID: map[int64]*Key{}, forgotten: map[int64]time.Time{}}
}

// Get finds a key that has not expired.
func (t *Keys) Get(now time.Time, id int64) *Key {
	k := t.find(id)
	if k != nil && k.expired(now) {
		t.Remove(id)
		return nil
	}
	return k
}

// GetNow is Get by the clock, which is asked only about keys that end.
func (t *Keys) GetNow(id int64) *Key {
	if k := t.find(id); k == nil || !k.ends() {
		return k
	}
	return t.Get(time.Now(), id)
}

func (t *Keys) find(id int64) *Key {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.byID[id]
}

// Has tells whether an id is taken.
func (t *Keys) Has(id int64) bool {
	return t.find(id) != nil
}

// Add takes a key in. When the table is full, the key that was used least
// recently goes, and is returned.
func (t *Keys) Add(k *Key) (gone *Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if k.Pinned {
		t.pinned++
		t.revive(k.ID)
	} else if len(t.byID)-t.pinned >= t.limit {
		for _, o := range t.byID {
			if o.Pinned {
				continue
			}
			if gone == nil || o.lastUsed().Before(gone.lastUsed()) {
				gone = o
			}
		}
		if gone != nil {
			delete(t.byID, gone.ID)
			t.drop(gone)
		}
	}
	if old := t.byID[k.ID]; old != nil && t.keeper != nil {
		t.accounts.inherit(&k.kept, &old.kept)
	}
	t.byID[k.ID] = k
	return gone
}

// Remove forgets a key: the next message under it is answered -404.
func (t *Keys) Remove(id int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.byID[id]
	if k == nil {
		return
	}
	if k.Pinned {
		t.pinned--
		k.forgotten.Store(true)
		if t.keeper != nil {
			t.forgotten[id] = k.lastUsed()
		}
	}
	delete(t.byID, id)
	t.drop(k)
}

// Clear forgets all keys, and of ready ones also that they were forgotten.
func (t *Keys) Clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range t.byID {
		t.drop(k)
	}
	clear(t.byID)
	t.pinned = 0
	for id := range t.forgotten {
		t.revive(id)
	}
}

// All returns the keys in no particular order.
func (t *Keys) All() []*Key {
	t.mu.RLock()
	defer t.mu.RUnlock()
	all := make([]*Key, 0, len(t.byID))
	for _, k := range t.byID {
		all = append(all, k)
	}
	return all
}
