package session

import (
	"bytes"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
)

// A program of messages of every kind (wrong msg_ids, seqnos and salts, containers whole and
// broken, repetitions, acknowledgements), of answers, clock steps and reconnects, against a
// naive session that was written from the documentation: after each step all that was sent,
// over which link, with which seqno, is what that one says.
func FuzzAgainstRules(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 9, 0, 8, 0})                                // a query, its answer, the same again
	f.Add([]byte{0, 2, 0, 0, 0, 0, 4, 0, 0, 0, 8, 0, 15, 0, 16, 0, 2})      // ping, ack, repeat, close, open
	f.Add([]byte{7, 3, 0, 0, 0, 0, 2, 0, 0, 0, 0, 4, 0, 0, 0, 8, 0, 9, 0})  // a container, and again
	f.Add([]byte{0, 0, 11, 0, 0, 0, 0, 12, 0, 0, 0, 0, 13, 0, 0, 0, 0, 14}) // wrong msg_ids
	f.Add([]byte{18, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 6, 0})         // out of order, wrong seqno
	f.Add([]byte{0, 0, 0, 0, 0, 10, 0, 8, 0, 0, 8, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 2})
	f.Add([]byte{14, 255, 14, 255, 0, 0, 0, 0, 1, 19, 0, 0, 0, 0, 0, 1, 0, 5, 0, 0, 0, 70})
	f.Add([]byte{7, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 65, 7, 1, 0, 0, 0, 0, 0, 130, 7, 1, 0, 0, 0, 0, 0, 195, 13})
	f.Fuzz(func(t *testing.T, program []byte) {
		p := newProgram(t, program)
		for range 64 {
			if len(p.rest) == 0 {
				return
			}
			p.step()
		}
	})
}

// wireLink is a link that writes down what it is given, with all others, in one list.
type wireLink struct {
	number int64
	log    *[]delivery
}

type delivery struct {
	link int64
	Outgoing
}

func (l *wireLink) Number() int64 { return l.number }

func (l *wireLink) Deliver(_ *Session, m Outgoing) bool {
	*l.log = append(*l.log, delivery{l.number, m})
	return true
}

// program is what runs: a client's side, the session, and the naive one beside it.
type program struct {
	t     *testing.T
	rest  []byte
	table *Table
	salts *Salts
	s     *Session
	naive *naive
	now   time.Time

	log     []delivery
	links   []*wireLink // open
	link    *wireLink   // in use
	opened  int64
	frames  []frame // sent so far
	queries []int64 // msg_ids of what looked like one
	known   []*said // the server's, as the client knows them
	held    []Message
	lastID  int64 // client's
	content int32 // client's
	lastOut int64 // server's
	got     Received
	ran     []int // the operations so far
}

var roomy = Limits{Window: 1 << 20, Outbox: 1 << 20, OutboxBytes: 1 << 30}

func newProgram(t *testing.T, text []byte) *program {
	p := &program{t: t, rest: text, now: testStart, naive: &naive{}}
	p.table = NewTable(roomy, testTable, bytes.NewReader(make([]byte, 8)))
	p.salts = NewSalts([]byte("auth key"), 1234, testStart)
	p.naive.salts = firstSalts()
	p.open()
	p.send(frame{Message: Message{MsgID: testStart.Unix() << 32, Body: encode(&mt.MsgsAck{MsgIDs: []int64{}})}}, 1234)
	return p
}

// next takes a byte of the program; behind its end all are 0.
func (p *program) next() int {
	if len(p.rest) == 0 {
		return 0
	}
	b := p.rest[0]
	p.rest = p.rest[1:]
	return int(b)
}

func pick[T any](p *program, from []T) (x T) {
	if n := p.next(); len(from) > 0 {
		return from[n%len(from)]
	}
	return x
}

func (p *program) step() {
	op := p.next() % 20
	p.ran = append(p.ran, op)
	switch op {
	default:
		m := p.message()
		p.send(frame{Message: m}, p.salt())
	case 7:
		p.send(p.packed(), p.salt())
	case 8:
		if f := pick(p, p.frames); f.Body != nil {
			p.send(f, p.salt())
		}
	case 9, 10, 11, 12:
		p.settle(op)
	case 13:
		p.naive.flush()
		p.s.FlushAcks(p.now)
	case 14:
		p.tick()
	case 15:
		p.close()
	case 16:
		p.open()
	case 17:
		p.link = pick(p, p.links)
	case 18:
		p.hold()
	case 19:
		p.salts.Rotate(p.now)
		p.learnSalts()
	}
	p.compare()
}

// hold numbers a message that is sent later.
func (p *program) hold() {
	p.held = append(p.held, Message{MsgID: p.id(), SeqNo: 2*p.content + 1})
	p.content++
}

func (p *program) id() int64 {
	p.lastID = max(p.now.Unix()<<32, p.lastID+4)
	return p.lastID
}

// learnSalts asks for more than a client may at a time.
func (p *program) learnSalts() {
	p.naive.salts = learnSalts(p.salts, p.now)
}

func learnSalts(s *Salts, now time.Time) []mt.FutureSalt {
	return append(s.Future(now, MaxSalts), s.Future(now.Add(MaxSalts*saltPeriod), MaxSalts)...)
}

// firstSalts is what each program begins with.
var firstSalts = sync.OnceValue(func() []mt.FutureSalt {
	return learnSalts(NewSalts([]byte("auth key"), 1234, testStart), testStart)
})

// salt is mostly the right one.
func (p *program) salt() int64 {
	switch n := p.next(); {
	case n == 7:
		return 4711
	case n >= 240: // one of the first, used up perhaps, or still to come
		return p.naive.salts[n%16].Salt
	}
	return p.naive.saltNow(p.now)
}

// settle is what the caller does about a query.
func (p *program) settle(op int) {
	id := pick(p, p.queries)
	if id == 0 {
		return
	}
	body := encode(&proto.Result{RequestMessageID: id, Result: []byte("yes!")})
	switch op {
	case 9, 10:
		keep := op == 10
		s := p.naive.answer(id, body, keep)
		if keep {
			p.s.Keep(p.now, id, body)
		} else {
			p.s.Answer(p.now, id, body)
		}
		if s != nil && s.link == 0 { // it has a number that nothing shows yet
			s.id, p.lastOut = p.s.lastMsgID, p.s.lastMsgID
			p.known = append(p.known, s)
		}
	case 11:
		p.naive.silence(id)
		p.s.Silence(id)
	case 12:
		if r := p.s.window.find(id); r != nil && r.status == statusRunning {
			p.naive.forget(id)
			p.s.Forget(id)
		}
	}
}

// tick moves the clock: some seconds on, some back, or to the next salt.
func (p *program) tick() {
	switch n := p.next(); {
	case n >= 200:
		p.now = p.now.Add(saltPeriod)
	case n >= 180: // though not to before the first salt
		p.now = time.Unix(max(p.now.Unix()-int64(n-180), int64(p.naive.salts[0].ValidSince)), 0)
	default:
		p.now = p.now.Add(time.Duration(n) * time.Second)
	}
	// The table of salts that the client asked for ends some day.
	if first := p.salts.Future(p.now, 1)[0]; first.Salt == p.naive.salts[60].Salt {
		p.rest = nil
	}
}

func (p *program) open() {
	if len(p.links) < 4 {
		p.opened++
		p.links = append(p.links, &wireLink{p.opened, &p.log})
	}
	p.link = p.links[len(p.links)-1]
}

func (p *program) close() {
	p.naive.detach(p.link.number)
	p.s.Detach(p.link)
	p.links = slices.DeleteFunc(p.links, func(l *wireLink) bool { return l == p.link })
	if len(p.links) == 0 {
		p.open()
	}
	p.link = p.links[len(p.links)-1]
}

func (p *program) send(f frame, salt int64) {
	p.frames = append(p.frames, f)
	p.naive.receive(p.now, p.link.number, salt, f)
	in := Incoming{Key: testKey, Salts: p.salts, SessionID: 5, Salt: salt, Message: f.Message}
	p.s = p.table.Receive(p.now, in, p.link, &p.got)
	p.compareResult()
	p.compare()
}

func (p *program) compareResult() {
	got, want := outcome{acked: p.got.Acked, repeats: p.got.Repeats, disconnect: p.got.DisconnectAfter}, p.naive.result
	for _, q := range p.got.Queries {
		got.queries = append(got.queries, q.MsgID)
	}
	for _, r := range p.got.Refusals {
		got.codes = append(got.codes, r.Code)
	}
	if !slices.Equal(got.queries, want.queries) || !slices.Equal(got.acked, want.acked) || !slices.Equal(got.codes, want.codes) ||
		got.repeats != want.repeats || got.disconnect != want.disconnect {
		p.t.Fatalf("after %v: %+v; by the rules %+v", p.ran, got, want)
	}
}

// compare looks at all that was sent since the last look.
func (p *program) compare() {
	for i, want := range p.naive.expected {
		if i == len(p.log) {
			p.t.Fatalf("after %v: not sent: %s", p.ran, describe(p.t, Outgoing{Body: want.body, Request: want.request}))
		}
		p.compareOne(p.log[i], want)
	}
	if len(p.log) > len(p.naive.expected) {
		p.t.Fatalf("after %v: sent for no reason: %s", p.ran, describe(p.t, p.log[len(p.naive.expected)].Outgoing))
	}
	p.log, p.naive.expected = p.log[:0], p.naive.expected[:0]
}

func (p *program) compareOne(got delivery, want *said) {
	if got.link != want.link || got.SeqNo != want.seqno || !bytes.Equal(got.Body, want.body) {
		p.t.Fatalf("after %v: over link %d with seqno %d: %s\nby the rules over %d with %d: %s", p.ran, got.link, got.SeqNo,
			describe(p.t, got.Outgoing), want.link, want.seqno, describe(p.t, Outgoing{Body: want.body, Request: want.request}))
	}
	first := want
	if want.first != nil {
		first = want.first
	}
	if first.id != 0 {
		if first.id != got.MsgID {
			p.t.Fatalf("after %v: sent again as %d, not as %d", p.ran, got.MsgID, first.id)
		}
		return
	}
	parity := int64(3)
	if id := typeID(got.Body); want.request != 0 || id == mt.BadMsgNotificationTypeID || id == mt.BadServerSaltTypeID {
		parity = 1
	}
	if got.MsgID <= p.lastOut || got.MsgID%4 != parity || got.MsgID < p.now.Unix()<<32 {
		p.t.Fatalf("after %v: msg_id %d behind %d", p.ran, got.MsgID, p.lastOut)
	}
	first.id, p.lastOut = got.MsgID, got.MsgID
	p.known = append(p.known, first)
}
