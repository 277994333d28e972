package rawclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// ClientOptions say how a Client behaves. The zero value is a proper client of
// the newest layer that the TL tables know.
type ClientOptions struct {
	// Layer is the API layer to speak; 0 is the newest known. InitConnection
	// may change it.
	Layer int
	// APIID and APIHash name the application; 0 and "" are replaced by values
	// that no real application has.
	APIID   int32
	APIHash string
	// SessionID, 0 for a random one.
	SessionID int64
	// Trusting takes every message for what it says, as if none of the checks that
	// the documentation demands were there.
	Trusting bool
	// NoAcks leaves the server's messages unacknowledged.
	NoAcks bool
	// AckDelay is how long acknowledgements are collected, 0 for half a
	// second. Sixteen are sent at once.
	AckDelay time.Duration
	// OnMessage, if set, sees each message as it arrives, taken out of its
	// container, before the client acts on it. It must not block.
	OnMessage func(Message)
}

const (
	defaultAckDelay = 500 * time.Millisecond
	ackBatch        = 16
	maxUnhandled    = 1024
	// maxResends bounds how often a query follows bad_server_salt. Each resend
	// already carries the salt the server asked for.
	maxResends = 5
)

// Client asks queries and gives back their answers. Any number of goroutines may
// ask at once. Several clients, each with its own connection, may share a key.
type Client struct {
	session *Session
	opts    ClientOptions

	ctx    context.Context // ends with Close
	cancel context.CancelCauseFunc
	done   sync.WaitGroup // the reader and the acknowledger
	wake   chan struct{}  // something is to be acknowledged
	full   chan struct{}  // a whole batch is

	mu        sync.Mutex // never held while blocking
	layer     int
	calls     map[int64][]*call // several where InvokeEnvelope used a msg_id again
	acks      []int64
	unhandled []Message
	sessions  []NewSessionCreated
	resends   int
	err       error // why the client ended
	seen      seenIDs
}

// NewSessionCreated is what a server says about the first message of a session.
//
// https://core.telegram.org/mtproto/service_messages#new-session-creation-notification
type NewSessionCreated struct {
	FirstMsgID, UniqueID, ServerSalt int64
}

// call is a query that waits. Its channel gets exactly one outcome.
type call struct{ outcome chan outcome }

type outcome struct {
	body   []byte
	err    error
	resend bool // err is a wrong salt, which has been put right since
}

// NewClient starts a client of key over c, which it owns from then on: c is closed also
// if there is an error.
func NewClient(c *Conn, key *AuthKey, o ClientOptions) (*Client, error) {
	if o.AckDelay <= 0 {
		o.AckDelay = defaultAckDelay
	}
	if o.Layer == 0 {
		o.Layer = NewestLayer
	}
	if o.APIID == 0 {
		o.APIID, o.APIHash = 1, "0123456789abcdef0123456789abcdef"
	}
	session, err := NewSession(c, key, o.SessionID)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	session.trusting = o.Trusting
	client := &Client{
		session: session, opts: o, layer: o.Layer,
		wake: make(chan struct{}, 1), full: make(chan struct{}, 1),
		calls: make(map[int64][]*call),
	}
	client.ctx, client.cancel = context.WithCancelCause(context.Background())
	client.done.Go(client.readLoop)
	if !o.NoAcks {
		client.done.Go(client.ackLoop)
	}
	return client, nil
}

// Connect dials, makes a key and starts a client.
func Connect(ctx context.Context, addr string, o Options, k KeyOptions, co ClientOptions) (*Client, error) {
	conn, err := Dial(ctx, addr, o)
	if err != nil {
		return nil, err
	}
	key, err := CreateKey(ctx, conn, k)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return NewClient(conn, key, co)
}

// ConnectWithKey dials and starts a client with a key that is already there.
func ConnectWithKey(ctx context.Context, addr string, o Options, key *AuthKey, co ClientOptions) (*Client, error) {
	conn, err := Dial(ctx, addr, o)
	if err != nil {
		return nil, err
	}
	return NewClient(conn, key, co)
}

// Session is the session under the client, for messages by hand beside it.
// Only the client may receive.
func (c *Client) Session() *Session { return c.session }

// Key is the client's auth key.
func (c *Client) Key() *AuthKey { return c.session.key }

// Layer is the API layer the client speaks.
func (c *Client) Layer() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.layer
}

// Close closes the connection, fails what is waiting with ErrClosed and returns
// when the client's goroutines have ended.
func (c *Client) Close() error {
	err := c.end(ErrClosed)
	c.done.Wait()
	return err
}

// Done is closed when the client has ended: by Close, by the server, or because
// of a message that could not be trusted.
func (c *Client) Done() <-chan struct{} { return c.ctx.Done() }

// Err is why the client ended, nil as long as it has not. io.EOF means that the
// server closed the connection.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// end is called any number of times; the first reason stays.
func (c *Client) end(reason error) error {
	c.mu.Lock()
	if c.err == nil {
		c.err = reason
	}
	c.mu.Unlock()
	c.cancel(reason)
	err := c.session.conn.Close()
	c.failAll(reason)
	return err
}

// failAll gives every waiting query the same error.
func (c *Client) failAll(err error) {
	c.mu.Lock()
	calls := c.calls
	c.calls = make(map[int64][]*call)
	c.mu.Unlock()
	for _, waiting := range calls {
		for _, w := range waiting {
			w.outcome <- outcome{err: err}
		}
	}
}

// Unhandled returns the messages that the client had no use for, updates for
// example, at most the last 1024, and forgets them.
func (c *Client) Unhandled() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	messages := c.unhandled
	c.unhandled = nil
	return messages
}

// NewSessions returns the new_session_created messages so far.
func (c *Client) NewSessions() []NewSessionCreated {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]NewSessionCreated(nil), c.sessions...)
}

// Resends counts how often Invoke followed bad_server_salt.
func (c *Client) Resends() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.resends
}

// readLoop is the one that receives.
func (c *Client) readLoop() {
	if err := c.session.conn.awaitReadable(c.ctx); err != nil {
		return // closed before the first query
	}
	for {
		m, err := c.session.Recv(c.ctx)
		var transport *TransportError
		switch {
		case errors.As(err, &transport):
			// It does not say which message it answers, so all fail; but a
			// server leaves the connection open after -404.
			c.failAll(err)
			continue
		case err != nil:
			_ = c.end(endReason(err))
			return
		}
		messages, err := c.unpack(m)
		if err != nil {
			_ = c.end(err)
			return
		}
		for _, m := range messages {
			c.receive(m)
		}
	}
}

// unpack takes a container apart.
func (c *Client) unpack(m Message) ([]Message, error) {
	if c.opts.Trusting {
		return unpackTrusting(m), nil
	}
	return Unpack(m)
}

func endReason(err error) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("rawclient: the server closed the connection: %w", err)
	}
	return err
}
