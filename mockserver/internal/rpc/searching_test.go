package rpc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// search is a messages.search for words, and for what f names besides.
func search(in *tl.Object, words string, f tl.Fields) *tl.Object {
	all := tl.Fields{"peer": in, "q": words, "filter": tl.New("inputMessagesFilterEmpty", nil), "limit": int32(100), "hash": int64(0)}
	for _, name := range []string{"min_date", "max_date", "offset_id", "add_offset", "max_id", "min_id"} {
		all[name] = int32(0)
	}
	for name, value := range f {
		all[name] = value
	}
	return tl.New("messages.search", all)
}

func only(filter string) tl.Fields { return tl.Fields{"filter": tl.New(filter, nil)} }

func init() {
	calls["messages.search"] = goodCall{func(*prepared) *tl.Object { return search(self(), "number", nil) }, "messages.messages"}
}

// Words are looked for in texts, captions and the names of files; each has to begin a word
// there, in capitals or not.
func TestSearchForWords(t *testing.T) {
	for _, layer := range layers {
		d := loggedIn(t, layer, nil)
		d.say(t, self(), "Quarterly report")
		send := sendMedia(uploadedDocument(d.file(t, 1, false, contents(10), "Report_2026.final.PDF")))
		send.Fields["message"] = "Ärger, größer"
		d.object(t, send)
		d.say(t, inputPeerChannel(8), "a report to others")

		for words, want := range map[string][]string{
			"report":             {"Ärger, größer messageMediaDocument", "Quarterly report"},
			"REP":                {"Ärger, größer messageMediaDocument", "Quarterly report"},
			"report quarter":     {"Quarterly report"},
			"Report_2026":        {"Ärger, größer messageMediaDocument"},
			"final.pdf":          {"Ärger, größer messageMediaDocument"},
			"ärger GRÖ":          {"Ärger, größer messageMediaDocument"},
			"port":               nil,
			"report missing":     nil,
			"?!":                 nil,
			long(MaxText + 1):    nil,
			"":                   {"Ärger, größer messageMediaDocument", "Quarterly report"},
			"quarterly, report!": {"Quarterly report"},
		} {
			require.Equal(t, want, shownAll(d.object(t, search(self(), words, nil))), "%.20s", words)
		}
	}
}

// Of more words than are looked for, the first ones count.
func TestSearchForManyWords(t *testing.T) {
	d := loggedIn(t, 228, nil)
	text := strings.Repeat("word ", maxWords)
	d.say(t, self(), text)
	require.Len(t, shownAll(d.object(t, search(self(), text+"other", nil))), 1)
	require.Empty(t, shownAll(d.object(t, search(self(), "other "+text, nil))))
}

// https://core.telegram.org/type/MessagesFilter
func TestSearchFilters(t *testing.T) {
	d := loggedIn(t, 228, nil)
	attribute := func(name string, f tl.Fields) *tl.Object { return tl.New(name, f) }
	video := func(round bool) *tl.Object {
		return attribute("documentAttributeVideo", tl.Fields{"round_message": round, "duration": float64(1), "w": int32(1), "h": int32(1)})
	}
	audio := func(voice bool) *tl.Object {
		return attribute("documentAttributeAudio", tl.Fields{"voice": voice, "duration": int32(1), "title": "Song", "performer": "Singer"})
	}
	id := int64(0)
	send := func(caption string, media func(*tl.Object) *tl.Object, name string) {
		id++
		query := sendMedia(media(d.file(t, id, false, contents(10), name)))
		query.Fields["message"] = caption
		d.object(t, query)
	}
	with := func(attributes ...*tl.Object) func(*tl.Object) *tl.Object {
		return func(file *tl.Object) *tl.Object { return uploadedDocument(file, attributes...) }
	}
	send("document", with(), "a.zip")
	send("photo", uploadedPhoto, "a.jpg")
	send("video", with(video(false)), "a.mp4")
	send("round", with(video(true)), "b.mp4")
	send("gif", with(video(false), attribute("documentAttributeAnimated", nil)), "c.mp4")
	send("voice", with(audio(true)), "a.ogg")
	send("music", with(audio(false)), "a.mp3")
	send("sticker", with(attribute("documentAttributeSticker", tl.Fields{"alt": "x", "stickerset": tl.New("inputStickerSetEmpty", nil)})), "a.webp")
	d.say(t, self(), "see https://example.com")
	linked := sendText(self())
	linked.Fields["entities"] = tl.Vector(tl.New("messageEntityTextUrl", tl.Fields{"offset": int32(0), "length": int32(1), "url": "tg://x"}))
	d.object(t, linked)

	all := len(shownAll(d.object(t, search(self(), "", nil))))
	for filter, want := range map[string][]string{
		"inputMessagesFilterPhotos":     {"photo"},
		"inputMessagesFilterVideo":      {"video"},
		"inputMessagesFilterPhotoVideo": {"video", "photo"},
		"inputMessagesFilterDocument":   {"document"},
		"inputMessagesFilterGif":        {"gif"},
		"inputMessagesFilterVoice":      {"voice"},
		"inputMessagesFilterMusic":      {"music"},
		"inputMessagesFilterRoundVoice": {"voice", "round"},
		"inputMessagesFilterRoundVideo": {"round"},
		"inputMessagesFilterUrl":        {"text", "see https://example.com"},
		"inputMessagesFilterChatPhotos": nil,
		"inputMessagesFilterPhoneCalls": nil,
		"inputMessagesFilterMyMentions": nil,
		"inputMessagesFilterGeo":        nil,
		"inputMessagesFilterContacts":   nil,
		"inputMessagesFilterPoll":       nil,
	} {
		var got []string
		answer := d.object(t, search(self(), "", only(filter)))
		for _, m := range answer.Objects("messages") {
			got = append(got, m.Str("message"))
		}
		require.Equal(t, want, got, filter)
		require.Less(t, len(got), all, filter)
	}
	require.Len(t, shownAll(d.object(t, search(self(), "sing", only("inputMessagesFilterMusic")))), 1)
	require.Empty(t, shownAll(d.object(t, search(self(), "sing", only("inputMessagesFilterVideo")))))
}

// A page of what is found, and among which messages it is looked for.
// https://core.telegram.org/api/offsets
func TestSearchPages(t *testing.T) {
	d := loggedIn(t, 228, nil)
	for i := range 6 {
		d.say(t, self(), fmt.Sprintf("%d %s", i+1, []string{"odd", "even"}[i%2])) // 1 is even, as the first
	}
	d.say(t, tl.New("inputPeerChat", tl.Fields{"chat_id": int64(7)}), "odd in a chat")
	d.say(t, inputPeerChannel(8), "odd in a channel")
	somebody := tl.New("inputPeerUser", tl.Fields{"user_id": int64(42), "access_hash": int64(0)})
	chat, nobody := tl.New("inputPeerChat", tl.Fields{"chat_id": int64(7)}), tl.New("inputPeerEmpty", nil)
	for name, c := range map[string]struct {
		in   *tl.Object
		f    tl.Fields
		want []string
	}{
		"all":                        {self(), nil, []string{"5 odd", "3 odd", "1 odd"}},
		"so many":                    {self(), tl.Fields{"limit": int32(2)}, []string{"5 odd", "3 odd"}},
		"how many":                   {self(), tl.Fields{"limit": int32(0)}, nil},
		"before one":                 {self(), tl.Fields{"offset_id": int32(5)}, []string{"3 odd", "1 odd"}},
		"some left out":              {self(), tl.Fields{"add_offset": int32(1)}, []string{"3 odd", "1 odd"}},
		"between two":                {self(), tl.Fields{"min_id": int32(1), "max_id": int32(5)}, []string{"3 odd"}},
		"since then":                 {self(), tl.Fields{"min_date": int32(start.Unix())}, nil},
		"since before":               {self(), tl.Fields{"min_date": int32(start.Unix() - 1), "limit": int32(1)}, []string{"5 odd"}},
		"until then":                 {self(), tl.Fields{"max_date": int32(start.Unix())}, nil},
		"until after":                {self(), tl.Fields{"max_date": int32(start.Unix() + 1), "limit": int32(1)}, []string{"5 odd"}},
		"in a chat":                  {chat, nil, []string{"odd in a chat"}},
		"in a chat, of oneself":      {chat, tl.Fields{"from_id": self()}, []string{"odd in a chat"}},
		"in a chat, of another":      {chat, tl.Fields{"from_id": somebody}, nil},
		"in Saved Messages":          {self(), tl.Fields{"from_id": somebody, "limit": int32(1)}, []string{"5 odd"}},
		"among those with oneself":   {self(), tl.Fields{"saved_peer_id": self(), "limit": int32(1)}, []string{"5 odd"}},
		"among those of another":     {self(), tl.Fields{"saved_peer_id": somebody}, nil},
		"that somebody reacted to":   {self(), tl.Fields{"saved_reaction": tl.Vector(tl.New("reactionEmoji", tl.Fields{"emoticon": "x"}))}, nil},
		"in answer to one":           {self(), tl.Fields{"top_msg_id": int32(1)}, nil},
		"in a channel":               {inputPeerChannel(8), nil, []string{"odd in a channel"}},
		"in another channel":         {inputPeerChannel(9), nil, nil},
		"everywhere but in channels": {nobody, nil, []string{"odd in a chat", "5 odd", "3 odd", "1 odd"}},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, shownAll(d.object(t, search(c.in, "odd", c.f)))) })
	}
	require.EqualValues(t, 3, d.object(t, search(self(), "odd", tl.Fields{"limit": int32(0)})).Int("count"))
	require.Equal(t, "messages.messagesSlice", d.object(t, search(self(), "odd", tl.Fields{"limit": int32(2)})).Name)
	require.Equal(t, "messages.channelMessages", d.object(t, search(inputPeerChannel(8), "odd", nil)).Name)
	require.EqualValues(t, 7, d.object(t, search(nobody, "chat", nil)).Objects("chats")[0].Long("id"))
	d.refused(t, search(tl.New("inputPeerChat", tl.Fields{"chat_id": int64(0)}), "odd", nil), "400 PEER_ID_INVALID")
}

// Of a file that is not known any more there is nothing to look at but the text.
func TestSearchForAFileThatIsGone(t *testing.T) {
	d := loggedIn(t, 228, nil)
	d.object(t, sendMedia(uploadedDocument(d.file(t, 1, false, contents(10), "name.txt"))))
	for i := range 64 { // as many as there is room for
		d.object(t, uploadMedia(uploadedDocument(d.file(t, int64(i)+2, false, contents(10), "a.txt"))))
	}
	require.Len(t, shownAll(d.object(t, search(self(), "text", nil))), 1)
	require.Empty(t, shownAll(d.object(t, search(self(), "name", nil))))
	require.Empty(t, shownAll(d.object(t, search(self(), "", only("inputMessagesFilterDocument")))))
}

// https://core.telegram.org/method/messages.search: bots can't use it
func TestSearchByABot(t *testing.T) {
	d := loggedIn(t, 228, nil)
	bot, _ := d.accounts.bot("1:token")
	d.auth.LogIn(bot)
	d.refused(t, search(self(), "text", nil), "400 BOT_METHOD_INVALID")
}
