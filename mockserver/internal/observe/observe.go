package observe

import (
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/scenarios/oracle"
)

// Of is an event as an oracle sees it, if it is of any interest to one.
func Of(e *journal.Event) (x oracle.Observation, ok bool) {
	switch e.Kind {
	case journal.KindPart, journal.KindCall:
		x.Kind = oracle.Call
	case journal.KindFault:
		if !e.Skipped {
			return x, false // an event of the call itself follows
		}
	case journal.KindUnknown:
		x.Kind = oracle.Unknown
	case journal.KindFile:
		x.Kind = oracle.Use
	case journal.KindHostile:
		return oracle.Observation{Kind: oracle.Hostile, Seq: e.Seq, Time: e.Time, Error: e.Hostile, Done: e.Accepted}, true
	case journal.KindAck:
		x.Kind = oracle.Ack
	case journal.KindLeft:
		x.Kind = oracle.Left
	case journal.KindUnheard:
		x.Kind = oracle.Unheard
	default:
		return x, false
	}
	x.Seq, x.Time, x.Delay, x.Waits = e.Seq, e.Time, e.Delay, e.Waits
	x.Account, x.Session, x.Conn, x.MsgID, x.Method = e.Account, e.Session, e.Conn, e.MsgID, e.Method
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
	x.Hostile, x.Stalled = e.Hostile, Stalled(e)
	x.Done, x.Lost, x.Broken, x.Acked = e.Done, e.Lost, e.Rules, e.Acked
	for i := range e.Rules {
		x.Why = append(x.Why, Why(e, i))
	}
	return x, true
}

// Stalled tells of a call that was answered by no more than the silence of its connection.
func Stalled(e *journal.Event) bool {
	return e.Answer == journal.AnswerDropped && strings.HasPrefix(e.Text, "connection stalled")
}

// Why says what was wrong with a call by one of the rules that it broke, as far as that is
// known: a journal of an older version has the sentences of all rules in one.
func Why(e *journal.Event, rule int) string {
	if rule < len(e.Why) {
		return e.Why[rule]
	}
	return e.Text
}

var answers = map[journal.Answer]oracle.Answer{
	journal.AnswerUsual: oracle.OK, journal.AnswerError: oracle.Error, journal.AnswerFalse: oracle.False, journal.AnswerNothing: oracle.Nothing,
	journal.AnswerDropped: oracle.Dropped, journal.AnswerRefused: oracle.Refused, journal.AnswerGarbage: oracle.Garbage,
}

// withoutCode turns "400 FILE_PART_INVALID" into the name.
func withoutCode(text string) string {
	_, name, _ := strings.Cut(text, " ")
	return name
}
