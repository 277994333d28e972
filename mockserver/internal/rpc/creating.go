package rpc

import (
	"fmt"
	"unicode/utf8"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// The longest title and description of a channel, in code points.
// https://core.telegram.org/bots/api#setchattitle
const (
	maxTitle = 128
	maxAbout = 255
)

// title is the one that a call gives. One that is too long is cut off.
func (q *query) title() (string, error) {
	title := q.args.Str("title")
	if title == "" {
		return "", bad("CHAT_TITLE_EMPTY", "the title is empty")
	}
	if all := []rune(title); len(all) > maxTitle {
		title = string(all[:maxTitle])
	}
	return title, nil
}

func (q *query) about() (string, error) {
	about := q.args.Str("about")
	if n := utf8.RuneCountInString(about); n > maxAbout {
		return "", bad("CHAT_ABOUT_TOO_LONG", fmt.Sprintf("the description has %d characters, the most is %d", n, maxAbout))
	}
	return about, nil
}

// createChannel makes a channel of the account's own, or a group: where an application keeps
// its files. https://core.telegram.org/method/channels.createChannel
func (q *query) createChannel() (any, error) {
	if q.account.Bot {
		return nil, bad("BOT_METHOD_INVALID", "bots may not make channels")
	}
	title, err := q.title()
	if err != nil {
		return nil, err
	}
	about, err := q.about()
	if err != nil {
		return nil, err
	}
	made := chat{
		title: title, about: about, creator: q.account.ID, date: int32(q.now.Unix()), broadcast: !q.args.Bool("megagroup") && !q.args.Bool("forum"),
	}
	// The number follows from the account and how much that has sent, so that it is the same
	// in every run, and another one after a restart.
	sent := q.account.sentSoFar()
	of, undo, err := q.accounts.chats.add(func(n int) peer {
		return peer{channel: idOf(fmt.Sprintf("+ made by %d after %d, %d", q.account.ID, sent, n))}
	}, made)
	if err != nil {
		return nil, err
	}
	return q.tells(of, tl.New("messageActionChannelCreate", tl.Fields{"title": title}), undo), nil
}

// sentSoFar is how many messages an account has sent.
func (a *Account) sentSoFar() int32 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.messages
}

// tells has a channel tell of what became of it, which undo takes back.
// https://core.telegram.org/constructor/messageService
func (q *query) tells(of peer, action *tl.Object, undo func()) *tl.Object {
	sent, memory := q.number(of.box()), &q.accounts.said
	told := said{id: sent.first, to: of, date: int32(q.now.Unix()), action: action}
	memory.add(q.account, told)
	sent.back = func() {
		memory.forget(sent.Account, told.id, told.id)
		undo()
	}
	return q.updates(of, nil,
		// Under a number that the server chose: TDLib takes no channel for made without it.
		tl.New("updateMessageID", tl.Fields{"id": told.id, "random_id": accessHash("told", int64(told.id))}),
		tl.New("updateChannel", tl.Fields{"channel_id": of.channel}),
		of.update("new", q.message(&told), sent.pts))
}

// deleteChannel deletes one that the account has made, with all that was said there.
// https://core.telegram.org/method/channels.deleteChannel
func (q *query) deleteChannel() (any, error) {
	of, err := q.channel()
	if err != nil {
		return nil, err
	}
	known := q.chat(of)
	if known.creator != q.account.ID {
		return nil, bad("CHAT_ADMIN_REQUIRED", "the account has not made this channel")
	}
	known.deleted = true
	undo, err := q.accounts.chats.put(of, known)
	if err != nil {
		return nil, err
	}
	memory, all := &q.accounts.said, q.accounts.said.with(q.account, of)
	for _, s := range all {
		memory.forget(q.account, s.id, s.id)
	}
	sent := q.number(of.box())
	sent.back = func() {
		memory.addBack(sent.Account, all)
		undo()
	}
	return q.updates(of, nil, tl.New("updateChannel", tl.Fields{"channel_id": of.channel})), nil
}
