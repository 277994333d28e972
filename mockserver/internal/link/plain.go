package link

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/fakedc/fakedc/mockserver/internal/envelope"
	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/handshake"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// plain handles an unencrypted message: a step of the creation of an auth key.
func (l *Link) plain(now time.Time, payload []byte) bool {
	body, err := envelope.OpenPlain(payload)
	if err != nil {
		// Like a refused step of the exchange: the client must not wait in vain.
		ok := l.mistake(err.Error())
		l.put(item{code: handshake.CodeNotFound})
		return ok
	}
	if !l.shaking {
		l.held = 0
	}
	if beginsKey(body) {
		if handled, ok := l.at(fault.Handshake); handled {
			return ok
		}
	}
	if !l.shaking {
		if !l.beginShake(now) {
			return false
		}
	}
	if l.machine == nil {
		l.machine = handshake.New(l.hub.Handshake)
		l.beside = l.hub.known.Load() > 0
	}
	if l.breaks != "" && beginsKey(body) {
		l.machine.Break(l.breaks)
	}
	out, err := l.machine.Step(body, now)
	if out.Spoilt || out.Accepted {
		l.noteHostile(l.breaks, out.Accepted)
	}
	if !l.machine.Pending() {
		// A key was made, or will not be. Nor is one being made by what Android's
		// client sends behind it, an acknowledgement.
		l.endShake()
	} else {
		l.hub.shakes.step(l, now)
	}
	if err != nil {
		return l.shakeFailed(err)
	}
	if out.Result != nil {
		if handled, ok := l.at(fault.AuthKey); handled {
			return ok // the key is forgotten
		}
		if !l.keyMade(now, out) {
			return false
		}
		l.breaks = ""
	}
	if out.Reply != nil {
		l.put(item{plain: envelope.SealPlain(nil, l.nextPlainID(now), out.Reply)})
	}
	return true
}

func (l *Link) shakeFailed(err error) bool {
	var e *handshake.Error
	if !errors.As(err, &e) {
		l.note(journal.Event{Kind: journal.KindRefused, Text: err.Error()})
		l.setWhy(err.Error())
		return false
	}
	ok := l.mistake(e.Error())
	if e.TransportCode == 0 {
		l.setWhy(e.Error())
		return false
	}
	l.put(item{code: e.TransportCode})
	return ok
}

func (l *Link) keyMade(now time.Time, out handshake.Output) (ok bool) {
	r := out.Result
	k := NewKey(r.AuthKey, r.Salt, now)
	began := l.shakeBy.Add(-l.hub.Limits.Handshake)
	e := journal.Event{Kind: journal.KindAuthKey, Key: k.ID, Took: time.Since(began) - l.held}
	var about []string
	if r.DC != 0 && r.DC != l.hub.DC {
		about = append(about, fmt.Sprintf("the client takes this for datacenter %d, it is %d", r.DC, l.hub.DC))
	}
	if r.Temporary {
		k = NewTemporaryKey(r.AuthKey, r.Salt, now, time.Duration(r.ExpiresIn)*time.Second)
		about = append(about, fmt.Sprintf("temporary, for %d s", r.ExpiresIn))
	}
	if r.AuthKey[0] == 0 {
		// One key in 256. Telethon 1.45, GramJS 2.26 and mtcute 0.30 hash 255 bytes of it,
		// find that new_nonce_hash1 is wrong, and make another key.
		e.Sign = journal.SignZeroKey
		about = append(about, "it begins with a zero byte: a client that leaves that out takes new_nonce_hash1 for wrong")
	}
	e.Text = strings.Join(about, "; ")
	if out.Spoilt {
		k.broke(l.breaks)
	}
	gone := l.hub.Keys.Add(k)
	if err := l.hub.Keys.Keep(k); err != nil {
		// There is no answer that says so, and a client must not store the key.
		l.hub.Keys.Remove(k.ID)
		l.note(journal.Event{Kind: journal.KindStore, Key: k.ID, Error: "the auth key is not made", Text: err.Error()})
		l.setWhy("an auth key could not be kept")
		return false
	}
	l.note(e)
	if gone != nil {
		l.note(journal.Event{Kind: journal.KindLimit, Key: gone.ID, Text: "AuthKeys: the auth key that was used least recently was forgotten"})
	}
	return true
}

// nextPlainID numbers unencrypted answers, 1 mod 4.
func (l *Link) nextPlainID(now time.Time) int64 {
	id := now.Unix()<<32 | int64(now.Nanosecond())<<32/int64(time.Second)&^3 | 1
	l.plainID = max(id, l.plainID+4)
	return l.plainID
}
