package bounds

import "sync/atomic"

// Gate is a counter with a ceiling. The zero value lets nothing in. It is safe
// for concurrent use and never blocks.
type Gate struct {
	name  string
	limit int64
	held  atomic.Int64
}

// NewGate makes a gate that admits limit units at once. The name is that of the
// field in Limits, for messages.
func NewGate(name string, limit int64) *Gate { return &Gate{name: name, limit: limit} }

// Enter takes n units, or none and returns false.
func (g *Gate) Enter(n int64) bool {
	for { // not taken first and given back: others would be refused meanwhile
		held := g.held.Load()
		if n > g.limit-held {
			return false
		}
		if g.held.CompareAndSwap(held, held+n) {
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

// Held returns the units taken now.
func (g *Gate) Held() int64 { return g.held.Load() }
