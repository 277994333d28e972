package mockserver

import (
	"cmp"
	"slices"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/words"
)

// SessionState is an MTProto session that the server knows now; not to be taken for
// a [Session], which is a login.
type SessionState struct {
	// ID is the session_id that the client chose, Key the auth_key_id that it belongs
	// to, each as a string in JSON: JavaScript's numbers have too few bits.
	ID  int64 `json:"id,string"`
	Key int64 `json:"key,string"`
	// DC is its datacenter, Number its ordinal there, from 1.
	DC     int   `json:"dc"`
	Number int64 `json:"number"`
	// Account is that of its auth key, 0 before the login; Layer and App are what the
	// client said of itself.
	Account int64  `json:"account"`
	Layer   int    `json:"layer"`
	App     string `json:"app"`
	// Connections are the numbers of those that it uses now.
	Connections []int64 `json:"connections"`
	// Unacknowledged is how many messages are kept until the client acknowledges them.
	Unacknowledged int       `json:"unacknowledged"`
	LastUsed       time.Time `json:"last_used"`
}

// Sessions lists the MTProto sessions, by their datacenters and ordinals.
func (s *Server) Sessions() []SessionState {
	out := []SessionState{}
	for _, c := range s.centers {
		for _, x := range c.hub.Sessions.List() {
			one := SessionState{ID: x.ID, Key: x.Key, DC: c.id, Number: x.Ordinal, Connections: x.Ways, Unacknowledged: x.Unacknowledged, LastUsed: x.LastUsed}
			if k := c.hub.Keys.Get(time.Now(), x.Key); k != nil {
				one.Layer, one.App = k.Auth.Layer(), k.Auth.Client().AppVersion
				if a := k.Auth.Account(); a != nil {
					one.Account = a.ID
				}
			}
			out = append(out, one)
		}
	}
	slices.SortFunc(out, func(a, b SessionState) int {
		return cmp.Or(cmp.Compare(a.DC, b.DC), cmp.Compare(a.Number, b.Number))
	})
	return out
}

// DropSession makes the server forget the sessions with an id, under whatever auth
// key, and tells whether there were any. Answers that wait in them are lost; the
// client's next message begins the session anew, and is told so by
// new_session_created.
// https://core.telegram.org/mtproto/service_messages#new-session-creation-notification
func (s *Server) DropSession(id int64) bool {
	n := 0
	for _, c := range s.centers {
		n += c.hub.Sessions.Drop(id)
	}
	s.control(words.Were(n, "session") + " forgotten")
	return n > 0
}

// Accepting tells whether clients can connect: a datacenter has a listener that was
// not closed, or an address that was announced, and the server has not been closed.
func (s *Server) Accepting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.closed && slices.ContainsFunc(s.centers, func(c *center) bool { return c.listening > 0 || c.announced })
}
