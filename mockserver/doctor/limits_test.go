package doctor_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// A connection that fakedc itself closed, or a call that it had no room for, is told: nothing
// else says why a client of which nothing is wrong did not get on.
func TestLimitsAreNoted(t *testing.T) {
	limit := func(conn int64, text string, sign journal.Sign) journal.Event {
		return journal.Event{Kind: journal.KindLimit, Conn: conn, Text: text, Sign: sign}
	}
	w := new(written).add(0, limit(2, "DetectTime: nothing came", "")).add(1, limit(3, "DetectTime: nor here", "")).
		add(0, limit(0, "Connections: 1 connection is open", "")).add(0, limit(1, "Uploads: file 7: it made room", journal.SignForgotten))
	r, err := doctor.Examine(strings.NewReader(w.String()))
	require.NoError(t, err)
	require.Equal(t, []string{
		"fakedc's own limit Connections was reached once, first by connection 1: 1 connection is open",
		"fakedc's own limit DetectTime was reached 2 times, first by connection 2: nothing came",
	}, r.Notes)
}
