package rpc

import (
	"fmt"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// MaxChats bounds the channels that accounts have made, and those that they have given
// another title, on all accounts together.
const MaxChats = 1000

// chat is what is known of a chat or channel. One that nobody has made exists all the same, as
// soon as somebody names it, and everybody is a member there.
type chat struct {
	title, about string
	creator      int64 // 0: nobody has made it
	date         int32 // when it was made
	broadcast    bool  // a channel, and no group
	signed       bool  // its posts say who wrote them
	deleted      bool
}

// chats are those of all accounts. Its lock comes behind that of an account.
type chats struct {
	mu    sync.Mutex
	byKey map[peerKey]chat
}

// of is what is known of a peer; ok is false if that is nothing but its number.
func (c *chats) of(p peer) (known chat, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok = c.byKey[p.key()]
	return known, ok
}

// add notes what is known of the first of some peers that nothing is known of.
func (c *chats) add(peers func(n int) peer, made chat) (p peer, undo func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := 0; ; n++ {
		p = peers(n)
		if _, known := c.byKey[p.key()]; !known {
			undo, err = c.note(p, made)
			return p, undo, err
		}
	}
}

// put notes what is known of a peer from now on, and refuses that of one too many. Undo puts
// back what was known before.
func (c *chats) put(p peer, now chat) (undo func(), err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.note(p, now)
}

// note is put for who holds the lock.
func (c *chats) note(p peer, now chat) (undo func(), err error) {
	was, known := c.byKey[p.key()]
	if !known && len(c.byKey) >= MaxChats {
		return nil, bad("CHANNELS_TOO_MUCH", fmt.Sprintf("fakedc keeps %d channels and titles, for all accounts together", MaxChats))
	}
	if c.byKey == nil {
		c.byKey = map[peerKey]chat{}
	}
	c.byKey[p.key()] = now
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.byKey[p.key()] = was; !known {
			delete(c.byKey, p.key())
		}
	}, nil
}

func (c *chats) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.byKey)
}

// chat is what is known of a chat or channel, if only by its number.
func (q *query) chat(p peer) chat {
	if known, ok := q.accounts.chats.of(p); ok {
		return known
	}
	if p.chat != 0 {
		return chat{title: fmt.Sprintf("Chat %d", p.chat), date: int32(q.now.Unix())}
	}
	return chat{title: fmt.Sprintf("Channel %d", p.channel), date: int32(q.now.Unix())}
}

// chats lists the peer, if it is a chat or a channel, for an answer that names it.
func (q *query) chats(p peer, photo *tl.Object) []any {
	if p.chat == 0 && p.channel == 0 {
		return []any{}
	}
	if photo == nil {
		photo = tl.New("chatPhotoEmpty", nil)
	}
	known := q.chat(p)
	if known.deleted {
		return tl.Vector(tl.New("channelForbidden", tl.Fields{
			"broadcast": known.broadcast, "megagroup": !known.broadcast, "id": p.channel, "access_hash": accessHash("channel", p.channel), "title": known.title,
		}))
	}
	f := tl.Fields{"title": known.title, "photo": photo, "date": known.date}
	if known.creator == q.account.ID {
		f["creator"], f["admin_rights"] = true, allRights()
	}
	if !known.broadcast {
		f["default_banned_rights"] = nothingBanned()
	}
	if p.chat != 0 {
		f["id"], f["participants_count"], f["version"] = p.chat, int32(2), int32(1)
		return tl.Vector(tl.New("chat", f))
	}
	f["id"], f["access_hash"] = p.channel, accessHash("channel", p.channel)
	f["megagroup"], f["broadcast"], f["signatures"] = !known.broadcast, known.broadcast, known.signed
	if p.username != "" {
		f["username"] = p.username
	}
	return tl.Vector(tl.New("channel", f))
}

// allRights are those of who made a channel.
// https://core.telegram.org/constructor/chatAdminRights
func allRights() *tl.Object {
	return tl.New("chatAdminRights", tl.Fields{
		"change_info": true, "post_messages": true, "edit_messages": true, "delete_messages": true, "ban_users": true,
		"invite_users": true, "pin_messages": true, "add_admins": true, "manage_call": true, "other": true,
	})
}
