package rawclient

import (
	"sync"
	"testing"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rpcServer is a scripted server of encrypted messages, made of gotd's code.
type rpcServer struct {
	*peer
	key *AuthKey

	mu       sync.Mutex
	received []query
	seq      int32
}

// query is a message of the client.
type query struct {
	salt, session, msgID int64
	seqNo                int32
	body                 []byte
}

func (q query) id() uint32 { return Message{Body: q.body}.Constructor() }

// newClient connects a Client with a server that hands each message to handle,
// on one goroutine.
func newClient(t testing.TB, o ClientOptions, handle func(*rpcServer, query)) (*Client, *rpcServer) {
	opts := Options{Transport: Intermediate}
	conn, p := pair(t, opts)
	s := &rpcServer{peer: p, key: testKey(t)}
	c, err := NewClient(conn, s.key, o)
	require.NoError(t, err)
	wait := p.serve(opts, func() { s.loop(handle) })
	t.Cleanup(func() {
		_ = c.Close()
		_ = p.socket.Close()
		wait()
	})
	return c, s
}

func (s *rpcServer) loop(handle func(*rpcServer, query)) {
	for frame := s.recv(); frame != nil; frame = s.recv() {
		data := s.open(s.key, frame)
		q := query{salt: data.Salt, session: data.SessionID, msgID: data.MessageID, seqNo: data.SeqNo, body: data.Data()}
		s.mu.Lock()
		s.received = append(s.received, q)
		s.mu.Unlock()
		handle(s, q)
	}
}

// queries returns what came so far.
func (s *rpcServer) queries() []query {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]query(nil), s.received...)
}

// acked returns the msg_ids that the client acknowledged, message by message.
func (s *rpcServer) acked() (out [][]int64) {
	for _, q := range s.queries() {
		var ack mt.MsgsAck
		if q.id() == mt.MsgsAckTypeID && assert.NoError(s.t, ack.Decode(&bin.Buffer{Buf: q.body})) {
			out = append(out, ack.MsgIDs)
		}
	}
	return out
}

func encode(e bin.Encoder) []byte {
	var b bin.Buffer
	_ = e.Encode(&b)
	return b.Buf
}

// tell sends a message that is to be acknowledged, note one that is not.
func (s *rpcServer) tell(q query, body []byte) {
	s.seq += 2
	s.send(s.seal(s.key, q.session, s.seq-1, body))
}

func (s *rpcServer) note(q query, e bin.Encoder) {
	s.send(s.seal(s.key, q.session, s.seq, encode(e)))
}

// answer sends a rpc_result.
func (s *rpcServer) answer(q query, body []byte) {
	s.tell(q, encode(&proto.Result{RequestMessageID: q.msgID, Result: body}))
}
