package link

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/wire"
)

// read is the reader: one frame after the other, each carried out before the next is
// looked at. What is done before and after the wait stands alone, as begin does: what read
// has on its stack, each idle connection has.
func (l *Link) read() {
	for l.ready() {
		if !l.take(l.conn.ReadFrame(buffers.Get)) {
			break
		}
	}
	l.linger()
}

// ready tells whether another frame is to be read, and prepares for it.
func (l *Link) ready() bool {
	if !l.makeRoom() {
		return false
	}
	l.now, l.waited = time.Now(), false
	moved, err := l.setReadDeadline(l.deadline(l.now))
	if err != nil {
		l.setWhy(byClient) // a pipe says so here; our own side has said why
		return false
	}
	return !moved || !l.queue.isClosed() // a scenario dropped the connection, and its deadline is gone
}

// come sees to what was read; false ends the connection.
func (l *Link) come(frame wire.Frame, err error) (ok bool) {
	defer l.release(frame)
	l.leaveClaim()
	if err != nil {
		l.readFailed(err)
		return false
	}
	if l.waited || l.conn.WebSocket() { // there nobody says so
		l.now = time.Now()
	}
	l.queue.hold()
	return l.serve(l.now, frame)
}

// release lets others use a frame's buffer.
func (l *Link) release(f wire.Frame) {
	l.opening.Drop() // of a frame that was not opened to its end
	buffers.Put(f.Payload)
}

func (l *Link) readFailed(err error) {
	var p *wire.ProtocolError
	switch {
	case errors.As(err, &p):
		l.note(journal.Event{Kind: journal.KindRefused, Text: p.Error()})
	case errors.Is(err, os.ErrDeadlineExceeded) && l.limit != "" && !l.queue.isClosed():
		l.note(journal.Event{Kind: journal.KindLimit, Text: l.limit + ": " + err.Error()})
	}
	l.setWhy(reason(err))
}

// setWhy notes why the connection ends, unless it is known already.
func (l *Link) setWhy(why string) {
	l.once.Do(func() { l.why = why })
}

// deadline is when the next frame has to have come.
func (l *Link) deadline(now time.Time) time.Time {
	at, limit := now.Add(l.hub.Limits.Idle), "IdleTime"
	if !l.disconnectAt.IsZero() && l.disconnectAt.Before(at) {
		at, limit = l.disconnectAt, "" // the client's own wish
	}
	if l.shaking && l.shakeBy.Before(at) {
		at, limit = l.shakeBy, "HandshakeTime"
	}
	l.limit = limit
	return at
}

// setReadDeadline leaves one alone that is hardly another: to set it costs as much as to
// open a small message. It tells whether it has moved it.
func (l *Link) setReadDeadline(at time.Time) (moved bool, err error) {
	if later := at.Sub(l.readBy); !l.readBy.IsZero() && later >= 0 && later < l.hub.Limits.Idle/1000 {
		return false, nil
	}
	l.readBy = at
	return true, l.raw.SetReadDeadline(at)
}

// frameGrace is what a frame may take beside what its bytes do.
const frameGrace = 5 * time.Second

// onFrame gives a frame that has begun a deadline of its own: as long as it takes at
// FrameRate, and never more than FrameTime.
func (l *Link) onFrame(length int) {
	if length > strangerFrame {
		l.waited = true // or will have
		if l.known {
			l.enterClaim(length)
		} else {
			l.awaitTurn(length)
		}
	}
	if length > 0 && l.conn != nil && l.conn.Buffered() >= length+maxTrailer {
		return // it is there, which the head of an HTTP request does not say of itself
	}
	l.unopened = l.unopened || l.mayPair(length)
	allowed, limit := l.hub.Limits.FrameTime, "FrameTime"
	if slow := frameGrace + time.Duration(length)*time.Second/time.Duration(l.hub.Limits.FrameRate); slow < allowed {
		allowed, limit = slow, "FrameRate"
	}
	l.limit, l.readBy = limit, time.Time{}
	_ = l.raw.SetReadDeadline(time.Now().Add(allowed))
	if l.queue.isClosed() { // a scenario dropped the connection, and its deadline is gone
		_ = l.raw.SetReadDeadline(time.Now())
	}
}

// onRead is called before the reader waits for the client.
func (l *Link) onRead() {
	l.waited = true
	l.flushHeld()
}

// onArrival opens a long message while the rest of it is on its way: what comes meanwhile
// is there when it is asked for, and the answer leaves sooner by what the transfer takes.
func (l *Link) onArrival(payload []byte, come int) {
	defer l.contain("opening a frame that is on its way")
	switch {
	case l.unopened:
	case l.opening.Begun():
		l.opening.Advance(come)
	default:
		if k := l.keyOf(payload); k != nil {
			l.opening.Begin(k.Key, payload, come, l.hub.Handler.Finder())
		}
	}
}

// keyOf is the key of a frame that has begun; nil: it has none that is known.
func (l *Link) keyOf(payload []byte) *Key {
	if id, _ := envelope.AuthKeyID(payload); id != 0 {
		return l.hub.Keys.GetNow(id)
	}
	return nil
}

// maxTrailer is what may follow the payload of a frame, in bytes: the CRC of the full
// transport.
const maxTrailer = 4

// linger ends the connection so that the client gets what was written: closing
// a socket with unread bytes resets it, and a reset overtakes the answers.
func (l *Link) linger() {
	if l.stalled.Load() {
		l.stall()
		return
	}
	l.queue.close()
	_ = l.raw.SetReadDeadline(time.Now().Add(lingerTime))
	most := int64(lingerBytes)
	if !l.known {
		most = lingerStranger
	}
	_, _ = io.CopyN(io.Discard, l.raw, most)
}

// Implementation limits of a parting connection.
const (
	lingerTime  = 250 * time.Millisecond
	lingerBytes = 4 << 20

	lingerStranger = 256 << 10 // who sends more has not waited for an answer
)

// serve handles what was read; false ends the connection.
func (l *Link) serve(now time.Time, f wire.Frame) bool {
	if !l.overHTTP() {
		return l.frame(now, f)
	}
	return l.request(now, f)
}

// frame handles one frame; false ends the connection.
func (l *Link) frame(now time.Time, f wire.Frame) (ok bool) {
	defer l.contain("handling a frame")
	id, long := envelope.AuthKeyID(f.Payload)
	switch {
	case !long:
		return l.mistake(fmt.Sprintf("a frame of %d bytes is no message", len(f.Payload)))
	case id == 0:
		return l.plain(now, f.Payload)
	}
	k := l.hub.Keys.Get(now, id)
	if k == nil {
		// The connection stays open: gotd makes a new key on it.
		l.note(journal.Event{Kind: journal.KindRefused, Key: id, Text: unknownKey})
		l.put(item{code: codeUnknownKey})
		return l.countMistake()
	}
	return l.encrypted(now, k, f)
}

// codeUnknownKey: https://core.telegram.org/mtproto/mtproto-transports#transport-errors
const codeUnknownKey = -404

// unknownKey says whose a session may be that is not this server's.
const unknownKey = "unknown auth key: answered -404. Is the session of another run, seed or datacenter, or of an account beyond those that are ready?"

// mistake notes a protocol error and counts it.
func (l *Link) mistake(text string) bool {
	l.note(journal.Event{Kind: journal.KindRefused, Text: text})
	return l.countMistake()
}

func (l *Link) countMistake() bool {
	l.errors++
	if l.errors < l.hub.Limits.Errors {
		return true
	}
	l.note(journal.Event{Kind: journal.KindLimit, Text: fmt.Sprintf("ProtocolErrors: %d on one connection", l.errors)})
	l.setWhy("too many protocol errors")
	return false
}
