package mockserver_test

import (
	"context"
	"errors"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// enter has a key that is known, has said what its client is, and has an account. All of it
// is done by a client of its own, so that whatever disturbs that costs one attempt.
func (s *soaker) enter() bool {
	ctx, cancel := context.WithTimeout(s.w.ctx, 2*time.Second)
	defer cancel()
	s.w.beats() // or nobody would open the gate that all wait at
	s.mu.Lock()
	unknown := s.unknown
	s.mu.Unlock()
	if unknown && s.who.ready != nil {
		s.who = s.w.other(s) // there is no other login for it
	}
	key := s.key
	if unknown {
		key = nil
	}
	conn, err := rawclient.Dial(ctx, s.w.server().AddrOf(s.who.dc), routes[s.r.IntN(len(routes)-1)].Options)
	if err != nil {
		return false
	}
	s.w.connections.Add(1)
	switch {
	case s.who.ready != nil:
		key = s.who.ready
	case key == nil:
		if key, err = rawclient.CreateKey(ctx, conn, rawclient.KeyOptions{PublicKey: s.w.server().PublicKey().RSA}); err != nil {
			_ = conn.Close()
			return false
		}
	}
	c, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{NoAcks: !s.polite})
	if err != nil {
		return false
	}
	defer func() { _ = c.Close() }()
	if !s.inits(ctx, c) {
		return false
	}
	if s.who.ready == nil {
		if _, err := c.LoginBot(ctx, s.who.token); err != nil {
			return false
		}
	}
	s.become(key, c.Session().Salt())
	if s.who.ready == nil && s.r.IntN(6) == 0 {
		s.temporary(ctx)
	}
	return true
}

func (s *soaker) inits(ctx context.Context, c *rawclient.Client) bool {
	_, err := c.InitConnection(ctx, 228)
	var transport *rawclient.TransportError
	if errors.As(err, &transport) && transport.Code == -404 {
		s.mu.Lock()
		s.unknown = true
		s.mu.Unlock()
	}
	return err == nil
}

// become goes on with a key.
func (s *soaker) become(key *rawclient.AuthKey, salt int64) {
	s.leave()
	if s.key != key {
		s.begin()
	}
	s.key = key
	s.mu.Lock()
	defer s.mu.Unlock()
	s.salt, s.unknown, s.uninit, s.logged = salt, false, false, false
}

// temporary goes on with a temporary key that is bound to the permanent one.
func (s *soaker) temporary(ctx context.Context) {
	conn, err := rawclient.Dial(ctx, s.w.server().AddrOf(s.who.dc), rawclient.Options{})
	if err != nil {
		return
	}
	s.w.connections.Add(1)
	key, err := rawclient.CreateKey(ctx, conn, rawclient.KeyOptions{PublicKey: s.w.server().PublicKey().RSA, Temporary: true})
	if err != nil {
		_ = conn.Close()
		return
	}
	c, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{})
	if err != nil {
		return
	}
	defer func() { _ = c.Close() }()
	if c.BindTempAuthKey(ctx, s.key, time.Time{}, nil) == nil && s.inits(ctx, c) {
		s.become(key, c.Session().Salt())
	}
}

// begin begins a session. What is not answered goes out in it again, as other messages.
func (s *soaker) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session, s.content, s.acks, s.stale = s.r.Int64(), 0, nil, false
	for _, a := range s.open {
		a.renew = true
	}
}

// ready has a connection over which what is open was sent; false: not now.
func (s *soaker) ready() bool {
	s.mu.Lock()
	lost, stale := s.key == nil || s.unknown || s.uninit || s.logged, s.stale
	s.mu.Unlock()
	if lost && !s.enter() {
		return false
	}
	if stale {
		s.begin()
	}
	if s.way != nil && s.way.ended.Load() {
		s.leave()
	}
	if s.way != nil {
		return s.renewed()
	}
	if !s.connect() {
		return false
	}
	go s.read(s.way, s.key)
	return s.again()
}

// again sends all that is open again, over a new connection.
func (s *soaker) again() bool {
	s.mu.Lock()
	for _, a := range s.open {
		s.renumber(a)
	}
	all := append([]*question(nil), s.open...)
	s.mu.Unlock()
	return s.send(len(all) > 1 && s.r.IntN(3) == 0, all...)
}

// renewed sends again what was refused.
func (s *soaker) renewed() bool {
	var all []*question
	s.mu.Lock()
	for _, a := range s.open {
		if a.renew {
			s.renumber(a)
			all = append(all, a)
		}
	}
	s.mu.Unlock()
	return s.send(false, all...)
}

// renumber makes another message of a question, if it has to be one. The caller holds mu.
func (s *soaker) renumber(a *question) {
	if a.renew {
		a.MsgID, a.SeqNo, a.session, a.renew = s.nextID(), 2*s.content+1, s.session, false
		s.content++
	}
}

// drain waits until no more questions are open than most; false: it has given up.
func (s *soaker) drain(most int) bool {
	patience, resend := s.w.patience, s.w.patience/3
	if s.polite {
		patience, resend = 30*time.Second, 3*time.Second
	}
	began, sent := time.Now(), time.Now()
	ticker := time.NewTicker(40 * time.Millisecond)
	defer ticker.Stop()
	for {
		s.mu.Lock()
		left := len(s.open)
		s.mu.Unlock()
		switch {
		case left <= most || s.w.ctx.Err() != nil:
			return true
		case time.Since(began) > patience:
			s.giveUp()
			return false
		}
		if !s.ready() {
			s.pause(5 * time.Millisecond)
			continue
		}
		select {
		case <-s.news:
		case <-s.w.ctx.Done():
		case <-ticker.C:
			if s.way.http {
				s.service(httpWait)
			}
			if time.Since(sent) > resend { // a session that was forgotten has no answers
				sent = time.Now()
				s.again()
			}
		}
	}
}

// httpWait has the server keep an answer back for 30 ms at the most.
var httpWait = []byte{0x9f, 0x35, 0x99, 0x92, 0, 0, 0, 0, 0, 0, 0, 0, 30, 0, 0, 0}

// pause waits, as a client does that cannot connect.
func (s *soaker) pause(d time.Duration) {
	select {
	case <-time.After(d):
	case <-s.w.ctx.Done():
	}
}

// giveUp waits for no answer any more, as who cancels an upload.
func (s *soaker) giveUp() {
	s.w.abandoned.Add(1)
	if s.polite {
		s.w.fail("a good client was left without an answer for half a minute: %s", s.describe())
	}
	s.mu.Lock()
	s.open = nil
	s.mu.Unlock()
	s.leave()
	s.begin()
}
