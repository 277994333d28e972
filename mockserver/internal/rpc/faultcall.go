package rpc

import (
	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/scenarios"
)

// call is the scenario's view of a query.
func (q *query) call() *scenarios.Call {
	client := q.Auth.Client()
	c := &scenarios.Call{
		Method: q.method, Session: q.Session, Connection: q.Conn, SessionOrdinal: q.SessionOrdinal, DC: q.DC,
		Client: scenarios.Client{APIID: int(client.APIID), Layer: q.Auth.Layer(), Device: client.Device, App: client.AppVersion},
	}
	if a := q.account; a != nil {
		c.Account = a.ID
	}
	return c
}

// partCall is the scenario's view of a part.
func (q *query) partCall(ordinal, attempt, longest int) *scenarios.Call {
	c := q.call()
	c.HasPart, c.Part, c.Total = true, q.part.Part, q.part.Total
	c.Size, c.Bytes = len(q.part.Bytes), q.part.Bytes
	c.FileOrdinal, c.Attempt = ordinal, attempt
	if q.part.Big && q.part.Total > 0 {
		c.FileSize = int64(q.part.Total) * int64(longest)
	}
	return c
}

// comingPart is the scenario's view of a part that is not to be counted yet.
func (q *query) comingPart() *scenarios.Call {
	id := q.fileID(q.call().Account, q.part.FileID, kindOf(q.part.Big))
	return q.partCall(q.Uploads.Next(q.now, id, q.part.Part, len(q.part.Bytes)))
}

// gate finds the gate that the query has to wait at, nil if there is none, and
// notes that it does.
func (q *query) gate(part bool) *fault.Gate {
	if q.Passed || !q.Faults.Gated() {
		return nil
	}
	call := q.call
	if part {
		call = q.comingPart
	}
	g := q.Faults.Gate(call())
	if g == nil {
		return nil
	}
	e := q.event(journal.KindControl)
	e.Text = "held at a gate"
	if q.part != nil {
		n := q.part.Part
		e.FileID, e.Part, e.Size = q.part.FileID, &n, len(q.part.Bytes)
	}
	q.Journal.Add(q.now, e)
	return g
}
