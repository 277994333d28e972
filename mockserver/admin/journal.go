package admin

import (
	"fmt"
	"maps"
	"math"
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
var kinds = strings.Fields("connect transport disconnect auth_key session login call part file fault refused limit unknown layer panic scenario hostile control store kept left unheard")

// filter chooses events.
type filter struct {
	kinds            []string
	since            int64
	file, conn, part int64 // anything for any
	limit            int64
}

// anything is no number of a part, not even of a wrong one.
const anything = math.MinInt64

// newFilter reads the query of a call, with another since if that is not empty. What it
// does not know it refuses: a misspelt filter would let everything pass, or nothing.
func newFilter(query, since string) (f filter, err error) {
	q, err := url.ParseQuery(query) // which says what it leaves out
	if err != nil {
		return f, err
	}
	if since != "" {
		q.Set("since", since)
	}
	f = filter{file: anything, conn: anything, part: anything, limit: usualEvents}
	numbers := map[string]*int64{"since": &f.since, "file": &f.file, "conn": &f.conn, "part": &f.part, "limit": &f.limit}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if numbers[name] == nil && name != "kind" {
			return f, fmt.Errorf("there is no parameter %s: it takes kind, %s", quoted(name), strings.Join(slices.Sorted(maps.Keys(numbers)), ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(numbers)) {
		to := numbers[name]
		switch texts := q[name]; {
		case len(texts) > 1:
			return f, fmt.Errorf("%s: it is given %d times", name, len(texts))
		case len(texts) == 1 && texts[0] == "": // of a script whose variable is not set
			return f, fmt.Errorf("%s: it is empty; leave it out for any", name)
		case len(texts) == 1:
			if *to, err = number(texts[0]); err != nil {
				return f, fmt.Errorf("%s: %w", name, err)
			}
			if *to < 0 && name != "part" { // clients send such parts
				return f, fmt.Errorf("%s: %d is below 0", name, *to)
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

func (f *filter) takes(e *mockserver.Event) bool {
	return (len(f.kinds) == 0 || slices.Contains(f.kinds, string(e.Kind))) &&
		(f.file == anything || int64(e.File) == f.file) && (f.conn == anything || e.Conn == f.conn) &&
		(f.part == anything || e.Part != nil && int64(*e.Part) == f.part)
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
	f, err := newFilter(r.URL.RawQuery, "")
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	answer(w, http.StatusOK, f.page(h.server))
}

func (f *filter) page(s *mockserver.Server) page {
	newest := tail{most: int(f.limit)}
	last := eachBatch(s, f.since, func(events []mockserver.Event) {
		for i := range events {
			if f.takes(&events[i]) {
				newest.add(events[i])
			}
		}
	})
	events, left := newest.end()
	return page{events, left, last}
}

// batch is how many events are copied at once: as long as that takes, no client is answered.
const batch = 1000

// eachBatch hands the events after since to f, which must not keep them, and returns the number
// of the last.
func eachBatch(s *mockserver.Server, since int64, f func(events []mockserver.Event)) (last int64) {
	var events []mockserver.Event
	for last = since; ; {
		events = s.AppendJournal(events[:0], last, batch)
		if len(events) > 0 {
			last = events[len(events)-1].Seq
			f(events)
		}
		if len(events) < batch {
			return last
		}
	}
}

// tail keeps the newest of some events.
type tail struct {
	most, left int
	events     []mockserver.Event
}

func (t *tail) add(events ...mockserver.Event) {
	if t.events = append(t.events, events...); len(t.events) > 2*t.most+batch {
		t.cut()
	}
}

func (t *tail) cut() {
	if over := len(t.events) - t.most; over > 0 {
		t.left += over
		t.events = slices.Delete(t.events, 0, over)
	}
}

// end returns them, and how many were left out.
func (t *tail) end() (events []mockserver.Event, left int) {
	t.cut()
	return append([]mockserver.Event{}, t.events...), t.left
}
