package rpc

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/gotd/td/bin"
	"github.com/gotd/td/proto"
	"github.com/klauspost/compress/gzip"
)

// carryOut lays the plan over what the call itself came to. body is nil if the
// call was not run.
func (q *query) carryOut(p fault.Plan, body []byte) Result {
	r := Result{Body: body, Delay: p.Delay, Silent: p.Silent, Drop: p.Drop, Exit: p.Exit, Held: p.Held, Releases: p.Releases, Meeting: p.Meeting}
	if p.Waits() || p.Delay > 0 || q.Aside {
		r.Late = q.late(p.Waits())
	}
	switch {
	case p.Error != nil:
		r.Body = encodeError(p.Error.Code, p.Error.Message)
	case p.Answer != nil:
		r.Body = encodeBool(*p.Answer)
	case p.Garbage > 0:
		r.Body = garbage(p.Garbage, p.Noise)
	case p.Pack && body != nil:
		r.Body = pack(body)
	}
	return r
}

// late makes what notes whether anybody hears an answer that leaves late: once, that
// nobody is there to hear it, and that it leaves, if the event of the call does not say
// when. It keeps nothing of the query, whose bytes are in a buffer of the link's.
func (q *query) late(waits bool) func(now time.Time, heard bool) {
	e := q.event(journal.KindLeft)
	if q.part != nil {
		n := q.part.Part
		e.FileID, e.File, e.Big, e.Part, e.Size = q.part.FileID, q.file, q.part.Big, &n, len(q.part.Bytes)
	}
	came, to, told := q.now, q.Journal, false
	return func(now time.Time, heard bool) {
		took := now.Sub(came)
		switch note := e; {
		case heard && waits:
			note.Delay = took
			note.Text = fmt.Sprintf("the answer left %v after its call came", took.Round(time.Millisecond))
			to.Add(now, note)
		case !heard && !told:
			told = true
			note.Kind = journal.KindUnheard
			note.Text = fmt.Sprintf("nobody is there to hear the answer, %v after its call came: its session has no connection", took.Round(time.Millisecond))
			to.Add(now, note)
		}
	}
}

// pack makes gzip_packed of an answer.
// https://core.telegram.org/mtproto/service_messages#packed-object
func pack(body []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	// Writing to memory does not fail.
	_, _ = w.Write(body)
	_ = w.Close()
	var b bin.Buffer
	b.PutID(proto.GZIPTypeID)
	b.PutBytes(packed.Bytes())
	return b.Buf
}

// noConstructor begins every garbage. Bytes left to chance could begin with the
// constructor of an answer; this one is no constructor of any layer.
const noConstructor = 0xffffffff

// garbage is noise of a length that is a multiple of 4.
func garbage(size int, noise uint64) []byte {
	b := binary.LittleEndian.AppendUint32(make([]byte, 0, size), noConstructor)
	for r := rand.NewPCG(noise, noise); len(b) < size; {
		b = binary.LittleEndian.AppendUint32(b, uint32(r.Uint64()))
	}
	return b
}
