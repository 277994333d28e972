package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// backOff is how long the uploader waits before it connects again, or asks again
// after an error of the server's own.
const backOff = 100 * time.Millisecond

// reaction is what the uploader does about a call that failed.
type reaction struct {
	giveUp bool
	wait   time.Duration
	did    string // for a person
}

// reactTo decides what to do. refusals counts how often the part was refused as
// wrong: the first time a client may hope for a mistake on the way, the second
// time it is wrong, or the server is.
func reactTo(err error, refusals *int) reaction {
	var rpc *rawclient.RPCError
	switch {
	case errors.Is(err, errFalse):
		return reaction{did: "The client takes false to mean that it was not stored, and sent it again."}
	case errors.Is(err, context.DeadlineExceeded):
		return reaction{did: fmt.Sprintf("The client waited %v for an answer, connected again and sent the part again.", callTime)}
	case !errors.As(err, &rpc):
		return reaction{wait: backOff, did: "The client cannot know what became of the part: it connected again with the same auth key and sent it again."}
	case rpc.Wait() > 0:
		return reaction{wait: rpc.Wait(), did: fmt.Sprintf("The client waited %v, as it was told, and sent the part again.", rpc.Wait())}
	case rpc.Code != 400:
		return reaction{wait: backOff, did: "The server had a problem of its own: the client sent the part again a little later."}
	case *refusals == 0:
		*refusals++
		return reaction{did: "The client knows the part to be right: it sends it once more."}
	}
	return reaction{giveUp: true, did: "Refused a second time, the client gave up."}
}

// told is an error as the wire had it.
func told(err error) string {
	var rpc *rawclient.RPCError
	switch {
	case errors.As(err, &rpc):
		return fmt.Sprintf("%d %s", rpc.Code, rpc.Message)
	case errors.Is(err, errFalse):
		return "answered false"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer"
	}
	return "the connection was lost"
}

// react notes a reaction for the end, and shows it now.
func (u *uploader) react(part int32, err error, r reaction) {
	u.note(part, r.did)
	line := fmt.Sprintf("part %d: %s", part, told(err))
	if r.wait >= time.Second {
		line += fmt.Sprintf(": waiting %v", r.wait)
	}
	u.show.say(line)
}

// note remembers what was done about the newest try of a part.
func (u *uploader) note(part int32, did string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.did[try{part, u.tries[part]}] = did
}

// reactionTo returns what was done about a try.
func (u *uploader) reactionTo(part int32, attempt int) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.did[try{part, attempt}]
}

// pace holds back bytes to a rate, for all connections together.
type pace struct {
	rate int64 // bytes per second; 0 is no limit

	mu   sync.Mutex
	free time.Time // when the next bytes may go
}

// wait returns when n bytes may go.
func (p *pace) wait(ctx context.Context, n int) error {
	if p.rate <= 0 {
		return nil
	}
	p.mu.Lock()
	now := time.Now()
	start := now
	if p.free.After(now) {
		start = p.free
	}
	p.free = start.Add(time.Duration(float64(n) / float64(p.rate) * float64(time.Second)))
	p.mu.Unlock()
	return sleep(ctx, start.Sub(now))
}

// sleep waits, unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
