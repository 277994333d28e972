package rpc

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// search finds messages of the account by their words, by what they carry, or both: what is
// kept in a chat is looked up by the names of the files.
// https://core.telegram.org/method/messages.search
func (q *query) search() (any, error) {
	if q.account.Bot {
		return nil, bad("BOT_METHOD_INVALID", "bots may not search: messages.getMessages and channels.getMessages take the numbers of messages")
	}
	all, with, err := q.searched()
	if err != nil {
		return nil, err
	}
	filter := filterOf(q.args.Obj("filter"))
	words, asked := wordsOf(q.args.Str("q")), q.args.Str("q") != ""
	all = slices.DeleteFunc(all, func(s said) bool {
		c := q.carried(&s)
		return !filter(&s, c) || asked && !words.in(&s, c)
	})
	return q.history(with, all), nil
}

// searched are the messages that a search is among, before it looks at what they say.
func (q *query) searched() (all []said, with peer, err error) {
	in := q.args.Obj("peer")
	// Nobody in particular: in all but channels.
	if in.Name != "inputPeerEmpty" {
		if with, err = q.peer(in); err != nil {
			return nil, with, err
		}
	}
	if !q.ownAsked(with) {
		return nil, with, nil
	}
	after, before, thread := q.args.Int("min_date"), q.args.Int("max_date"), q.args.Int("top_msg_id")
	return q.accounts.said.where(q.account, func(s *said) bool {
		return (s.to.key() == with.key() || in.Name == "inputPeerEmpty" && s.to.channel == 0) &&
			(after <= 0 || s.date > after) && (before <= 0 || s.date < before) && (thread <= 0 || s.answers.in(thread))
	}), with, nil
}

// ownAsked tells whether messages of the account are asked for: nobody else writes here, and
// nobody reacts. Whose they are is asked in chats and channels alone: Telegram does not look at
// it elsewhere. https://github.com/LonamiWebs/Telethon/blob/v1/telethon/client/messages.py
func (q *query) ownAsked(with peer) bool {
	if from := q.args.Obj("from_id"); from != nil && with.user == nil && q.resolve(from) != q.account {
		return false
	}
	if among := q.args.Obj("saved_peer_id"); among != nil && q.resolve(among) != q.account {
		return false
	}
	return len(q.args.Vector("saved_reaction")) == 0
}

// maxWords is how many words of a query are looked for.
const maxWords = 32

// wanted words are what a text is found by: those that begin like all of them have to be in it.
type wanted []string

func wordsOf(query string) wanted {
	if utf8.RuneCountInString(query) > MaxText { // no text is as long
		return nil
	}
	all := split(query)
	return all[:min(len(all), maxWords)]
}

// split has words in lower case, without what is between them: "Report_2.PDF" is found by
// "report" and by "pdf".
func split(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
	})
}

// in tells whether a message has the words: in its text, or in the name of its file.
func (w wanted) in(s *said, c *media) bool {
	missing := slices.Clone(w)
	for _, text := range append(c.names(), s.text) {
		for _, word := range split(text) {
			missing = slices.DeleteFunc(missing, func(m string) bool { return strings.HasPrefix(word, m) })
		}
	}
	return len(w) > 0 && len(missing) == 0
}

// carried is what is known of the file of a message, nil if there is none, or if it is not
// known any more.
func (q *query) carried(s *said) *media {
	if d, ok := q.Uploads.Document(s.document); ok && s.document != 0 {
		return d.Meta.(*media)
	}
	return nil
}

// names are what a file is called.
func (m *media) names() (all []string) {
	if m == nil {
		return nil
	}
	for _, a := range tl.New("", tl.Fields{"all": m.attributes}).Objects("all") {
		all = append(all, a.Str("file_name"), a.Str("title"), a.Str("performer"))
	}
	return all
}
