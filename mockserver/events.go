package mockserver

import (
	"context"
	"log/slog"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// KeptParts are parts that an earlier run has stored; see Event.Kept.
type KeptParts = journal.KeptParts

// Event is one thing that happened: a connection, a call, a part, a fault. What its fields
// are, and the kinds and answers below, is said by
//
//	go doc -all github.com/fakedc/fakedc/mockserver/internal/journal
type Event = journal.Event

// EventKind names what happened.
type EventKind = journal.Kind

// Kinds of events.
const (
	EventConnect    = journal.KindConnect
	EventTransport  = journal.KindTransport
	EventDisconnect = journal.KindDisconnect
	EventAuthKey    = journal.KindAuthKey
	EventSession    = journal.KindSession
	EventLogin      = journal.KindLogin
	EventCall       = journal.KindCall
	EventPart       = journal.KindPart
	EventFile       = journal.KindFile
	EventFault      = journal.KindFault
	EventRefused    = journal.KindRefused
	EventLimit      = journal.KindLimit
	EventUnknown    = journal.KindUnknown
	EventLayer      = journal.KindLayer
	EventPanic      = journal.KindPanic
	EventScenario   = journal.KindScenario
	EventHostile    = journal.KindHostile
	EventControl    = journal.KindControl
	EventStore      = journal.KindStore
	EventKept       = journal.KindKept
	EventLeft       = journal.KindLeft
	EventUnheard    = journal.KindUnheard
	// EventAck is in Options.Journal, with the number of the event before it, and not
	// kept in memory.
	EventAck = journal.KindAck
)

// Answer is what a client got in place of the usual answer.
type Answer = journal.Answer

// What a client got.
const (
	AnswerUsual   = journal.AnswerUsual
	AnswerError   = journal.AnswerError
	AnswerFalse   = journal.AnswerFalse
	AnswerNothing = journal.AnswerNothing
	AnswerDropped = journal.AnswerDropped
	AnswerRefused = journal.AnswerRefused
	AnswerGarbage = journal.AnswerGarbage
)

// Sign is what an event is a sign of.
type Sign = journal.Sign

// What an event is a sign of.
const (
	SignUntrusted = journal.SignUntrusted
	SignZeroKey   = journal.SignZeroKey
	SignForgotten = journal.SignForgotten
)

// AppendJournal is JournalSince in pieces: it appends the oldest of those events to dst, most at
// the most. A full journal has 40 MB, and no client is answered while it is copied.
func (s *Server) AppendJournal(dst []Event, seq int64, most int) []Event {
	return s.journal.Append(dst, seq, most)
}

// Changed returns a channel that is closed when the next event is noted.
func (s *Server) Changed() <-chan struct{} { return s.journal.Changed() }

// logTo writes events to a logger: refusals, limits and panics as warnings or
// errors, all else for whoever wants to know everything.
func logTo(l *slog.Logger) func(Event) {
	return func(e Event) {
		if e.Kind == EventAck {
			return
		}
		level := slog.LevelDebug
		switch {
		case e.Kind == EventPanic:
			level = slog.LevelError
		case e.Kind == EventLimit, e.Kind == EventUnknown, e.Kind == EventLayer, e.Kind == EventStore && e.Error != "":
			level = slog.LevelWarn
		case e.Error != "", e.Kind == EventFault, e.Kind == EventRefused:
			level = slog.LevelInfo
		}
		if !l.Enabled(context.Background(), level) {
			return
		}
		l.LogAttrs(context.Background(), level, string(e.Kind), attributes(e)...)
	}
}

func attributes(e Event) []slog.Attr {
	out := []slog.Attr{slog.Int64("conn", e.Conn)}
	add := func(name, value string) {
		if value != "" {
			out = append(out, slog.String(name, value))
		}
	}
	add("method", e.Method)
	if e.Part != nil {
		out = append(out, slog.Int64("file_id", e.FileID), slog.Int("part", int(*e.Part)), slog.Int("size", e.Size))
	}
	if e.Total != nil {
		out = append(out, slog.Int("total", int(*e.Total)))
	}
	add("error", e.Error)
	add("fault", e.Fault)
	add("text", e.Text)
	return out
}
