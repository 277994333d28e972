package script

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// Client uploads files to one account.
type Client struct {
	Dial Dial
	// Key belongs to the account; nil: one is made under PublicKey, and a bot
	// logged in.
	Key       *rawclient.AuthKey
	PublicKey *rsa.PublicKey
	Habits    Habits

	link link
}

// errAgain asks for all parts once more.
var errAgain = errors.New("script: start over")

// breath is what a thread takes between two parts: long enough to acknowledge what
// was answered.
const breath = 5 * time.Millisecond

// maxRounds bounds how often a client starts over.
const maxRounds = 3

// Upload uploads a file and sends it, unless its habits keep it from that.
func (c *Client) Upload(ctx context.Context, f File) error {
	if c.Habits.Chokes != nil {
		c.link.chokes = c.Habits.Chokes()
	}
	c.link.dial, c.link.key, c.link.public, c.link.habits = c.Dial, c.Key, c.PublicKey, &c.Habits
	for range maxRounds {
		err := c.sendParts(ctx, &f)
		if errors.Is(err, errAgain) {
			continue
		}
		if err != nil {
			return err
		}
		return c.sendFile(ctx, &f)
	}
	return fmt.Errorf("script: started over %d times", maxRounds)
}

// Close ends the connection.
func (c *Client) Close() { c.link.close() }

// sendParts sends all parts, Threads at a time.
func (c *Client) sendParts(ctx context.Context, f *File) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	parts := f.parts(&c.Habits)
	var next atomic.Int32
	var threads sync.WaitGroup
	for range max(f.Threads, 1) {
		threads.Go(func() {
			for part := next.Add(1) - 1; part < parts; part = next.Add(1) - 1 {
				err := c.sendPart(ctx, f, part)
				if err == nil {
					err = sleep(ctx, breath)
				}
				if err != nil {
					stop(err)
					return
				}
			}
		})
	}
	threads.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	for _, part := range c.Habits.Extra {
		if err := c.sendPart(ctx, f, part); err != nil {
			return err
		}
	}
	return nil
}

// sendPart sends one part until it is taken, or until the client's habits end it.
func (c *Client) sendPart(ctx context.Context, f *File, part int32) error {
	for try := 1; try <= c.Habits.tries(); try++ {
		err := c.call(ctx, func(ctx context.Context, r *rawclient.Client) (bool, error) {
			data := f.piece(part)
			if c.Habits.Bytes != nil {
				data = c.Habits.Bytes(part, try, data)
			}
			if f.Small {
				return r.SaveFilePart(ctx, f.ID, part, data)
			}
			return r.SaveBigFilePart(ctx, f.ID, part, f.total(part, &c.Habits), data)
		})
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if again, err := c.react(ctx, f, err); !again || err != nil {
			return err
		}
	}
	return fmt.Errorf("script: part %d was sent %d times and never taken", part, c.Habits.tries())
}

// errChoked is a message that the client cannot bear.
var errChoked = errors.New("script: choked on a message")

// errFalse is the answer false.
var errFalse = errors.New("script: answered false")

// call makes one call over a connection that is open.
func (c *Client) call(ctx context.Context, do func(context.Context, *rawclient.Client) (bool, error)) error {
	r, err := c.link.get(ctx)
	if err != nil {
		return err
	}
	if c.link.choked.Load() {
		return errChoked
	}
	limited, cancel := context.WithTimeout(ctx, c.Habits.patience())
	defer cancel()
	ok, err := do(limited, r)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		c.link.hangUp(r)
		return err
	case err == nil && !ok:
		return errFalse
	}
	return err
}

// react does what the habits say about a part that was not taken: the part is to
// be sent again, or the error ends the upload, or nil the part.
func (c *Client) react(ctx context.Context, f *File, err error) (again bool, _ error) {
	if c.link.choked.Load() {
		return false, errChoked
	}
	reaction, wait := c.Habits.reaction(err)
	switch reaction {
	case Swallow:
		return false, nil
	case GiveUp:
		return false, err
	case StartOver:
		return false, errAgain
	case NewFile:
		f.ID++
		return false, errAgain
	case AtOnce:
		return true, nil
	}
	return true, sleep(ctx, wait)
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// reaction says what to do about an error, and how long to wait before.
func (h *Habits) reaction(err error) (Reaction, time.Duration) {
	var rpc *rawclient.RPCError
	switch {
	case errors.Is(err, errFalse):
		return h.False.or(Later), pause
	case errors.Is(err, context.DeadlineExceeded):
		return h.Silent.or(Later), pause
	case !errors.As(err, &rpc):
		return h.Lost.or(Later), pause
	case rpc.Code == 420:
		wait := rpc.Wait()
		if h.Wait != nil {
			wait = h.Wait(wait)
		}
		if isPremiumWait(rpc.Message) {
			return h.FloodPremium.or(Later), wait
		}
		return h.Flood.or(Later), wait
	case rpc.Code == 400:
		return h.Refused.or(GiveUp), pause
	}
	return h.Internal.or(Later), pause
}
