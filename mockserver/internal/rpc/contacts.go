package rpc

import (
	"strings"

	"github.com/fakedc/fakedc/mockserver/internal/tl"
)

// searchContacts finds whoever has the name that is asked for, as everybody who is named
// exists; nobody is found by a part of it.
// https://core.telegram.org/method/contacts.search
func (q *query) searchContacts() (any, error) {
	name := strings.ToLower(strings.TrimPrefix(q.args.Str("q"), "@"))
	if name == "" {
		return nil, bad("SEARCH_QUERY_EMPTY", "the query is empty")
	}
	results, peers := []any{}, []peer{}
	if username().MatchString(name) && q.args.Int("limit") > 0 {
		found := q.byUsername(name)
		results, peers = append(results, found.id()), append(peers, found)
	}
	chats, users := q.named(peers)
	return tl.New("contacts.found", tl.Fields{"my_results": []any{}, "results": results, "chats": chats, "users": users}), nil
}

// getStatuses has none: nobody is a contact.
// https://core.telegram.org/method/contacts.getStatuses
func (q *query) getStatuses() (any, error) { return []*tl.Object{}, nil }

// getScheduledHistory has none: what is sent for later is sent at once.
// https://core.telegram.org/method/messages.getScheduledHistory
func (q *query) getScheduledHistory() (any, error) {
	with, err := q.peer(q.args.Obj("peer"))
	if err != nil {
		return nil, err
	}
	return q.messages("messages.messages", nil, nil, with), nil
}
