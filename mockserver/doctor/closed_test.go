package doctor_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver"
	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
	"github.com/fakedc/fakedc/mockserver/rawclient"
)

// closed is the end of the connection.
func (w *written) closed(after time.Duration, why string) *written {
	return w.add(after, journal.Event{Kind: journal.KindDisconnect, Text: why})
}

// A server that was stopped in the middle of an upload is told to have been: the client may
// have been about to go on, or may have given up before.
func TestServerClosedInTheMiddle(t *testing.T) {
	half := func() *written { return new(written).part(0, 0, nil).part(1, 1, nil).part(1, 2, nil) }
	for name, tc := range map[string]struct {
		w    *written
		want string
	}{
		"the server stops":              {half().closed(time.Second, "the server was closed"), "part 3 had not come when the server was closed"},
		"the client leaves":             {half().closed(time.Second, "closed by the client"), "part 3 never came: the client gave up, or was ended, and nothing here was a reason to"},
		"the server stops after a wait": {half().part(0, 3, refused("420 FLOOD_WAIT_30")).closed(31*time.Second, "the server was closed"), "part 3, the fourth part, was answered FLOOD_WAIT_30, and has not been sent again"},
		"the client leaves in a wait":   {half().part(0, 3, refused("420 FLOOD_WAIT_30")).closed(29*time.Second, "closed by the client"), "part 3, the fourth part, was answered FLOOD_WAIT_30, and has not been sent again"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			require.Equal(t, doctor.Incomplete, r.Uploads[0].End)
			require.Len(t, r.Uploads[0].Findings, 1)
			require.Equal(t, tc.want, r.Uploads[0].Findings[0].Text)
		})
	}
}

// A client that waits for an answer that the scenario holds back does as it should: that the
// rest had not come is worth a note then, and no fault.
func TestServerClosedWhileItHeldAnswersBack(t *testing.T) {
	late := func(e *journal.Event) { e.Delay = 10 * time.Second }
	waits := func(e *journal.Event) { e.Waits = true }
	const blame = "part 3 had not come when the server was closed"
	for name, tc := range map[string]struct {
		w     *written
		notes []string
		want  []string
	}{
		"an answer is late": {new(written).part(0, 0, nil).part(0, 1, nil).part(0, 2, late).closed(9*time.Second, "the server was closed"),
			[]string{"upload 1: part 3 had not come when the server was closed, which still held back the answer to part 2"}, nil},
		"it waits for others": {new(written).part(0, 0, nil).part(0, 1, nil).part(0, 2, waits).closed(time.Hour, "the server was closed"),
			[]string{"upload 1: part 3 had not come when the server was closed, which still held back the answer to part 2"}, nil},
		"all have left": {new(written).part(0, 0, nil).part(0, 1, nil).part(0, 2, late).closed(11*time.Second, "the server was closed"),
			nil, []string{blame}},
		"the client left": {new(written).part(0, 0, nil).part(0, 1, nil).part(0, 2, late).closed(9*time.Second, "closed by the client"),
			nil, []string{"part 3 never came: the client gave up, or was ended, and nothing here was a reason to"}},
		"all parts have come": {new(written).part(0, 0, nil).part(0, 1, nil).part(0, 3, nil).part(0, 2, late).closed(9*time.Second, "the server was closed"), nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			found := textsOf(r.Uploads[0].Findings)
			require.Equal(t, tc.want, found)
			require.Equal(t, tc.notes, r.Notes)
		})
	}
}

// A client that was at it, or that kept a wait as it was told to, did as it should when somebody
// stopped the server: a run that is out of time is no fault of its client's.
func TestServerClosedWhileTheClientDidAsItShould(t *testing.T) {
	const (
		stopped = "the server was closed"
		blame   = "part 3 had not come when the server was closed"
	)
	begun := func(pace time.Duration) *written {
		return new(written).part(0, 0, nil).part(pace, 1, nil).part(pace, 2, nil)
	}
	for name, tc := range map[string]struct {
		w     *written
		notes []string
		want  []string
	}{
		"at it": {begun(time.Millisecond).closed(200*time.Millisecond, stopped),
			[]string{"upload 1: part 3 had not come when the server was closed, 200ms after the last call"}, nil},
		"at it, slowly": {begun(8*time.Second).closed(7*time.Second, stopped),
			[]string{"upload 1: part 3 had not come when the server was closed, 7s after the last call"}, nil},
		"stuck":         {begun(time.Millisecond).closed(9*time.Second, stopped), nil, []string{blame}},
		"stuck, slowly": {begun(8*time.Second).closed(9*time.Second, stopped), nil, []string{blame}},
		"in a wait": {begun(1).part(0, 3, refused("420 FLOOD_WAIT_30")).closed(29*time.Second, stopped),
			[]string{"upload 1: part 3 was not stored when the server was closed, in a wait that it had told the client to keep: FLOOD_WAIT_30"}, nil},
		"in several waits": {new(written).part(0, 0, nil).part(1, 1, nil).part(0, 3, refused("420 FLOOD_WAIT_30")).part(0, 2, refused("420 FLOOD_WAIT_20")).closed(19*time.Second, stopped),
			[]string{"upload 1: parts 2-3 were not stored when the server was closed, in a wait that it had told the client to keep: FLOOD_WAIT_20"}, nil},
		"in another part's wait": {new(written).part(0, 0, nil).part(1, 1, refused("420 FLOOD_PREMIUM_WAIT_30")).closed(29*time.Second, stopped),
			[]string{"upload 1: parts 1-3 were not stored when the server was closed, in a wait that it had told the client to keep: FLOOD_PREMIUM_WAIT_30"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			require.Equal(t, tc.want, textsOf(r.Uploads[0].Findings))
			require.Equal(t, tc.notes, r.Notes)
		})
	}
}

// The words of the journal are those that the doctor knows.
func TestJournalOfAServerClosedInTheMiddle(t *testing.T) {
	var text bytes.Buffer
	dc, err := mockserver.New(mockserver.Options{Journal: &text, Strict: true})
	require.NoError(t, err)
	l, err := mockserver.Listen()
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- dc.Serve(l) }()
	c, err := rawclient.Connect(t.Context(), l.Addr().String(), rawclient.Options{}, rawclient.KeyOptions{PublicKey: dc.PublicKey().RSA}, rawclient.ClientOptions{})
	require.NoError(t, err)
	_, err = c.InitConnection(t.Context(), 0)
	require.NoError(t, err)
	_, err = c.LoginBot(t.Context(), "123456:abc")
	require.NoError(t, err)
	_, err = c.SaveBigFilePart(t.Context(), 7, 0, 2, make([]byte, 1024))
	require.NoError(t, err)
	require.NoError(t, dc.Close())
	require.ErrorIs(t, <-served, mockserver.ErrClosed)
	_ = c.Close() // the server was first

	r, err := doctor.Examine(&text)
	require.NoError(t, err)
	require.True(t, r.Whole)
	require.Equal(t, doctor.Incomplete, r.Uploads[0].End)
	require.Empty(t, r.Uploads[0].Findings)
	require.Len(t, r.Notes, 1)
	require.Contains(t, r.Notes[0], "upload 1: part 1 had not come when the server was closed, ")
}
