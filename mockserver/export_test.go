package mockserver

// Holding is what a server holds on behalf of its clients, by the name of the limit
// that bounds it, where there is one. What is nothing is not in it.
func (s *Server) Holding() map[string]int64 {
	all := map[string]int64{"Connections": s.conns.Held(), "StoreBytes": s.room.Held()}
	home := s.home().hub // the gates are those of all datacenters
	all["Handshakes"], all["DelayedAnswers"], all["WaitingBytes"] = home.Handshakes.Held(), home.Delayed.Held(), home.Waiting.Held()
	for _, c := range s.centers {
		p := c.hub.Pending()
		all["timers"] += int64(p.Timers)
		all["held answers"] += int64(p.Held)
		all["mailboxes"] += int64(p.Mailboxes)
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

// ForgetUploads takes out of memory what uploads hold, and what a scenario remembers
// of them, and nothing else.
func (s *Server) ForgetUploads() error {
	s.uploads.Clear()
	return s.SetScenario(nil)
}
