package rpc

import "github.com/fakedc/fakedc/mockserver/internal/tl"

// changeChat has a chat or channel be as change says, and refuses whoever has not made it if
// somebody else has. Same is what it is answered that changes nothing.
func (q *query) changeChat(of peer, same string, change func(*chat)) (undo func(), err error) {
	was := q.chat(of)
	if was.creator != 0 && was.creator != q.account.ID {
		return nil, bad("CHAT_ADMIN_REQUIRED", "another account has made this channel")
	}
	now := was
	if change(&now); now == was {
		return nil, bad(same, "it is like that already")
	}
	return q.accounts.chats.put(of, now)
}

// editTitle: https://core.telegram.org/method/channels.editTitle
func (q *query) editTitle() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	title, err := q.title()
	if err != nil {
		return nil, err
	}
	undo, err := q.changeChat(of, "CHAT_NOT_MODIFIED", func(c *chat) { c.title = title })
	if err != nil {
		return nil, err
	}
	return q.tells(of, tl.New("messageActionChatEditTitle", tl.Fields{"title": title}), undo), nil
}

// editChatAbout gives a chat or channel another description, in which some applications keep
// what they need to open what is there.
// https://core.telegram.org/method/messages.editChatAbout
func (q *query) editChatAbout() (any, error) {
	of, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	if of.user != nil {
		return nil, errPeer
	}
	about, err := q.about()
	if err != nil {
		return nil, err
	}
	if _, err := q.changeChat(of, "CHAT_ABOUT_NOT_MODIFIED", func(c *chat) { c.about = about }); err != nil {
		return nil, err
	}
	return tl.Bool(true), nil
}

// toggleSignatures has the posts of a channel say who wrote them, or not.
// https://core.telegram.org/method/channels.toggleSignatures
func (q *query) toggleSignatures() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	on := q.args.Bool("enabled") || q.args.Bool("signatures_enabled") // layers before 185 have the first
	if _, err := q.changeChat(of, "CHAT_NOT_MODIFIED", func(c *chat) { c.signed = on }); err != nil {
		return nil, err
	}
	return q.updates(of, nil, tl.New("updateChannel", tl.Fields{"channel_id": of.channel})), nil
}
