package session

import (
	"cmp"
	"slices"
)

// Outgoing is one message on its way to the client: all but salt and encryption.
type Outgoing struct {
	MsgID int64
	SeqNo int32
	Body  []byte
	// Request is the msg_id that it answers, 0 if none.
	Request int64
	// Spoil asks the link for a wrong msg_key.
	Spoil bool
	// Hostile asks the link to break a rule, by the name of the case.
	Hostile string
	// Cut asks the link to send only the first half.
	Cut bool

	via   Sink  // the link it was last handed to, nil if none took it
	round int64 // the round of the session in which that was
}

// outbox keeps content-related messages until the client acknowledges them, so
// that they can be sent again. It is bounded: the oldest goes first, and a client
// that asks for it later gets no answer a second time.
type outbox struct {
	messages []Outgoing // ordered by msg_id
	bytes    int
	limits   *Limits
	dropped  int
}

func (o *outbox) add(m Outgoing) {
	o.messages = append(o.messages, m)
	o.bytes += len(m.Body)
	n := 0
	// The message just added stays, however large it is.
	for n < len(o.messages)-1 && (len(o.messages)-n > o.limits.Outbox || o.bytes > o.limits.OutboxBytes) {
		o.bytes -= len(o.messages[n].Body)
		n++
	}
	o.dropped += n
	o.messages = slices.Delete(o.messages, 0, n)
}

func (o *outbox) search(id int64) (int, bool) {
	return slices.BinarySearchFunc(o.messages, id, func(m Outgoing, id int64) int {
		return cmp.Compare(m.MsgID, id)
	})
}

func (o *outbox) find(id int64) *Outgoing {
	if i, ok := o.search(id); ok {
		return &o.messages[i]
	}
	return nil
}

// acknowledge forgets a message the client has, and returns the query that it
// answers, 0 for none.
func (o *outbox) acknowledge(id int64) (request int64) {
	if i, ok := o.search(id); ok {
		request = o.messages[i].Request
		o.bytes -= len(o.messages[i].Body)
		o.messages = slices.Delete(o.messages, i, i+1)
	}
	return request
}
