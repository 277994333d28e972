package gotd_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gotd/td/telegram/uploader"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"

	"github.com/fakedc/fakedc/mockserver"
)

// sixErrors are those that the documentation lists for the method, each with a
// call that breaks its rule and the built-in scenario that answers it anyway.
// https://core.telegram.org/method/upload.saveBigFilePart
var sixErrors = []struct {
	message, scenario string
	before            int // bytes of part 0, sent first; 0 is none
	part, total, size int
}{
	{"FILE_PARTS_INVALID", "file-parts-invalid", 0, 0, 4001, rawPart},
	{"FILE_PART_EMPTY", "file-part-empty", 0, 0, 2, 0},
	{"FILE_PART_INVALID", "file-part-invalid", 0, -1, 2, rawPart},
	{"FILE_PART_SIZE_CHANGED", "file-part-size-changed", 2 * rawPart, 1, 3, rawPart},
	{"FILE_PART_SIZE_INVALID", "file-part-size-invalid", 0, 0, 2, 1000},
	{"FILE_PART_TOO_BIG", "file-part-too-big", 0, 0, 2, 512*1024 + 1024},
}

// One client meets all of them: an error ends a call, not a connection.
func TestRefusals(t *testing.T) {
	t.Parallel()
	dc, c := start(t, mockserver.Options{AtEnd: mockserver.AtEnd{AllowUnmet: true}})
	t.Run("example call", func(t *testing.T) { exampleCall(t, dc, c.API()) })
	t.Run("rule broken", func(t *testing.T) { ruleBroken(t, dc, c.API()) })
	t.Run("scenario", func(t *testing.T) { refusedByScenario(t, dc, c.API()) })
	t.Run("wait", func(t *testing.T) { waitIsAnError(t, dc, c.API()) })
	require.Len(t, events(dc, ofKind(mockserver.EventConnect)), 1)
	unharmed(t, dc)
}

func ruleBroken(t *testing.T, dc *mockserver.Server, api *tg.Client) {
	for i, v := range sixErrors {
		t.Run(v.message, func(t *testing.T) {
			id := int64(i + 1)
			if v.before > 0 {
				ok, err := savePart(t, api, id, 0, v.total, contents(v.before))
				require.NoError(t, err)
				require.True(t, ok)
			}
			ok, err := savePart(t, api, id, v.part, v.total, contents(v.size))
			requireError(t, err, tgerr.New(400, v.message))
			require.False(t, ok)

			u, ok := dc.Upload(id)
			require.True(t, ok)
			require.Equal(t, 1, u.Report.RefusedCount)
			require.Equal(t, v.message, u.Report.Refused[0].Error)
			require.NotEmpty(t, u.Report.Refused[0].Sentence)
			require.EqualValues(t, v.before, u.Report.Bytes, "a refused part is not stored")
		})
	}
}

// A scenario refuses the third part once, whatever it is like. gotd's uploader
// gives up at once and hands the error on; the same part sent again is taken.
func refusedByScenario(t *testing.T, dc *mockserver.Server, api *tg.Client) {
	for i, v := range sixErrors {
		t.Run(v.message, func(t *testing.T) {
			require.NoError(t, dc.SetScenario(builtin(t, v.scenario)))

			data, id := contents(4*rawPart), int64(100+i)
			up := uploader.NewUploader(api).WithPartSize(rawPart)
			_, err := up.WithIDGenerator(func() (int64, error) { return -id, nil }).FromBytes(deadline(t), name, data)
			requireError(t, err, tgerr.New(400, v.message))
			given, ok := dc.Upload(-id)
			require.True(t, ok)
			require.Len(t, given.Parts, 3, "nothing is sent after the refusal")
			require.Equal(t, v.message, given.Parts[2].Error)

			saveParts(t, api, id, data, 0, 1)
			_, err = savePart(t, api, id, 2, 4, data[2*rawPart:3*rawPart])
			requireError(t, err, tgerr.New(400, v.message))
			saveParts(t, api, id, data, 2, 3)
			u, ok := dc.Upload(id)
			require.True(t, ok)
			require.True(t, u.Report.Complete)
			require.Empty(t, u.Report.Violations, "a scenario's refusal is nobody's fault")
		})
	}
}

// A client sees the wait of FLOOD_WAIT_X and FLOOD_PREMIUM_WAIT_X before it
// decides to sit it out.
func waitIsAnError(t *testing.T, dc *mockserver.Server, api *tg.Client) {
	for name, v := range map[string]struct {
		part int
		want *tgerr.Error
	}{
		"flood-wait":         {3, &tgerr.Error{Code: 420, Message: "FLOOD_WAIT_3", Type: tgerr.ErrFloodWait, Argument: 3}},
		"flood-premium-wait": {7, &tgerr.Error{Code: 420, Message: "FLOOD_PREMIUM_WAIT_3", Type: tgerr.ErrPremiumFloodWait, Argument: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, dc.SetScenario(builtin(t, name)))
			data, id := contents(8*rawPart), int64(v.part)
			for part := range v.part {
				saveParts(t, api, id, data, part)
			}
			_, err := savePart(t, api, id, v.part, 8, data[v.part*rawPart:(v.part+1)*rawPart])
			requireError(t, err, v.want)
		})
	}
}
