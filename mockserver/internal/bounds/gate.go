package bounds

import "sync/atomic"

// Gate is a counter with a ceiling. The zero value lets nothing in. It is safe
// for concurrent use and never blocks.
type Gate struct {
	name    string
	limit   int64
	held    atomic.Int64
	peak    atomic.Int64
	refused atomic.Int64
}

// NewGate makes a gate that admits limit units at once. The name is that of the
// field in Limits, for messages.
func NewGate(name string, limit int64) *Gate { return &Gate{name: name, limit: limit} }

// Enter takes n units, or none and returns false.
func (g *Gate) Enter(n int64) bool {
	var now int64
	for { // not taken first and given back: others would be refused meanwhile
		held := g.held.Load()
		if n > g.limit-held {
			g.refused.Add(1)
			return false
		}
		if now = held + n; g.held.CompareAndSwap(held, now) {
			break
		}
	}
	for {
		peak := g.peak.Load()
		if now <= peak || g.peak.CompareAndSwap(peak, now) {
			return true
		}
	}
}

// Leave gives n units back.
func (g *Gate) Leave(n int64) { g.held.Add(-n) }

// Name returns the name of the limit.
func (g *Gate) Name() string { return g.name }

// Limit returns the ceiling.
func (g *Gate) Limit() int64 { return g.limit }

// Held returns the units taken now, Peak the most at once, Refused how often
// there was no room.
func (g *Gate) Held() int64 { return g.held.Load() }

// Peak returns the most units that were taken at once.
func (g *Gate) Peak() int64 { return g.peak.Load() }

// Refused returns how often there was no room.
func (g *Gate) Refused() int64 { return g.refused.Load() }
