package doctor_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/fakedc/fakedc/mockserver/doctor"
	"github.com/fakedc/fakedc/mockserver/internal/journal"
)

// usedBy is a use of the file and the call that it is part of, which got an answer of its own.
func (w *written) usedBy(id int64, change func(*journal.Event)) *written {
	w.add(time.Second, journal.Event{Kind: journal.KindFile, Method: "messages.sendMedia", File: 1, FileID: 7, Size: 4096, MsgID: id})
	call := journal.Event{Kind: journal.KindCall, Method: "messages.sendMedia", MsgID: id, Done: true}
	if change != nil {
		change(&call)
	}
	return w.add(0, call)
}

// The story of a use says what the client was told of it: that a file was made of it only
// where one was.
func TestStoryOfAUse(t *testing.T) {
	dropped := func(e *journal.Event) { e.Answer = journal.AnswerDropped }
	whole := func() *written {
		return new(written).part(0, 0, nil).part(1, 1, nil).part(1, 2, nil).part(1, 3, nil)
	}
	for name, tc := range map[string]struct {
		w    *written
		want []string
	}{
		"answered": {whole().usedBy(100, nil), []string{"a file was made of it: 4.0 KiB"}},
		"its answer lost, and asked again under the same random_id": {
			whole().usedBy(100, dropped).usedBy(101, refused("500 RANDOM_ID_DUPLICATE")).usedBy(102, refused("500 RANDOM_ID_DUPLICATE")),
			[]string{
				"a file was made of it: 4.0 KiB, and messages.sendMedia answered by the end of the connection",
				"messages.sendMedia: answered RANDOM_ID_DUPLICATE",
				"messages.sendMedia: answered RANDOM_ID_DUPLICATE",
			}},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := doctor.Examine(strings.NewReader(tc.w.String()))
			require.NoError(t, err)
			require.Equal(t, doctor.Used, r.Uploads[0].End)
			require.Empty(t, r.Uploads[0].Findings)
			var told []string
			for _, m := range r.Uploads[0].Timeline[1:] {
				told = append(told, m.Text)
			}
			require.Equal(t, tc.want, told)
		})
	}
}
