package link

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/internal/bounds"
)

// A place is held by one connection at a time and given back once, whoever had it before.
func TestShakes(t *testing.T) {
	at := func(n int) time.Time { return time.Unix(int64(n), 0) }
	places := bounds.NewGate("Handshakes", 2)
	var here, elsewhere shakes // two datacenters of one server
	a, b, c := &Link{}, &Link{}, &Link{}
	enter := func(s *shakes, l *Link, n int, wantOut *Link, wantIn bool) {
		t.Helper()
		out, in := s.enter(l, at(n), places)
		require.Same(t, wantOut, out)
		require.Equal(t, wantIn, in)
		require.LessOrEqual(t, places.Held(), int64(2))
	}
	enter(&here, a, 1, nil, true)
	enter(&here, b, 2, nil, true)
	here.step(a, at(3))
	enter(&here, c, 3, nil, false) // a second is not long
	enter(&here, c, 4, b, true)    // b has waited longer than a
	here.step(b, at(5))
	here.leave(b, places)
	require.EqualValues(t, 2, places.Held(), "b's place is c's")
	enter(&elsewhere, b, 6, nil, false)
	here.leave(a, places)
	here.leave(a, places)
	require.EqualValues(t, 1, places.Held())
	enter(&elsewhere, b, 7, nil, true)
	here.leave(c, places)
	elsewhere.leave(b, places)
	require.Zero(t, places.Held())
}
