package doctor_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// A client that sends stored parts again, and again, does one thing wrong, however long it
// takes between two of them: what ended the upload must not be lost among a page of it.
func TestStoredPartsThatComeAgainAndAgain(t *testing.T) {
	const cause = "part 0 was answered INTERNAL, which is the server's own trouble and passes, and has not been sent again"
	late := func(e *journal.Event) { e.Delay = 5 * time.Second }
	loop := new(written).part(0, 0, refused("500 INTERNAL")).part(1, 1, nil).part(1, 2, nil)
	for i := range time.Duration(30) {
		loop.part((i+1)*time.Second, 1, nil).part(i*time.Millisecond, 2, nil)
	}
	for name, tc := range map[string]struct {
		w     *written
		want  []string
		parts []int32
		count int
	}{
		"once":     {new(written).part(0, 0, nil).part(time.Second, 0, nil).used(), []string{"part 0 came again 1s after it was stored, and nothing had gone wrong"}, nil, 0},
		"one part": {new(written).part(0, 0, nil).part(time.Second, 0, nil).part(2*time.Second, 0, nil).used(), []string{"part 0 came again 1s after it was stored, and nothing had gone wrong; 2 times in all"}, []int32{0}, 2},
		"in a loop": {loop, []string{"part 1 came again 1s after it was stored, and nothing had gone wrong; 60 times in all, parts 1-2", cause},
			[]int32{1, 2}, 60},
		"in two ways": {new(written).part(0, 0, late).part(1, 1, late).part(time.Second, 0, nil).part(1, 1, nil).part(time.Second, 1, nil).used(), []string{
			"part 0 came again after 1s, when its answer was to take 5s: the client has too little patience; 2 times in all, parts 0-1",
			"part 1 came again 1s after it was stored, and nothing had gone wrong"}, []int32{0, 1}, 2},
		"with other bytes": {new(written).part(0, 0, nil).part(time.Second, 0, nil).part(time.Second, 0, otherBytes).used(), []string{
			"part 0 came again 1s after it was stored, and nothing had gone wrong",
			"part 0 came again 1s after it was stored, with other bytes, and nothing had gone wrong"}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			found := r.Uploads[0].Findings
			for _, x := range found {
				require.LessOrEqual(t, len(x.Events), 20)
			}
			require.Equal(t, tc.want, textsOf(found))
			require.Equal(t, tc.parts, found[0].Parts)
			require.Equal(t, tc.count, found[0].Count)
		})
	}
}

// That a part came again does not say why the upload ended.
func TestGivenUpWhileOtherPartsCameAgain(t *testing.T) {
	w := new(written).part(0, 0, refused("500 INTERNAL")).part(1, 1, nil)
	acked := journal.Event{Kind: journal.KindAck, Acked: []int64{w.events[1].MsgID}}
	r, err := doctor.Examine(strings.NewReader(w.add(1, acked).part(time.Second, 1, nil).String()))
	require.NoError(t, err)
	var kinds []doctor.Kind
	for _, x := range r.Uploads[0].Findings {
		kinds = append(kinds, x.Kind)
	}
	require.Equal(t, []doctor.Kind{doctor.KindResent, doctor.KindGaveUp}, kinds, "%+v", r.Uploads[0].Findings)
}

// That its answer was acknowledged says all about a part that came again: it is no second
// thing that the client did wrong. One that came again for another reason is.
func TestAcknowledgedPartsThatComeAgain(t *testing.T) {
	const (
		again  = "part 1, the second part, came again though the client had acknowledged its answer"
		silent = "part 2 came again 1s after it was stored, and nothing had gone wrong"
	)
	acked := func(w *written) *written {
		w.part(0, 0, nil).part(1, 1, nil).part(1, 2, nil)
		return w.add(1, journal.Event{Kind: journal.KindAck, Acked: []int64{w.events[1].MsgID}}).part(time.Second, 1, nil)
	}
	all := new(written)
	for range 30 {
		all.part(1, 1, nil).add(1, journal.Event{Kind: journal.KindAck, Acked: []int64{int64(len(all.events) - 1)}})
	}
	for name, tc := range map[string]struct {
		w    *written
		want []string
	}{
		"one":         {acked(new(written)).used(), []string{again}},
		"and another": {acked(new(written)).part(0, 2, nil).used(), []string{again, silent}},
		"more than are kept": {all.used(), []string{again + "; 20 times or more",
			"part 1 came again 0s after it was stored, and nothing had gone wrong; 29 times in all"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			require.Equal(t, tc.want, textsOf(r.Uploads[0].Findings))
		})
	}
}
