package mockserver

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// outsiders says what accounts of no namespace did since a namespace began: a client that
// is not logged in to it is not seen by it. It says nothing of a whole server.
func (v *view) outsiders() []string {
	if v.accounts == nil {
		return nil
	}
	calls, account, uploads := 0, int64(0), map[int]bool{}
	for _, e := range v.server.journal.Since(v.since) {
		if e.Account == 0 || !isCall(&e) || v.server.inSpace(e.Account) {
			continue
		}
		calls, account = calls+1, e.Account
		if e.Kind == EventPart && e.File > 0 {
			uploads[e.File] = true
		}
	}
	if calls == 0 {
		return nil
	}
	what := words.Count(calls, "call")
	if len(uploads) > 0 {
		what += " and " + words.Count(len(uploads), "upload")
	}
	return []string{fmt.Sprintf("%s came from accounts of no namespace, such as %d: a client logs in to this one with its BotToken or its Session", what, account)}
}

// inSpace tells whether an account is one of a namespace, be it over.
func (s *Server) inSpace(account int64) bool {
	s.spaces.mu.Lock()
	last := s.spaces.last
	s.spaces.mu.Unlock()
	for _, bot := range []bool{false, true} {
		if n := account - rpc.ReadyID(s.options.ReadyAccounts, bot); n >= 1 && n <= int64(last) {
			return true
		}
	}
	return false
}

// unused is why the test of a namespace fails that saw none of the calls that there were.
func (n *Namespace) unused(t TB) []string {
	if n.used.Load() || n.server.options.AtEnd.AllowUnused || over(t) || len(n.outsiders()) == 0 {
		return nil
	}
	return []string{"nobody called as an account of the namespace: its test is about nothing"}
}
