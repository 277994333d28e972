package rpc

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// peer is where a message goes. Chats and channels exist as soon as somebody
// names them: a test sends to any number it likes.
type peer struct {
	user     *Account
	chat     int64
	channel  int64
	username string // of the channel, if it was named by that
}

// peer finds what an InputPeer names; errPeer if it is nobody.
// https://core.telegram.org/api/peers
func (q *query) peer(in *tl.Object) (peer, error) {
	switch in.Name {
	case "inputPeerChat":
		if id := in.Long("chat_id"); id > 0 {
			return peer{chat: id}, nil
		}
	case "inputPeerChannel", "inputPeerChannelFromMessage":
		if id := in.Long("channel_id"); id > 0 {
			return q.live(peer{channel: id})
		}
	default:
		if a := q.resolve(in); a != nil {
			return peer{user: a}, nil
		}
	}
	return peer{}, errPeer
}

// channel is the one that a call names.
func (q *query) channel() (peer, error) {
	in := q.args.Obj("channel")
	if in.Name == "inputChannelEmpty" || in.Long("channel_id") <= 0 {
		return peer{}, errChannel
	}
	return q.live(peer{channel: in.Long("channel_id")})
}

// live refuses a channel that was deleted.
func (q *query) live(p peer) (peer, error) {
	if known, _ := q.accounts.chats.of(p); known.deleted {
		return peer{}, bad("CHANNEL_PRIVATE", "the channel was deleted")
	}
	return p, nil
}

// peerKey tells peers apart.
type peerKey struct{ user, chat, channel int64 }

func (p peer) key() peerKey {
	k := peerKey{chat: p.chat, channel: p.channel}
	if p.user != nil {
		k.user = p.user.ID
	}
	return k
}

// id is the peer as messages carry it.
func (p peer) id() *tl.Object {
	switch {
	case p.chat != 0:
		return tl.New("peerChat", tl.Fields{"chat_id": p.chat})
	case p.channel != 0:
		return tl.New("peerChannel", tl.Fields{"channel_id": p.channel})
	}
	return tl.New("peerUser", tl.Fields{"user_id": p.user.ID})
}

// nothingBanned is what the members of a group may do: TDLib takes none at all for
// "nothing". https://core.telegram.org/constructor/chatBannedRights
func nothingBanned() *tl.Object {
	return tl.New("chatBannedRights", tl.Fields{"until_date": int32(math.MaxInt32)})
}

// update wraps a message for the sequence that the peer belongs to.
func (p peer) update(kind string, message *tl.Object, pts int32) *tl.Object {
	name := map[string]string{"new": "updateNewMessage", "edit": "updateEditMessage"}[kind]
	if p.channel != 0 {
		name = map[string]string{"new": "updateNewChannelMessage", "edit": "updateEditChannelMessage"}[kind]
	}
	return tl.New(name, tl.Fields{"message": message, "pts": pts, "pts_count": int32(1)})
}

// getChannels is what a client asks that was given nothing but a number: for the access hash.
// https://core.telegram.org/method/channels.getChannels
func (q *query) getChannels() (any, error) {
	ids, chats := q.args.Objects("id"), []any{}
	if len(ids) > maxUsers { // as of users
		return nil, bad("CHANNEL_INVALID", fmt.Sprintf("%d channels at once, the most is %d", len(ids), maxUsers))
	}
	for _, in := range ids {
		id := in.Long("channel_id")
		if in.Name == "inputChannelEmpty" || id <= 0 {
			return nil, errChannel
		}
		chats = append(chats, q.chats(peer{channel: id}, nil)...)
	}
	return tl.New("messages.chats", tl.Fields{"chats": chats}), nil
}

// getChats is the same for basic groups: Pyrogram and gogram ask it, though a chat has no
// access hash. https://core.telegram.org/method/messages.getChats
func (q *query) getChats() (any, error) {
	ids, chats := q.args.Vector("id"), []any{}
	if len(ids) > maxUsers { // as of users
		return nil, bad("CHAT_ID_INVALID", fmt.Sprintf("%d chats at once, the most is %d", len(ids), maxUsers))
	}
	for _, v := range ids {
		id, _ := v.(int64)
		if id <= 0 {
			return nil, bad("CHAT_ID_INVALID", "chats are numbered from 1")
		}
		chats = append(chats, q.chats(peer{chat: id}, nil)...)
	}
	return tl.New("messages.chats", tl.Fields{"chats": chats}), nil
}

var username = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-z0-9_]{3,31}$`) })

// resolveUsername finds somebody for every name: one that ends in "bot" is a bot's, as
// https://core.telegram.org/bots/features#creating-a-new-bot has it, any other a channel's.
// https://core.telegram.org/method/contacts.resolveUsername
func (q *query) resolveUsername() (any, error) {
	name := strings.ToLower(q.args.Str("username"))
	if !username().MatchString(name) {
		return nil, bad("USERNAME_INVALID", "a username is 4 to 32 letters, digits or _, and begins with a letter")
	}
	to, users := q.byUsername(name), []any{}
	if to.user != nil {
		users = tl.Vector(to.user.user(to.user == q.account))
	}
	return tl.New("contacts.resolvedPeer", tl.Fields{"peer": to.id(), "chats": q.chats(to, nil), "users": users}), nil
}

func (q *query) byUsername(name string) peer {
	if strings.HasSuffix(name, "bot") {
		return peer{user: q.accounts.named(name)}
	}
	return peer{channel: idOf(name), username: name}
}

// checkChatInvite finds a channel for every link, https://t.me/+hash, of which whoever asks is
// a member. https://core.telegram.org/method/messages.checkChatInvite
func (q *query) checkChatInvite() (any, error) {
	hash := q.args.Str("hash")
	if hash == "" {
		return nil, bad("INVITE_HASH_EMPTY", "the link has nothing behind the +")
	}
	to := peer{channel: idOf("+" + hash)} // which no username begins with
	return tl.New("chatInviteAlready", tl.Fields{"chat": q.chats(to, nil)[0]}), nil
}

// idOf makes a number of a name, the same in every run. It has ten digits and is below 2^31,
// as those of most channels: gogram and many a bot tell a channel by "-100" before it, and
// Pyrogram knows no higher ones. https://core.telegram.org/api/bots/ids
func idOf(name string) int64 {
	const first = 1_000_000_000
	sum := sha256.Sum256([]byte("fakedc username " + name))
	return first + int64(binary.LittleEndian.Uint64(sum[:])%(1<<31-first))
}
