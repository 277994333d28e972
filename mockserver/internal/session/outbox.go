package session

import (
	"cmp"
	"slices"
)

// Outgoing is one message on its way to the client: all but salt and encryption.
type Outgoing struct {
	MsgID int64
	SeqNo int32
	// Spoil asks the link for a wrong msg_key, Cut to send only the first half.
	Spoil, Cut bool
	Body       []byte
	// Request is the msg_id that it answers, 0 if none.
	Request int64
	// Hostile asks the link to break a rule, by the name of the case.
	Hostile string

	via   Sink  // the link it was last handed to, nil if none took it
	round int64 // the round of the session in which that was
}

// outbox keeps content-related messages until the client acknowledges them, so
// that they can be sent again. It is bounded: the oldest goes first, and a client
// that asks for it later gets no answer a second time.
type outbox struct {
	all    []Outgoing // ordered by msg_id
	head   int        // so many at the beginning have gone: nothing is moved for them
	bytes  int
	limits *Limits
	closed bool

	missed []int64 // went for their bytes, and may yet be acknowledged; the oldest first
	told   bool    // that messages went for their bytes: no more are noted
	cut    int64   // up to this msg_id missed ones may have gone over a connection that has ended
}

// maxMissed is how many answers a client may leave unacknowledged beyond those that are
// kept before it is said that it does not acknowledge them. Clients gather some first:
// gotd 20, which of 1 MiB each are more than an outbox.
const maxMissed = 64

// messages are those that are kept.
func (o *outbox) messages() []Outgoing { return o.all[o.head:] }

// add keeps a message. It returns the name of the bound for which others had to make
// room, "" if none had to, or those that had may yet be acknowledged.
func (o *outbox) add(m Outgoing) (bound string) {
	if o.closed {
		return ""
	}
	if len(o.all) == cap(o.all) && o.head > len(o.all)/8 { // in place of growing
		n := copy(o.all, o.messages())
		clear(o.all[n:])
		o.all, o.head = o.all[:n], 0
	}
	o.all = append(o.all, m)
	o.bytes += len(m.Body)
	o.limits.Outboxes.count(&m, 1)
	// The message just added stays, however large it is.
	for len(o.messages()) > 1 {
		switch {
		case len(o.messages()) > o.limits.Outbox:
			bound = "Outbox"
		case o.bytes > o.limits.OutboxBytes:
			if o.miss(o.messages()[0].MsgID) {
				bound = "OutboxBytes"
			}
		default:
			return bound
		}
		o.drop(1)
	}
	return bound
}

// miss notes a message that goes for its bytes, and tells whether those are too many.
func (o *outbox) miss(id int64) bool {
	if !o.told {
		o.missed = append(o.missed, id)
	}
	return len(o.missed) > maxMissed
}

// asked tells whether the client asks for a message that went for its bytes.
func (o *outbox) asked(id int64) bool { return slices.Contains(o.missed, id) }

// cutOff notes that a connection has ended which missed messages may have been sent over.
func (o *outbox) cutOff() {
	if n := len(o.missed); n > 0 {
		o.cut = o.missed[n-1]
	}
}

// lost tells whether a client that was away, or one of whose connections has ended, may
// lack what cannot be sent again.
func (o *outbox) lost(away bool) bool { return len(o.missed) > 0 && (away || o.missed[0] <= o.cut) }

// tell stops noting what goes: it is known now that the client does not have it.
func (o *outbox) tell() { o.missed, o.told = nil, true }

// drop forgets the n oldest messages.
func (o *outbox) drop(n int) {
	for range n {
		o.remove(0)
	}
}

// close forgets all messages and keeps none any more.
func (o *outbox) close() {
	o.drop(len(o.messages()))
	o.all, o.head, o.missed, o.closed = nil, 0, nil, true
}

// keptRoom is how many messages room is kept for, and how many times as many as wait.
const keptRoom = 8

// remove forgets the message at i.
func (o *outbox) remove(i int) {
	o.bytes -= len(o.messages()[i].Body)
	o.limits.Outboxes.count(&o.messages()[i], -1)
	if i > 0 {
		o.all = slices.Delete(o.all, o.head+i, o.head+i+1)
	} else {
		o.all[o.head] = Outgoing{}
		o.head++
	}
	if left := len(o.messages()); cap(o.all) > keptRoom && left <= cap(o.all)/keptRoom {
		o.all, o.head = append(make([]Outgoing, 0, 2*left), o.messages()...), 0
	}
}

func (o *outbox) search(id int64) (int, bool) {
	return slices.BinarySearchFunc(o.messages(), id, func(m Outgoing, id int64) int {
		return cmp.Compare(m.MsgID, id)
	})
}

func (o *outbox) find(id int64) *Outgoing {
	if i, ok := o.search(id); ok {
		return &o.messages()[i]
	}
	return nil
}

// acknowledge forgets a message the client has, and returns the query that it
// answers, 0 for none.
func (o *outbox) acknowledge(id int64) (request int64) {
	if i, ok := o.search(id); ok {
		request = o.messages()[i].Request
		o.remove(i)
	} else if i := slices.Index(o.missed, id); i >= 0 {
		o.missed = slices.Delete(o.missed, i, i+1)
	}
	return request
}
