package mockserver

import (
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/scenarios/oracle"
	"github.com/fakedc/fakedc/validator"
)

// Verdict says what became of everything that the scenario expects of a client,
// which of its rules have not fired, which methods nobody knows and which upload
// rules were broken, since the scenario was set. It may be asked at any time; what
// is pending when a test is over has failed.
func (s *Server) Verdict() oracle.Verdict {
	state := oracle.State{Fired: s.faults.Fired()}
	for _, u := range s.Uploads() {
		state.Files = append(state.Files, oracle.FileState{
			Ordinal: u.Ordinal, FileID: u.FileID, Complete: u.Report.Complete, Missing: u.Report.MissingCount,
			Bytes: u.Report.Bytes, SHA256: u.SHA256,
		})
	}
	return s.oracle.Load().Verdict(state)
}

// newOracle begins to watch for a scenario.
func (s *Server) newOracle(next *scenarios.Scenario) {
	s.oracle.Store(oracle.New(next, func(id string) oracle.Rule {
		r, _ := s.uploads.Rules().Rule(id)
		return oracle.Rule{Enforced: r.Mode == validator.Enforce, URL: r.Source}
	}))
}

// watch hands the journal to the oracle. The journal calls it, one event at a time.
func (s *Server) watch(e Event) {
	if x, ok := observation(&e); ok {
		s.oracle.Load().Observe(x)
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
