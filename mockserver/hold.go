package mockserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/fakedc/fakedc/mockserver/internal/fault"
	"github.com/fakedc/fakedc/mockserver/internal/words"
	"github.com/fakedc/fakedc/scenarios"
)

// Hold is a gate that calls wait at before anything is done about them: before the
// rules see them, and before a scenario does.
type Hold struct {
	gate  *fault.Gate
	ended <-chan struct{} // of the server
}

// Hold puts up a gate for the calls that match, so that a test can do something at
// the very moment when a call is under way: cancel an upload, drop its connection,
// look at what is stored. Without a method it is about parts.
//
// The gate is there until it is opened, or the server closed or reset; that of a
// namespace until the namespace ends. A call waits for four minutes at the most, and
// no more of them than Limits.DelayedAnswers and WaitingBytes; further ones are let
// pass, with an event of kind "limit".
//
// A method that fakedc does not answer can be held if it reads its arguments. The error
// is a [MethodError] for any other, which would never come to the gate.
func (s *Server) Hold(m scenarios.Match) (*Hold, error) { return s.hold(m, nil) }

func (s *Server) hold(m scenarios.Match, of *fault.Space) (*Hold, error) {
	if err := checkSeen(m); err != nil {
		return nil, fmt.Errorf("mockserver: holding calls: %w", err)
	}
	if s.isClosed() {
		return nil, fmt.Errorf("mockserver: holding calls: %w", ErrClosed)
	}
	g, err := s.faults.Hold(m, of)
	if err != nil {
		return nil, fmt.Errorf("mockserver: holding calls: %w", err)
	}
	return &Hold{g, s.ended}, nil
}

var errOpened = errors.New("it was opened")

// Wait returns once n calls have come to the gate, those that were let pass since
// included, or when ctx ends, the gate is opened or the server closed: [ErrClosed].
func (h *Hold) Wait(ctx context.Context, n int) error {
	var over error
	for {
		arrived, _, changed := h.gate.State()
		if arrived >= n {
			return nil
		}
		if changed == nil && over == nil {
			over = errOpened
		}
		if over != nil {
			return fmt.Errorf("mockserver: waiting for %s at a gate, %d came: %w", words.Count(n, "call"), arrived, over)
		}
		select {
		case <-changed:
		case <-h.ended:
			over = ErrClosed
		case <-ctx.Done():
			over = context.Cause(ctx)
		}
	}
}

// Held returns how many calls wait now.
func (h *Hold) Held() int {
	_, held, _ := h.gate.State()
	return held
}

// Let lets at most n calls pass, the oldest first, and returns how many it were.
// Later ones wait again.
func (h *Hold) Let(n int) int { return h.gate.Let(n) }

// Open takes the gate away and lets all pass. Further calls do nothing.
func (h *Hold) Open() { h.gate.Open() }
