package rpc

import (
	"fmt"
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// getParticipant tells what somebody is in a channel: whoever has made it its creator, a bot
// one of its admins, as no bot is there otherwise, anybody else a member. A bot that asks
// whether those who want a file have joined finds that they have, unless a fault says
// USER_NOT_PARTICIPANT. https://core.telegram.org/method/channels.getParticipant
func (q *query) getParticipant() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	who := q.resolve(q.args.Obj("participant"))
	if who == nil {
		return nil, bad("PARTICIPANT_ID_INVALID", "no such user")
	}
	chats, users := q.named([]peer{of, {user: who}})
	return tl.New("channels.channelParticipant", tl.Fields{"participant": q.participant(of, who), "chats": chats, "users": users}), nil
}

func (q *query) participant(of peer, who *Account) *tl.Object {
	known := q.chat(of)
	f := tl.Fields{"user_id": who.ID, "date": known.date}
	switch {
	case who.ID == known.creator:
		return tl.New("channelParticipantCreator", tl.Fields{"user_id": who.ID, "admin_rights": allRights()})
	case who.Bot:
		f["promoted_by"], f["admin_rights"] = whoever(known.creator, who.ID), allRights()
		if who == q.account {
			f["self"], f["inviter_id"] = true, f["promoted_by"]
		}
		return tl.New("channelParticipantAdmin", f)
	case who == q.account:
		f["inviter_id"] = whoever(known.creator, who.ID)
		return tl.New("channelParticipantSelf", f)
	}
	return tl.New("channelParticipant", f)
}

// whoever is the first of two accounts that there is.
func whoever(creator, otherwise int64) int64 {
	if creator != 0 {
		return creator
	}
	return otherwise
}

// getParticipants lists who is known to be in a channel: who has made it, and who asks.
// https://core.telegram.org/method/channels.getParticipants
func (q *query) getParticipants() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	var all []*Account
	for _, a := range q.members(of) {
		if q.filtered(of, a) {
			all = append(all, a)
		}
	}
	count := len(all)
	all = all[min(max(int(q.args.Int("offset")), 0), count):]
	all = all[:min(max(int(q.args.Int("limit")), 0), len(all))]
	peers, participants := []peer{of}, []any{}
	for _, a := range all {
		peers, participants = append(peers, peer{user: a}), append(participants, q.participant(of, a))
	}
	chats, users := q.named(peers)
	return tl.New("channels.channelParticipants", tl.Fields{"count": int32(count), "participants": participants, "chats": chats, "users": users}), nil
}

func (q *query) members(of peer) (all []*Account) {
	if creator, ok := q.accounts.find(q.chat(of).creator); ok && creator != q.account {
		all = append(all, creator)
	}
	return append(all, q.account)
}

// filtered tells whether somebody is among those that a call asks for. Nobody is kicked or
// banned here, and nobody is a contact. https://core.telegram.org/type/ChannelParticipantsFilter
func (q *query) filtered(of peer, a *Account) bool {
	filter := q.args.Obj("filter")
	switch filter.Name {
	case "channelParticipantsRecent":
		return true
	case "channelParticipantsSearch", "channelParticipantsMentions":
		name := strings.ToLower(fmt.Sprintf("%s\n%s", a.FirstName, a.Username))
		return strings.Contains(name, strings.ToLower(filter.Str("q")))
	case "channelParticipantsAdmins":
		return a.Bot || a.ID == q.chat(of).creator
	case "channelParticipantsBots":
		return a.Bot
	}
	return false
}
