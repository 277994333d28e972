package script

import (
	"context"
	"crypto/rsa"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// pause is how long a client waits before it tries again what failed without
// saying how long to wait.
const pause = 200 * time.Millisecond

// ackDelay is short, so that what was answered is acknowledged before the next
// fault.
const ackDelay = time.Millisecond

// Dial opens a connection to the server.
type Dial func(ctx context.Context) (net.Conn, error)

// link is the connection that all threads share; a new one is made when it is
// gone. The session ends with it, as with most libraries.
type link struct {
	dial   Dial
	key    *rawclient.AuthKey
	public *rsa.PublicKey
	habits *Habits
	chokes func(rawclient.Message) bool // nil: it bears all

	choked atomic.Bool
	mu     sync.Mutex
	client *rawclient.Client
	opened int
}

// get is a client with an open connection.
func (l *link) get(ctx context.Context) (*rawclient.Client, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client != nil && l.client.Err() == nil {
		return l.client, nil
	}
	l.drop()
	raw, err := l.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	conn, err := rawclient.NewConn(raw, rawclient.Options{})
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	created := l.key == nil
	if created {
		key, err := rawclient.CreateKey(ctx, conn, rawclient.KeyOptions{PublicKey: l.public, Trusting: l.habits.Trusting})
		if err != nil {
			_ = conn.Close()
			return nil, fmt.Errorf("making a key: %w", err)
		}
		l.key = key
	}
	c, err := rawclient.NewClient(conn, l.key, rawclient.ClientOptions{AckDelay: ackDelay, Trusting: l.habits.Trusting, OnMessage: func(m rawclient.Message) {
		if l.chokes != nil && l.chokes(m) {
			l.choked.Store(true)
			_ = raw.Close()
		}
	}})
	if err != nil {
		return nil, err
	}
	l.client = c
	if l.opened++; l.opened == 1 {
		// The layer belongs to the key: later connections need not say it again.
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		if _, err := c.InitConnection(ctx, 0); err != nil {
			l.opened = 0
			l.drop()
			return nil, fmt.Errorf("beginning: %w", err)
		}
		if created {
			if _, err := c.LoginBot(ctx, "123456:script"); err != nil {
				return nil, fmt.Errorf("logging in: %w", err)
			}
		}
	}
	return c, nil
}

// hangUp ends a connection that nothing comes over any more.
func (l *link) hangUp(c *rawclient.Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client == c {
		l.drop()
	}
}

func (l *link) drop() {
	if l.client != nil {
		_ = l.client.Close()
		l.client = nil
	}
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop()
}
