package doctor_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// An upload that an earlier run has begun goes on: what that has stored is not missing, and
// to send it once more is no repetition.
func TestUploadOfAnEarlierRun(t *testing.T) {
	total := int32(4)
	kept := journal.Event{Kind: journal.KindKept, File: 1, FileID: 7, Big: true, Total: &total,
		Kept: []journal.KeptParts{{First: 0, Last: 0, Size: 1024}, {First: 1, Last: 1, Size: 1024}}}
	other := kept
	other.File = 2
	for name, tc := range map[string]struct {
		upload func(w *written) *written
		want   string // what was wrong
		end    doctor.End
	}{
		"it goes on":           {func(w *written) *written { return w.part(0, 2, nil).part(0, 3, nil) }, "", doctor.Complete},
		"all of it again":      {func(w *written) *written { return w.part(0, 0, nil).part(0, 2, nil).part(0, 3, nil) }, "", doctor.Complete},
		"it is left once more": {func(w *written) *written { return w.part(0, 3, nil) }, "part 2 never came: the client gave up, or was ended, and nothing here was a reason to", doctor.Incomplete},
		"what was there is lost": {func(w *written) *written {
			return w.part(0, 2, nil).part(0, 3, nil).add(0, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 1, FileID: 7, Error: "400 FILE_PART_1_MISSING"})
		}, "the server had lost part 1 and said so with FILE_PART_1_MISSING; a good client sends it again", doctor.Complete},
		"it is used": {func(w *written) *written { return w.part(0, 2, nil).part(0, 3, nil).used() }, "", doctor.Used},
	} {
		t.Run(name, func(t *testing.T) {
			w := new(written).add(0, kept).add(0, other)
			r, err := doctor.Examine(strings.NewReader(tc.upload(w).String()))
			require.NoError(t, err)
			require.Len(t, r.Uploads, 1, "nobody touched the other one")
			u := r.Uploads[0]
			require.Equal(t, tc.end, u.End)
			require.Zero(t, u.Repeated)
			require.EqualValues(t, 1024*u.Stored, u.Bytes)
			require.Equal(t, "parts 0-1 stored in an earlier run: 2.0 KiB", u.Timeline[0].Text)
			found := textsOf(u.Findings)
			require.Equal(t, tc.want, strings.Join(found, "\n"))
		})
	}
}
