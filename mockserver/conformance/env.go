package conformance

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// suite is what the cases of one run share.
type suite struct {
	target   Target
	patience time.Duration
	known    []KnownFailure

	plain, account shared[rawclient.AuthKey]
	sample         shared[rawclient.Document]
}

// shared is what many cases use and only the first one makes: an auth key, each
// case having a session of its own, or a document to read.
type shared[T any] struct {
	mu       sync.Mutex
	value    *T
	attempts int
	err      error
}

// makeAttempts is how often something shared is tried to be made before the run goes
// without: a server that does not let it must not be waited for by every case.
const makeAttempts = 3

func (s *shared[T]) get(create func() (*T, error)) (*T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.value == nil && s.attempts < makeAttempts {
		s.attempts++
		s.value, s.err = create()
		if s.err != nil {
			s.value = nil
		}
	}
	return s.value, s.err
}

// Env is what a case has to work with: connections that are closed when it ends,
// and keys.
type Env struct {
	suite *suite

	mu      sync.Mutex
	closers []io.Closer
}

func (e *Env) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, c := range e.closers {
		_ = c.Close()
	}
	e.closers = nil
}

func (e *Env) keep(c io.Closer) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closers = append(e.closers, c)
}

// patient bounds the wait for one answer.
func (e *Env) patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, e.suite.patience)
}

func (e *Env) dial(ctx context.Context, o rawclient.Options) (*rawclient.Conn, error) {
	ctx, cancel := e.patient(ctx)
	defer cancel()
	c, err := rawclient.Dial(ctx, e.suite.target.Addr, o)
	if err != nil {
		return nil, err
	}
	e.keep(c)
	return c, nil
}

func (e *Env) keyOptions() rawclient.KeyOptions {
	return rawclient.KeyOptions{PublicKey: e.suite.target.PublicKey, DC: e.suite.target.DC}
}

// newKey makes a key that no other case uses. It is used once over the connection
// that it was made over, so that a server that is late to know its own keys fails
// the case about that (2.4.3) and not, now and then, some other.
func (e *Env) newKey(ctx context.Context) (*rawclient.AuthKey, error) {
	return e.newKeyOf(ctx, e.keyOptions())
}

func (e *Env) newKeyOf(ctx context.Context, k rawclient.KeyOptions) (*rawclient.AuthKey, error) {
	c, err := e.dial(ctx, rawclient.Options{})
	if err != nil {
		return nil, err
	}
	key, err := e.makeKeyOver(ctx, c, k)
	if err != nil {
		return nil, err
	}
	s, err := rawclient.NewSession(c, key, 0)
	if err == nil {
		_, _ = (&peer{Session: s, env: e}).ping(ctx) // what comes of it is for the case to find
	}
	return key, err
}

func (e *Env) makeKey(ctx context.Context, o rawclient.Options, k rawclient.KeyOptions) (*rawclient.AuthKey, error) {
	c := must(e.dial(ctx, o))
	return e.makeKeyOver(ctx, c, k)
}

func (e *Env) makeKeyOver(ctx context.Context, c *rawclient.Conn, k rawclient.KeyOptions) (*rawclient.AuthKey, error) {
	ctx, cancel := e.patient(ctx)
	defer cancel()
	key, err := rawclient.CreateKey(ctx, c, k)
	if err != nil {
		return nil, fmt.Errorf("expected an auth key to be made: %w", err)
	}
	return key, nil
}

// key is the run's key without an account.
func (e *Env) key(ctx context.Context) (*rawclient.AuthKey, error) {
	return e.suite.plain.get(func() (*rawclient.AuthKey, error) { return e.newKey(ctx) })
}

// accountKey is the run's key that is logged in.
func (e *Env) accountKey(ctx context.Context) (*rawclient.AuthKey, error) {
	return e.suite.account.get(func() (*rawclient.AuthKey, error) { return e.newAccountKey(ctx) })
}

func (e *Env) newAccountKey(ctx context.Context) (*rawclient.AuthKey, error) {
	key, err := e.newKey(ctx)
	if err != nil {
		return nil, err
	}
	c, err := e.clientWith(ctx, key)
	if err != nil {
		return nil, err
	}
	ctx, cancel := e.patient(ctx)
	defer cancel()
	if _, err := c.InitConnection(ctx, 0); err != nil {
		return nil, fmt.Errorf("expected initConnection to be answered: %w", err)
	}
	if _, err := c.LoginBot(ctx, e.suite.target.BotToken); err != nil {
		return nil, fmt.Errorf("expected a bot to log in: %w", err)
	}
	return key, nil
}

// client is a client of the run's account over a connection of its own.
func (e *Env) client(ctx context.Context) (*rawclient.Client, error) {
	key := must(e.accountKey(ctx))
	return e.clientWith(ctx, key)
}

func (e *Env) clientWith(ctx context.Context, key *rawclient.AuthKey) (*rawclient.Client, error) {
	conn, err := e.dial(ctx, rawclient.Options{})
	if err != nil {
		return nil, err
	}
	c, err := rawclient.NewClient(conn, key, rawclient.ClientOptions{})
	if err != nil {
		return nil, err
	}
	e.keep(c)
	return c, nil
}
