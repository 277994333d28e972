package rpc

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
)

func encodeError(code int, message string) []byte {
	var b bin.Buffer
	// Encoding two fields into a buffer cannot fail.
	_ = (&mt.RPCError{ErrorCode: code, ErrorMessage: message}).Encode(&b)
	return b.Buf
}

// encodeBool returns bytes that are everybody's: they must not be written to.
func encodeBool(v bool) []byte {
	if v {
		return boolTrue
	}
	return boolFalse
}

var (
	boolTrue  = binary.LittleEndian.AppendUint32(nil, bin.TypeTrue)[:4:4]
	boolFalse = binary.LittleEndian.AppendUint32(nil, bin.TypeFalse)[:4:4]
)

// event begins an event with what is known of the query.
func (q *query) event(kind journal.Kind) journal.Event {
	e := journal.Event{Kind: kind, Conn: q.Conn, DC: q.DC, Session: q.Session, Key: q.Key, MsgID: q.MsgID, Method: q.method}
	if a := q.account; a != nil {
		e.Account = a.ID
	}
	return e
}

// took is how long the query has been here.
func (q *query) took() time.Duration {
	if q.Since == nil {
		return 0
	}
	return q.Since(q.now)
}

func (q *query) noteFault(p fault.Plan) {
	if !p.Fired {
		return
	}
	e := q.event(journal.KindFault)
	e.Fault, e.Text, e.Skipped = p.Rule, describe(p), p.Skip
	laidOver(p, &e)
	q.Journal.Add(q.now, e)
}

// laidOver notes what the client gets, which the scenario has the last word about.
func laidOver(p fault.Plan, e *journal.Event) {
	if e.Error != "" {
		e.Answer = journal.AnswerError
	}
	e.Delay, e.Waits = p.Delay, p.Waits()
	switch {
	case p.Error != nil:
		e.Answer, e.Error = journal.AnswerError, fmt.Sprintf("%d %s", p.Error.Code, p.Error.Message)
	case p.Answer != nil:
		e.Answer, e.Error = journal.AnswerUsual, ""
		if !*p.Answer {
			e.Answer = journal.AnswerFalse
		}
	case p.Silent:
		e.Answer = journal.AnswerNothing
	case p.Drop:
		e.Answer = journal.AnswerDropped
	case p.Refuses():
		e.Answer = journal.AnswerRefused
	case p.Garbage > 0, p.Spoil:
		e.Answer = journal.AnswerGarbage
	}
}

func describe(p fault.Plan) (text string) {
	switch {
	case p.Error != nil:
		text = "answered with an error"
	case p.Answer != nil:
		text = fmt.Sprintf("answered %t", *p.Answer)
	case p.Silent:
		text = "never answered"
	case p.Cut:
		text = "connection " + dropped(p) + " in the middle of the answer"
	case p.Drop && p.Skip:
		text = "connection " + dropped(p) + " before the call was carried out"
	case p.Drop:
		text = "connection " + dropped(p) + " after the call was carried out"
	case p.Garbage > 0:
		text = fmt.Sprintf("answered with %d bytes that mean nothing", p.Garbage)
	case p.Pack:
		text = "answered packed"
	case p.Exit != fault.Exit{}:
		text = describeExit(p.Exit)
	case p.Lose:
		text = "stored and lost"
	case p.Held:
		text = "the answer waits for other calls"
	case p.Releases:
		text = "answered, and all that waited for it"
	case p.Delay > 0:
		text = "answered late"
	default:
		text = "carried out"
	}
	switch {
	case p.Skip: // there is nothing stored
	case p.LoseAfter > 0:
		text += fmt.Sprintf(", the part to be lost %v later", p.LoseAfter)
	case p.Corrupt != scenarios.CorruptNot:
		text += fmt.Sprintf(", the stored bytes corrupted (%s)", p.Corrupt)
	}
	if p.Delay > 0 {
		text += fmt.Sprintf(", after %v", p.Delay)
	}
	return text
}

func dropped(p fault.Plan) string {
	switch {
	case p.Reset:
		return "reset"
	case p.Stall:
		return "stalled"
	}
	return "dropped"
}

// describeExit says what a client sees in place of an answer, or with it.
func describeExit(x fault.Exit) string {
	switch {
	case x.TransportError != 0:
		return fmt.Sprintf("answered with transport error %d", x.TransportError)
	case x.BadSalt:
		return "answered with bad_server_salt"
	case x.BadMsg != 0:
		return fmt.Sprintf("answered with bad_msg_notification %d", x.BadMsg)
	case x.NewSession:
		return "answered with new_session_created"
	case x.Hostile != "":
		return "answered with a message that breaks a rule: " + x.Hostile
	case x.Reorder > 0:
		return fmt.Sprintf("answered behind %d of the later answers", x.Reorder)
	case x.Twice:
		return "answered twice"
	}
	return "answered under a wrong msg_key"
}

// fail answers with an error and notes it.
func (h *Handler) fail(q *query, err *Error) Result {
	kind := journal.KindCall
	if err.Unknown {
		kind = journal.KindUnknown
	}
	e := q.event(kind)
	e.Error, e.Text, e.Took = err.Error(), err.Why, q.took()
	if err.Rule != "" {
		e.Rules, e.Why = []string{err.Rule}, []string{q.method + ": " + err.Why}
	}
	laidOver(q.plan, &e)
	h.Journal.Add(q.now, e)
	return Result{Body: encodeError(err.Code, err.Message)}
}

// refuse answers a query that could not be unwrapped.
func (h *Handler) refuse(now time.Time, c Caller, err error) Result {
	q := &query{Caller: c, Handler: h, now: now, account: c.Auth.Account()}
	if passed := (*limitError)(nil); errors.As(err, &passed) {
		e := q.event(journal.KindLimit)
		e.Text = passed.limit + ": " + passed.text
		h.Journal.Add(now, e)
	}
	return h.fail(q, bad("INPUT_FETCH_ERROR", err.Error()))
}

// undecodable tells apart a method that is not answered here from one that is and
// does not decode.
func (h *Handler) undecodable(q *query, body []byte, err error) Result {
	id, _ := tl.PeekID(body)
	q.method = tl.MethodName(id)
	var d *tl.DecodeError
	if errors.As(err, &d) && d.ID == id {
		return h.fail(q, unsupported(q.method))
	}
	if d != nil && d.ID != 0 {
		return h.fail(q, bad("INPUT_CONSTRUCTOR_INVALID", err.Error()))
	}
	return h.fail(q, bad("INPUT_FETCH_ERROR", err.Error()))
}

// Failure is what a client is told when fakedc itself has failed.
func Failure() Result {
	return Result{Body: encodeError(500, "INTERNAL")}
}

// NotKept is what a client is told of a call that changed what is kept of its auth key
// or account, where that could not be.
func NotKept() Result {
	return Result{Body: encodeError(500, "STORE_FAILED")}
}

// WaitTimeout is what a query is told that came after others which were not
// answered in time. https://core.telegram.org/api/invoking#sequential-requests
func WaitTimeout() Result {
	return Result{Body: encodeError(-503, "MSG_WAIT_TIMEOUT")}
}
