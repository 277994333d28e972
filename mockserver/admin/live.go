package admin

import (
	"net/http"
	"time"

	"github.com/fakedc/fakedc/mockserver"
)

const (
	// tick is how often a page is told of changes at the most.
	tick = 120 * time.Millisecond
	// idle is how often it is told of what no event says, such as parts that
	// are forgotten after a while.
	idle = 2 * time.Second
	// liveEvents is how many events one message has at the most.
	liveEvents = 200
)

// news is what changed since the message before.
type news struct {
	Seq         int64                   `json:"seq"`
	Time        int64                   `json:"time"` // ms
	Server      *serverInfo             `json:"server,omitempty"`
	Scenario    inForce                 `json:"scenario"`
	Faults      faultState              `json:"faults"`
	Connections []mockserver.Connection `json:"connections"`
	Sessions    []sessionNews           `json:"sessions"`
	Uploads     []uploadNews            `json:"uploads"`
	Numbers     []int                   `json:"numbers"` // of all uploads that there are
	Events      []mockserver.Event      `json:"events"`
	Left        int                     `json:"left_out"`
}

// live tells a page what changes, several times a second while something does.
func (h *Handler) live(w http.ResponseWriter, r *http.Request) {
	s := h.newStream(w)
	if s == nil {
		return
	}
	defer h.leave()
	v := &view{shown: map[int]*uploadView{}}
	info := h.info()
	first := &info
	for {
		changed := h.server.Changed()
		n := h.news(v)
		n.Server, first = first, nil
		if err := s.send(n.Seq, n); err != nil {
			return
		}
		if !s.wait(r.Context(), changed, idle) || !rest(r, tick) {
			return
		}
	}
}

// rest lets a burst of events become one message.
func rest(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-r.Context().Done():
		return false
	case <-timer.C:
		return true
	}
}

func (h *Handler) news(v *view) news {
	n := news{
		Time: time.Now().UnixMilli(), Scenario: h.scenario(), Faults: h.faults(), Connections: h.server.OpenConnections(), Sessions: sessionsNow(h.server),
		Uploads: []uploadNews{}, Numbers: []int{},
	}
	touched := map[int][]int32{} // parts, by upload
	newest := tail{most: liveEvents}
	v.seq = eachBatch(h.server, v.seq, func(events []mockserver.Event) {
		for i := range events {
			if e := &events[i]; e.Part != nil && e.File > 0 {
				touched[e.File] = append(touched[e.File], *e.Part)
			}
		}
		newest.add(events...)
	})
	n.Seq = v.seq
	n.Events, n.Left = newest.end()
	n.Uploads, n.Numbers = v.look(h.server, touched)
	return n
}
