package mockserver

import (
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/scenarios"
)

// Namespace is a part of a server for one test of several that run at once: a user
// and a bot of its own, whose uploads, faults, journal and verdict no other test
// sees or disturbs.
//
// Its files are numbered by themselves where scenarios, injected rules and gates are
// concerned, in the order in which they begin, from 1, whichever of them is in force
// then. Connections, the rules for uploads, and Upload.Ordinal belong to the whole server.
type Namespace struct {
	view
	account int
	space   *fault.Space
	current atomic.Pointer[fault.Injected] // its scenario, nil for none
	setting sync.Mutex
	used    atomic.Bool // one of its accounts made a call

	injecting sync.Mutex
	injected  []*fault.Injected // beside its scenario, also those that were removed
	gates     []*Hold           // also those that were opened
}

// spaces are the namespaces in use.
type spaces struct {
	mu        sync.Mutex
	last      int // number of the newest, from 1
	byAccount atomic.Pointer[map[int64]*Namespace]
}

// of finds the namespace that an account belongs to.
func (s *spaces) of(account int64) *Namespace {
	all := s.byAccount.Load()
	if all == nil || account == 0 {
		return nil
	}
	return (*all)[account]
}

func (s *spaces) any() bool {
	all := s.byAccount.Load()
	return all != nil && len(*all) > 0
}

// change replaces the map, which others read meanwhile.
func (s *spaces) change(by func(map[int64]*Namespace)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := map[int64]*Namespace{}
	if old := s.byAccount.Load(); old != nil {
		next = maps.Clone(*old)
	}
	by(next)
	s.byAccount.Store(&next)
}

// Namespace sets a part of the server aside until the test ends; then the test fails
// for what [Options.AtEnd] lists, and its scenario, its injected rules and its gates are
// gone: calls that wait at one go on. Its clients log in with its BotToken or Session: those
// that log in with anything else are not seen by it, which the test is told when it fails.
func (s *Server) Namespace(t TB) *Namespace {
	t.Helper()
	s.resetting.Lock()
	defer s.resetting.Unlock()
	s.told.begin(t)
	n := &Namespace{}
	s.spaces.mu.Lock()
	s.spaces.last++
	n.account = s.options.ReadyAccounts + s.spaces.last
	s.spaces.mu.Unlock()
	if n.account > maxReadyAccounts {
		t.Fatalf("mockserver: there were %d namespaces already, and there are no more accounts", n.account-s.options.ReadyAccounts-1)
		return nil
	}
	n.server, n.fired, n.since = s, n.firedRules, s.journal.Last()
	n.accounts = map[int64]bool{rpc.ReadyID(n.account, false): true, rpc.ReadyID(n.account, true): true}
	n.space = s.faults.Space(n.ids()...)
	n.newOracle(nil)
	for _, c := range s.centers {
		s.addReadyKeysOf(c, n.account)
	}
	s.spaces.change(func(all map[int64]*Namespace) {
		for id := range n.accounts {
			all[id] = n
		}
	})
	t.Cleanup(func() {
		t.Helper()
		reasons := n.atEnd(t, n.unfired())
		n.end(t, append(reasons, n.unused(t)...))
		_ = n.SetScenario(nil)
		n.removeInjected()
		n.openGates() // behind the rules, which those that wait have escaped
		n.space.End()
		s.spaces.change(func(all map[int64]*Namespace) {
			for id := range n.accounts {
				delete(all, id)
			}
		})
	})
	return n
}

func (n *Namespace) firedRules() []int {
	if x := n.current.Load(); x != nil {
		return x.FiredEach()
	}
	return nil
}

func (n *Namespace) bot() int64 { return rpc.ReadyID(n.account, true) }

// BotToken logs in as the bot of the namespace.
func (n *Namespace) BotToken() string {
	return fmt.Sprintf("%d:namespace", n.bot())
}

// Session returns a ready session of the user of the namespace, or of its bot; see
// [Server.Session]. Account is the namespace's own.
func (n *Namespace) Session(o SessionOptions) (Session, error) {
	o.Account = n.account
	return n.server.session(o)
}

// SetScenario puts a scenario in force for the namespace, in place of the one before,
// ahead of the server's and behind rules that are injected; nil is none. What concerns the whole server, such as a
// profile or rules about connections, it must not have.
func (n *Namespace) SetScenario(next *scenarios.Scenario) error {
	n.setting.Lock()
	defer n.setting.Unlock()
	old := n.current.Load()
	var x *fault.Injected
	if next != nil {
		var err error
		if x, err = n.space.Inject(next, n.server.options.Seed, old); err != nil {
			return fmt.Errorf("mockserver: the scenario of a namespace: %w", err)
		}
	} else if old != nil {
		old.Remove()
	}
	n.current.Store(x)
	n.newOracle(next)
	return nil
}

// Inject puts rules before those of the namespace's scenario; see [Server.Inject].
func (n *Namespace) Inject(rules ...scenarios.Rule) (*Injection, error) {
	if err := checkInjected(rules); err != nil {
		return nil, fmt.Errorf("mockserver: injecting: %w", err)
	}
	x, err := n.space.InjectRules(rules, n.server.options.Seed)
	if err != nil {
		return nil, fmt.Errorf("mockserver: injecting: %w", err)
	}
	n.injecting.Lock()
	defer n.injecting.Unlock()
	n.injected = append(n.injected, x)
	return &Injection{x}, nil
}

// unfired are the names of its injected rules that never fired.
func (n *Namespace) unfired() (names []string) {
	n.injecting.Lock()
	defer n.injecting.Unlock()
	for _, x := range n.injected {
		names = append(names, x.Unfired()...)
	}
	return names
}

// removeInjected takes out what would be asked about every call of tests to come.
func (n *Namespace) removeInjected() {
	n.injecting.Lock()
	defer n.injecting.Unlock()
	for _, x := range n.injected {
		x.Remove()
	}
}

// Hold puts up a gate for calls of the namespace, which ends with it; see [Server.Hold].
func (n *Namespace) Hold(m scenarios.Match) (*Hold, error) {
	h, err := n.server.hold(m, n.space)
	if err != nil {
		return nil, err
	}
	n.injecting.Lock()
	defer n.injecting.Unlock()
	n.gates = append(n.gates, h)
	return h, nil
}

// openGates takes them away: nobody else would, and a server looks at every call as long
// as there is one.
func (n *Namespace) openGates() {
	n.injecting.Lock()
	defer n.injecting.Unlock()
	for _, h := range n.gates {
		h.Open()
	}
}

func (n *Namespace) ids() (ids []int64) {
	for id := range n.accounts {
		ids = append(ids, id)
	}
	return ids
}
