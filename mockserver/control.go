package mockserver

import (
	"slices"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/link"
	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// RotateSalt ends the server salt of some auth keys at once, by their auth_key_id
// (Event.Key), or of all without any, and returns of how many. The next message
// under an old salt is answered with bad_server_salt, and a client sends it again
// under the new one. https://core.telegram.org/mtproto/description#server-salt
func (s *Server) RotateSalt(keys ...int64) int {
	now := time.Now()
	n := s.eachKey(keys, func(_ *center, k *link.Key) { k.Salts.Rotate(now) })
	s.keepKeys()
	s.control("the salt of " + words.Count(n, "auth key") + " was rotated")
	return n
}

// ForgetKey makes the server forget some auth keys, by their auth_key_id
// (Event.Key), or all without any, and returns how many: the next message under one
// is answered with the transport error -404, and a client has to make another and
// to log in again. https://core.telegram.org/mtproto/mtproto-transports#transport-errors
//
// Ready sessions are forgotten too, until [Server.Reset]: with Options.DataDir by the
// servers that come after this one, too.
func (s *Server) ForgetKey(keys ...int64) int {
	n := s.eachKey(keys, func(c *center, k *link.Key) { c.hub.Keys.Remove(k.ID) })
	_ = s.flushDisk() // the journal has it, and it is tried again
	s.control(words.Were(n, "auth key") + " forgotten")
	return n
}

// keepKeys has on disk what was done to keys that clients use. What goes wrong the
// journal has, and it is tried again with their next queries.
func (s *Server) keepKeys() {
	s.eachKey(nil, func(c *center, k *link.Key) {
		if k.IsKept() {
			_ = c.hub.Keys.Keep(k)
		}
	})
}

func (s *Server) eachKey(wanted []int64, do func(*center, *link.Key)) (n int) {
	for _, c := range s.centers {
		for _, k := range c.hub.Keys.All() {
			if len(wanted) == 0 || slices.Contains(wanted, k.ID) {
				do(c, k)
				n++
			}
		}
	}
	return n
}

// control notes what was done to the server, so that nobody takes it for the
// client's doing.
func (s *Server) control(text string) {
	s.journal.Add(time.Now(), journal.Event{Kind: EventControl, Text: text})
}
