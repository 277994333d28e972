package session

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/stretchr/testify/require"
)

// FuzzSession runs a program of what a client and its connections do, one byte an
// operation, against a model that knows only what must hold: no query is executed
// twice, each that was executed is answered once, ids rise with the right parity,
// seqnos count, and memory is bounded.
func FuzzSession(f *testing.F) {
	f.Add([]byte{0, 0, 2, 0, 1, 0, 10})
	f.Add([]byte{0, 4, 0, 7, 1, 0, 2, 0})
	f.Add([]byte{0, 0, 0, 11, 1, 8, 0, 9, 2, 1, 2, 0, 7, 0, 15})
	f.Add([]byte{0, 5, 0, 1, 0, 3, 0, 1, 0, 13, 0, 2, 0})
	f.Add([]byte{0, 6, 255, 6, 255, 14, 0, 1, 0, 17, 16, 0, 12, 4, 1, 2, 3, 4})
	f.Add([]byte{18, 255, 18, 255, 0, 2, 3, 1, 2, 15, 14})
	f.Fuzz(func(t *testing.T, program []byte) {
		m := newModel(t)
		for steps := 0; len(program) > 0 && steps < 128; steps++ {
			op := program[0]
			program = m.run(op%19, program[1:])
			m.check()
		}
	})
}

// known is what the model knows of a query.
type known struct {
	message  Message
	accepted bool // executed, and not forgotten since
	due      bool // an answer may come
}

type model struct {
	*client
	s       *Session
	queries []*known
	byID    map[int64]*known
	links   []*fakeLink
	sent    map[int64]Outgoing // by msg_id
	lastOut int64
	content int32
}

func newModel(t *testing.T) *model {
	c := &client{t: t, now: testStart, session: 5, link: &fakeLink{number: 1}, salts: NewSalts([]byte("auth key"), 1234, testStart)}
	c.table = NewTable(Limits{Window: 16, Outbox: 4, OutboxBytes: 256}, testTable, strings.NewReader("unique_id"))
	m := &model{client: c, links: []*fakeLink{c.link}}
	m.reset()
	return m
}

func (m *model) reset() {
	m.byID, m.sent = map[int64]*known{}, map[int64]Outgoing{}
	m.lastOut, m.content, m.queries = 0, 0, nil
}

// pick returns a query that was sent before, nil if none was.
func (m *model) pick(program *[]byte) *known {
	if len(m.queries) == 0 || len(*program) == 0 {
		return nil
	}
	i := int((*program)[0]) % len(m.queries)
	*program = (*program)[1:]
	return m.queries[i]
}

func (m *model) newQuery() Message {
	q := &known{message: m.content1(aQuery)}
	m.queries = append(m.queries, q)
	m.byID[q.message.MsgID] = q
	return q.message
}

// hand gives a message to the table and compares what is to be executed.
func (m *model) hand(x Message) { m.handWith(x, m.salts.Current(m.now)) }

func (m *model) handWith(x Message, salt int64) {
	m.check()
	s := m.sendWith(x, salt)
	if !m.got.Accepted {
		m.link.got = nil // its numbers are a throw-away session's, or counted below
		if m.s == nil || m.s.Ended() {
			return
		}
		m.lastOut = max(m.lastOut, m.s.lastMsgID)
		return
	}
	if m.s != s {
		old := m.queries
		m.reset() // a new session knows nothing of the former one
		m.queries = old
		for _, q := range old {
			m.byID[q.message.MsgID] = q
			*q = known{message: q.message}
		}
		m.s = s
	}
	for _, q := range m.got.Queries {
		k := m.byID[q.MsgID]
		if k == nil { // garbage that is a query
			k = &known{message: Message{MsgID: q.MsgID, SeqNo: x.SeqNo, Body: q.Body}}
			m.byID[q.MsgID] = k
			m.queries = append(m.queries, k)
		}
		require.False(m.t, k.accepted, "executed twice")
		k.accepted, k.due = true, true
	}
}

func (m *model) run(op byte, rest []byte) []byte {
	t := m.t
	switch op {
	case 0:
		m.hand(m.newQuery())
	case 1:
		if q := m.pick(&rest); q != nil {
			m.hand(q.message)
		}
	case 2, 4:
		if q := m.pick(&rest); q != nil && m.s != nil {
			m.answer(q, op == 4)
		}
	case 3:
		if q := m.pick(&rest); q != nil && m.s != nil {
			m.s.Silence(q.message.MsgID)
			q.due = false
		}
	case 5:
		if q := m.pick(&rest); q != nil && m.s != nil && q.due {
			m.s.Forget(q.message.MsgID)
			q.accepted, q.due = false, false
		}
	case 6:
		if len(rest) > 0 {
			m.now = m.now.Add(time.Duration(rest[0]) * time.Second)
			rest = rest[1:]
		}
	case 7:
		m.closeLink(m.link)
	case 8:
		m.openLink()
	case 9:
		m.link = m.links[0]
	case 10:
		var ids []int64
		for id := range m.sent {
			ids = append(ids, id)
		}
		m.hand(m.plain(encode(&mt.MsgsAck{MsgIDs: ids})))
	case 11:
		inner := []Message{m.newQuery(), m.content1(ping(1)), m.newQuery()}
		if q := m.pick(&rest); q != nil && q.message.MsgID < m.lastID {
			inner = append(inner, q.message)
		}
		m.hand(m.plain(packed(inner...)))
	case 12:
		if len(rest) > 0 {
			n := min(len(rest), 1+int(rest[0])%40)
			m.hand(Message{MsgID: m.id(), SeqNo: int32(rest[0]), Body: rest[:n:n]})
			rest = rest[n:]
		}
	case 13:
		if q := m.pick(&rest); q != nil {
			m.hand(m.content1(encode(&mt.RPCDropAnswerRequest{ReqMsgID: q.message.MsgID})))
			if m.s != nil {
				if e := m.s.window.find(q.message.MsgID); e != nil && e.status == statusSilenced {
					q.due = false
				}
			}
		}
	case 14:
		m.table.Sweep(m.now)
	case 15:
		if m.s != nil {
			m.s.FlushAcks(m.now)
			require.Empty(t, m.s.acks)
		}
	case 16:
		ids := []int64{m.lastOut, 4, 1<<62 + 1}
		m.hand(m.content1(encode(&mt.MsgResendReq{MsgIDs: ids})))
		m.hand(m.content1(encode(&mt.MsgsStateReq{MsgIDs: ids})))
	case 17:
		m.handWith(m.newQuery(), 4711)
	case 18: // a burst, to push things out of the window
		if len(rest) > 0 {
			for range rest[0] % 32 {
				m.hand(m.content1(ping(1)))
			}
			rest = rest[1:]
		}
	}
	return rest
}

// answer answers a query, which must reach the client if it is due, and must not
// if it is not.
func (m *model) answer(q *known, keep bool) {
	m.check()
	before := m.s.lastMsgID
	body := answer(q.message.MsgID, "yes!")
	if keep {
		m.s.Keep(m.now, q.message.MsgID, body)
	} else {
		m.s.Answer(m.now, q.message.MsgID, body)
	}
	sent := m.s.lastMsgID > before
	if sent && (keep || m.s.newest() == nil) { // numbered without being delivered
		m.lastOut = m.s.lastMsgID
		m.sent[m.lastOut] = *m.s.out.find(m.lastOut)
		m.content++
	}
	if !q.due {
		// What was forgotten with its msg_id is due to whoever answers it.
		require.Equal(m.t, sent, m.s.window.find(q.message.MsgID) == nil && q.message.MsgID <= m.s.window.floor)
		return
	}
	require.True(m.t, sent, "what is due is answered")
	require.NotNil(m.t, m.s.out.find(m.s.lastMsgID), "and kept until it is acknowledged")
	q.due = false
	if w, ok := m.s.newest().(*fakeLink); ok && !keep {
		require.NotEmpty(m.t, w.got)
		require.Equal(m.t, body, w.got[len(w.got)-1].Body, "by the newest link")
	}
}

func (m *model) closeLink(l *fakeLink) {
	l.closed = true
	if m.s != nil {
		m.s.Detach(l)
	}
	m.check()
	for i := range m.links {
		if m.links[i] == l {
			m.links = append(m.links[:i:i], m.links[i+1:]...)
			break
		}
	}
	if len(m.links) == 0 {
		m.openLink()
	}
	m.link = m.links[len(m.links)-1]
}

var linkNumber int64 = 10

func (m *model) openLink() {
	if len(m.links) > 4 {
		return
	}
	linkNumber++
	m.link = &fakeLink{number: linkNumber}
	m.links = append(m.links, m.link)
}

// check looks at everything that was sent since the last look.
func (m *model) check() {
	t := m.t
	if m.s == nil {
		return
	}
	var fresh map[int64]Outgoing
	for _, l := range m.links {
		for _, o := range l.got {
			if old, again := m.sent[o.MsgID]; again {
				require.Equal(t, old.Body, o.Body, "sent again means the same message")
				require.Equal(t, old.SeqNo, o.SeqNo)
				continue
			}
			if fresh == nil {
				fresh = map[int64]Outgoing{}
			}
			fresh[o.MsgID] = o
		}
		l.got = nil
	}
	for _, id := range sorted(fresh) {
		o := fresh[id]
		parity := int64(3)
		if o.Request != 0 || isNotice(o.Body) {
			parity = 1
		}
		if id <= m.lastOut || id&3 != parity {
			t.Fatalf("msg_id %d, the parity of %d, behind %d", id, parity, m.lastOut)
		}
		m.lastOut = id
		odd := int32(0)
		if x := typeID(o.Body); x == proto.ResultTypeID || x == mt.NewSessionCreatedTypeID {
			odd = 1
		}
		if o.SeqNo != 2*m.content+odd {
			t.Fatalf("seqno %d where %d was due", o.SeqNo, 2*m.content+odd)
		}
		m.content += odd
		m.sent[id] = o
	}
	if len(m.s.window.entries) > 16 || len(m.s.out.messages()) > 4 || len(m.s.ways) > 5 || len(m.s.acks) > MaxIDs {
		t.Fatalf("%d in the window, %d in the outbox, %d links, %d acknowledgements", len(m.s.window.entries), len(m.s.out.messages()), len(m.s.ways), len(m.s.acks))
	}
	bytes := 0
	for _, o := range m.s.out.messages() {
		bytes += len(o.Body)
	}
	if bytes != m.s.out.bytes {
		t.Fatalf("%d bytes in the outbox, said to be %d", bytes, m.s.out.bytes)
	}
}

func isNotice(body []byte) bool {
	id := typeID(body)
	return id == mt.BadMsgNotificationTypeID || id == mt.BadServerSaltTypeID
}

func sorted(m map[int64]Outgoing) []int64 { return slices.Sorted(maps.Keys(m)) }
