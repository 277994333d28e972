package rpc

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

func inputMessages(ids []int32) (all []any) {
	for _, id := range ids {
		all = append(all, tl.New("inputMessageID", tl.Fields{"id": id}))
	}
	return all
}

func getMessages(ids ...int32) *tl.Object {
	return tl.New("messages.getMessages", tl.Fields{"id": inputMessages(ids)})
}

func getChannelMessages(channel int64, ids ...int32) *tl.Object {
	return tl.New("channels.getMessages", tl.Fields{"channel": inputChannel(channel), "id": inputMessages(ids)})
}

// getHistory asks for all of it, but for what f says.
func getHistory(of *tl.Object, f map[string]int) *tl.Object {
	all := tl.Fields{"peer": of, "limit": int32(100), "hash": int64(0)}
	for _, name := range []string{"offset_id", "offset_date", "add_offset", "max_id", "min_id"} {
		all[name] = int32(0)
	}
	for name, n := range f {
		all[name] = int32(n)
	}
	return tl.New("messages.getHistory", all)
}

func uploadedPhoto(file *tl.Object) *tl.Object {
	return tl.New("inputMediaUploadedPhoto", tl.Fields{"file": file})
}

// long is a text of so many characters, most of which take two bytes.
func long(n int) string { return "a" + strings.Repeat("ä", n-1) }

// shown is a message as a person would read it.
func shown(m *tl.Object) string {
	if m.Name == "messageEmpty" {
		return fmt.Sprintf("none %d", m.Int("id"))
	}
	text := m.Str("message")
	if media := m.Obj("media"); media != nil {
		text += " " + media.Name
		if !media.Has("document") && !media.Has("photo") {
			text += " gone"
		}
	}
	return text
}

func shownAll(answer *tl.Object) (all []string) {
	for _, m := range answer.Objects("messages") {
		all = append(all, shown(m))
	}
	return all
}

// say sends a text and returns its number.
func (d *desk) say(t testing.TB, to *tl.Object, text string) int32 {
	t.Helper()
	query := tl.New("messages.sendMessage", tl.Fields{"peer": to, "message": text, "random_id": nextRandomID.Add(1)})
	return d.object(t, query).Objects("updates")[0].Int("id")
}

// Whatever was sent is there, in the layer of whoever asks, and nothing else is.
// https://core.telegram.org/method/messages.getMessages
func TestGetMessages(t *testing.T) {
	for _, layer := range layers {
		t.Run(fmt.Sprint(layer), func(t *testing.T) {
			d := loggedIn(t, layer, nil)
			own := d.say(t, self(), "to myself")
			sent := d.object(t, sendMedia(uploadedDocument(d.file(t, 1, false, contents(10), "a.txt"))))
			file := sent.Objects("updates")[1].Obj("message")
			chat := d.say(t, tl.New("inputPeerChat", tl.Fields{"chat_id": int64(7)}), "to a chat")
			channel := d.say(t, inputPeerChannel(8), "to a channel")

			answer := d.object(t, getMessages(own, file.Int("id"), chat, channel, 1000))
			require.Equal(t, "messages.messages", answer.Name)
			require.Equal(t, []string{"to myself", "text messageMediaDocument", "to a chat", "none 4", "none 1000"}, shownAll(answer))
			require.Equal(t, file.Fields, answer.Objects("messages")[1].Fields)
			require.EqualValues(t, 7, answer.Objects("chats")[0].Long("id"))
			require.True(t, answer.Objects("users")[0].Bool("self"))

			answer = d.object(t, getChannelMessages(8, channel, own))
			require.Equal(t, "messages.channelMessages", answer.Name)
			require.Equal(t, []string{"to a channel", "none 1"}, shownAll(answer))
			require.EqualValues(t, 8, answer.Objects("messages")[1].Obj("peer_id").Long("channel_id"))
			require.EqualValues(t, 8, answer.Objects("chats")[0].Long("id"))
			require.Len(t, answer.Objects("chats"), 1)
			require.EqualValues(t, 2, answer.Int("pts"))
			require.Equal(t, []string{"none 4"}, shownAll(d.object(t, getChannelMessages(9, channel))))
		})
	}
}

func TestGetMessagesOfWhatIsNot(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.say(t, self(), "text")
	pinned, answered := tl.New("inputMessagePinned", nil), tl.New("inputMessageReplyTo", tl.Fields{"id": int32(1)})
	ask := tl.New("messages.getMessages", tl.Fields{"id": tl.Vector(pinned, answered)})
	require.Equal(t, []string{"none 0", "none 0"}, shownAll(d.object(t, ask)))
	require.Empty(t, shownAll(d.object(t, getMessages())))
	require.Len(t, shownAll(d.object(t, getMessages(make([]int32, MaxAsked)...))), MaxAsked)
	d.refused(t, getMessages(make([]int32, MaxAsked+1)...), "400 MESSAGE_ID_INVALID")
	d.refused(t, getChannelMessages(0, 1), "400 CHANNEL_INVALID")

	other := loggedIn(t, 228, nil)
	other.Handler = d.Handler
	other.auth.LogIn(d.accounts.phone("+15550101"))
	require.Equal(t, []string{"none 1"}, shownAll(other.object(t, getMessages(1))), "of another account")
}

// A document that made room leaves its message without one, and is not kept by it.
func TestMessageWithoutItsDocument(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for i, media := range []*tl.Object{
		uploadedPhoto(d.file(t, 1, false, contents(10), "a.jpg")), uploadedDocument(d.file(t, 2, false, contents(10), "a.txt")),
	} {
		d.object(t, sendMedia(media))
		require.NotContains(t, shownAll(d.object(t, getMessages(int32(i+1))))[0], "gone")
	}
	for i := range 64 { // as many as there is room for
		d.object(t, uploadMedia(uploadedDocument(d.file(t, int64(i)+3, false, contents(10), "a.txt"))))
	}
	require.Equal(t, []string{"text messageMediaPhoto gone", "text messageMediaDocument gone"}, shownAll(d.object(t, getMessages(1, 2))))
	d.refused(t, forward(self(), self(), 1), "400 MEDIA_EMPTY")
}

// The oldest messages of all accounts make room, and whoever asks for them learns it from
// the journal. They can still be edited and deleted, as if they were there.
func TestMessagesThatMadeRoom(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.accounts.said.limit = 3 * (saidBytes + 1)
	for _, text := range []string{"a", "b", "c", "d"} {
		d.say(t, self(), text)
	}
	require.LessOrEqual(t, d.accounts.said.bytes, d.accounts.said.limit)
	require.Equal(t, []string{"none 1", "b", "c"}, shownAll(d.object(t, getMessages(1, 2, 3))))
	limit := slices.IndexFunc(d.Journal.Since(0), func(e journal.Event) bool { return e.Kind == journal.KindLimit })
	require.Contains(t, d.Journal.Since(0)[limit].Text, "MessageBytes: messages were asked for that had made room: 1")
	message := d.object(t, tl.New("messages.editMessage", tl.Fields{"peer": self(), "id": int32(1), "message": "other"})).Objects("updates")[0].Obj("message")
	require.Equal(t, "other", shown(message))
	require.Equal(t, []string{"none 1"}, shownAll(d.object(t, getMessages(1))))
	require.EqualValues(t, 2, d.object(t, deleteMessages(int32(1), int32(2))).Int("pts_count"))

	d.say(t, self(), long(MaxText))
	require.Equal(t, 0, d.accounts.said.order.Len(), "longer than all that there is room for")
	require.Zero(t, d.accounts.said.bytes)
}

func TestMessagesOfAnEarlierRun(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.say(t, self(), "text")
	a := d.auth.Account()
	again := newDesk(t, nil)
	again.begin(t, 228)
	again.auth.LogIn(again.RestoreAccount(a.ID, a.State()))
	require.Equal(t, []string{"none 1", "none 2"}, shownAll(again.object(t, getMessages(1, 2))))
	told := slices.IndexFunc(again.Journal.Since(0), func(e journal.Event) bool { return e.Kind == journal.KindStore })
	require.Contains(t, again.Journal.Since(0)[told].Text, "messages were asked for that are of an earlier run, of which none are kept: 1")
	require.EqualValues(t, 1, again.object(t, deleteMessages(int32(1), int32(2))).Int("pts_count"))
}

// What is undone was never said, and what was said before is as it was.
func TestUndoOfMessages(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.say(t, self(), "text")
	undo := func(query *tl.Object) {
		t.Helper()
		r := d.send(d.encode(t, query))
		require.NotNil(t, r.Sent)
		require.True(t, r.Sent.Undo())
		require.Equal(t, []string{"text", "none 2"}, shownAll(d.object(t, getMessages(1, 2))))
	}
	undo(sendText(self()))
	undo(tl.New("messages.editMessage", tl.Fields{"peer": self(), "id": int32(1), "message": "other"}))
	undo(deleteMessages(int32(1)))
	undo(forward(self(), self(), 1))
	require.EqualValues(t, saidBytes+4, d.accounts.said.bytes)
	d.Clear()
	require.Zero(t, d.accounts.said.bytes)
	require.Equal(t, []string{"none 1"}, shownAll(d.object(t, getMessages(1))))
}

// https://core.telegram.org/api/offsets
func TestGetHistory(t *testing.T) {
	d := loggedIn(t, 228, nil)
	var want []string
	for i := range 6 {
		text := fmt.Sprint(i + 1)
		d.say(t, self(), text)
		want = append([]string{text}, want...)
	}
	history := func(to *tl.Object, f map[string]int) *tl.Object { return d.object(t, getHistory(to, f)) }
	for name, c := range map[string]struct {
		f    map[string]int
		want []string
	}{
		"all":                      {nil, want},
		"so many":                  {map[string]int{"limit": 2}, []string{"6", "5"}},
		"none":                     {map[string]int{"limit": 0}, nil},
		"fewer than none":          {map[string]int{"limit": -1}, nil},
		"before one":               {map[string]int{"offset_id": 4, "limit": 2}, []string{"3", "2"}},
		"before the first":         {map[string]int{"offset_id": 1}, nil},
		"before one by now":        {map[string]int{"offset_id": 1000}, want},
		"from one on, newer ones":  {map[string]int{"offset_id": 4, "add_offset": -2, "limit": 2}, []string{"5", "4"}},
		"newer than the newest":    {map[string]int{"add_offset": -2, "limit": 3}, []string{"6"}},
		"some left out":            {map[string]int{"offset_id": 5, "add_offset": 2, "limit": 2}, []string{"2", "1"}},
		"all left out":             {map[string]int{"add_offset": 100}, nil},
		"between two":              {map[string]int{"max_id": 5, "min_id": 2}, []string{"4", "3"}},
		"of a page, those between": {map[string]int{"limit": 3, "max_id": 5}, []string{"4"}},
		"before they were said":    {map[string]int{"offset_date": int(start.Unix())}, nil},
		"before a second later":    {map[string]int{"offset_date": int(start.Unix()) + 1, "limit": 1}, []string{"6"}},
	} {
		t.Run(name, func(t *testing.T) {
			answer := history(self(), c.f)
			require.Equal(t, c.want, shownAll(answer))
			if len(c.want) < len(want) {
				require.Equal(t, "messages.messagesSlice", answer.Name)
				require.EqualValues(t, len(want), answer.Int("count"))
			} else {
				require.Equal(t, "messages.messages", answer.Name)
			}
		})
	}
	require.Empty(t, shownAll(history(inputPeerChannel(8), nil)))
	d.say(t, inputPeerChannel(8), "to a channel")
	answer := history(inputPeerChannel(8), nil)
	require.Equal(t, "messages.channelMessages", answer.Name)
	require.Equal(t, []string{"to a channel"}, shownAll(answer))
	require.EqualValues(t, 1, answer.Int("count"))
	require.Equal(t, want, shownAll(history(self(), nil)))
}

// https://core.telegram.org/method/messages.getHistory: bots can't use it
func TestGetHistoryByABot(t *testing.T) {
	d := loggedIn(t, 228, nil)
	bot, _ := d.accounts.bot("1:token")
	d.auth.LogIn(bot)
	d.refused(t, call(t, "messages.getHistory", prepare(t, d)), "400 BOT_METHOD_INVALID")
}

// A text keeps its form: what a client shows of it, or copies with it.
// https://core.telegram.org/api/entities
func TestEntities(t *testing.T) {
	bold := func(offset int32) *tl.Object {
		return tl.New("messageEntityBold", tl.Fields{"offset": offset, "length": int32(1)})
	}
	named := tl.New("inputMessageEntityMentionName", tl.Fields{
		"offset": int32(0), "length": int32(1), "user_id": tl.New("inputUser", tl.Fields{"user_id": int64(42), "access_hash": int64(0)}),
	})
	quoted := tl.New("messageEntityBlockquote", tl.Fields{"offset": int32(0), "length": int32(1)})
	var many []*tl.Object
	for i := range int32(maxEntities + 1) {
		many = append(many, bold(i))
	}
	for _, layer := range layers {
		d := loggedIn(t, layer, nil)
		send := func(entities ...*tl.Object) *tl.Object {
			query := sendText(self())
			query.Fields["entities"] = tl.Vector(entities...)
			message := d.object(t, query).Objects("updates")[1].Obj("message")
			id := message.Int("id")
			require.Equal(t, message.Fields, d.object(t, getMessages(id)).Objects("messages")[0].Fields)
			again := d.object(t, forward(self(), self(), id)).Objects("updates")[1].Obj("message")
			require.Equal(t, message.Objects("entities"), again.Objects("entities"))
			return message
		}
		require.False(t, send().Has("entities"))
		got := send(bold(1), quoted, named).Objects("entities")
		require.Equal(t, []string{"messageEntityBold", "messageEntityBlockquote", "messageEntityMentionName"}, []string{got[0].Name, got[1].Name, got[2].Name})
		require.EqualValues(t, 1, got[0].Int("offset"))
		require.EqualValues(t, 42, got[2].Long("user_id"))
		requireLayer(t, got[1], layer)
		require.Len(t, send(many...).Objects("entities"), maxEntities)
	}
}
