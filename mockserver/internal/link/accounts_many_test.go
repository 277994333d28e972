package link

import (
	"maps"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// shared is a cupboard for many at once. It fails now and then, and what a crash would
// leave is loaded each time: one after a commit, and one after the commit that others may
// make of what is to be done later.
type shared struct {
	mu     sync.Mutex
	c      *cupboard
	random *rand.Rand
	broken error // the first time that nothing could be made of it
}

func (s *shared) Commit(do, undo []store.Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.random.IntN(10)
	s.c.fails, s.c.writes = n < 2, n == 1
	err := s.c.Commit(do, undo)
	s.c.fails = false
	s.look(s.c.records)
	return err
}

func (s *shared) look(records map[string][]byte) {
	if s.broken == nil {
		s.broken = load(&cupboard{records: records})
	}
}

func (s *shared) Later(changes ...store.Change) {
	defer runtime.Gosched() // what its caller does next may come later than others
	s.mu.Lock()
	defer s.mu.Unlock()
	s.c.Later(changes...)
	next := cupboard{records: maps.Clone(s.c.records)}
	next.apply(s.c.later)
	s.look(next.records)
}

func (s *shared) Flush() error { return s.Commit(nil, nil) }

// anyKey is one of those that there are, or nil.
func anyKey(keys *Keys, r *rand.Rand) *Key {
	all := keys.All()
	if len(all) == 0 {
		return nil
	}
	return all[r.IntN(len(all))]
}

// act does one thing of those that happen to keys.
func act(keys *Keys, h *rpc.Handler, r *rand.Rand) {
	k := anyKey(keys, r)
	switch what := r.IntN(20); {
	case what == 0 || k == nil:
		var value [256]byte
		for i := range value {
			value[i] = byte(r.Uint32())
		}
		k = NewKey(value, 1, start.Add(time.Duration(r.IntN(100))*time.Second))
		k.Pinned = r.IntN(8) == 0
		keys.Add(k)
	case what == 1:
		keys.Remove(k.ID)
	case what == 2 && r.IntN(20) == 0:
		keys.Clear()
	case what == 3:
		if keys.destroy(k) == nil {
			keys.Remove(k.ID)
		}
	case what < 8:
		k.Auth.LogIn(nil)
		_ = keys.Keep(k)
	case what < 12:
		k.Auth.LogIn(h.Ready(1+r.IntN(3), false))
		_ = keys.Keep(k)
	default:
		_ = keys.Keep(k)
	}
}

// Whatever many do with keys of two datacenters at the same time, and whatever the disk
// makes of it, no key on it is ever without its account; and in the end there are no
// accounts but those of keys.
func TestManyKeepKeysAndAccounts(t *testing.T) {
	for seed := range uint64(5) {
		s := &shared{c: newCupboard(), random: rand.New(rand.NewPCG(seed, 0))}
		accounts, err := LoadAccounts(s.c, s)
		require.NoError(t, err)
		h := rpc.New(rpc.Config{})
		tables := []*Keys{NewKeys(4), NewKeys(4)}
		for i, keys := range tables {
			keys.KeepBy(s, 2+2*i, accounts)
		}
		var all sync.WaitGroup
		for worker := range uint64(8) {
			all.Go(func() {
				r := rand.New(rand.NewPCG(seed, 1+worker))
				for range 500 {
					act(tables[r.IntN(2)], h, r)
				}
			})
		}
		all.Wait()
		require.NoError(t, s.broken, "seed %d", seed)
		require.NoError(t, s.c.Flush())
		require.NoError(t, load(s.c))
		named := map[int64]bool{}
		for _, keys := range tables {
			for _, k := range keys.All() {
				if k.kept.names != 0 {
					named[k.kept.names] = true
				}
			}
		}
		require.Len(t, onDisk(t, s.c), len(named), "seed %d", seed)
		require.Len(t, accounts.users, len(named), "seed %d", seed)
	}
}
