package fault

import (
	"time"

	"github.com/fakedc/fakedc/scenarios"
)

// Plan is a decision laid out along the way of a call.
type Plan struct {
	// Fired tells that a rule fired, Rule is its name.
	Fired bool
	Rule  string

	// Skip: the call is not carried out. Error or Answer goes back instead, or
	// the connection is dropped.
	Skip bool
	// Lose: the call is carried out, and what it stored is forgotten.
	Lose bool

	// LoseAfter: what was stored is forgotten so much later, 0 for never.
	LoseAfter time.Duration
	// Corrupt: other bytes are stored than came; Noise says which.
	Corrupt scenarios.Corruption

	// Error is what is answered, nil for none.
	Error *Error
	// Answer is the Bool that is answered whatever happened, nil for none.
	Answer *bool
	// Silent: no answer ever.
	Silent bool
	// Drop: the connection goes away in place of the answer.
	Drop bool
	// Exit is what is done on the way out.
	Exit
	// Pack: the answer is sent as gzip_packed.
	Pack bool
	// Garbage is so many bytes in place of the answer, made of Noise.
	Garbage int
	Noise   uint64
	// Delay comes before the answer or the drop.
	Delay time.Duration
	// Bandwidth is bytes per second, 0 for no bound.
	Bandwidth int64
	// Held: the answer waits for a call that Releases those at the same Meeting.
	Held, Releases bool
	Meeting        *scenarios.Meeting
	// Refuse: the connection is ended at once, at an event.
	Refuse bool
}

// Exit is what is done about an answer where it leaves, or in its place.
type Exit struct {
	// TransportError is sent in place of the answer, 0 for none.
	TransportError int32
	// BadSalt refuses the message for its salt, BadMsg for another reason: the
	// code of bad_msg_notification, 0 for none.
	BadSalt bool
	BadMsg  int
	// Twice: the answer is sent two times. Spoil: its msg_key is wrong.
	Twice, Spoil bool
	// NewSession: the session begins anew, and the call is to be sent again.
	NewSession bool
	// Reorder is how many later answers of the session leave before.
	Reorder int
	// Hostile is a rule of MTProto to be broken, by the name of the case.
	Hostile string
	// Cut: the connection ends in the middle of the answer.
	Cut bool
	// Reset and Stall are ways to drop a connection other than closing it.
	Reset, Stall bool
}

// Waits tells that the answer, or what comes in its place, leaves when others come or
// leave: nobody knows yet when.
func (p *Plan) Waits() bool { return (p.Held || p.Reorder > 0) && !p.Silent }

// Refuses tells that the message is refused as if it had never been looked at.
func (x *Exit) Refuses() bool {
	return x.TransportError != 0 || x.BadSalt || x.BadMsg != 0 || x.NewSession
}

// Error is an RPC error that a scenario asked for.
type Error struct {
	Code    int
	Message string
}

// Plan asks about a call and lays the decision out.
func (i *Injector) Plan(c *scenarios.Call) Plan {
	d := i.Decide(c)
	if d.Rule < 0 {
		return Plan{LoseAfter: i.lifetime(c)}
	}
	p := Plan{Fired: true, Rule: d.RuleName, Delay: d.Delay, Lose: d.Store == scenarios.StoreLose,
		LoseAfter: d.LoseAfter, Corrupt: d.Corrupt, Noise: d.Noise,
		Bandwidth: d.Bandwidth, Held: d.Held, Releases: d.Releases, Meeting: d.Meeting}
	if p.LoseAfter == 0 && !p.Lose {
		p.LoseAfter = i.lifetime(c)
	}
	switch d.Reply.Kind {
	case scenarios.ReplyError:
		p.Error = &Error{d.Reply.Code, d.Reply.Message}
	case scenarios.ReplyBool:
		p.Answer = &d.Reply.Answer
	case scenarios.ReplyNone:
		p.Silent = true
	case scenarios.ReplyDrop:
		p.Drop = true
		p.Cut = d.Reply.Drop == scenarios.DropMidAnswer
		p.Reset, p.Stall = d.Reply.How == scenarios.DropRST, d.Reply.How == scenarios.DropStall
	case scenarios.ReplyRefuse:
		p.Refuse = true
		p.Reset, p.Stall = d.Reply.How == scenarios.DropRST, d.Reply.How == scenarios.DropStall
	default:
		p.onTheWire(c, d)
	}
	// What says "not stored" is not carried out at all, unless the rule asks to
	// keep the bytes all the same.
	answer := scenarios.Decision{Reply: d.Reply}
	p.Skip = !answer.Stores() && d.Store != scenarios.StoreKeep
	return p
}

// onTheWire lays out what is not about the call but about its message.
func (p *Plan) onTheWire(c *scenarios.Call, d scenarios.Decision) {
	switch d.Reply.Kind {
	case scenarios.ReplyTransportError:
		p.TransportError = int32(d.Reply.Code)
	case scenarios.ReplyBadServerSalt:
		p.BadSalt = true
	case scenarios.ReplyBadMsg:
		p.BadMsg = d.Reply.Code
	case scenarios.ReplyDuplicate:
		p.Twice = true
	case scenarios.ReplyGzip:
		p.Pack = true
	case scenarios.ReplyGarbage:
		p.Garbage = d.Reply.Size
	case scenarios.ReplyWrongMsgKey:
		p.Spoil = true
	case scenarios.ReplyNewSession:
		p.NewSession = true
	case scenarios.ReplyHostile:
		p.Hostile = d.Reply.Message
		p.Lose = c.HasPart // what the message says is not true
	case scenarios.ReplyReorder:
		p.Reorder = d.Reply.Count
	}
}
