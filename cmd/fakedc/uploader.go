package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// How long the uploader is patient.
const (
	connectTime = 10 * time.Second
	callTime    = 10 * time.Second // without an answer, a call counts as lost
	maxTries    = 8                // of one part
)

// transport is how one of the connections speaks.
type transport struct {
	name    string
	options rawclient.Options
}

var demoTransports = []transport{
	{"abridged", rawclient.Options{Transport: rawclient.Abridged}},
	{"intermediate", rawclient.Options{Transport: rawclient.Intermediate}},
	{"full", rawclient.Options{Transport: rawclient.Full}},
	{"obfuscated", rawclient.Options{Transport: rawclient.Padded, Obfuscated: true}},
}

func transportOf(connection int) transport {
	return demoTransports[connection%len(demoTransports)]
}

func transportNames(connections int) string {
	var names []string
	for i := range min(connections, len(demoTransports)) {
		names = append(names, transportOf(i).name)
	}
	return strings.Join(names, ", ")
}

// uploader is a client as it should be: it waits when it is told to, connects
// again when it is cut off, and gives up when it is told twice that it is wrong.
type uploader struct {
	addr   string
	rsa    *rsa.PublicKey
	data   []byte
	flags  *demoFlags
	fileID int64
	show   *progress
	pace   pace

	clients []*rawclient.Client // by connection; each is its own goroutine's
	key     *rawclient.AuthKey

	mu    sync.Mutex
	did   map[try]string // what was done about a try that failed
	sent  map[int32]bool // parts that count as uploaded
	tries map[int32]int  // how often a part was sent
}

// try is one call of one part, as the journal numbers them.
type try struct {
	part    int32
	attempt int
}

func newUploader(addr string, key *rsa.PublicKey, data []byte, f *demoFlags, show *progress) *uploader {
	var id [8]byte
	_, _ = rand.Read(id[:]) // it never fails
	return &uploader{
		addr: addr, rsa: key, data: data, flags: f, show: show,
		fileID:  int64(binary.LittleEndian.Uint64(id[:])),
		pace:    pace{rate: int64(f.rate)},
		clients: make([]*rawclient.Client, f.connections),
		did:     map[try]string{}, sent: map[int32]bool{}, tries: map[int32]int{},
	}
}

// send uploads all parts over all connections.
func (u *uploader) send(ctx context.Context) error {
	if err := u.login(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var next atomic.Int32
	var workers sync.WaitGroup
	for connection := range u.clients {
		workers.Go(func() {
			for part := next.Add(1) - 1; part < int32(u.flags.parts()); part = next.Add(1) - 1 {
				if err := u.sendPart(ctx, connection, part); err != nil {
					stop(err) // the first error ends the others
					return
				}
			}
		})
	}
	workers.Wait()
	return context.Cause(ctx)
}

// login makes the auth key that all connections share.
func (u *uploader) login(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	c, err := rawclient.Connect(ctx, u.addr, transportOf(0).options, rawclient.KeyOptions{PublicKey: u.rsa}, rawclient.ClientOptions{})
	if err != nil {
		return fmt.Errorf("making an auth key: %w", err)
	}
	u.clients[0], u.key = c, c.Key()
	if _, err := c.InitConnection(ctx, 0); err != nil {
		return fmt.Errorf("beginning: %w", err)
	}
	if _, err := c.LoginBot(ctx, "123456:demo"); err != nil {
		return fmt.Errorf("logging in: %w", err)
	}
	return nil
}

// client is a connection that is open, a new one if need be.
func (u *uploader) client(ctx context.Context, connection int) (*rawclient.Client, error) {
	if c := u.clients[connection]; c != nil {
		if c.Err() == nil {
			return c, nil
		}
		_ = c.Close()
	}
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	c, err := rawclient.ConnectWithKey(ctx, u.addr, transportOf(connection).options, u.key, rawclient.ClientOptions{})
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	u.clients[connection] = c
	return c, nil
}

func (u *uploader) close() {
	for _, c := range u.clients {
		if c != nil {
			_ = c.Close()
		}
	}
}

// bytes are those of one part.
func (u *uploader) bytes(part int32) []byte {
	from := int64(part) * int64(u.flags.partSize)
	return u.data[from:min(from+int64(u.flags.partSize), int64(len(u.data)))]
}

// sendPart sends one part until it is stored.
func (u *uploader) sendPart(ctx context.Context, connection int, part int32) error {
	refusals := 0
	for range maxTries {
		err := u.call(ctx, connection, part)
		if err == nil {
			u.stored(part)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r := reactTo(err, &refusals)
		u.react(part, err, r)
		if r.giveUp {
			return fmt.Errorf("part %d was refused: %s", part, told(err))
		}
		if err := sleep(ctx, r.wait); err != nil {
			return err
		}
	}
	return fmt.Errorf("part %d was sent %d times, and never taken", part, maxTries)
}

// errFalse is the answer false.
var errFalse = errors.New("boolFalse")

// call sends a part once.
func (u *uploader) call(ctx context.Context, connection int, part int32) error {
	c, err := u.client(ctx, connection)
	if err != nil {
		return err
	}
	data := u.bytes(part)
	if err := u.pace.wait(ctx, len(data)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	u.mu.Lock()
	u.tries[part]++
	u.mu.Unlock()
	stored, err := c.SaveBigFilePart(ctx, u.fileID, part, int32(u.flags.parts()), data)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		_ = c.Close() // an answer that comes later is not wanted any more
		return err
	case err != nil:
		return err
	case !stored:
		return errFalse
	}
	return nil
}

func (u *uploader) stored(part int32) {
	u.mu.Lock()
	again := u.sent[part]
	u.sent[part] = true
	u.mu.Unlock()
	if !again {
		u.show.add(int64(len(u.bytes(part))))
	}
}
