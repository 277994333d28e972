package doctor_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// What a client got is said so that the sentence can be read, and what a refusal was.
func TestAnswersInWords(t *testing.T) {
	stored := func(e *journal.Event) { e.Done, e.Answer = true, journal.AnswerDropped }
	said := func(text string) func(*journal.Event) {
		return func(e *journal.Event) { answered(journal.AnswerRefused)(e); e.Text = text }
	}
	stalled := func(e *journal.Event) { stored(e); e.Text = "connection stalled after the call was carried out" }
	for _, tc := range []struct {
		change      func(*journal.Event)
		first, then string
	}{
		{answered(journal.AnswerFalse), "answered false", "answered false"},
		{answered(journal.AnswerNothing), "answered with nothing", "answered with nothing"},
		{answered(journal.AnswerDropped), "answered by the end of the connection", "answered by the end of the connection"},
		{stored, "stored, and answered by the end of the connection", "answered by the end of the connection"},
		{stalled, "stored, and answered by the stall of its connection", "answered by the stall of its connection"},
		{answered(journal.AnswerGarbage), "answered with bytes that mean nothing", "answered with bytes that mean nothing"},
		{answered(journal.AnswerRefused), "answered by a refusal of its message", "answered by a refusal of its message"},
		{said("answered with transport error -429, after 1s"), "answered with transport error -429", "answered with transport error -429"},
		{said("answered with bad_msg_notification 32"), "answered with bad_msg_notification 32", "answered with bad_msg_notification 32"},
	} {
		r, err := doctor.Examine(strings.NewReader(new(written).part(0, 0, tc.change).part(30*time.Millisecond, 0, nil).String()))
		require.NoError(t, err)
		require.Equal(t, "part 0 "+tc.first, r.Uploads[0].Timeline[0].Text)
		require.Equal(t, "part 0 again, 30ms after it was "+tc.then+": stored", r.Uploads[0].Timeline[1].Text)
	}
}

// Over a connection that stalled nothing comes, not even its end: whoever looks for that in the
// client's log looks in vain.
func TestStalledConnectionHasNoEnd(t *testing.T) {
	r, err := doctor.Examine(strings.NewReader(new(written).part(0, 0, func(e *journal.Event) {
		e.Answer, e.Text = journal.AnswerDropped, "connection stalled after the call was carried out"
	}).String()))
	require.NoError(t, err)
	require.Equal(t, "part 0, the first part, was answered by the stall of its connection, and has not been sent again", r.Uploads[0].Findings[0].Text)
}

// A story is about its upload: what is found in it does not name the upload once more.
func TestFindingsDoNotNameTheirUpload(t *testing.T) {
	w := new(written).part(0, 0, refused("420 FLOOD_WAIT_3")).second(0, 1)
	w.add(time.Second, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 2, FileID: 8,
		Error: "400 MD5_CHECKSUM_INVALID", Rules: []string{"final.md5"}, Text: "the sums differ."})
	r, err := doctor.Examine(strings.NewReader(w.String()))
	require.NoError(t, err)
	require.Empty(t, r.Findings)
	require.Equal(t, "part 0, the first part, was answered FLOOD_WAIT_3, and has not been sent again", r.Uploads[0].Findings[0].Text)
	require.Equal(t, "final.md5: the sums differ: answered MD5_CHECKSUM_INVALID", r.Uploads[1].Findings[0].Text)
}

// The empty end of a stream is no part more than there are.
// https://core.telegram.org/api/files#streamed-uploads
func TestEmptyEndOfAStreamIsNotCounted(t *testing.T) {
	of := func(total int32, size int) func(*journal.Event) {
		return func(e *journal.Event) { e.Total, e.Size = &total, size }
	}
	r, err := doctor.Examine(strings.NewReader(new(written).part(0, 0, of(-1, 1)).part(0, 1, of(1, 0)).String()))
	require.NoError(t, err)
	u := r.Uploads[0]
	require.EqualValues(t, []int64{1, 1, 1}, []int64{int64(u.Stored), int64(u.Total), u.Bytes})
	require.Equal(t, doctor.Complete, u.End)
	require.Equal(t, "parts 0-1 stored: 1 byte", u.Timeline[0].Text)
}

// A call that an upload rule refused announces nothing, where others have: gogram goes on with
// an empty part after the end of a stream.
func TestRefusedTotalIsNotAnnounced(t *testing.T) {
	of := func(total int32, why string) func(*journal.Event) {
		return func(e *journal.Event) {
			e.Total = &total
			if why != "" {
				e.Done, e.Error, e.Rules, e.Why = false, "400 FILE_PART_EMPTY", []string{"part.empty"}, []string{why}
			}
		}
	}
	for name, tc := range map[string]struct {
		w             *written
		end           doctor.End
		stored, total int
	}{
		"after the last": {new(written).part(0, 0, of(-1, "")).part(0, 1, of(2, "")).part(0, 2, of(3, "it has no bytes")), doctor.Complete, 2, 2},
		"in the middle":  {new(written).part(0, 0, of(3, "")).part(0, 1, of(3, "it has no bytes")).part(0, 2, of(3, "")), doctor.Incomplete, 2, 3},
		"the only one":   {new(written).part(0, 0, of(3, "it has no bytes")), doctor.Incomplete, 0, 3},
		"of a stream":    {new(written).part(0, 0, of(-1, "")).part(0, 1, of(-1, "it has no bytes")), doctor.Incomplete, 1, -1},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			u := r.Uploads[0]
			require.Equal(t, tc.end, u.End)
			require.Equal(t, []int{tc.stored, tc.total}, []int{u.Stored, int(u.Total)})
			require.Len(t, u.Findings, 1)
		})
	}
}

// Only a big file's parts say how many there are, and a stream's at its end alone: what has no
// gap may be half of the file still. https://core.telegram.org/api/files#uploading-files
func TestCompleteIsWhatHasSaidItsTotal(t *testing.T) {
	of := func(total int32) func(*journal.Event) {
		return func(e *journal.Event) {
			if e.Total = &total; total == 0 {
				e.Total, e.Big, e.Method = nil, false, "upload.saveFilePart"
			}
		}
	}
	for name, tc := range map[string]struct {
		w    *written
		want doctor.End
	}{
		"small":           {new(written).part(0, 0, of(0)).part(0, 1, of(0)), doctor.Incomplete},
		"small, used":     {new(written).part(0, 0, of(0)).part(0, 1, of(0)).used(), doctor.Used},
		"stream":          {new(written).part(0, 0, of(-1)).part(0, 1, of(-1)), doctor.Incomplete},
		"stream's end":    {new(written).part(0, 0, of(-1)).part(0, 1, of(2)), doctor.Complete},
		"all that it has": {new(written).part(0, 0, of(2)).part(0, 1, of(2)), doctor.Complete},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			require.Empty(t, r.Uploads[0].Findings)
			require.Equal(t, tc.want, r.Uploads[0].End)
		})
	}
}

// Other bytes under the number of a part that is stored are another file: whoever sends them
// has two workers for one file, or one file_id for two.
func TestPartAgainWithOtherBytes(t *testing.T) {
	r, err := doctor.Examine(strings.NewReader(new(written).part(0, 0, nil).part(time.Second, 0, otherBytes).String()))
	require.NoError(t, err)
	require.Equal(t, "part 0 came again 1s after it was stored, with other bytes, and nothing had gone wrong", r.Uploads[0].Findings[0].Text)
}

// Who is told that the file cannot be sent like that begins it anew in another way, such as
// by the other method; who begins it anew in the same way has not understood.
func TestBegunAnewAfterARefusalForGood(t *testing.T) {
	for err, want := range map[string][]string{
		"":                    nil,
		"400 FILE_PART_EMPTY": {"the file was begun anew as upload 2, under another file_id than upload 1"},
	} {
		w := new(written).part(0, 0, nil).part(1, 1, refused("400 FILE_PART_INVALID")).second(0, 4)
		w.part(1, 1, func(e *journal.Event) {
			if e.File, e.FileID = 2, 8; err != "" {
				refused(err)(e)
			}
		}).second(2, 4).second(3, 4)
		r, examined := doctor.Examine(strings.NewReader(w.String()))
		require.NoError(t, examined)
		found := textsOf(r.Uploads[1].Findings)
		require.Equal(t, want, found, err)
	}
}

// A client that is newer than fakedc may choke on what it is answered.
func TestNewerLayerIsNoted(t *testing.T) {
	newer := func(layer string) journal.Event {
		return journal.Event{Kind: journal.KindLayer, Text: "layer " + layer + " is newer"}
	}
	r, err := doctor.Examine(strings.NewReader(new(written).add(0, newer("232")).add(1, newer("232")).add(1, newer("233")).String()))
	require.NoError(t, err)
	require.Equal(t, []string{"layer 232 is newer", "layer 233 is newer"}, r.Notes)
}

// A method that nobody knows is told as what it is: it may be what kept an upload from
// beginning, such as one that finds out where to.
func TestUnknownMethodIsNoted(t *testing.T) {
	r, err := doctor.Examine(strings.NewReader(new(written).add(0, journal.Event{Kind: journal.KindUnknown, Method: "contacts.getContacts"}).String()))
	require.NoError(t, err)
	require.Equal(t, []string{"fakedc does not answer contacts.getContacts; its caller got an error"}, r.Notes)
}
