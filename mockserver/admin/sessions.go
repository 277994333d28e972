package admin

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/fakedc/fakedc/mockserver"
)

func (h *Handler) getSessions(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, h.server.Sessions())
}

func (h *Handler) deleteSession(w http.ResponseWriter, r *http.Request) {
	text := r.PathValue("id")
	id, err := strconv.ParseInt(text, 10, 64) // session_ids have a sign
	switch {
	case err != nil:
		fail(w, http.StatusBadRequest, fmt.Sprintf("the session: %s is no number", quoted(text)))
	case !h.server.DropSession(id):
		fail(w, http.StatusNotFound, fmt.Sprintf("there is no session %d", id))
	default:
		done(w)
	}
}

// ready tells those who wait whether clients can connect.
func (h *Handler) ready(w http.ResponseWriter, r *http.Request) {
	if !h.server.Accepting() {
		plain(w, http.StatusServiceUnavailable, "no: the server does not listen and no address was announced, or it was closed")
		return
	}
	h.alive(w, r)
}

// sessionNews is what the page shows of a session: nothing that changes with every
// message, or it would be drawn all the time.
type sessionNews struct {
	ID          int64   `json:"id,string"`
	DC          int     `json:"dc"`
	Number      int64   `json:"number"`
	Account     int64   `json:"account"`
	Layer       int     `json:"layer"`
	Connections []int64 `json:"connections"`
}

// maxShown is how many sessions the page shows, the newest ones.
const maxShown = 200

func sessionsNow(s *mockserver.Server) []sessionNews {
	all := s.Sessions()
	all = all[max(0, len(all)-maxShown):]
	out := make([]sessionNews, len(all))
	for i, x := range all {
		out[i] = sessionNews{x.ID, x.DC, x.Number, x.Account, x.Layer, x.Connections}
	}
	return out
}
