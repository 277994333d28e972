package rpc

import (
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// looks is what a message has besides its text and its file. What looks the same is equal.
type looks struct {
	text   textLooks
	markup uint64 // of its buttons, which are not kept: equal ones have equal numbers
}

type textLooks struct {
	entities string // TL of the newest layer, "" for none
	inverted bool   // the file is below the text
	bare     bool   // the page that a link leads to is not shown
	other    uint64 // entities that cannot be kept: they look like nothing else
}

// maxEntities is how many entities of a text Telegram looks at.
// https://core.telegram.org/api/entities#entity-length
const maxEntities = 100

// looks is how a message of a call looks.
func (q *query) looks(in *tl.Object) (l looks) {
	entities := in.Objects("entities")
	l.text = textLooks{inverted: in.Bool("invert_media"), bare: in.Bool("no_webpage") && mayLink(in.Str("message"), entities)}
	if n := min(len(entities), maxEntities); n > 0 {
		named := make([]*tl.Object, n)
		for i := range named {
			named[i] = q.entity(entities[i])
		}
		b, err := tl.AppendVector(nil, tl.NewestLayer, named...)
		if l.text.entities = string(b); err != nil {
			l.text.other = rand.Uint64()
		}
	}
	if markup := in.Obj("reply_markup"); markup != nil {
		l.markup = q.digest(markup)
	}
	return l
}

// entity is one as a message has it.
// https://core.telegram.org/constructor/inputMessageEntityMentionName
func (q *query) entity(in *tl.Object) *tl.Object {
	if in.Name != "inputMessageEntityMentionName" {
		return in
	}
	f := tl.Fields{"offset": in.Int("offset"), "length": in.Int("length"), "user_id": int64(0)}
	if user := q.resolve(in.Obj("user_id")); user != nil {
		f["user_id"] = user.ID
	}
	return tl.New("messageEntityMentionName", f)
}

// all are the entities as they were sent.
func (l textLooks) all() []any {
	if l.entities == "" {
		return nil
	}
	entities, _, err := tl.DecodeVector([]byte(l.entities))
	if err != nil { // it is what was encoded here
		return nil
	}
	return tl.Vector(entities...)
}

// mayLink tells whether a text may have a link, and so a page that is shown or not. Telethon
// asks for none when it edits, whatever it sent.
func mayLink(text string, entities []*tl.Object) bool {
	return strings.Contains(text, ".") ||
		slices.ContainsFunc(entities, func(e *tl.Object) bool { return e.Name == "messageEntityTextUrl" })
}

var digestSeed = maphash.MakeSeed()

func (q *query) digest(o *tl.Object) uint64 {
	b, err := tl.Append(nil, q.Auth.Layer(), o)
	if err != nil { // of another layer than the client says: it looks like nothing else
		return rand.Uint64()
	}
	return maphash.Bytes(digestSeed, b)
}
