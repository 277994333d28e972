package scenarios

import "slices"

// Event is what a rule looks at: a call, or something that happens to a connection.
type Event uint8

// The events.
const (
	// EventCall is a query.
	EventCall Event = iota
	// EventConnect is a connection that was accepted, before a byte of it is read.
	EventConnect
	// EventClose is a connection that ended.
	EventClose
	// EventHandshake is the beginning of the creation of an auth key: req_pq or req_pq_multi.
	// Source: https://core.telegram.org/mtproto/auth_key
	EventHandshake
	// EventAuthKey is an auth key that was made, before dh_gen_ok leaves.
	EventAuthKey
)

var eventNames = []string{"call", "connect", "close", "handshake", "auth_key"}

// String returns the word used in scenario files.
func (e Event) String() string { return nameOf(eventNames, int(e)) }

// key is what the event is indexed by where calls have their method. No method has a colon in its name.
func (e Event) key() string { return eventKeys[min(int(e), len(eventKeys)-1)] }

var eventKeys = []string{"", "event:connect", "event:close", "event:handshake", "event:auth_key"}

// indexKey is what a call is indexed by.
func (c *Call) indexKey() string {
	if c.Event == EventCall {
		return c.Method
	}
	return c.Event.key()
}

// about reports whether a rule with this match looks at what is indexed by a key.
func (m *Match) about(key string) bool {
	if m.Event != EventCall {
		return m.Event.key() == key
	}
	if slices.Contains(eventKeys[1:], key) {
		return false
	}
	return matchGlob(m.method(), key)
}

// checkEvent looks at a rule about something else than a call.
func (c *checker) checkEvent(r *Rule) {
	m := &r.Match
	if int(m.Event) >= len(eventNames) {
		c.fail("match.event", "there is no such event")
		return
	}
	if r.Reply.Kind == ReplyHostile {
		c.hostileReply(m, &r.Reply)
	}
	for i := range r.OneOf {
		if r.OneOf[i].Reply.Kind == ReplyHostile {
			c.hostileReply(m, &r.OneOf[i].Reply)
		}
	}
	if m.Event == EventCall {
		if r.Reply.Kind == ReplyRefuse || slices.ContainsFunc(r.OneOf, func(c Choice) bool { return c.Reply.Kind == ReplyRefuse }) {
			c.fail("reply.refuse", "a connection is refused at an event, connect, handshake or auth_key; drop is for calls")
		}
		return
	}
	if m.Method != "" || m.needsPart() || !m.File.IsZero() || !m.Attempt.IsZero() || !m.Session.IsZero() || !m.Client.any() {
		c.fail("match", "of "+m.Event.String()+" only conn and dc can be matched")
	}
	if r.Per != ScopeConnection && r.Per != ScopeServer && r.Per != ScopeFile {
		c.fail("per", "an event has no "+r.Per.String()+": it is counted per server or per connection")
	}
	if len(r.OneOf) > 0 || r.aboutStore() || r.Bandwidth > 0 || r.Hold.Calls > 0 {
		c.fail("", "an event has neither bytes nor an answer: only delay, goto and a reply of refuse, none or transport_error mean something")
	}
	switch k := r.Reply.Kind; {
	case k == ReplyNormal:
	case m.Event == EventClose:
		c.fail("reply", "a connection that has ended gets no reply: goto is what such a rule is for")
	case m.Event == EventConnect && k != ReplyRefuse:
		c.fail("reply", "a connection can be refused, and nothing else: refuse: true")
	case k != ReplyRefuse && k != ReplyNone && k != ReplyTransportError && (k != ReplyHostile || m.Event != EventHandshake):
		c.fail("reply", "expected refuse, none or transport_error at the event "+m.Event.String())
	}
	if m.Event == EventClose && (r.Delay > 0 || !r.Jitter.IsZero()) {
		c.fail("delay", "a connection that has ended cannot be delayed")
	}
}

// explainEvent names the event of a match.
func (m *Match) explainEvent() string {
	said := map[Event]string{
		EventConnect: "every connection that is made", EventClose: "every connection that ends",
		EventHandshake: "every creation of an auth key, at its beginning", EventAuthKey: "every auth key that was made",
	}[m.Event]
	if !m.Conn.IsZero() {
		said += ", over the " + explainNumbers(&m.Conn, &byOrdinal) + " connection"
	}
	if !m.DC.IsZero() {
		said += ", at datacenter " + explainNumbers(&m.DC, &byNumber)
	}
	return said
}
