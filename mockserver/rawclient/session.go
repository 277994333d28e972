package rawclient

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
)

// Session sends and receives encrypted messages, by hand. It answers nothing by
// itself: no acknowledgement, no new salt, no resending; Client does that.
//
// https://core.telegram.org/mtproto/description#session
type Session struct {
	conn   *Conn
	key    *AuthKey
	id     int64
	random io.Reader
	// trusting: messages are not checked.
	trusting bool

	order chan struct{} // holds a token while a message gets its number and leaves
	ids   msgIDs

	mu      sync.Mutex // never held while blocking
	salt    int64
	content int32 // content-related messages sent
}

// NewSession starts a session of key over c. id 0 chooses one at random. Several
// sessions may share a key, each over its own connection.
func NewSession(c *Conn, key *AuthKey, id int64) (*Session, error) {
	s := &Session{conn: c, key: key, id: id, random: c.opts.Rand, salt: key.Salt, order: make(chan struct{}, 1)}
	for s.id == 0 {
		var b [8]byte
		if _, err := io.ReadFull(s.random, b[:]); err != nil {
			return nil, fmt.Errorf("rawclient: random session_id: %w", err)
		}
		s.id = int64(binary.LittleEndian.Uint64(b[:]))
	}
	return s, nil
}

// ID is session_id.
func (s *Session) ID() int64 { return s.id }

// Conn is the connection under the session.
func (s *Session) Conn() *Conn { return s.conn }

// Key is the session's auth key.
func (s *Session) Key() *AuthKey { return s.key }

// Salt is the server salt that messages carry unless they say otherwise.
func (s *Session) Salt() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.salt
}

// SetSalt replaces the server salt for what is sent from now on.
func (s *Session) SetSalt(salt int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.salt = salt
}

// NextMsgID takes the next message identifier, for messages in a container.
func (s *Session) NextMsgID() int64 { return s.ids.next() }

// NextSeqNo takes the next sequence number: twice the content-related messages
// so far, and one more if this is one.
//
// https://core.telegram.org/mtproto/description#message-sequence-number-msg-seqno
func (s *Session) NextSeqNo(contentRelated bool) int32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 2 * s.content
	if contentRelated {
		s.content++
		n++
	}
	return n
}

// Envelope is a message to send. What is nil is filled in as a proper client
// would.
type Envelope struct {
	Body      []byte
	Salt      *int64
	SessionID *int64
	MsgID     *int64
	SeqNo     *int32
	Length    *int32    // see Sealed
	Padding   *int      // see Sealed
	MsgKey    *[16]byte // see Sealed
	AuthKeyID *int64    // see Sealed
	// QuickAck asks for a quick acknowledgement.
	QuickAck bool
}

// Sent says what a message went out as.
type Sent struct {
	MsgID int64
	SeqNo int32
	// QuickAck is the token that answers the message if it asked for one.
	QuickAck uint32
	// Frame is the frame's payload, to be sent again with Conn.SendFrame.
	Frame []byte
}

// Send sends a message; messages leave in the order of their identifiers.
func (s *Session) Send(ctx context.Context, e Envelope) (Sent, error) {
	return s.send(ctx, e, func(int64) {})
}

// send calls known with the msg_id before the message leaves, so that the
// answer cannot come before somebody waits for it.
func (s *Session) send(ctx context.Context, e Envelope, known func(msgID int64)) (Sent, error) {
	select {
	case s.order <- struct{}{}:
		defer func() { <-s.order }()
	case <-ctx.Done():
		return Sent{}, context.Cause(ctx)
	}
	m := s.fill(e)
	frame, token, err := Seal(s.key, m, s.random)
	if err != nil {
		return Sent{}, err
	}
	known(m.MsgID)
	err = s.conn.SendFrames(ctx, Frame{Payload: frame, QuickAck: e.QuickAck})
	return Sent{MsgID: m.MsgID, SeqNo: m.SeqNo, QuickAck: token, Frame: frame}, err
}

func (s *Session) fill(e Envelope) Sealed {
	m := Sealed{Salt: s.Salt(), SessionID: s.id, Body: e.Body, Length: e.Length, Padding: e.Padding, MsgKey: e.MsgKey, AuthKeyID: e.AuthKeyID}
	if e.Salt != nil {
		m.Salt = *e.Salt
	}
	if e.SessionID != nil {
		m.SessionID = *e.SessionID
	}
	if e.MsgID != nil {
		m.MsgID = *e.MsgID
	} else {
		m.MsgID = s.ids.next()
	}
	if e.SeqNo != nil {
		m.SeqNo = *e.SeqNo
	} else {
		m.SeqNo = s.NextSeqNo(needsAck(e.Body))
	}
	return m
}

// needsAck tells whether a message of ours is content-related: all are but
// containers, acknowledgements and http_wait.
func needsAck(body []byte) bool {
	switch (Message{Body: body}).Constructor() {
	case idContainer, idMsgsAck, idHTTPWait:
		return false
	}
	return true
}

// Recv receives the next message. It checks the envelope, the session and that
// msg_id is a server's; a container is left whole (see Unpack).
func (s *Session) Recv(ctx context.Context) (Message, error) {
	frame, err := s.conn.RecvFrame(ctx)
	if err != nil {
		return Message{}, err
	}
	if s.trusting {
		return openTrusting(s.key, frame)
	}
	m, err := Open(s.key, frame)
	switch {
	case err != nil:
		return Message{}, err
	case m.SessionID != s.id:
		return Message{}, &EnvelopeError{fmt.Sprintf("session_id %016x, ours is %016x", uint64(m.SessionID), uint64(s.id))}
	case m.MsgID&1 == 0:
		return Message{}, &EnvelopeError{fmt.Sprintf("msg_id %d is even, a server's are odd", m.MsgID)}
	}
	return m, nil
}
