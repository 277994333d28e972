package fault

import (
	"fmt"
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// Event is something other than a call that a scenario may have rules for.
type Event = scenarios.Event

// The events.
const (
	Connect   = scenarios.EventConnect
	Close     = scenarios.EventClose
	Handshake = scenarios.EventHandshake
	AuthKey   = scenarios.EventAuthKey
)

// How long what waits for other calls waits at most.
const (
	MaxHold        = scenarios.MaxHold
	MaxReorderTime = scenarios.MaxReorderTime
	// MaxGate is for calls at a gate, which somebody who debugs a test may stand at.
	// Up to then the connection is not idle for too long.
	MaxGate = 4 * time.Minute
)

// At asks about an event of a connection. A nil Injector injects nothing.
func (i *Injector) At(e Event, conn int64, dc int) Plan {
	if i == nil {
		return Plan{}
	}
	return i.Plan(&scenarios.Call{Event: e, Connection: conn, DC: dc})
}

// AtText says what is done at an event.
func (p *Plan) AtText() string {
	text := "noticed"
	switch {
	case p.Refuse && p.Reset:
		text = "connection reset"
	case p.Refuse && p.Stall:
		text = "connection stalled"
	case p.Refuse:
		text = "connection closed"
	case p.TransportError != 0:
		text = fmt.Sprintf("answered with transport error %d", p.TransportError)
	case p.Hostile != "":
		text = "the exchange breaks a rule: " + p.Hostile
	case p.Silent:
		text = "never answered"
	}
	if p.Delay > 0 {
		text += fmt.Sprintf(", after %v", p.Delay)
	}
	return text
}
