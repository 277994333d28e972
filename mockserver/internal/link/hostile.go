package link

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
	"github.com/fakedc/fakedc/mockserver/internal/session"
)

// truthAfter is how long after a lie the true answer leaves.
const truthAfter = time.Second

// lie answers with a message that breaks a rule and says so to whoever believes it;
// the true answer follows. Over HTTP, where messages are packed together and none
// can break a rule of its own, it is all that there is.
func (l *Link) lie(now time.Time, s *session.Session, request int64, r rpc.Result) {
	lie, truth := rpc.Lie(r.Body)
	if l.overHTTP() {
		s.Answer(now, request, result(request, truth))
		return
	}
	if !s.Lie(now, request, result(request, lie), r.Hostile) {
		return
	}
	l.noteHostile(r.Hostile, false)
	l.after(truthAfter, func() { s.Answer(time.Now(), request, result(request, truth)) })
}

// noteHostile notes that the server broke a rule, or that the client believed it.
func (l *Link) noteHostile(name string, accepted bool) {
	text := "the server broke a rule"
	if accepted {
		text = "the client accepted what broke a rule"
	}
	l.note(journal.Event{Kind: journal.KindHostile, Hostile: name, Accepted: accepted, Text: text})
}

func (l *Link) sealHostile(k *Key, s *session.Session, m session.Outgoing) []byte {
	if m.Hostile == "plain-after-key" {
		return envelope.SealPlain(nil, m.MsgID, m.Body)
	}
	return envelope.SealHostile(k.Key, envelope.Message{
		Salt: k.Salts.Current(time.Now()), SessionID: s.ID, MsgID: m.MsgID, SeqNo: m.SeqNo, Body: m.Body,
	}, m.Hostile, l.hub.Rand)
}

// broke marks a key whose making broke a rule: whoever uses it has accepted that.
func (k *Key) broke(name string) { k.hostile.Store(&name) }

// believed returns the case of such a key, once.
func (k *Key) believed() string {
	if name := k.hostile.Swap(nil); name != nil {
		return *name
	}
	return ""
}
