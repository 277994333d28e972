package rpc

import (
	"github.com/fakedc/fakedc/mockserver/internal/upload"
	"github.com/fakedc/fakedc/scenarios"
)

// partCall is the scenario's view of a part.
func (q *query) partCall(account *Account, f *upload.File, attempt int) *scenarios.Call {
	return &scenarios.Call{
		Method: q.method, HasPart: true,
		Part: q.part.Part, Total: q.part.Total, Size: len(q.part.Bytes),
		FileOrdinal: f.Ordinal, FileID: q.part.FileID, Attempt: attempt,
		Session: q.Session, Connection: q.Conn, Account: account.ID,
	}
}
