package link

import (
	"slices"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// forgottenRecord is what is on disk in place of a ready key that was forgotten, or that
// its client destroyed: every run makes the ready keys anew, and would know it again.
type forgottenRecord struct {
	Forgotten bool      `json:"forgotten,omitempty"`
	Used      time.Time `json:"used"`
}

// without is how a key is taken off the disk. Whose number another run makes again
// leaves a record there if it was forgotten for good.
func (t *Keys) without(k *Key, forgotten bool) store.Change {
	c := store.Change{Table: store.TableKeys, Key: keyKey(t.dc, k.ID)}
	if k.Pinned && forgotten {
		c.Value = encode(forgottenRecord{true, k.lastUsed()})
	}
	return c
}

// leaveOut forgets a key as an earlier run did, and tells whether there was one.
func (t *Keys) leaveOut(id int64, used time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forgotten[id] = used
	k := t.byID[id]
	if k == nil || !k.Pinned {
		return false
	}
	t.leftOut++
	t.pinned--
	delete(t.byID, id)
	return true
}

// LeftOut is how many keys that were there Load has left out: an earlier run forgot them.
func (t *Keys) LeftOut() int { return t.leftOut }

// boundForgotten is given the forgotten keys that are none of this run's, of another seed
// or of namespaces that may come. No more of them stay than there may be keys: those that
// were used last.
func (t *Keys) boundForgotten(strangers []int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	slices.SortFunc(strangers, func(a, b int64) int { return t.forgotten[b].Compare(t.forgotten[a]) })
	for _, id := range strangers[min(t.limit, len(strangers)):] {
		t.revive(id)
	}
}

// revive takes a forgotten key for one that never was. The caller holds t.mu.
func (t *Keys) revive(id int64) {
	if _, yes := t.forgotten[id]; yes {
		delete(t.forgotten, id)
		t.keeper.Later(store.Change{Table: store.TableKeys, Key: keyKey(t.dc, id)})
	}
}
