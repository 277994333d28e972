package link

import (
	"encoding/binary"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/internal/rpc"
)

// at asks the scenario about something that is no call. What it says about the
// connection is carried out: handled tells that nothing else is to be done, and ok
// that the connection goes on.
func (l *Link) at(e fault.Event) (handled, ok bool) {
	p := l.hub.Faults.At(e, l.number, l.hub.DC)
	if !p.Fired {
		return false, true
	}
	l.note(journal.Event{Kind: journal.KindFault, Event: e.String(), Fault: p.Rule, Delay: p.Delay, Text: p.AtText()})
	if p.Delay > 0 && !l.pause(p.Delay) {
		return true, false
	}
	switch {
	case p.Refuse:
		l.drop(rpc.Result{Exit: p.Exit})
		return true, false
	case p.TransportError != 0:
		l.put(item{code: p.TransportError})
		return true, true
	}
	if p.Hostile != "" {
		l.breaks = p.Hostile
	}
	return p.Silent, true
}

// pause waits for what a scenario wants, unless the connection is closed from outside
// before.
func (l *Link) pause(d time.Duration) bool {
	ok := l.sleep(d)
	if ok {
		l.held += d
	}
	return ok
}

// sleep waits, unless the connection is closed from outside before.
func (l *Link) sleep(d time.Duration) bool {
	l.flushHeld()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-l.gone:
		return false
	}
}

// The queries that begin the creation of an auth key.
// https://core.telegram.org/mtproto/auth_key
const (
	idReqPQ      = 0x60469778
	idReqPQMulti = 0xbe7e8ef1
)

func beginsKey(body []byte) bool {
	if len(body) < 4 {
		return false
	}
	id := binary.LittleEndian.Uint32(body)
	return id == idReqPQ || id == idReqPQMulti
}
