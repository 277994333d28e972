package rpc

import (
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// looks is what a message has besides its text and its file, told apart and not kept: what
// looks the same has the same numbers, and nothing else has them but by chance.
type looks struct {
	text   uint64 // its entities, and how a link in it is shown
	markup uint64 // its buttons
}

// looks is how a message of a call looks.
func (q *query) looks(in *tl.Object) (l looks) {
	entities := in.Objects("entities")
	l.text = q.digest(entities)
	if in.Bool("invert_media") {
		l.text++
	}
	if in.Bool("no_webpage") && mayLink(in.Str("message"), entities) {
		l.text += 2
	}
	if markup := in.Obj("reply_markup"); markup != nil {
		l.markup = q.digest([]*tl.Object{markup})
	}
	return l
}

// mayLink tells whether a text may have a link, and so a page that is shown or not. Telethon
// asks for none when it edits, whatever it sent.
func mayLink(text string, entities []*tl.Object) bool {
	return strings.Contains(text, ".") ||
		slices.ContainsFunc(entities, func(e *tl.Object) bool { return e.Name == "messageEntityTextUrl" })
}

var digestSeed = maphash.MakeSeed()

func (q *query) digest(all []*tl.Object) uint64 {
	if len(all) == 0 {
		return 0
	}
	b, err := tl.AppendVector(nil, q.Auth.Layer(), all...)
	if err != nil { // of another layer than the client says: it looks like nothing else
		return rand.Uint64()
	}
	return maphash.Bytes(digestSeed, b)
}
