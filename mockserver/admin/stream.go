package admin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/fakedc/fakedc/mockserver"
)

// quiet is after how long without anything new a sign of life is sent.
const quiet = 15 * time.Second

// stream sends server-sent events to one caller.
// https://html.spec.whatwg.org/multipage/server-sent-events.html
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// newStream begins a stream, or answers why not: nil. It is ended by leave.
func (h *Handler) newStream(w http.ResponseWriter) *stream {
	most := h.server.Limits().AdminStreams
	h.mu.Lock()
	full := h.streams >= most
	if !full {
		h.streams++
	}
	h.mu.Unlock()
	if full {
		h.server.LimitReached("AdminStreams", fmt.Sprintf("%d callers follow this server already", most))
		fail(w, http.StatusServiceUnavailable, fmt.Sprintf("%d callers follow this server already", most))
		return nil
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	return &stream{w, http.NewResponseController(w)}
}

func (h *Handler) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams--
}

// send writes one message with its number.
func (s *stream) send(id int64, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.write(fmt.Sprintf("id: %d\ndata: %s\n\n", id, text))
}

func (s *stream) write(text string) error {
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.flush()
}

// flush sends what was written, and the head of the answer if nothing was.
func (s *stream) flush() error { return s.control.Flush() }

// wait returns when something happened, or sends a sign of life; false is the
// end of the call.
func (s *stream) wait(ctx context.Context, changed <-chan struct{}, most time.Duration) bool {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-changed:
		return true
	case <-timer.C:
		return s.write(": still here\n\n") == nil
	}
}

// followJournal sends each event as it happens, and those after since before.
func (h *Handler) followJournal(w http.ResponseWriter, r *http.Request) {
	resumes := r.Header.Get("Last-Event-ID")
	f, err := newFilter(r.URL.RawQuery, resumes)
	if err != nil {
		fail(w, http.StatusBadRequest, err.Error())
		return
	}
	if resumes != "" && len(h.server.AppendJournal(nil, f.since-1, 1)) == 0 {
		f.since = 0 // there is no such event: the id is of a server that was here before
	}
	s := h.newStream(w)
	if s == nil {
		return
	}
	defer h.leave()
	for {
		changed := h.server.Changed() // before the look: nothing is missed
		events := h.server.AppendJournal(nil, f.since, batch)
		if err := f.follow(s, events); err != nil {
			return
		}
		if len(events) < batch && !s.wait(r.Context(), changed, quiet) {
			return
		}
	}
}

func (f *filter) follow(s *stream, events []mockserver.Event) error {
	for i := range events {
		f.since = events[i].Seq
		if !f.takes(&events[i]) {
			continue
		}
		if err := s.send(f.since, events[i]); err != nil {
			return err
		}
	}
	return s.flush()
}
