package link

// Pending is what a hub keeps for later.
type Pending struct {
	// Timers run for answers that are late on purpose, Held are answers that wait
	// for other calls, Mailboxes are those of sessions over HTTP.
	Timers, Held, Mailboxes int
	// Claimed are the bytes of long frames that have begun.
	Claimed int64
}

// Pending counts it. With all connections gone, and nothing late, it is nothing.
func (h *Hub) Pending() (p Pending) {
	h.timers.mu.Lock()
	p.Timers = len(h.timers.pending)
	h.timers.mu.Unlock()
	p.Held = int(h.holding.Load())
	p.Claimed = h.claims.held.Load()
	h.mail.mu.Lock()
	p.Mailboxes = len(h.mail.boxes)
	h.mail.mu.Unlock()
	return p
}
