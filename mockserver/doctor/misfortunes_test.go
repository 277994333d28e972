package doctor_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// over is a part that came over a connection, in a session.
func over(conn, session int64, changes ...func(*journal.Event)) func(*journal.Event) {
	return func(e *journal.Event) {
		e.Conn, e.Session = conn, session
		for _, change := range changes {
			change(e)
		}
	}
}

// ended is the end of the first connection.
func (w *written) ended(why string) *written {
	return w.add(time.Millisecond, journal.Event{Kind: journal.KindDisconnect, Conn: 1, Text: why})
}

// A part that is stored is not sent again, unless its answer may not have reached the client.
func TestStoredPartAgain(t *testing.T) {
	const dropped, left, reset = "dropped by the scenario", "closed by the client", "wire: reading the header of a frame: read: connection reset by peer"
	begun := func() *written { return new(written).part(0, 0, over(1, 1)).part(1, 1, over(1, 1)) }
	rest := func(w *written) *written { return w.part(1, 3, over(2, 2)).used() }
	flooded := func(e *journal.Event) {
		answered(journal.AnswerRefused)(e)
		e.Text = "answered with transport error -429"
	}
	again := "part 2 came again 1s after it was stored, and nothing had gone wrong"
	for name, tc := range map[string]struct {
		w    *written
		want []string
	}{
		"over the same connection":       {rest(begun().part(1, 2, over(1, 1)).part(time.Second, 2, over(1, 1))), []string{again}},
		"in another session":             {rest(begun().part(1, 2, over(1, 1)).part(time.Second, 2, over(2, 2))), []string{again}},
		"after the client left":          {rest(begun().part(1, 2, over(1, 1)).ended(left).part(time.Second-time.Millisecond, 2, over(2, 2))), []string{again}},
		"after the connection ended":     {rest(begun().part(1, 2, over(1, 1)).ended(dropped).part(time.Second, 2, over(2, 1))), nil},
		"in the session that lost it":    {rest(begun().ended(dropped).part(1, 2, over(2, 1)).part(time.Second, 2, over(2, 1))), []string{again}},
		"in a new session after it":      {rest(begun().ended(dropped).part(1, 2, over(2, 1)).part(time.Second, 2, over(2, 2))), nil},
		"in a third session after it":    {rest(begun().ended(dropped).part(1, 2, over(2, 2)).part(time.Second, 2, over(3, 3))), []string{again}},
		"after a transport error":        {rest(begun().part(1, 3, over(1, 1, flooded)).part(1, 2, over(1, 1)).ended(reset).part(time.Second, 2, over(2, 2))), nil},
		"after bytes that mean nothing":  {rest(begun().part(1, 3, over(1, 1, answered(journal.AnswerGarbage))).part(1, 2, over(1, 1)).ended(left).part(time.Second, 2, over(2, 2))), nil},
		"after silence, which it leaves": {rest(begun().part(1, 3, over(1, 1, answered(journal.AnswerNothing))).part(1, 2, over(1, 1)).ended(left).part(time.Second, 2, over(2, 2))), nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			found := textsOf(r.Uploads[0].Findings)
			require.Equal(t, tc.want, found)
		})
	}
}
