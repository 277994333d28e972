package conformance

import (
	"bufio"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/handshake"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// scripted is a small server by the letter of the documentation, but for what a test
// changes: it shows what a case makes of a choice that fakedc does not take, or of a
// mistake that it does not make. Each hook returns true for what it has dealt with.
type scripted struct {
	frame  func(l *line, frame []byte) bool         // before anything is read in it; empty for a length that is none
	plain  func(l *line, body []byte) bool          // an unencrypted message
	opened func(l *line, frame []byte) bool         // an encrypted one, before it is decrypted
	on     func(l *line, m envelope.Message) bool   // a message, taken out of its container
	result func(l *line, m envelope.Message) []byte // of a query

	mu       sync.Mutex // held in every hook
	keys     map[int64]*envelope.Key
	created  map[[2]int64]bool // sessions, by key and session_id
	seen     map[[3]int64]bool // messages
	numbers  map[[2]int64]int32
	last     int64 // msg_id
	patience time.Duration
}

// line is one connection of it.
type line struct {
	*scripted
	net.Conn
	in        *bufio.Reader
	transport rawclient.Transport
	machine   *handshake.Machine
	key       *envelope.Key // of the message at hand
}

var scriptedRSA = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

const scriptedSalt = 77

// run runs one case against the server.
func (s *scripted) run(t *testing.T, id string) Result {
	t.Helper()
	u, stop := s.start(t)
	cases := Select(id)
	require.Len(t, cases, 1)
	r := u.run(t.Context(), cases[0])
	stop()
	return r
}

// start starts it. Its clients have to be gone before it is stopped.
func (s *scripted) start(t *testing.T) (u *suite, stop func()) {
	t.Helper()
	s.keys, s.created, s.seen, s.numbers = map[int64]*envelope.Key{}, map[[2]int64]bool{}, map[[3]int64]bool{}, map[[2]int64]int32{}
	if s.patience == 0 {
		s.patience = time.Minute
	}
	var value [256]byte
	copy(value[:], "a key that both sides have")
	key := envelope.NewKey(value)
	s.keys[key.ID] = key

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var running sync.WaitGroup
	running.Go(func() { s.accept(l, &running) })
	u = &suite{target: Target{Addr: l.Addr().String(), PublicKey: &scriptedRSA().PublicKey, DC: 2}, patience: s.patience}
	u.plain.value = rawclient.NewAuthKey(value, scriptedSalt)
	return u, func() {
		require.NoError(t, l.Close())
		running.Wait()
	}
}

func (s *scripted) accept(l net.Listener, running *sync.WaitGroup) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		running.Go(func() {
			defer func() { _ = c.Close() }()
			private, _ := handshake.NewKey(scriptedRSA())
			n := &line{scripted: s, Conn: c, in: bufio.NewReader(c), machine: handshake.New(handshake.Config{Key: private})}
			n.serve()
		})
	}
}

func (l *line) serve() {
	first, err := l.in.ReadByte()
	switch {
	case err != nil:
		return
	case first == 0xef:
		l.transport = rawclient.Abridged
	default:
		l.transport = rawclient.Intermediate
		if _, err := l.in.Discard(3); err != nil {
			return
		}
	}
	for {
		frame, err := l.read()
		if err != nil {
			return
		}
		l.mu.Lock()
		on := l.take(frame)
		l.mu.Unlock()
		if !on {
			return
		}
	}
}

// read returns a frame, an empty one for a length that no frame has.
func (l *line) read() ([]byte, error) {
	n := 0
	if l.transport == rawclient.Abridged {
		b, err := l.in.ReadByte()
		if err != nil {
			return nil, err
		}
		if n = int(b&0x7f) * 4; b&0x7f == 0x7f {
			var long [3]byte
			if _, err := io.ReadFull(l.in, long[:]); err != nil {
				return nil, err
			}
			n = (int(long[0]) | int(long[1])<<8 | int(long[2])<<16) * 4
		}
	} else {
		var head [4]byte
		if _, err := io.ReadFull(l.in, head[:]); err != nil {
			return nil, err
		}
		n = int(binary.LittleEndian.Uint32(head[:]) &^ (1 << 31))
	}
	if n > 1<<20 {
		return nil, nil
	}
	frame := make([]byte, n)
	_, err := io.ReadFull(l.in, frame)
	return frame, err
}

// take acts on a frame, and tells whether the connection goes on.
func (l *line) take(frame []byte) bool {
	if l.frame != nil && l.frame(l, frame) {
		return true
	}
	if len(frame) < 20 {
		return false
	}
	if binary.LittleEndian.Uint64(frame) == 0 {
		m, err := rawclient.ParsePlain(frame)
		return err == nil && l.exchange(m.Body)
	}
	l.key = l.keys[int64(binary.LittleEndian.Uint64(frame))]
	if l.key == nil {
		l.code(-404)
		return true
	}
	if l.opened != nil && l.opened(l, frame) {
		return true
	}
	m, err := open(l.key, frame)
	if err != nil {
		return false
	}
	return l.message(m)
}

func open(key *envelope.Key, frame []byte) (envelope.Message, error) {
	var o envelope.Opening
	o.Begin(key, frame, len(frame), nil)
	return o.Finish(frame)
}

func (l *line) exchange(body []byte) bool {
	if l.plain != nil && l.plain(l, body) {
		return true
	}
	out, err := l.machine.Step(body, time.Now())
	if err != nil {
		l.code(-404)
		return true
	}
	if out.Result != nil {
		key := envelope.NewKey(out.Result.AuthKey)
		l.keys[key.ID] = key
	}
	l.unsealed(out.Reply)
	return true
}

func (l *line) message(m envelope.Message) bool {
	inner, err := rawclient.Unpack(rawclient.Message{SessionID: m.SessionID, MsgID: m.MsgID, SeqNo: m.SeqNo, Body: m.Body})
	if err != nil {
		return false
	}
	for _, i := range inner {
		one := envelope.Message{Salt: m.Salt, SessionID: m.SessionID, MsgID: i.MsgID, SeqNo: i.SeqNo, Body: i.Body}
		if s := [2]int64{l.key.ID, m.SessionID}; !l.created[s] {
			l.created[s] = true
			l.tell(one, value(idNewSession).i64(one.MsgID).i64(randomID()).i64(scriptedSalt), true)
		}
		if l.on == nil || !l.on(l, one) {
			l.act(one)
		}
	}
	return true
}

// act answers a message as the documentation has it: what came before is ignored.
func (l *line) act(m envelope.Message) {
	id := [3]int64{l.key.ID, m.SessionID, m.MsgID}
	if l.seen[id] {
		return
	}
	l.seen[id] = true
	switch (rawclient.Message{Body: m.Body}).Constructor() {
	case idPing, idPingDelay:
		l.tell(m, value(idPong).i64(m.MsgID).i64(about(m.Body)), false)
	case idMsgsAck:
	default:
		result := []byte(value(0x0badcafe))
		if l.result != nil {
			result = l.result(l, m)
		}
		l.tell(m, append(value(idRPCResult).i64(m.MsgID), result...), true)
	}
}

// tell sends a message over the connection that m came over.
func (l *line) tell(m envelope.Message, body []byte, contentRelated bool) (frame []byte) {
	s := [2]int64{l.key.ID, m.SessionID}
	seqno := l.numbers[s]
	if contentRelated {
		l.numbers[s] += 2
		seqno++
	}
	frame = envelope.SealServer(nil, l.key, envelope.Message{
		Salt: scriptedSalt, SessionID: m.SessionID, MsgID: l.nextID(), SeqNo: seqno, Body: body,
	}, nil)
	l.send(frame)
	return frame
}

func (s *scripted) nextID() int64 {
	s.last = max(rawclient.MsgID(time.Now())|1, s.last+4)
	return s.last
}

func (l *line) unsealed(body []byte) {
	l.send(rawclient.PlainMessage{MsgID: l.nextID(), Body: body}.Append(nil))
}

func (l *line) code(n int32) { l.send(binary.LittleEndian.AppendUint32(nil, uint32(n))) }

func (l *line) send(frame []byte) {
	if l.transport != rawclient.Abridged {
		_, _ = l.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(frame))), frame...))
		return
	}
	_, _ = l.Write(framed(rawclient.Abridged, frame)[1:])
}

// The server itself passes; what a test makes of it is the test's doing.
func TestTheScriptedServerPasses(t *testing.T) {
	for _, id := range []string{"1.1.1", "1.1.5", "1.2.1", "2.1.1", "2.4.1", "2.5.1", "3.1.9", "3.3.9", "3.4.1", "3.4.9", "4.1.2", "4.6.1", "4.6.3", "5.3.9"} {
		r := new(scripted).run(t, id)
		require.Equal(t, Pass, r.Status, "%s %s: %s", id, r.Name, r.Detail)
	}
}
