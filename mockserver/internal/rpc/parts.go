package rpc

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/scenarios"
	"github.com/fakedc/fakedc/validator"
)

// savePart takes a part from the scenario through the rules to the store.
// https://core.telegram.org/method/upload.saveBigFilePart
// https://core.telegram.org/method/upload.saveFilePart
func (q *query) savePart() Result {
	account := q.account
	switch {
	case q.Auth.unbound():
		return q.fail(q, errUnbound)
	case !q.Auth.ready():
		return q.fail(q, errNotInited)
	case account == nil:
		return q.fail(q, errPartEarly)
	}
	if g := q.gate(true); g != nil {
		return Result{Gate: g}
	}
	p := upload.Part{Index: q.part.Part, Total: q.part.Total, Premium: account.Premium(), Bytes: q.part.Bytes, SHA256: q.Hashed.of(q.part.Bytes)}
	file := q.Uploads.Open(q.now, q.fileID(account.ID, q.part.FileID, kindOf(q.part.Big)))
	q.file = file.Ordinal
	q.Faults.Begun(account.ID, file.Ordinal)
	attempt := file.Attempt(q.now, p.Index)
	longest := file.Longest(len(q.part.Bytes))
	var plan fault.Plan
	if !q.Faults.Idle() {
		plan = q.Faults.Plan(q.partCall(file.Ordinal, attempt, longest))
	}
	if plan.Bandwidth > 0 && q.Pace != nil {
		plan.Delay += q.Pace(q.now, len(q.part.Bytes), plan.Bandwidth)
	}
	e := q.partEvent(file, attempt)
	if plan.Fired {
		e.Fault = plan.Rule
	}
	if plan.Skip {
		q.skipPart(file, p, plan, &e)
		return q.carryOut(plan, nil)
	}
	out := q.Uploads.Save(q.now, file, p, fateOf(plan))
	body := q.partAnswer(out, &e)
	e.Print, e.Done = out.Print, out.Verdict.Error == nil && out.Err == nil
	if plan.Fired {
		overrule(plan, &e)
	}
	laidOver(plan, &e)
	e.Hostile = plan.Hostile
	e.Took = q.took()
	e.Lost = e.Done && e.Answer == journal.AnswerUsual && (plan.Lose || plan.LoseAfter > 0 || plan.Corrupt != scenarios.CorruptNot)
	// Lost without the client being told that it is stored: that is as if it had not come.
	e.Done = e.Done && (e.Lost || !plan.Lose)
	q.Journal.Add(q.now, e)
	return q.carryOut(plan, body)
}

func fateOf(p fault.Plan) upload.Fate {
	return upload.Fate{Lose: p.Lose, LoseAfter: p.LoseAfter, Corrupt: corruptions[p.Corrupt], Noise: p.Noise}
}

var corruptions = map[scenarios.Corruption]upload.Corruption{
	scenarios.CorruptFlip: upload.CorruptFlip, scenarios.CorruptTruncate: upload.CorruptTruncate, scenarios.CorruptZero: upload.CorruptZero,
}

func kindOf(big bool) validator.Kind {
	if big {
		return validator.Big
	}
	return validator.Small
}

func (q *query) fileID(account, file int64, kind validator.Kind) upload.ID {
	return upload.ID{DC: q.DC, Account: account, Kind: kind, FileID: file}
}

type partNumbers struct{ part, total int32 }

func (q *query) partEvent(f *upload.File, attempt int) journal.Event {
	e := q.event(journal.KindPart)
	e.FileID, e.File, e.Big = q.part.FileID, f.Ordinal, q.part.Big
	// Copies: a pointer into the part would keep its bytes, which are in a buffer
	// of the link's, for as long as the journal keeps the event.
	n := q.numbers.New()
	n.part, n.total = q.part.Part, q.part.Total
	e.Part, e.Size, e.Attempt = &n.part, len(q.part.Bytes), attempt
	if q.part.Big {
		e.Total = &n.total
	}
	return e
}

// skipPart notes a part that a scenario answered in place of the rules.
func (q *query) skipPart(f *upload.File, p upload.Part, plan fault.Plan, e *journal.Event) {
	e.Text, e.Skipped, e.Print = describe(plan), true, q.Uploads.Print(p.Bytes)
	laidOver(plan, e)
	e.Lost = e.Answer == journal.AnswerUsual
	why := fmt.Sprintf("The scenario's rule %q asked for it.", plan.Rule)
	switch {
	case plan.Error != nil:
		f.Refuse(p, plan.Error.Code, plan.Error.Message, "scenario:"+plan.Rule, why)
	case plan.Answer != nil:
		f.Refuse(p, 0, "boolFalse", "scenario:"+plan.Rule, why)
	case plan.Drop:
		f.Refuse(p, 0, "dropped", "scenario:"+plan.Rule, why)
	case plan.Refuses():
		f.Refuse(p, 0, describeExit(plan.Exit), "scenario:"+plan.Rule, why)
	}
	q.Journal.Add(q.now, *e)
}

// overrule says what a scenario did to a part that was carried out; the sentences
// of the rules stay.
func overrule(plan fault.Plan, e *journal.Event) {
	if e.Text != "" {
		e.Text = ". " + e.Text
	}
	e.Text = describe(plan) + e.Text
}

// partAnswer turns an outcome into the answer and the rest of the event.
func (q *query) partAnswer(out upload.Outcome, e *journal.Event) []byte {
	e.Text = broken(out.Verdict, e)
	switch {
	case out.Verdict.Error != nil:
		e.Error = fmt.Sprintf("%d %s", out.Verdict.Error.Code, out.Verdict.Error.Message)
		return encodeError(out.Verdict.Error.Code, out.Verdict.Error.Message)
	case out.Err != nil:
		err := &Error{Code: 500, Message: upload.FailureOf(out.Err)}
		e.Error, e.Text = err.Error(), out.Err.Error()
		return encodeError(err.Code, err.Message)
	}
	return encodeBool(true)
}
