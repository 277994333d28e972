package mockserver

import (
	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/store"
)

// Holding is what a server holds on behalf of its clients, by the name of the limit
// that bounds it, where there is one. What is nothing is not in it.
func (s *Server) Holding() map[string]int64 {
	all := map[string]int64{"Connections": s.conns.Held(), "StoreBytes": s.room.Held()}
	home := s.home().hub // the gates are those of all datacenters
	all["Handshakes"], all["DelayedAnswers"], all["WaitingBytes"] = home.Handshakes.Held(), home.Delayed.Held(), home.Waiting.Held()
	all["QueueTotal"] = home.Backlog.Held()
	for _, c := range s.centers {
		p := c.hub.Pending()
		all["timers"] += int64(p.Timers)
		all["held answers"] += int64(p.Held)
		all["mailboxes"] += int64(p.Mailboxes)
		all["claims"] += p.Claimed
	}
	s.mu.Lock()
	all["links"] = int64(len(s.links))
	all["SOCKS conversations"] = int64(len(s.waiting))
	s.mu.Unlock()
	for name, n := range all {
		if n == 0 {
			delete(all, name)
		}
	}
	return all
}

// Pairs is how many times two frames were opened at once.
func (s *Server) Pairs() int64 { return s.home().hub.Pairs() }

// ForgetUploads takes out of memory what uploads hold, and what a scenario remembers
// of them, and nothing else.
func (s *Server) ForgetUploads() error {
	s.uploads.Clear()
	return s.SetScenario(nil)
}

// KeepKeysBy has auth keys and accounts kept by what is made of the data directory; nobody
// has used the server yet.
func (s *Server) KeepKeysBy(around func(store.Keeper) store.Keeper) error {
	k := around(s.disk)
	accounts, err := link.LoadAccounts(s.disk, k)
	if err != nil {
		return err
	}
	for _, c := range s.centers {
		c.hub.Keys.KeepBy(k, c.id, accounts)
	}
	accounts.Prune()
	return nil
}
