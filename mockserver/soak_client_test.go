package mockserver_test

import (
	"context"
	cryptorand "crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// soaker is a client whose session outlives its connections: what is not answered it sends
// again, as the very same message.
type soaker struct {
	w *soak
	r *rand.Rand
	n int

	who     *soakAccount
	polite  bool // it does nothing that a good client does not
	key     *rawclient.AuthKey
	session int64
	msgID   int64
	content int32
	way     *way // nil: none

	mu      sync.Mutex // of what its reader touches
	salt    int64
	open    []*question
	acks    []int64
	unknown bool // the server does not know the key
	uninit  bool // the key has to say what its client is
	logged  bool // out
	stale   bool // the session is of no use any more
	news    chan struct{}
}

// question is a message that is not answered.
type question struct {
	rawclient.Inner
	session int64
	epoch   int64
	isPart  bool
	part    partName
	size    int
	variant byte
	renew   bool // it was refused, and goes out as another message
	answer  chan answered
}

type answered struct {
	body []byte
	text string // "true", "false", an error's text, or what it is
}

// way is a connection.
type way struct {
	*severed
	conn  *rawclient.Conn
	http  bool
	heard atomic.Bool
	done  chan struct{} // closed when its reader has ended
}

func (s *soaker) tell() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// connect opens a connection, over any transport.
func (s *soaker) connect() bool {
	if s.way != nil {
		return true
	}
	r := routes[s.r.IntN(len(routes))]
	cut := &severed{how: ending(s.r.IntN(int(endings))), left: -1, count: &s.w.severed}
	if cut.how == byPipe {
		here, there := net.Pipe()
		dc, id := s.w.server(), s.who.dc
		s.w.serving.Go(func() { dc.ServeConnDC(id, there) })
		cut.Conn = here
	} else {
		socket, err := net.DialTimeout("tcp", s.w.server().AddrOf(s.who.dc), time.Second)
		if err != nil {
			return false // the server is being replaced
		}
		cut.Conn = socket
	}
	conn, err := rawclient.NewConn(cut, r.Options)
	if err != nil {
		panic(err)
	}
	s.w.connections.Add(1)
	s.way = &way{severed: cut, conn: conn, http: r.Transport == rawclient.HTTP, done: make(chan struct{})}
	if err := conn.Open(s.w.ctx); err != nil {
		close(s.way.done)
		s.leave()
		return false
	}
	return true
}

// read hears what comes, until the connection ends. It is started once there is a key.
func (s *soaker) read(w *way, key *rawclient.AuthKey) {
	defer close(w.done)
	defer s.tell()
	for {
		frame, err := w.conn.RecvFrame(s.w.ctx)
		var transport *rawclient.TransportError
		switch {
		case errors.As(err, &transport):
			if transport.Code == -404 {
				s.mu.Lock()
				s.unknown = true
				s.mu.Unlock()
			}
			s.tell()
			continue
		case err != nil:
			w.sever()
			return
		}
		w.heard.Store(true)
		m, err := rawclient.Open(key, frame)
		if err != nil {
			s.w.spoilt.Add(1) // a scenario did that
			continue
		}
		messages, err := rawclient.Unpack(m)
		if err != nil {
			s.w.fail("the server sent %v", err)
			return
		}
		for _, m := range messages {
			s.hear(m)
		}
		s.tell()
	}
}

// leave ends the connection, abruptly.
func (s *soaker) leave() {
	if s.way == nil {
		return
	}
	s.way.sever()
	_ = s.way.conn.Close()
	<-s.way.done
	s.way = nil
}

// hear takes one message in.
func (s *soaker) hear(m rawclient.Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.SessionID != s.session {
		return // of the one before
	}
	if m.ContentRelated() {
		s.acks = append(s.acks, m.MsgID)
	}
	if len(m.Body) < 12 {
		return
	}
	about := int64(binary.LittleEndian.Uint64(m.Body[4:]))
	switch m.Constructor() {
	case mt.NewSessionCreatedTypeID:
		s.salt = int64(binary.LittleEndian.Uint64(m.Body[20:]))
	case mt.BadServerSaltTypeID:
		var bad mt.BadServerSalt
		if bad.Decode(&bin.Buffer{Buf: m.Body}) == nil {
			s.salt = bad.NewServerSalt
		}
		s.renew(about)
	case mt.BadMsgNotificationTypeID:
		var bad mt.BadMsgNotification
		_ = bad.Decode(&bin.Buffer{Buf: m.Body})
		s.w.refusals.Add(1)
		s.stale = s.stale || bad.ErrorCode == 32 || bad.ErrorCode == 33
		s.renew(about)
	case 0xf35c6d01: // rpc_result
		s.settle(about, m.Body[12:])
	case mt.PongTypeID:
		s.settle(about, m.Body)
	}
}

// renew has a question go out as another message.
func (s *soaker) renew(id int64) {
	for _, a := range s.open {
		a.renew = a.renew || a.MsgID == id
	}
}

// settle takes an answer in.
func (s *soaker) settle(id int64, body []byte) {
	i := slices.IndexFunc(s.open, func(a *question) bool { return a.MsgID == id })
	if i < 0 {
		return // a second time
	}
	a := s.open[i]
	s.open = slices.Delete(s.open, i, i+1)
	text := saysSoak(body)
	switch text {
	case "400 CONNECTION_NOT_INITED":
		s.uninit = true
	case "401 AUTH_KEY_UNREGISTERED":
		s.logged = true
	}
	s.w.model.answered(a, text)
	a.answer <- answered{body, text}
}

// saysSoak is an answer in a word.
func saysSoak(body []byte) string {
	body, err := rawclient.Gunzip(body)
	if err != nil || len(body) < 4 {
		return "garbage"
	}
	switch binary.LittleEndian.Uint32(body) {
	case bin.TypeTrue:
		return "true"
	case bin.TypeFalse:
		return "false"
	case mt.PongTypeID:
		return "pong"
	case mt.RPCErrorTypeID:
		var e mt.RPCError
		if e.Decode(&bin.Buffer{Buf: body}) != nil {
			return "garbage"
		}
		return fmt.Sprintf("%d %s", e.ErrorCode, e.ErrorMessage)
	}
	return "something"
}

// ask puts a query among those that wait for an answer, and does not send it.
func (s *soaker) ask(body []byte, as question) *question {
	a := &as
	a.session, a.answer = s.session, make(chan answered, 1)
	a.Inner = rawclient.Inner{MsgID: s.nextID(), SeqNo: 2*s.content + 1, Body: body}
	s.content++
	s.mu.Lock()
	s.open = append(s.open, a)
	s.mu.Unlock()
	return a
}

func (s *soaker) nextID() int64 {
	s.msgID = max(s.msgID+4, rawclient.MsgID(time.Now()))
	return s.msgID
}

// send sends questions, one by one or in a container.
func (s *soaker) send(packed bool, all ...*question) bool {
	if s.way == nil {
		return false
	}
	for _, a := range all {
		s.w.model.leaves(a, s.who, s.way.heard.Load())
		s.w.beats()
	}
	if packed && len(all) > 0 {
		var inner []rawclient.Inner
		for _, a := range all {
			inner = append(inner, a.Inner)
		}
		return s.frame(rawclient.Inner{MsgID: s.nextID(), SeqNo: 2 * s.content, Body: rawclient.Container(inner...)})
	}
	for _, a := range all {
		if !s.frame(a.Inner) {
			return false
		}
	}
	return true
}

// service sends a message that nobody waits for.
func (s *soaker) service(body []byte) bool {
	return s.frame(rawclient.Inner{MsgID: s.nextID(), SeqNo: 2 * s.content, Body: body})
}

// frame seals a message and sends it. A connection that takes none is left.
func (s *soaker) frame(m rawclient.Inner) bool {
	if s.way == nil {
		return false
	}
	s.mu.Lock()
	salt := s.salt
	s.mu.Unlock()
	frame, _, err := rawclient.Seal(s.key, rawclient.Sealed{Salt: salt, SessionID: s.session, MsgID: m.MsgID, SeqNo: m.SeqNo, Body: m.Body}, cryptorand.Reader)
	if err != nil {
		panic(err)
	}
	ctx, cancel := context.WithTimeout(s.w.ctx, 5*time.Second)
	defer cancel()
	if err := s.way.conn.SendFrame(ctx, frame); err != nil {
		s.leave()
		return false
	}
	return true
}
