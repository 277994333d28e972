package doctor

import (
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// misfortunes are what befell the connections of an upload.
type misfortunes struct {
	dropped map[int64]bool    // connections that ended, and not because the client had enough
	upset   map[int64]bool    // connections that it had a reason to close
	carried map[[2]int64]bool // which sessions which connections were used for
}

func newMisfortunes() misfortunes {
	return misfortunes{dropped: map[int64]bool{}, upset: map[int64]bool{}, carried: map[[2]int64]bool{}}
}

// carry takes in over which connection a call came, and whether a client may give that up
// for the answer: after a transport error it has to.
func (m *misfortunes) carry(e *Event) {
	m.carried[[2]int64{e.Conn, e.Session}] = true
	switch e.Answer {
	case journal.AnswerNothing, journal.AnswerRefused, journal.AnswerGarbage:
		m.upset[e.Conn] = true
	}
}

// end takes in why a connection ended.
func (m *misfortunes) end(e *Event) {
	if !closedByClient(e.Text) || m.upset[e.Conn] {
		m.dropped[e.Conn] = true
	}
}

// befell tells whether the answer to a call may not have reached the client, so that it
// makes the call again as e: the connection has ended, or the client has left the session
// since one of its connections ended, and takes no answers in it any more.
func (m *misfortunes) befell(last, e *Event) bool {
	if m.dropped[last.Conn] {
		return true
	}
	if last.Session == e.Session {
		return false
	}
	for conn := range m.dropped {
		if m.carried[[2]int64{conn, last.Session}] {
			return true
		}
	}
	return false
}

// needless notes a call of a part that is stored, when nothing has gone wrong since:
// whoever sends again before an answer is late makes a slow server slower.
func (f *file) needless(e *Event, p *part) {
	if p.calls == 0 || !p.stored || p.gone || p.last.Answer != journal.AnswerUsual || p.last.Error != "" || len(f.found) >= maxNeedless {
		return
	}
	if f.befell(&p.last, e) {
		return
	}
	n, other := *e.Part, ""
	if differ(e, &p.last) {
		other = ", with other bytes"
	}
	x := Finding{Kind: KindResent, Part: &n, Events: []int64{p.last.Seq, e.Seq}, Scenario: "slow-part",
		Text: fmt.Sprintf("part %d came again %s after it was stored%s, and nothing had gone wrong", n, seconds(e.Time.Sub(p.last.Time)), other)}
	switch after := e.Time.Sub(p.last.Time); {
	case after < 0:
		x.Text = fmt.Sprintf("part %d came twice %s%s, and nothing had gone wrong", n, atOnce, other)
	case p.last.Waits:
		x.Text = fmt.Sprintf("part %d came again after %s%s, when its answer was still held back: the client has too little patience", n, seconds(after), other)
	case after < p.last.Delay:
		x.Text = fmt.Sprintf("part %d came again after %s%s, when its answer was to take %s: the client has too little patience", n, seconds(after), other, seconds(p.last.Delay))
	case p.last.Delay > 0:
		x.Text = fmt.Sprintf("part %d came again %s after its answer left%s, and nothing had gone wrong", n, seconds(after-p.last.Delay), other)
	}
	f.found = append(f.found, x)
}

// maxNeedless is how many of them are told.
const maxNeedless = 20
