package rpc

import (
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/scenarios"
)

// call is the scenario's view of a query.
func (q *query) call() *scenarios.Call {
	client := q.Auth.Client()
	c := &scenarios.Call{
		Method: q.method, Session: q.Session, Connection: q.Conn, SessionOrdinal: q.SessionOrdinal, DC: q.DC,
		Client: scenarios.Client{APIID: int(client.APIID), Layer: q.Auth.Layer(), Device: client.Device, App: client.AppVersion},
	}
	if a := q.Auth.Account(); a != nil {
		c.Account = a.ID
	}
	return c
}

// partCall is the scenario's view of a part.
func (q *query) partCall(f *upload.File, attempt int) *scenarios.Call {
	c := q.call()
	c.HasPart, c.Part, c.Total = true, q.part.Part, q.part.Total
	c.Size, c.Bytes = len(q.part.Bytes), q.part.Bytes
	c.FileOrdinal, c.FileID, c.Attempt = f.Ordinal, q.part.FileID, attempt
	if longest := f.Longest(c.Size); q.part.Big && q.part.Total > 0 {
		c.FileSize = int64(q.part.Total) * int64(longest)
	}
	return c
}
