package mockserver_test

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/scenarios"
)

// A client that is back before its part is carried out gets the half of the answer that a
// scenario sends over the connection that it is back by, and with it the end of that one:
// it must not be left to wait for the other half.
func TestHalfAnAnswerIsTheEndOfTheConnectionItLeavesBy(t *testing.T) {
	s := newStorm(t)
	gate, err := s.dc.Hold(scenarios.Match{})
	require.NoError(t, err)
	in, err := s.dc.Inject(drop(midAnswer)[0])
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	v := s.visit(1)
	v.ask(0)
	cut, err := v.leave(ctx)
	require.NoError(t, err)
	require.NoError(t, gate.Wait(ctx, 1))
	cut.end()
	c, _, err := s.dial(routes[0], byFIN)
	require.NoError(t, err)
	require.NoError(t, v.ping(ctx, c), "the session is over this connection now")
	gate.Open()
	require.ErrorIs(t, v.receive(ctx, c), io.ErrUnexpectedEOF)
	require.NoError(t, c.Close())
	require.Equal(t, 1, in.Fired())
	require.NoError(t, v.finish(ctx))
	s.ledger.require(t, s.dc)
}
