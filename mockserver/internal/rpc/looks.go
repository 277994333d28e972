package rpc

import (
	"hash/maphash"
	"math/rand/v2"

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
	l.text = q.digest(in.Objects("entities"))
	for i, flag := range []string{"no_webpage", "invert_media"} {
		if in.Bool(flag) {
			l.text += uint64(i + 1)
		}
	}
	if markup := in.Obj("reply_markup"); markup != nil {
		l.markup = q.digest([]*tl.Object{markup})
	}
	return l
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
