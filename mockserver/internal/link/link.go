package link

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/handshake"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/session"
	"github.com/fakedc/fakedc/mockserver/internal/wire"
)

// Link is one connection.
type Link struct {
	hub    *Hub
	number int64
	raw    net.Conn
	conn   *wire.Conn

	// Of the reader alone.
	machine      *handshake.Machine
	shaking      bool      // a key is being made, and counted in Handshakes
	shakeBy      time.Time // when it has to be made
	disconnectAt time.Time // what ping_delay_disconnect asked for
	errors       int
	plainID      int64
	got          session.Received
	sessions     map[*session.Session]struct{}

	queue queue
	once  sync.Once
	why   string
}

// Run serves a connection until it ends, and closes it. It returns when both of
// its goroutines are done.
func (h *Hub) Run(c net.Conn) { h.Open(c).Run() }

// Open makes the link of a connection, so that it can be closed from outside
// while it runs.
func (h *Hub) Open(c net.Conn) *Link {
	l := &Link{hub: h, raw: c, number: h.numbers.Add(1), sessions: map[*session.Session]struct{}{}}
	l.queue.init(h.Limits)
	return l
}

// Run serves the connection.
func (l *Link) Run() {
	l.note(journal.Event{Kind: journal.KindConnect, Text: l.raw.RemoteAddr().String()})
	defer l.end()
	if !l.detect() {
		return
	}
	l.note(journal.Event{Kind: journal.KindTransport, Text: l.conn.Name()})
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.write()
	}()
	l.read()
	l.queue.close()
	<-done
}

// Close ends the connection from outside.
func (l *Link) Close(why string) {
	l.setWhy(why)
	_ = l.raw.Close() // the reader and the writer notice
}

// end leaves the connection: sessions learn that this way out is gone.
func (l *Link) end() {
	if l.conn != nil {
		_ = l.conn.Close()
	}
	l.Close("")
	for s := range l.sessions {
		s.Detach(l)
	}
	if l.shaking {
		l.hub.Handshakes.Leave(1)
	}
	l.note(journal.Event{Kind: journal.KindDisconnect, Text: l.why})
}

func (l *Link) detect() bool {
	_ = l.raw.SetDeadline(time.Now().Add(l.hub.Limits.Detect))
	conn, err := wire.Accept(l.raw, wire.Options{MaxFrame: l.hub.Limits.Frame, OnFrame: l.onFrame})
	if err != nil {
		l.Close(reason(err))
		var p *wire.ProtocolError
		if errors.As(err, &p) {
			l.note(journal.Event{Kind: journal.KindRefused, Text: p.Error()})
		}
		return false
	}
	l.conn = conn
	_ = l.raw.SetDeadline(time.Time{})
	return true
}

// reason says for a person why reading ended.
func reason(err error) string {
	switch {
	case errors.Is(err, io.EOF):
		return "closed by the client"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "timed out: " + err.Error()
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return "closed"
	}
	return err.Error()
}

func (l *Link) note(e journal.Event) {
	e.Conn = l.number
	l.hub.Journal.Add(time.Now(), e)
}

// contain turns a panic into an event: it is fakedc's defect and must not end
// anybody else's test.
func (l *Link) contain(doing string) {
	if p := recover(); p != nil {
		l.hub.panics.Add(1)
		l.note(journal.Event{Kind: journal.KindPanic, Text: fmt.Sprintf("%s: %v\n%s", doing, p, debug.Stack())})
	}
}

// Number orders links by the time they were opened.
func (l *Link) Number() int64 { return l.number }
