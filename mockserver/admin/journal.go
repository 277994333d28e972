package admin

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/fakedc/fakedc/mockserver"
)

// Bounds of one answer with events.
const (
	usualEvents = 200
	maxEvents   = 10_000
)

// kinds are those of the events that a journal keeps, as the OpenAPI document lists them.
var kinds = strings.Fields("connect transport disconnect auth_key session login call part file fault refused limit unknown layer panic scenario hostile control store kept")

// filter chooses events.
type filter struct {
	kinds            []string
	since            int64
	file, conn, part int64 // -1 for any
	limit            int64
}

// newFilter reads the query of a call. What it does not know it refuses: a misspelt
// filter would let everything pass, or nothing.
func newFilter(q url.Values) (f filter, err error) {
	f = filter{file: -1, conn: -1, part: -1, limit: usualEvents}
	numbers := map[string]*int64{"since": &f.since, "file": &f.file, "conn": &f.conn, "part": &f.part, "limit": &f.limit}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if numbers[name] == nil && name != "kind" {
			return f, fmt.Errorf("there is no parameter %s: it takes kind, %s", quoted(name), strings.Join(slices.Sorted(maps.Keys(numbers)), ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(numbers)) {
		switch values := q[name]; {
		case len(values) > 1:
			return f, fmt.Errorf("%s: it is given %d times", name, len(values))
		case len(values) == 1:
			if *numbers[name], err = filterNumber(values[0]); err != nil {
				return f, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if f.limit < 1 || f.limit > maxEvents {
		return f, fmt.Errorf("limit: it takes 1 to %d", maxEvents)
	}
	for _, k := range q["kind"] {
		f.kinds = append(f.kinds, strings.Split(k, ",")...)
	}
	for _, k := range f.kinds {
		if !slices.Contains(kinds, k) {
			return f, fmt.Errorf("kind: there are no events of kind %s; the kinds are %s", quoted(k), strings.Join(kinds, ", "))
		}
	}
	return f, nil
}

// filterNumber is one that there can be events of: a script whose variable is empty or
// wrong must not take all events for those that it asked for.
func filterNumber(text string) (int64, error) {
	if text == "" {
		return 0, errors.New("it is empty; leave it out for any")
	}
	n, err := number(text)
	if err == nil && n < 0 {
		err = fmt.Errorf("it is %d, and at least 0; leave it out for any", n)
	}
	return n, err
}

func (f *filter) takes(e *mockserver.Event) bool {
	return (len(f.kinds) == 0 || slices.Contains(f.kinds, string(e.Kind))) &&
		(f.file < 0 || int64(e.File) == f.file) && (f.conn < 0 || e.Conn == f.conn) &&
		(f.part < 0 || e.Part != nil && int64(*e.Part) == f.part)
}

// page is some events, the newest ones where there are more than the limit.
type page struct {
	Events []mockserver.Event `json:"events"`
	// Left is how many older ones were left out, Last the number of the newest
	// event that was looked at: the next call's since.
	Left int   `json:"left_out"`
	Last int64 `json:"last"`
}

func (h *Handler) getJournal(w http.ResponseWriter, r *http.Request) {
	f, err := newFilter(r.URL.Query())
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	answer(w, http.StatusOK, f.page(h.server.JournalSince(f.since)))
}

func (f *filter) page(events []mockserver.Event) page {
	out := page{Events: []mockserver.Event{}, Last: f.since}
	for i := range events {
		out.Last = events[i].Seq
		if f.takes(&events[i]) {
			out.Events = append(out.Events, events[i])
		}
	}
	if over := len(out.Events) - int(f.limit); over > 0 {
		out.Left, out.Events = over, out.Events[over:]
	}
	return out
}
