package rpc

import (
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// appMethods are what an app asks at its start that is made for people, or to list chats:
// TDLib asks most of it, and goes without. There is nothing of it here, which is an answer, too: a method that
// nobody knows is a failure in a verdict.
func appMethods() map[string]method {
	none := []any{}
	all := map[string]method{
		"help.getPromoData":            {call: expiring("help.promoDataEmpty")},
		"help.getTermsOfServiceUpdate": {call: expiring("help.termsOfServiceUpdateEmpty")},
		"messages.getDialogFilters":    {call: (*query).getDialogFilters},
		"messages.getPeerSettings":     {call: (*query).getPeerSettings},
		"messages.getSavedHistory":     {call: (*query).getSavedHistory},
		"messages.getScheduledHistory": {call: (*query).getScheduledHistory},
		"contacts.getStatuses":         {call: (*query).getStatuses},
		"contacts.search":              {call: (*query).searchContacts},
		"messages.getStickerSet":       {call: (*query).getStickerSet},
		"stories.getPeerStories":       {call: (*query).getPeerStories},
	}
	for name, answer := range map[string]*tl.Object{
		"account.getChatThemes":          tl.New("account.themes", tl.Fields{"hash": int64(0), "themes": none}),
		"account.getContentSettings":     tl.New("account.contentSettings", nil),
		"account.getNotifySettings":      tl.New("peerNotifySettings", nil),
		"account.getWebBrowserSettings":  tl.New("account.webBrowserSettings", tl.Fields{"external_exceptions": none, "inapp_exceptions": none, "hash": int64(0)}),
		"aicompose.getTones":             tl.New("aicompose.tones", tl.Fields{"hash": int64(0), "tones": none, "users": none}),
		"contacts.getBirthdays":          tl.New("contacts.contactBirthdays", tl.Fields{"contacts": none, "users": none}),
		"contacts.getBlocked":            tl.New("contacts.blocked", tl.Fields{"blocked": none, "chats": none, "users": none}),
		"contacts.getContacts":           tl.New("contacts.contacts", tl.Fields{"contacts": none, "saved_count": int32(0), "users": none}),
		"contacts.getTopPeers":           tl.New("contacts.topPeersDisabled", nil),
		"help.getPeerColors":             tl.New("help.peerColors", tl.Fields{"hash": int32(0), "colors": none}),
		"help.getPeerProfileColors":      tl.New("help.peerColors", tl.Fields{"hash": int32(0), "colors": none}),
		"messages.getAttachMenuBots":     tl.New("attachMenuBots", tl.Fields{"hash": int64(0), "bots": none, "users": none}),
		"messages.getAvailableEffects":   tl.New("messages.availableEffects", tl.Fields{"hash": int32(0), "effects": none, "documents": none}),
		"messages.getAvailableReactions": tl.New("messages.availableReactions", tl.Fields{"hash": int32(0), "reactions": none}),
		"messages.getPinnedSavedDialogs": tl.New("messages.savedDialogs", tl.Fields{"dialogs": none, "messages": none, "chats": none, "users": none}),
		"account.getReactionsNotifySettings": tl.New("reactionsNotifySettings", tl.Fields{
			"sound": tl.New("notificationSoundDefault", nil), "show_previews": true,
		}),
	} {
		all[name] = method{call: func(*query) (any, error) { return answer, nil }}
	}
	return all
}

// expiring answers with what has nothing but the time at which to ask again.
func expiring(name string) func(*query) (any, error) {
	return func(q *query) (any, error) {
		return tl.New(name, tl.Fields{"expires": int32(q.now.Add(time.Hour).Unix())}), nil
	}
}

// getDialogFilters has no folders, in either form that they had.
// https://core.telegram.org/method/messages.getDialogFilters
func (q *query) getDialogFilters() (any, error) {
	if id, _ := tl.ID(q.method, minLayer); q.args.ID == id {
		return []*tl.Object{}, nil
	}
	return tl.New("messages.dialogFilters", tl.Fields{"filters": []any{}}), nil
}

// getPeerSettings: https://core.telegram.org/method/messages.getPeerSettings
func (q *query) getPeerSettings() (any, error) {
	p, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	chats, users := q.named([]peer{p})
	return tl.New("messages.peerSettings", tl.Fields{"settings": tl.New("peerSettings", nil), "chats": chats, "users": users}), nil
}

// getStickerSet finds none: those of stickers.createStickerSet are not kept.
// https://core.telegram.org/method/messages.getStickerSet
func (q *query) getStickerSet() (any, error) {
	return nil, &Error{Code: 406, Message: "STICKERSET_INVALID", Why: "no sticker sets are kept"}
}

// getPeerStories finds none: those of stories.sendStory are not kept.
// https://core.telegram.org/method/stories.getPeerStories
func (q *query) getPeerStories() (any, error) {
	p, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	chats, users := q.named([]peer{p})
	stories := tl.New("peerStories", tl.Fields{"peer": p.id(), "stories": []any{}})
	return tl.New("stories.peerStories", tl.Fields{"stories": stories, "chats": chats, "users": users}), nil
}
