package link

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/handshake"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
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
	shaking      bool          // a key is being made, and counted in Handshakes
	shakeBy      time.Time     // when it has to be made
	breaks       string        // the hostile case of the key being made
	held         time.Duration // how long a scenario held its making up
	disconnectAt time.Time     // what ping_delay_disconnect asked for
	errors       int
	known        bool  // a message was opened: no stranger any more
	beside       bool  // there was another such connection when this one asked for resPQ
	claimed      int64 // of the frame that is on its way, see claims
	plainID      int64
	readBy       time.Time        // the deadline for reading that was set last, zero after any other
	now          time.Time        // when the frame being carried out came, or a little earlier
	waited       bool             // that frame was not there yet
	opening      envelope.Opening // of the frame that is on its way
	unopened     bool             // that frame is not opened before it is there: see both
	got          session.Received
	hashed       rpc.Hashed // of the frame being carried out
	budget       rpc.Budget // of the same
	limit        string     // the name of the limit that the read deadline stands for
	sessions     map[*session.Session]struct{}
	replied      bool // the HTTP request that was read last has its item in the queue
	tidyAt       int  // so many sessions are looked through for ended ones

	pacer pacer
	pace  func(now time.Time, bytes int, rate int64) time.Duration // pacer's, made once

	queue queue
	// Of who writes, see queue.
	out     output
	frames  [][]byte      // used again
	random  *bufio.Reader // see padding; nil before the first message
	written chan struct{} // closed when the last byte has left, or none will

	owed atomic.Int32 // a transport error that waits for an HTTP response, see owe

	// stalled: the client is not to see the end.
	stalled atomic.Bool
	resets  atomic.Bool // and not an end in good order
	once    sync.Once
	why     string
	gone    chan struct{} // closed with the connection
	ending  sync.Once
}

// Run serves a connection until it ends, and closes it. It returns when both of
// its goroutines are done.
func (h *Hub) Run(c net.Conn) { h.Open(c).Run() }

// Open makes the link of a connection, so that it can be closed from outside
// while it runs.
func (h *Hub) Open(c net.Conn) *Link {
	l := &Link{hub: h, raw: c, number: h.nextNumber(), sessions: map[*session.Session]struct{}{}, gone: make(chan struct{}), written: make(chan struct{})}
	l.out.init(c)
	l.queue.init(h.Limits)
	l.queue.backlog = h.Backlog
	l.pace = l.pacer.pace
	return l
}

// Run serves the connection.
func (l *Link) Run() {
	l.hub.Backlog.enter(l)
	defer l.end()
	defer l.contain("serving a connection")
	if !l.begin() {
		return
	}
	if l.overHTTP() {
		go l.respond()
	} else {
		l.queue.writers(func() { go l.write() }, l.out.raw != nil && !l.conn.WebSocket())
	}
	l.read()
	l.queue.close()
	<-l.written
}

// begin is what comes before the first frame. It stands alone, as all that is not
// needed for waiting: what Run has on its stack, each idle connection has.
func (l *Link) begin() bool {
	l.note(journal.Event{Kind: journal.KindConnect, Text: l.raw.RemoteAddr().String()})
	if _, ok := l.at(fault.Connect); !ok {
		if l.stalled.Load() {
			l.stall()
		}
		return false
	}
	if !l.detect() {
		return false
	}
	l.note(journal.Event{Kind: journal.KindTransport, Text: l.conn.Name()})
	return true
}

// Close ends the connection from outside.
func (l *Link) Close(why string) {
	l.setWhy(why)
	l.ending.Do(func() { close(l.gone) })
	l.queue.close()
	_ = l.raw.Close() // the reader and the writer notice
}

// CloseWithServer is Close for all connections of a server. One that its client has closed
// already, of which the reader has not heard, was ended by the client.
func (l *Link) CloseWithServer(why string) {
	if wire.Left(l.raw) {
		why = byClient
	}
	l.Close(why)
}

// isGone tells whether the connection was ended from outside.
func (l *Link) isGone() bool {
	select {
	case <-l.gone:
		return true
	default:
		return false
	}
}

// end leaves the connection: sessions learn that this way out is gone.
func (l *Link) end() {
	if l.conn != nil {
		_ = l.conn.Close()
	}
	l.Close("")
	for s := range l.sessions {
		s.Detach(l)
		l.leaveMail(s)
	}
	if l.known {
		l.hub.known.Add(-1)
	}
	l.hub.Backlog.leave(l)
	l.endShake()
	l.note(l.parting())
	l.at(fault.Close)
}

func (l *Link) detect() bool {
	_ = l.raw.SetDeadline(time.Now().Add(l.hub.Limits.Detect))
	conn, err := wire.Accept(l.raw, wire.Options{MaxFrame: l.hub.Limits.Frame, OnFrame: l.onFrame, OnArrival: l.onArrival, OnRead: l.onRead, OnExpect: l.onExpect, Output: &l.out, Wary: true})
	if err != nil {
		l.limit = "DetectTime"
		l.readFailed(err)
		return false
	}
	l.conn = conn
	_ = l.raw.SetDeadline(time.Time{})
	return true
}

// byClient is why a connection ends that its client closed.
const byClient = "closed by the client"

// byScenario ends why a connection ends that the scenario has done with.
const byScenario = " by the scenario"

// parting says why the connection ended, and what that is a sign of: the key is the first
// thing that is wrong about a client, and the client's own words for it are seldom plain.
// Beside a connection that works it is none: TDLib asks for resPQ as others ping, over
// three connections of which it takes one.
func (l *Link) parting() journal.Event {
	e := journal.Event{Kind: journal.KindDisconnect, Text: l.why}
	if l.known || l.beside || l.breaks != "" || strings.HasSuffix(l.why, byScenario) || l.machine == nil || !l.machine.Unanswered() {
		return e
	}
	e.Sign = journal.SignUntrusted
	e.Text += fmt.Sprintf("; the client got resPQ and went no further: does it trust the RSA key with the fingerprint %d?",
		handshake.Fingerprint(&l.hub.Handshake.Key.PublicKey))
	return e
}

// reason says for a person why reading ended.
func reason(err error) string {
	switch {
	case errors.Is(err, io.EOF):
		return byClient
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "timed out: " + err.Error()
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return "closed"
	}
	return err.Error()
}

// minTidy is how many sessions a connection remembers before it looks for those
// that have ended. Honest clients have one.
const minTidy = 64

// remember keeps a session, so that it learns when this way out is gone. What has
// ended needs to know nothing: the table's limits bound the rest.
func (l *Link) remember(s *session.Session) {
	if _, known := l.sessions[s]; known {
		return
	}
	if len(l.sessions) >= max(minTidy, l.tidyAt) {
		maps.DeleteFunc(l.sessions, func(s *session.Session, _ struct{}) bool {
			if !s.Ended() {
				return false
			}
			if l.overHTTP() { // its late answers must not gather where nobody fetches them
				s.Detach(l)
				l.leaveMail(s)
			}
			return true
		})
		l.tidyAt = 2 * len(l.sessions)
	}
	l.sessions[s] = struct{}{}
	l.enterMail(s)
}

func (l *Link) note(e journal.Event) {
	e.Conn, e.DC = l.number, l.hub.DC
	l.hub.Journal.Add(time.Now(), e)
}

// contain turns a panic into an event: it is fakedc's defect and must not end
// anybody else's test. To fakedc's own tests it does, see Hub.Strict.
func (l *Link) contain(doing string) {
	p := recover()
	if p == nil {
		return
	}
	l.hub.panics.Add(1)
	contained.Add(1)
	text := fmt.Sprintf("%s: %v\n%s", doing, p, debug.Stack())
	l.note(journal.Event{Kind: journal.KindPanic, Text: text})
	if l.hub.Strict {
		// Not a panic once more: that would close the connection before it ends the
		// process, and whoever sees that could be done, and content, in between.
		fmt.Fprintln(os.Stderr, "panic: "+text)
		os.Exit(exitPanic)
	}
}

// exitPanic is the exit code of a Go program that panics.
const exitPanic = 2

// Number orders links by the time they were opened.
func (l *Link) Number() int64 { return l.number }

// DC is the number of the datacenter that the connection was made to.
func (l *Link) DC() int { return l.hub.DC }

// Remote is the address of the client.
func (l *Link) Remote() string { return l.raw.RemoteAddr().String() }
