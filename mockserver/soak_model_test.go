package mockserver_test

import (
	"fmt"
	"sync"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/validator"
)

// partName names a part. Parts belong to an account of a datacenter, not to who sent them.
type partName struct {
	fileName
	index int32
}

type fileName struct {
	dc      int
	account int64
	big     bool
	file    int64
}

// soakQuery names a query: what a client was told of it has to be what the journal says.
type soakQuery struct{ session, msgID int64 }

// soakModel is what must hold, as far as clients and the control side know it.
//
// Its epochs are the lives of what a server stores: they are odd while somebody takes all
// of it away. What was sent in one and is answered in the same is there until the next.
type soakModel struct {
	mu      sync.Mutex
	epoch   int64
	parts   map[partName]*sentPart
	asked   map[soakQuery]bool
	told    map[soakQuery][]string
	answers int // in all
}

// sentPart is one part that left, at least once.
type sentPart struct {
	size     int
	variants map[byte]bool // that were sent
	last     int64         // epoch of the last time
	firm     int64         // epoch in which it was asked and answered true; -1: none
	anytime  bool          // it left over a connection that was perhaps not accepted yet
}

func newSoakModel() *soakModel {
	return &soakModel{parts: map[partName]*sentPart{}, asked: map[soakQuery]bool{}, told: map[soakQuery][]string{}}
}

// now is the epoch.
func (m *soakModel) now() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.epoch
}

// losing begins or ends what takes all parts away.
func (m *soakModel) losing() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
}

// spared says that nothing was taken away after all.
func (m *soakModel) spared() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch--
}

// leaves notes what is about to be sent. heard: the server has answered over the connection,
// so that it is not one that waits to be accepted. A part is of whoever sends it now.
func (m *soakModel) leaves(a *question, by *soakAccount, heard bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked[soakQuery{a.session, a.MsgID}] = true
	a.part.account, a.part.dc = by.id, by.dc // the answer to an earlier sending may come now
	a.epoch = m.epoch
	if !a.isPart {
		return
	}
	p := m.parts[a.part]
	if p == nil {
		p = &sentPart{size: a.size, variants: map[byte]bool{}, firm: -1}
		m.parts[a.part] = p
	}
	p.variants[a.variant] = true
	p.last = m.epoch
	p.anytime = p.anytime || !heard
}

// answered notes what a client was told.
func (m *soakModel) answered(a *question, what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answers++
	k := soakQuery{a.session, a.MsgID}
	m.told[k] = append(m.told[k], what)
	if a.isPart && what == "true" && m.epoch == a.epoch && m.epoch%2 == 0 {
		m.parts[a.part].firm = m.epoch
	}
}

// voids is what the journal says was lost on purpose.
type voids struct {
	parts map[partName]bool
	files map[fileName]bool
}

// voidsOf reads it from the journal.
func voidsOf(events []mockserver.Event) voids {
	v := voids{map[partName]bool{}, map[fileName]bool{}}
	for i := range events {
		e := &events[i]
		f := fileName{e.DC, e.Account, e.Big, e.FileID}
		switch {
		case e.Kind == mockserver.EventPart && e.Lost:
			v.parts[partName{f, *e.Part}] = true
		case e.Sign == mockserver.SignForgotten:
			for _, big := range []bool{true, false} { // it does not say which
				v.files[fileName{e.DC, e.Account, big, e.FileID}] = true
			}
		}
	}
	return v
}

// compare holds the uploads of a server against the model.
func (m *soakModel) compare(uploads []mockserver.Upload, lost voids) (wrong []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	say := func(format string, args ...any) {
		if len(wrong) < 20 {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	stored := map[partName]bool{}
	for _, u := range uploads {
		f := fileName{u.DC, u.Account, u.Kind == validator.Big, u.FileID}
		for _, p := range u.Parts {
			name := partName{f, p.Index}
			sent := m.parts[name]
			switch {
			case sent == nil:
				say("%+v is there, and nobody sent it", name)
				continue
			case !p.Stored:
				continue
			case sent.last < m.epoch-1 && !sent.anytime:
				say("%+v is there, and was sent last before all was forgotten (epoch %d, now %d)", name, sent.last, m.epoch)
			}
			if stored[name] {
				say("%+v is there twice", name)
			}
			stored[name] = true
			if lost.parts[name] {
				continue
			}
			if p.Size != sent.size {
				say("%+v has %d bytes, %d were sent", name, p.Size, sent.size)
			}
			same := false
			for variant := range sent.variants {
				equal, there := u.PartEqual(p.Index, soakPart(name, sent.size, variant))
				same = same || equal || !there
			}
			if !same {
				say("%+v has bytes that were not sent", name)
			}
		}
	}
	for name, p := range m.parts {
		if p.firm == m.epoch && !stored[name] && !lost.parts[name] && !lost.files[name.fileName] {
			say("%+v was answered true and is lost", name)
		}
	}
	return wrong
}

// promised counts the parts that have to be there.
func (m *soakModel) promised() (n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.parts {
		if p.firm == m.epoch {
			n++
		}
	}
	return n
}

// soakPart makes the bytes of a part, which no other part has.
func soakPart(p partName, size int, variant byte) []byte {
	b := partOf(p.file, p.index, size)
	b[12] = variant
	return b
}

// minSoakPart has room for all that tells parts apart.
const minSoakPart = 16
