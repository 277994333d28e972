package mockserver

import (
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/scenarios/oracle"
	"github.com/fakedc/fakedc/validator"
)

// watch hands the journal to the oracles. The journal calls it, one event at a time.
// What happens in a namespace is not the server's business; what is about no
// account, such as an acknowledgement, any of them may be interested in.
func (s *Server) watch(e Event) {
	x, ok := observation(&e)
	if !ok {
		return
	}
	if n := s.spaces.of(e.Account); n != nil {
		n.oracle.Load().Observe(x)
		return
	}
	s.oracle.Load().Observe(x)
	if all := s.spaces.byAccount.Load(); all != nil && e.Account == 0 {
		for id, n := range *all {
			if id == n.bot() {
				n.oracle.Load().Observe(x)
			}
		}
	}
}

// observation is an event as the oracle sees it.
func observation(e *Event) (x oracle.Observation, ok bool) {
	switch e.Kind {
	case EventPart, EventCall:
		x.Kind = oracle.Call
	case EventFault:
		if !e.Skipped {
			return x, false // an event of the call itself follows
		}
	case EventUnknown:
		x.Kind = oracle.Unknown
	case EventFile:
		x.Kind = oracle.Use
	case EventHostile:
		return oracle.Observation{Kind: oracle.Hostile, Seq: e.Seq, Time: e.Time, Error: e.Hostile, Done: e.Accepted}, true
	case journal.KindAck:
		x.Kind = oracle.Ack
	default:
		return x, false
	}
	x.Seq, x.Time, x.Delay = e.Seq, e.Time, e.Delay
	x.Account, x.Session, x.MsgID, x.Method = e.Account, e.Session, e.MsgID, e.Method
	x.File, x.FileID, x.Size, x.Print = e.File, e.FileID, e.Size, e.Print
	if e.Part != nil {
		x.HasPart, x.Part = true, *e.Part
	}
	if e.Total != nil {
		x.Total = *e.Total
	}
	x.Answer, x.Error = answers[e.Answer], withoutCode(e.Error)
	if x.Kind == oracle.Use && e.Error != "" {
		x.Answer = oracle.Error
	}
	x.Hostile = e.Hostile
	x.Done, x.Lost, x.Broken, x.Acked = e.Done, e.Lost, e.Rules, e.Acked
	return x, true
}

var answers = map[Answer]oracle.Answer{
	AnswerUsual: oracle.OK, AnswerError: oracle.Error, AnswerFalse: oracle.False, AnswerNothing: oracle.Nothing,
	AnswerDropped: oracle.Dropped, AnswerRefused: oracle.Refused, AnswerGarbage: oracle.Garbage,
}

// withoutCode turns "400 FILE_PART_INVALID" into the name.
func withoutCode(text string) string {
	_, name, _ := strings.Cut(text, " ")
	return name
}

// Rules returns the upload rules with the modes that are in force for files that
// begin now.
func (s *Server) Rules() []validator.Rule { return s.uploads.Rules().Rules() }
