package mockserver

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/link"
)

// addReadyKeys gives a datacenter the auth keys of the ready sessions.
func (s *Server) addReadyKeys(c *center) {
	for n := 1; n <= s.options.ReadyAccounts; n++ {
		s.addReadyKeysOf(c, n)
	}
}

// addReadyKeysOf does so for one account, the user and the bot.
func (s *Server) addReadyKeysOf(c *center, n int) {
	for _, bot := range []bool{false, true} {
		value := readyKey(s.options.Seed, n, bot, c.id)
		k := link.NewKey(value, readySalt(value), time.Now())
		k.Pinned = true
		k.Auth.LogIn(c.hub.Handler.Ready(n, bot))
		c.hub.Keys.Add(k)
	}
}

// Session returns a ready session for this server: a login without a login. The
// zero options are those of user number 1; Seed and Addr are the server's own, and
// so is DC where it is 0. Tests that run in parallel take different accounts, so
// that they share no files.
func (s *Server) Session(o SessionOptions) (Session, error) {
	if o.Account > s.options.ReadyAccounts {
		if o.DC == 0 {
			o.DC = s.home().id
		}
		return Session{}, &NoSessionError{o.DC, o.Account, s.options.ReadyAccounts}
	}
	return s.session(o)
}

// session is for the accounts of namespaces too.
func (s *Server) session(o SessionOptions) (Session, error) {
	if o.DC == 0 {
		o.DC = s.home().id
	}
	o.Seed = s.options.Seed
	c, ok := s.center(o.DC)
	if ok {
		s.mu.Lock()
		o.Addr = hostPort(c.addr)
		s.mu.Unlock()
	}
	ready, err := NewSession(o)
	if err != nil {
		return Session{}, err
	}
	if !ok {
		return Session{}, &NoSessionError{o.DC, ready.Account, s.options.ReadyAccounts}
	}
	return ready, nil
}
