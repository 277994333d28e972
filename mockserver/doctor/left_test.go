package doctor_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// waits is for an answer that others keep back.
func waits(e *journal.Event) { e.Waits = true }

func floodLater(e *journal.Event) {
	refused("420 FLOOD_WAIT_3")(e)
	waits(e)
}

// left is the answer to the newest call, a part that others kept back for so long.
func (w *written) left(after time.Duration) *written {
	call := w.events[len(w.events)-1]
	call.Kind, call.Delay, call.Waits, call.Error, call.Answer, call.Done, call.Skipped = journal.KindLeft, after, false, "", "", false, false
	return w.add(after, call)
}

// unheard is that nobody is there any more to hear the answer to the newest call.
func (w *written) unheard() *written {
	call := w.events[len(w.events)-1]
	call.Kind, call.Waits, call.Error, call.Answer, call.Done, call.Skipped = journal.KindUnheard, false, "", "", false, false
	return w.add(0, call)
}

// What comes again is held against the moment when the answer left.
func TestHeldAnswers(t *testing.T) {
	const late = 10 * time.Second
	whole := func() *written { return new(written).part(0, 0, nil).part(1, 1, nil).part(1, 3, nil) }
	for name, tc := range map[string]struct {
		w        *written
		kind     doctor.Kind // "" for no finding
		finding  string
		timeline []string // the last but one, behind which the file is used
	}{
		"impatient": {whole().part(1, 2, waits).part(time.Second, 2, nil), doctor.KindResent, "part 2 came again after 1s, when its answer was still held back",
			[]string{"part 2 again, 1s after it came and before it was answered true: stored"}},
		"needless": {whole().part(1, 2, waits).left(late).part(time.Second, 2, nil), doctor.KindResent, "part 2 came again 1s after its answer left",
			[]string{"part 2: its answer left, held back for 10s", "part 2 again, 1s after it was answered true: stored"}},
		"too early": {whole().part(1, 2, floodLater).left(late).part(time.Second, 2, nil), doctor.KindTooEarly, "sent again 1s after it was answered FLOOD_WAIT_3: 2s too early",
			[]string{"part 2 answered FLOOD_WAIT_3", "part 2: its answer left, held back for 10s", "part 2 again, 1s after it was answered FLOOD_WAIT_3: stored"}},
		"in time": {whole().part(1, 2, floodLater).left(late).part(3*time.Second, 2, nil), "", "",
			[]string{"part 2: its answer left, held back for 10s", "part 2 again, 3s after it was answered FLOOD_WAIT_3: stored"}},
		"unheard": {whole().part(1, 2, floodLater).unheard().part(time.Second, 2, nil), "", "",
			[]string{"part 2 again, 1s after it came and before it was answered FLOOD_WAIT_3: stored"}},
		"delayed": {whole().part(1, 2, func(e *journal.Event) { e.Delay = late }).part(late+time.Second, 2, nil), doctor.KindResent, "part 2 came again 1s after its answer left",
			[]string{"part 2 again, 1s after it was answered true: stored"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.used().String()))
			require.NoError(t, err)
			u := r.Uploads[0]
			if tc.kind == "" {
				require.Zero(t, r.Wrong(), "%+v", u.Findings)
			} else {
				require.Equal(t, 1, r.Wrong(), "%+v", u.Findings)
				require.Equal(t, tc.kind, u.Findings[0].Kind)
				require.Contains(t, u.Findings[0].Text, tc.finding)
			}
			var lines []string
			for _, m := range u.Timeline {
				lines = append(lines, m.Text)
			}
			require.Equal(t, tc.timeline, lines[len(lines)-1-len(tc.timeline):len(lines)-1])
		})
	}
}

// Two calls at once are told in the order in which they were done, which need not be that
// in which they came.
func TestPartTwiceAtOnce(t *testing.T) {
	r, err := doctor.Examine(strings.NewReader(new(written).part(0, 0, nil).part(-time.Millisecond, 0, otherBytes).String()))
	require.NoError(t, err)
	u := r.Uploads[0]
	require.Equal(t, "part 0 again, at the same time: stored, with other bytes", u.Timeline[1].Text)
	require.Equal(t, "part 0 came twice at the same time, with other bytes, and nothing had gone wrong", u.Findings[0].Text)
}
