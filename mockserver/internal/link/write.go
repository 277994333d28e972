package link

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// Deliver takes messages of a session; see session.Sink.
func (l *Link) Deliver(s *session.Session, m session.Outgoing) bool {
	if l.overHTTP() {
		return l.post(s, m)
	}
	// The key is taken here and not when the message is sealed, so that the answer
	// to destroy_auth_key can still be sealed with it.
	return l.put(item{session: s, key: l.hub.Keys.GetNow(s.Key), message: m})
}

func (l *Link) put(i item) bool {
	if l.overHTTP() { // there the reader alone calls put
		l.replied = true
	}
	ok, full := l.queue.put(i)
	if full != "" {
		l.note(journal.Event{Kind: journal.KindLimit, Text: full + ": the client does not read what waits for it"})
		l.Close("the client does not read what it asked for")
	}
	l.hub.Backlog.relieve()
	return ok
}

// write is a writer's goroutine: it ends when there is nothing to write, and is the
// last one when the queue is closed and empty, or when a write fails.
func (l *Link) write() {
	ended := false
	defer func() {
		if !ended { // a panic: the reader must not wait for room for ever
			l.Close("fakedc failed while it wrote")
			close(l.written)
		}
	}()
	defer l.contain("writing")
	for err := l.writeRest(); ; {
		var items []item
		open := true
		if err == nil {
			if items, open = l.queue.take(); len(items) > 0 {
				err = l.flush(items)
				l.queue.done(items)
				if l.conn.WebSocket() {
					l.forgetWriteDeadline() // the reader answers pings, perhaps much later
				}
				continue
			}
		}
		switch {
		case err != nil:
			l.writeFailed(err)
		case open:
			ended = true
			return
		default:
			l.hangUp()
		}
		ended = true
		close(l.written)
		return
	}
}

// writeRest goes on where the reader could not write any more.
func (l *Link) writeRest() error {
	l.out.eager = false
	if len(l.out.rest) == 0 {
		return nil
	}
	l.queue.owe(len(l.out.rest))
	defer l.queue.owe(-len(l.out.rest))
	l.writeBy()
	return l.out.writeRest()
}

// flushHeld writes what was answered since the reader waited last, without a writer and
// without waiting. What the socket does not take is left to a writer.
func (l *Link) flushHeld() {
	for {
		items := l.queue.takeHeld()
		if items == nil || !l.flushNow(items) {
			return
		}
	}
}

// flushNow tells whether all has left; if not, a writer sees to the rest.
func (l *Link) flushNow(items []item) (all bool) {
	done := false
	defer func() {
		if !done { // a panic
			l.Close("fakedc failed while it wrote")
		}
		if !all {
			go l.write()
		}
	}()
	defer l.contain("writing")
	l.out.eager = true
	l.forgetWriteDeadline()
	err := l.flush(items)
	l.queue.done(items)
	done = true
	if err != nil {
		l.writeFailed(err)
		return false
	}
	if len(l.out.rest) > 0 {
		return false
	}
	l.out.eager = false
	l.queue.rest() // from here on somebody else may write
	return true
}

// makeRoom keeps what was answered from growing while more has been read already, and
// waits while the queue is full. It tells whether the connection goes on.
func (l *Link) makeRoom() (ok bool) {
	much, full, closed := l.queue.look()
	if much {
		l.flushHeld()
	}
	if much || full {
		closed = l.queue.waitRoom()
	}
	return !closed
}

// writeFailed ends the connection.
func (l *Link) writeFailed(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		l.note(journal.Event{Kind: journal.KindLimit, Text: "WriteTime: " + err.Error()})
	}
	l.Close("writing: " + err.Error())
}

// hangUp ends the outgoing half, so that a client reads what was sent before it
// sees the end; the reader closes the rest.
func (l *Link) hangUp() {
	if l.stalled.Load() || l.resets.Load() { // an end in good order would come first
		return
	}
	if tcp, ok := l.raw.(*net.TCPConn); ok {
		_ = tcp.CloseWrite()
	}
}

// batch bounds what is sealed before it is written, in bytes.
const batch = 1 << 20

func (l *Link) flush(items []item) error {
	frames, bytes := l.frames[:0], 0
	now := time.Now()
	defer func() {
		release(frames)
		l.frames = frames[:0]
	}()
	for i := range items {
		it := &items[i]
		if it.message.Cut {
			return l.cut(now, frames, it)
		}
		frame := it.plain
		if it.session != nil {
			if frame = l.seal(now, it); frame == nil {
				continue
			}
		}
		if frame != nil {
			frames = append(frames, frame)
			if bytes += len(frame); bytes < batch && i < len(items)-1 {
				continue
			}
		}
		if err := l.writeFrames(frames); err != nil {
			return err
		}
		release(frames)
		frames, bytes = frames[:0], 0
		if err := l.writeOther(it); err != nil {
			return err
		}
	}
	return l.writeFrames(frames)
}

// cut sends what waits, and then half of a message: nothing can be sent behind it.
func (l *Link) cut(now time.Time, frames [][]byte, it *item) error {
	if err := l.writeFrames(frames); err != nil {
		return err
	}
	frame := l.seal(now, it)
	if frame == nil {
		return nil
	}
	defer buffers.Put(frame)
	l.writeBy()
	return l.conn.WriteHalf(frame)
}

// writeBy sets the deadline of a write that may have to wait.
func (l *Link) writeBy() {
	if !l.out.eager {
		l.out.deadline = true
		_ = l.raw.SetWriteDeadline(time.Now().Add(l.hub.Limits.Write))
	}
}

// forgetWriteDeadline takes back what a writer set: once passed, it forbids every write.
func (l *Link) forgetWriteDeadline() {
	if l.out.deadline {
		l.out.deadline = false
		_ = l.raw.SetWriteDeadline(time.Time{})
	}
}

func release(frames [][]byte) {
	for i, f := range frames {
		buffers.Put(f)
		frames[i] = nil
	}
}

func (l *Link) seal(now time.Time, it *item) []byte {
	if it.key == nil {
		return nil // forgotten: there is nothing to encrypt with
	}
	return l.sealMessage(now, it.key, it.session, it.message)
}

func (l *Link) sealMessage(now time.Time, k *Key, s *session.Session, m session.Outgoing) []byte {
	if m.Hostile != "" {
		return l.sealHostile(k, s, m)
	}
	size := envelope.SealedSize(len(m.Body))
	frame := envelope.SealServer(buffers.Get(size)[:0], k.Key, envelope.Message{
		Salt: k.Salts.Current(now), SessionID: s.ID,
		MsgID: m.MsgID, SeqNo: m.SeqNo, Body: m.Body,
	}, l.padding())
	if m.Spoil {
		envelope.SpoilMsgKey(frame)
	}
	return frame
}

// paddings is how many random bytes are asked for at once. A message takes 20.
const paddings = 240

// padding is where the random bytes behind a message come from.
func (l *Link) padding() io.Reader {
	if l.random == nil {
		l.random = bufio.NewReaderSize(l.hub.Rand, paddings)
	}
	return l.random
}

func (l *Link) writeFrames(frames [][]byte) error {
	if len(frames) == 0 {
		return nil
	}
	l.writeBy()
	return l.conn.WriteFrames(frames...)
}

func (l *Link) writeOther(it *item) error {
	l.writeBy()
	switch {
	case it.code != 0:
		return l.conn.WriteError(it.code)
	case it.isAck:
		return l.conn.WriteQuickAck(it.ack)
	}
	return nil
}
