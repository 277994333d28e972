package gotd_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram/message"
	"github.com/gotd/td/telegram/message/unpack"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
)

// person is a client of a user, who may list what it wrote.
func person(t *testing.T, dc *mockserver.Server) *tg.Client {
	t.Helper()
	s, err := dc.Session(mockserver.SessionOptions{})
	require.NoError(t, err)
	c, _ := connect(t, withSession(t, s, options(t, dc)))
	return c.API()
}

// What was sent is asked for again, forwarded and read back, in the types that gotd reads.
func TestWhatWasSent(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	api, ctx, data := person(t, dc), deadline(t), contents(5000)
	channel := &tg.InputChannel{ChannelID: 1_500_000_000}
	to := &tg.InputPeerChannel{ChannelID: channel.ChannelID}
	sender := message.NewSender(api)

	sent, err := unpack.Message(sender.To(to).File(ctx, uploadBytes(t, api, 1, data)))
	require.NoError(t, err)
	ask := []tg.InputMessageClass{&tg.InputMessageID{ID: sent.ID}, &tg.InputMessageID{ID: 1000}}
	answer, err := api.ChannelsGetMessages(ctx, &tg.ChannelsGetMessagesRequest{Channel: channel, ID: ask})
	require.NoError(t, err)
	found, ok := answer.(*tg.MessagesChannelMessages)
	require.True(t, ok, "%T", answer)
	require.Equal(t, sent, found.Messages[0])
	require.IsType(t, &tg.MessageEmpty{}, found.Messages[1])

	updates, err := sender.Self().ForwardIDs(to, sent.ID).Send(ctx)
	forwarded, err := unpack.Message(updates, err)
	require.NoError(t, err)
	require.NotEqual(t, sent.ID, forwarded.ID)
	own, err := api.MessagesGetMessages(ctx, []tg.InputMessageClass{&tg.InputMessageID{ID: forwarded.ID}})
	require.NoError(t, err)
	again := own.(*tg.MessagesMessages).Messages[0].(*tg.Message)
	doc, ok := again.Media.(*tg.MessageMediaDocument).Document.AsNotEmpty()
	require.True(t, ok)
	got, err := readBack(ctx, api, doc, 1)
	require.NoError(t, err)
	require.Equal(t, data, got)

	history, err := api.MessagesGetHistory(ctx, &tg.MessagesGetHistoryRequest{Peer: &tg.InputPeerSelf{}, Limit: 100})
	require.NoError(t, err)
	require.Equal(t, []tg.MessageClass{again}, history.(*tg.MessagesMessages).Messages)
	list, err := api.MessagesGetDialogs(ctx, &tg.MessagesGetDialogsRequest{OffsetPeer: &tg.InputPeerEmpty{}, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, 2, list.(*tg.MessagesDialogsSlice).Count)
	require.Equal(t, forwarded.ID, list.(*tg.MessagesDialogsSlice).Dialogs[0].(*tg.Dialog).TopMessage)
	_, err = api.MessagesEditMessage(ctx, &tg.MessagesEditMessageRequest{Peer: &tg.InputPeerSelf{}, ID: forwarded.ID, Message: "a"})
	require.NoError(t, err)
	_, err = api.MessagesEditMessage(ctx, &tg.MessagesEditMessageRequest{Peer: &tg.InputPeerSelf{}, ID: forwarded.ID, Message: "a"})
	requireError(t, err, tgerr.New(400, "MESSAGE_NOT_MODIFIED"))
}

// What an app asks at its start is answered in types that gotd, which is none, reads.
func TestWhatAppsAsk(t *testing.T) {
	t.Parallel()
	dc := serve(t, mockserver.Options{})
	api, ctx := person(t, dc), deadline(t)
	self := &tg.InputPeerSelf{}
	for name, ask := range map[string]func(context.Context) (any, error){
		"account.getChatThemes":      func(ctx context.Context) (any, error) { return api.AccountGetChatThemes(ctx, 0) },
		"account.getContentSettings": func(ctx context.Context) (any, error) { return api.AccountGetContentSettings(ctx) },
		"account.getNotifySettings": func(ctx context.Context) (any, error) {
			return api.AccountGetNotifySettings(ctx, &tg.InputNotifyUsers{})
		},
		"account.getReactionsNotifySettings": func(ctx context.Context) (any, error) { return api.AccountGetReactionsNotifySettings(ctx) },
		"account.getWebBrowserSettings":      func(ctx context.Context) (any, error) { return api.AccountGetWebBrowserSettings(ctx, 0) },
		"aicompose.getTones":                 func(ctx context.Context) (any, error) { return api.AicomposeGetTones(ctx, 0) },
		"contacts.getBirthdays":              func(ctx context.Context) (any, error) { return api.ContactsGetBirthdays(ctx) },
		"contacts.getBlocked": func(ctx context.Context) (any, error) {
			return api.ContactsGetBlocked(ctx, &tg.ContactsGetBlockedRequest{Limit: 10})
		},
		"contacts.getTopPeers": func(ctx context.Context) (any, error) {
			return api.ContactsGetTopPeers(ctx, &tg.ContactsGetTopPeersRequest{Limit: 10})
		},
		"help.getPeerColors":             func(ctx context.Context) (any, error) { return api.HelpGetPeerColors(ctx, 0) },
		"help.getPeerProfileColors":      func(ctx context.Context) (any, error) { return api.HelpGetPeerProfileColors(ctx, 0) },
		"help.getPromoData":              func(ctx context.Context) (any, error) { return api.HelpGetPromoData(ctx) },
		"help.getTermsOfServiceUpdate":   func(ctx context.Context) (any, error) { return api.HelpGetTermsOfServiceUpdate(ctx) },
		"messages.checkChatInvite":       func(ctx context.Context) (any, error) { return api.MessagesCheckChatInvite(ctx, "hash") },
		"messages.getAttachMenuBots":     func(ctx context.Context) (any, error) { return api.MessagesGetAttachMenuBots(ctx, 0) },
		"messages.getAvailableEffects":   func(ctx context.Context) (any, error) { return api.MessagesGetAvailableEffects(ctx, 0) },
		"messages.getAvailableReactions": func(ctx context.Context) (any, error) { return api.MessagesGetAvailableReactions(ctx, 0) },
		"messages.getDialogFilters":      func(ctx context.Context) (any, error) { return api.MessagesGetDialogFilters(ctx) },
		"messages.getFullChat":           func(ctx context.Context) (any, error) { return api.MessagesGetFullChat(ctx, 7) },
		"channels.getFullChannel": func(ctx context.Context) (any, error) {
			return api.ChannelsGetFullChannel(ctx, &tg.InputChannel{ChannelID: 8})
		},
		"messages.getPeerSettings":       func(ctx context.Context) (any, error) { return api.MessagesGetPeerSettings(ctx, self) },
		"messages.getPinnedSavedDialogs": func(ctx context.Context) (any, error) { return api.MessagesGetPinnedSavedDialogs(ctx) },
		"messages.getSavedHistory": func(ctx context.Context) (any, error) {
			return api.MessagesGetSavedHistory(ctx, &tg.MessagesGetSavedHistoryRequest{Peer: self, Limit: 10})
		},
		"stories.getPeerStories": func(ctx context.Context) (any, error) { return api.StoriesGetPeerStories(ctx, self) },
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := ask(ctx)
			require.NoError(t, err)
			require.NotNil(t, answer)
			dc.RequireCalls(t, name, 1)
		})
	}
}
